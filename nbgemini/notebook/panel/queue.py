"""Work of one panel, one piece after another and off the caller's thread: a callback of a widget only submits."""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import Callable

from nbgemini.bridge import Job

__all__ = ["Errands"]

_MOST = 500  # pieces of work that wait; a page that asks for more is not answered

Work = Callable[[], None]


class Errands:
    """A queue with at most one thread, which ends with the work.

    All of it runs in the context of the call that opened the panel: ipykernel would attribute what is sent to
    whichever cell runs by then. `failed` is told what a piece of work raises.
    """

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self._context = contextvars.copy_context()
        self._lock = threading.Lock()
        self._waiting: deque[Work] = deque()
        self._working = False
        self._closed = False

    def submit(self, work: Work) -> bool:
        """Queue a piece of work and return. False when there is too much of it, or the panel is closed."""
        with self._lock:
            if self._closed or len(self._waiting) >= _MOST:
                return False
            self._waiting.append(work)
            if self._working:
                return True
            self._working = True
        Job(lambda _: self._work(), name="nbgemini-panel")
        return True

    def close(self) -> None:
        """Forget what waits, and take no more."""
        with self._lock:
            self._closed = True
            self._waiting.clear()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._working = False
                    return
                work = self._waiting.popleft()
            self._context.copy().run(self._guarded, work)

    def _guarded(self, work: Work) -> None:
        try:
            work()
        except Exception as error:  # what happens here is seen by nobody, unless the panel says it
            self._failed(error)
