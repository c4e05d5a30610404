"""One forced write for all threads that wait for one: what came while the last was under way goes into the next."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["Together"]

T = TypeVar("T")


class _Batch(Generic[T]):
    """What is done at once. `lock` is held by the thread that does it; the others wait for it."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.lock = threading.Lock()
        self.done = False
        self.problem: BaseException | None = None


class Together(Generic[T]):
    """Does `work` for what several threads ask at the same time. Each is back when its own was done, not before."""

    def __init__(self, work: Callable[[Sequence[T]], None]) -> None:
        self._work = work
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        self._guard = threading.Lock()
        self._turn = threading.Lock()  # one batch at a time
        self._next: _Batch[T] = _Batch()

    def do(self, item: T) -> None:
        """Have it done. Raises what `work` raises."""
        if self._process != os.getpid():  # a fork may have copied the locks locked
            self._forget()
        with self._guard:
            batch = self._next
            batch.items.append(item)
        with batch.lock:
            if not batch.done:
                self._lead(batch)
        if batch.problem is not None:
            raise batch.problem

    def _lead(self, batch: _Batch[T]) -> None:
        with self._turn:
            with self._guard:  # from here on, whoever comes is in the next one: its work must begin after its asking
                self._next = _Batch()
            try:
                self._work(batch.items)
            except BaseException as problem:
                batch.problem = problem
            batch.done = True
