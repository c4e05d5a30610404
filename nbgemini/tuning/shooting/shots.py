"""One shot of a sweep as a kernel knows it: where it stands, its answer, or why it has none."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from nbgemini import errors
from nbgemini.core.exchange import Exchange
from nbgemini.errors import NbgeminiError
from nbgemini.store.sweep_log import End, Planned
from nbgemini.tuning.shooting.fates import Fate, State

__all__ = ["Entry", "Standing", "error_of"]

Standing = Literal["waiting", "under way", "done", "failed", "unknown"]
_STANDINGS: dict[State, Standing] = {
    "free": "waiting",
    "busy": "under way",
    "batched": "under way",
    "done": "done",
    "failed": "failed",
    "unknown": "unknown",
}


@dataclass(slots=True)
class Entry:
    """One shot. `values` are those of its axes, `key` names it where it has no answer: `SWEEP/17`."""

    number: int
    sweep: str
    values: Mapping[str, object]
    labels: Mapping[str, str]
    sample: int
    asked: Exchange
    standing: Standing = "waiting"
    exchange: Exchange | None = None
    error: NbgeminiError | None = None
    since: float = field(default=0.0)
    batched: bool = False  # under way in a batch

    @classmethod
    def of(cls, planned: Planned, sweep: str, values: Mapping[str, object] | None = None) -> Entry:
        """From the plan on disk."""
        labels = planned.labels
        return cls(planned.number, sweep, values or dict(labels), labels, planned.sample, planned.asked)

    @property
    def key(self) -> str:
        return f"{self.sweep}/{self.number}"

    @property
    def estimate(self) -> int | None:
        """What it will probably cost, in micro-dollars."""
        return self.asked.estimate

    @property
    def has_ended(self) -> bool:
        return self.standing in ("done", "failed")

    def begin(self) -> None:
        self.standing, self.error, self.since, self.batched = "under way", None, time.monotonic(), False

    def wait(self) -> None:
        self.standing = "waiting"

    def answer(self, exchange: Exchange) -> None:
        self.exchange, self.error, self.standing = exchange, None, "done"

    def fail(self, error: NbgeminiError, state: State) -> None:
        self.error, self.standing = error.with_traceback(None), _STANDINGS[state]

    def recall(self, fate: Fate) -> None:
        """What the store says of it."""
        self.standing, self.batched = _STANDINGS[fate.state], fate.state == "batched"
        self.error = error_of(fate.end) if fate.end is not None else None
        if fate.state == "unknown" and self.error is None:
            self.error = errors.OutcomeUnknown("Its kernel ended before an answer came.")


def error_of(end: End) -> NbgeminiError:
    """The error that ended a shot, as it was put down."""
    kind = getattr(errors, end.kind, NbgeminiError) if end.kind in errors.__all__ else NbgeminiError
    error: NbgeminiError = NbgeminiError.__new__(kind)
    NbgeminiError.__init__(error, end.message, hint=end.hint, amount=end.amount)
    error.charged = next((word for word in get_args(errors.Charged) if word == end.charged), "maybe")
    return error
