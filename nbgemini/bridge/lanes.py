"""Queues of jobs that must not overlap: the turns of one conversation, first in, first out."""

from __future__ import annotations

import contextlib
import threading
from collections import deque

__all__ = ["Lane"]


class Lane:
    """A queue of jobs that must not overlap: the turns of one conversation."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._waiting: deque[object] = deque()

    def join(self, job: object) -> None:
        with self._free:
            self._waiting.append(job)

    def leave(self, job: object) -> None:
        with self._free, contextlib.suppress(ValueError):
            self._waiting.remove(job)
            self._free.notify_all()

    def await_turn(self, job: object) -> None:
        """Block until every job before this one has left."""
        with self._free:
            while job in self._waiting and self._waiting[0] is not job:
                self._free.wait()
