"""What the disk did not take after an answer had come: done again, in order, before anything else is written."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable

from nbgemini.errors import NbgeminiError

__all__ = ["Owed"]


class Owed:
    """Writes that a full or broken disk refused. They stay in the order of their making, and none is forgotten."""

    def __init__(self) -> None:
        self._debts: list[Callable[[], None]] = []
        self._lock = threading.RLock()
        self._process = os.getpid()

    def __bool__(self) -> bool:
        return bool(self._debts) and self._process == os.getpid()  # a forked child owes nothing

    def do(self, work: Callable[[], None]) -> NbgeminiError | None:
        """Do it, after all that is owed; if that cannot be, it is owed too. Why, or None when it is done."""
        if not self:
            try:
                work()
            except NbgeminiError as problem:
                self.add(work)
                return problem
            return None
        self.add(work)
        return self.settle()

    def add(self, work: Callable[[], None]) -> None:
        """Owe it."""
        if self._process != os.getpid():  # the lock may have been copied locked
            self._debts, self._lock, self._process = [], threading.RLock(), os.getpid()
        with self._lock:
            if not self._debts:
                atexit.register(self.settle)
            self._debts.append(work)

    def settle(self) -> NbgeminiError | None:
        """Do what is owed. Why the first of it cannot be done still, or None when nothing is left."""
        if not self:
            return None
        with self._lock:
            while self._debts:
                try:
                    self._debts[0]()
                except NbgeminiError as problem:
                    return problem
                del self._debts[0]
            atexit.unregister(self.settle)
        return None
