"""The drawings on their way in one kernel, so that every front end can show what another one has begun."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbgemini.studio.drawing import Drawing

__all__ = ["UnderWay"]


class UnderWay:
    """In the order in which they were begun. `told` is called after every change, from whichever thread made it."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._lock = threading.Lock()
        self._drawings: tuple[Drawing, ...] = ()

    def begin(self, drawing: Drawing) -> Drawing:
        """Count a drawing until it has settled."""
        with self._lock:
            self._drawings += (drawing,)
        self._told()
        drawing.job.when_settled(lambda: self._end(drawing))
        return drawing

    def _end(self, drawing: Drawing) -> None:
        with self._lock:
            self._drawings = tuple(one for one in self._drawings if one is not drawing)
        self._told()

    def of(self, name: str) -> tuple[Drawing, ...]:
        """Those in a conversation that somebody still waits for."""
        found = (one for one in self._drawings if one.held.name == name)
        return tuple(one for one in found if not one.job.settled and not one.job.abandoned)
