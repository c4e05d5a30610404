"""Who hears what becomes of a request, and what it passes before it leaves."""

from __future__ import annotations

from typing import Protocol

from nbgemini.core.live import LivePart
from nbgemini.errors import NbgeminiError
from nbgemini.net.flight import Flight

__all__ = ["Ear", "Gate", "OpenGate"]


class Ear(Protocol):
    """Who hears what becomes of a request: a job, or one shot of many."""

    notices: list[str]
    progress: str

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits for it any more."""

    def watch(self, flight: Flight, /) -> None:
        """Let an interrupt reach it."""

    def tell(self, part: LivePart, /) -> None:
        """Something of the answer has come."""


class Gate(Protocol):
    """What the requests of a sweep pass one by one."""

    def may_leave(self) -> bool:
        """Asked before each try of a request, once more when it is connected; where it says no, nothing is sent."""

    def heard(self, error: NbgeminiError, /) -> None:
        """Told of an error at once, before anything is written down."""


class OpenGate:
    """A gate that stands open."""

    def may_leave(self) -> bool:
        return True

    def heard(self, error: NbgeminiError, /) -> None:
        """Nobody else waits."""
