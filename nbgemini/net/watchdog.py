"""One thread that cuts requests whose time is up, however many are on their way."""

from __future__ import annotations

import os
import threading
import time

from nbgemini.net.flight import Flight

__all__ = ["WATCHDOG", "Watchdog"]


class Watchdog:
    """Watches flights from `watch` to `forget`; its thread lives while there are any."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Watch nothing: as a forked child, which has no copy of the thread and may have a lock that nobody opens."""
        self._changed = threading.Condition(threading.Lock())
        self._watched: dict[object, tuple[float, Flight]] = {}
        self._wakes = float("inf")  # when the thread looks again
        self._thread: threading.Thread | None = None

    def watch(self, key: object, flight: Flight) -> None:
        """Cut it at its deadline, unless it is forgotten before. Raises RuntimeError where no thread can begin."""
        until = time.monotonic() + flight.remaining()
        with self._changed:
            self._watched[key] = until, flight  # before the thread looks, which would end for want of any
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="nbgemini-watchdog", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:
                    self._thread = None
                    del self._watched[key]
                    raise
            if until < self._wakes:
                self._changed.notify()

    def forget(self, key: object) -> None:
        """It has ended."""
        with self._changed:
            self._watched.pop(key, None)
            if not self._watched:
                self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while self._watched:
                now = time.monotonic()
                for key, (until, flight) in list(self._watched.items()):
                    if until <= now:
                        del self._watched[key]
                        flight.expire()
                self._wakes = min((until for until, _ in self._watched.values()), default=now)
                self._changed.wait(max(0.0, self._wakes - now))
            self._wakes, self._thread = float("inf"), None


WATCHDOG = Watchdog()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=WATCHDOG.begin_anew)
