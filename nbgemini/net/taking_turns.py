"""Turns between answers that arrive at the same time: one thread takes its answer in, then the next.

Each is decoded, hashed and written by Python code. Sixteen threads that do so at once take the interpreter from each
other some hundred times an answer, which doubles the work, and all of them are late; one after the other, the first
slot is free for the next request at once. A turn ends where its thread has to wait for the network or for the disk,
and where it has lasted so long that it is a download rather than a picture. It is a courtesy and no lock: whoever has
waited half a second goes on without the leave of a holder that may be stuck.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable

__all__ = ["LONG", "TURNS", "Turns"]

_PATIENCE = 0.5  # seconds
LONG = 0.1  # seconds: an answer with a picture at 4K takes half of that


class Turns:
    """Which thread may work on what arrived; the others wait in the order in which they came."""

    def __init__(self, patience: float = _PATIENCE, clock: Callable[[], float] = time.monotonic) -> None:
        self.patience = patience
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Nobody holds it and nobody waits: so it is in a process that was just forked."""
        self._guard = threading.Lock()
        self._holder: int | None = None  # the ident of a thread
        self._since = 0.0
        self._waiting: deque[tuple[int, threading.Lock]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def take(self) -> None:
        """Wait until it is this thread's turn, or has taken too long to come.

        A turn that has lasted long ends here where others wait: then it is theirs first.
        """
        me = threading.get_ident()
        if self._holder == me:  # only this thread makes it so
            if not self._waiting or self._clock() - self._since <= LONG:
                return
            self.leave()
        with self._guard:
            if self._holder is None:
                self._hold(me)
                return
            called = threading.Lock()
            called.acquire()
            place = (me, called)
            self._waiting.append(place)
        if called.acquire(timeout=self.patience):
            return
        with self._guard:
            if place in self._waiting:
                self._waiting.remove(place)
            self._hold(me)

    def leave(self) -> None:
        """Let the next one have its turn, if it is this thread's."""
        if self._holder != threading.get_ident():
            return
        with self._guard:
            if self._holder != threading.get_ident():
                return
            self._holder = None
            if self._waiting:
                next_one, called = self._waiting.popleft()
                self._hold(next_one)
                called.release()

    def _hold(self, thread: int) -> None:
        self._holder, self._since = thread, self._clock()

    def stand_back(self) -> None:
        """Let those go first that wait already."""
        self.take()
        self.leave()


TURNS = Turns()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=TURNS.forget)
