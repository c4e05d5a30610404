"""Looks at living jobs from the background, the more rarely the older they are, while the kernel lives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from nbgemini.errors import NbgeminiError
from nbgemini.store.batch_log import BatchLog

__all__ = ["Watcher", "pause_at"]

_SHORTEST = 1.0  # seconds
_LONGEST = 300.0
_PART = 8  # a pause is this part of a job's age


def pause_at(age: float, failures: int = 0) -> float:
    """Seconds until the next look at a job of that age; longer after looks that failed."""
    return min(_LONGEST, max(_SHORTEST, age / _PART) * 2.0 ** min(failures, 8))


class Watcher:
    """Watches the jobs of some sweeps. `living` finds them, `turn` looks at one and collects it when it has ended.

    `told` of a sweep is called after each look at one of its jobs, from the thread that watches.
    """

    def __init__(self, living: Callable[[frozenset[str]], list[BatchLog]], turn: Callable[[BatchLog], None]) -> None:
        self._living = living
        self._turn = turn
        self._told: dict[str, list[Callable[[], None]]] = {}
        self._failures: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def watch(self, sweep: str, told: Callable[[], None] = lambda: None) -> None:
        """Watch the jobs of a sweep from now on."""
        with self._guard:
            self._told.setdefault(sweep, []).append(told)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="nbgemini-batches", daemon=True)
                with suppress(RuntimeError):  # no thread is to be had: asked by hand, it is found all the same
                    self._thread.start()

    def _watch(self) -> None:
        while True:
            with self._guard:
                jobs = self._living(frozenset(self._told))
                if not jobs:
                    self._thread = None
                    return
            for log in jobs:
                if time.monotonic() >= self._due.get(log.about.id, 0.0):
                    self._look(log)
            time.sleep(0.25 if len(jobs) < 20 else 1.0)

    def _look(self, log: BatchLog) -> None:
        name = log.about.id
        try:
            self._turn(log)
            self._failures[name] = 0
        except NbgeminiError:
            self._failures[name] = self._failures.get(name, 0) + 1
        except Exception:  # a fault here must not end the watch over the other jobs
            self._failures[name] = self._failures.get(name, 0) + 4
        self._due[name] = time.monotonic() + pause_at(age_of(log), self._failures[name])
        self.tell(log.about.sweep)

    def tell(self, sweep: str) -> None:
        """Whoever shows a sweep hears that something is new, whoever found it out."""
        for told in list(self._told.get(sweep, ())):
            with suppress(Exception):  # a notebook that is closed must not end the watch
                told()


def age_of(log: BatchLog) -> float:
    """Seconds since a job was submitted, by this machine's clock."""
    try:
        return max(0.0, time.time() - datetime.fromisoformat(log.about.created).timestamp())
    except ValueError:
        return 0.0
