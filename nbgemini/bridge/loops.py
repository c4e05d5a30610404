"""Waiting on a caller's own event loop, asyncio's or trio's: woken from the worker's thread, nothing patched."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Protocol

from nbgemini.bridge.interrupts import noted_by

__all__ = [
    "SLICE",
    "awaited_by_task",
    "cancelled_for_interrupt",
    "interrupt_of_cell",
    "interrupt_of_task",
    "is_cell",
    "reenter_refusal",
    "reentering_slices",
    "set_done",
    "uncancel",
    "wake",
    "wake_up",
]

SLICE = 0.05  # seconds between two looks at the interrupt counter
_HEARING = 0.2  # seconds between two wakes of a loop that would sleep through a SIGINT


class Waited(Protocol):
    """What is waited for."""

    @property
    def settled(self) -> bool:
        """Whether it has ended."""


def wake_up(subscribe: Callable[[Callable[[], None]], None]) -> Coroutine[Any, Any, None]:
    """Wait until what was given to `subscribe` is called, from whatever thread."""
    # `%autoawait trio` runs trio inside asyncio: look for trio first.
    trio = sys.modules.get("trio")
    if trio is not None:
        with contextlib.suppress(RuntimeError):
            trio.lowlevel.current_task()
            return _wake_up_trio(trio, subscribe)
    return _wake_up_asyncio(subscribe)


async def _wake_up_trio(trio: Any, subscribe: Callable[[Callable[[], None]], None]) -> None:
    event, token = trio.Event(), trio.lowlevel.current_trio_token()

    def wake() -> None:
        with contextlib.suppress(trio.RunFinishedError):
            token.run_sync_soon(event.set)

    subscribe(wake)
    await event.wait()


async def _wake_up_asyncio(subscribe: Callable[[Callable[[], None]], None]) -> None:
    import asyncio

    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()
    subscribe(lambda: wake(loop, [future]))
    with _hearing(loop):
        await future


@contextlib.contextmanager
def _hearing(loop: Any) -> Iterator[None]:
    """Wake the main thread's loop now and then: ipykernel notices SIGINT only in a loop that is awake."""
    timers: list[Any] = []

    def stir() -> None:
        timers[:] = [loop.call_later(_HEARING, stir)]

    if threading.current_thread() is threading.main_thread():
        stir()
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()


def wake(loop: Any, futures: list[Any]) -> None:
    """From another thread: end the wait on the future that is in the list by then."""
    with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
        loop.call_soon_threadsafe(lambda: set_done(futures[0]))


def is_cell() -> bool:
    """Whether the running task is a whole notebook cell: there IPython shows a KeyboardInterrupt.

    In any other task it would go through the event loop, and take the kernel down with it.
    """
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or threading.current_thread() is not threading.main_thread():
        return False
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return False
    return task is not None and getattr(task.get_coro(), "__name__", "") == "run_cell_async"


def cancelled_for_interrupt(problem: BaseException) -> bool:
    """Whether a task that is not the cell itself was cancelled because the user interrupted the cell."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or not isinstance(problem, asyncio.CancelledError):
        return False
    return noted_by(signal.getsignal(signal.SIGINT))


def interrupt_of_task(*said: str) -> KeyboardInterrupt:
    """A KeyboardInterrupt that asyncio takes for the cancellation of its task: it reaches the cell that waits for it.

    Any other would leave the task through the event loop, and take the kernel down with it.
    """
    import asyncio

    kind = type("KeyboardInterrupt", (asyncio.CancelledError, KeyboardInterrupt), {"__module__": "builtins"})
    error = kind(*said)
    assert isinstance(error, KeyboardInterrupt)
    _of_tasks[:] = [(signal.getsignal(signal.SIGINT), error)]
    return error


# The last one, and the handler of the cell whose task it was: ipykernel makes a new one for each cell.
_of_tasks: list[tuple[Any, KeyboardInterrupt]] = []
_awaiting: list[object] = []  # one for each task of the main thread that awaits an answer


@contextlib.contextmanager
def awaited_by_task() -> Iterator[None]:
    """While a task that is not the cell itself awaits an answer: it may outlive an interrupt of the cell."""
    mark = object()
    if threading.current_thread() is threading.main_thread():
        _awaiting.append(mark)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            _awaiting.remove(mark)


def interrupt_of_cell() -> KeyboardInterrupt | int:
    """What a cancelled cell is to show instead, once, where it was interrupted while tasks of its own waited for us.

    It is what one of the tasks said that were cancelled with the cell; or the number of those that go on, as behind
    `asyncio.wait`, `shield` and `as_completed`. 0: it was not interrupted, or has no such tasks.
    """
    handler = signal.getsignal(signal.SIGINT)
    errors = [error for noted, error in _of_tasks if noted is handler]
    _of_tasks.clear()
    if not noted_by(handler):
        return 0
    return errors[0] if errors else len(_awaiting)


def uncancel() -> None:
    """The running task's cancellation has been answered with an exception of another class."""
    import asyncio

    task = asyncio.current_task()
    if task is not None:
        task.uncancel()


def set_done(future: Any) -> None:
    """End the wait on a future, unless it has ended."""
    if not future.done():
        future.set_result(None)


def reenter_refusal() -> str | None:
    """Why `keep_tasks_running` cannot work here, as one sentence, or None when it can."""
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return "no event loop is running here"
    if not type(loop).__module__.startswith("asyncio."):
        return f"the event loop is {type(loop).__module__}'s, not asyncio's own"
    if sys.version_info >= (3, 14):
        return "nest-asyncio breaks asyncio on Python 3.14 and later"
    ipykernel = sys.modules.get("ipykernel")
    if ipykernel is None or ipykernel.version_info[0] >= 7:
        return "it needs a kernel that shares no context between cells (ipykernel 6)"
    return None


def reentering_slices(job: Waited) -> Iterator[None]:
    """Slices of waiting in which the caller's own asyncio tasks keep running, by re-entering its loop."""
    import asyncio

    import nest_asyncio

    loop = asyncio.get_running_loop()
    nest_asyncio.apply(loop)
    while not job.settled:
        loop.run_until_complete(asyncio.sleep(SLICE))
        yield
