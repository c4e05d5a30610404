"""A few threads that see to what came, so that those which ask can ask for the next at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

from nbgemini.net.taking_turns import TURNS

__all__ = ["Settling"]

Work = Callable[[], None]


class Settling:
    """Does what it is given on up to `most` threads of its own, which begin when they are needed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._left: SimpleQueue[Work | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def give(self, work: Work) -> None:
        """Have it done; where the system allows no thread, it is done here and now."""
        with self._lock:
            if len(self._threads) < self._most:
                self._begin()
        if self._threads:
            self._left.put(work)
        else:
            work()

    def _begin(self) -> None:
        thread = threading.Thread(target=self._run, name="nbgemini-settling", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return
        self._threads.append(thread)

    def _run(self) -> None:
        while (work := self._left.get()) is not None:
            TURNS.stand_back()
            work()

    def end(self) -> None:
        """Wait until all of it is done; nothing may be given any more."""
        for _ in self._threads:
            self._left.put(None)
        for thread in self._threads:
            thread.join()
