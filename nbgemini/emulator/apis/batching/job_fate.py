"""A batch job as it was created, and how far it is at a time: all of it follows from the clock and its fates."""

from __future__ import annotations

import random
from dataclasses import dataclass

__all__ = ["LIFETIME", "Job", "Standing"]

LIFETIME = 48 * 3600.0
"""Seconds after which a job that has not ended expires."""
QUIET = 10
"""Jobs of up to so many lines tell no progress before their end; recorded of jobs of two."""
FILE_LATE = 5.0
"""Seconds between the success and the name of the file, where a script wants them."""

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_ENDS = ("FAILED", "CANCELLED", "EXPIRED")
_WAITING = 0.2
"""The part of its time that a job is pending."""


@dataclass(frozen=True)
class Standing:
    """How far a job is: its state without prefix, when it ended, and how many of its lines it has worked on."""

    state: str
    ended: float | None
    worked: int


@dataclass(frozen=True)
class Job:
    """What a job is from its first moment on. Times in seconds since the epoch."""

    id: str
    owner: str
    model: str
    version: str
    display_name: str
    file: str
    """The file that its lines came in; empty where they came inline."""
    created: float
    seconds: float
    lines: int
    tokens: int
    fates: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"batches/{self.id}"

    @property
    def results(self) -> str:
        """The file with its answers."""
        return f"files/batch-{self.id}"

    def has(self, fate: str) -> bool:
        """Whether this is to become of it."""
        return fate in self.fates

    def chosen(self, fate: str) -> list[int]:
        """The lines to which something is to happen: `errors 2` names how many."""
        told = [one.partition(" ")[2] for one in self.fates if one.split(" ")[0] == fate]
        many = min(int(told[-1] or 1), self.lines) if told else 0
        return sorted(random.Random(f"{self.id} {fate}").sample(range(self.lines), many))

    @property
    def end(self) -> tuple[float, str]:
        """When it ends if it is left alone, and how."""
        seconds = next((_seconds(fate) for fate in self.fates if fate[0].isdigit()), self.seconds)
        if any(fate.startswith("stuck") for fate in self.fates) or seconds > LIFETIME:
            return self.created + LIFETIME, "EXPIRED"
        return self.created + seconds, next((fate for fate in self.fates if fate in _ENDS), "SUCCEEDED")

    def at(self, now: float, cancelled: float | None = None) -> Standing:
        """How far it is at a time; `cancelled`: when that was asked for."""
        end, outcome = self.end
        if cancelled is not None and cancelled < end:
            return Standing("CANCELLED", cancelled, self._worked(cancelled))
        if now >= end:
            return Standing(outcome, end, self.lines if outcome == "SUCCEEDED" else self._worked(end))
        begins = self.created + _WAITING * (end - self.created)
        pending = now < begins and not self.has("stuck RUNNING")
        return Standing("PENDING" if pending or self.has("stuck") else "RUNNING", None, self._worked(now))

    def _worked(self, now: float) -> int:
        end, outcome = self.end
        begins = self.created + _WAITING * (end - self.created)
        if self.lines <= QUIET or now <= begins or outcome != "SUCCEEDED":
            return 0
        return min(self.lines - 1, int(self.lines * (now - begins) / (end - begins)))


def _seconds(told: str) -> float:
    return float(told[:-1]) * _UNITS[told[-1]]
