"""SIGINT while a caller waits: counted, looked at between slices, and never raised in the middle of our work."""

from __future__ import annotations

import functools
import signal
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

__all__ = ["Interrupted", "Interrupts", "noted_by", "stopped", "whole"]

P = ParamSpec("P")
T = TypeVar("T")


class Interrupted(Exception):
    """The wait was given up. `sent` says whether a request had left by then (it goes on, and its answer is kept).

    `cancelled`: what ends is a task that was cancelled for the interrupt, not the whole cell.
    """

    def __init__(self, *, sent: bool, cancelled: bool = False) -> None:
        super().__init__("sent" if sent else "not sent")
        self.sent = sent
        self.cancelled = cancelled


class Interrupts:
    """Counts SIGINT instead of raising KeyboardInterrupt at any bytecode, while a main-thread wait lasts.

    Installed when the present handler is callable (IPython's, ipykernel's, Python's own), and restored at the end. In
    other threads signals never arrive, and the count stays 0.
    """

    def __init__(self) -> None:
        self.count = 0
        self._before: Any = None

    def missed(self) -> bool:
        """Whether a SIGINT of this cell came before the count began: ipykernel cancels the cell's task for it."""
        return noted_by(self._before)

    def _note(self, *_: object) -> None:
        self.count += 1

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            present = signal.getsignal(signal.SIGINT)
            if callable(present):
                self._before = present
                signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)


def noted_by(handler: Any) -> bool:
    """Whether ipykernel's handler, if it is that, has had a SIGINT in this cell.

    It tells nobody but the cell's task, which it cancels, so only the future that it completes can be asked. Where
    there is no such future, a cancellation is somebody else's: a time limit of the user's own, say.
    """
    import inspect

    noted = inspect.getclosurevars(handler).nonlocals if inspect.isfunction(handler) else {}
    future = noted.get("sigint_future")
    return future is not None and future.done() and not future.cancelled()


def whole(verb: Callable[P, T]) -> Callable[P, T]:
    """A short verb that changes things: a SIGINT in its middle comes too late, and it is done as a whole."""

    @functools.wraps(verb)
    def done(*args: P.args, **words: P.kwargs) -> T:
        with Interrupts():
            return verb(*args, **words)

    return done


def stopped(first: str, *more: str, kind: Callable[[str], KeyboardInterrupt] = KeyboardInterrupt) -> KeyboardInterrupt:
    """A KeyboardInterrupt that a notebook shows as these lines, without any frames."""
    lines = [f"KeyboardInterrupt: {first}", *more]
    error = kind(" ".join((first, *more)))
    error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]  # what IPython looks for
    return error
