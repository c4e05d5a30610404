"""Keeps what Pillow thinks of a file out of the notebook, where nobody can do anything about it."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["quiet"]


class _Switch:
    """One filter of warnings for all threads: set by the first that needs it, taken away by the last.

    `warnings.catch_warnings` would not do: it puts back the filters that were there when it began, those of another
    thread among them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._filter: object = None

    def enter(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                warnings.filterwarnings("ignore", module=r"PIL\.")
                self._filter = warnings.filters[0]

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                with suppress(ValueError):  # someone else put filters of an earlier time back
                    warnings.filters.remove(self._filter)  # type: ignore[attr-defined]  # a list in truth


_SWITCH = _Switch()


@contextmanager
def quiet() -> Iterator[None]:
    """Inside it, warnings of Pillow's are not shown, in no thread; those of others are."""
    _SWITCH.enter()
    try:
        yield
    finally:
        _SWITCH.leave()
