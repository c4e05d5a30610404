"""How long an answer takes: longer for larger pictures, and never beyond the deadline that the client sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .. import apierrors
from ..apierrors import ApiError
from ..cues import Cue
from ..requests.wanted import Ask
from .chunks import INTERIM

FACTORS = {"512": 0.6, "default": 0.8, "1K": 1.0, "2K": 1.6, "4K": 3.0}
"""A picture's time in terms of one of 1K; live ones were seen to take 15–40 s, at 4K 60–80 s."""


@dataclass(frozen=True)
class Pace:
    """The seconds of one answer, and of each picture in it when it streams."""

    seconds: float
    pictures: int
    sleep: Callable[[float], None]

    @classmethod
    def of(cls, ask: Ask, cue: Cue, latency: float, sleep: Callable[[float], None]) -> Pace:
        """The pace for this request where a 1K picture takes `latency` seconds."""
        interim = INTERIM.get(ask.thinking_level or "", 0) if ask.show_thoughts else 0
        return cls(latency * FACTORS[ask.size], 1 + cue.drafts + interim, sleep)

    def check_deadline(self, asked: str | None) -> None:
        """504, after the time is up, if the client's X-Server-Timeout is shorter than the answer takes."""
        try:
            limit = float(asked) if asked else self.seconds
        except ValueError:
            return
        if limit < self.seconds:
            self.sleep(max(limit, 0.0))
            raise ApiError(504, apierrors.DEADLINE)

    def whole(self) -> None:
        """Waits as long as the whole answer takes."""
        if self.seconds:
            self.sleep(self.seconds)

    def step(self) -> None:
        """Waits as long as one picture of a stream takes."""
        if self.seconds:
            self.sleep(self.seconds / self.pictures)
