"""Work on daemon threads that a caller can wait for, abandon or cancel."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from nbgemini.bridge.interrupts import Interrupted, Interrupts
from nbgemini.bridge.lanes import Lane
from nbgemini.bridge.loops import (
    SLICE,
    awaited_by_task,
    cancelled_for_interrupt,
    is_cell,
    reentering_slices,
    set_done,
    uncancel,
    wake,
    wake_up,
)
from nbgemini.errors import NotSent

if TYPE_CHECKING:
    from nbgemini.core.live import LivePart

__all__ = ["Job", "Late", "Stoppable"]

T = TypeVar("T")


class Stoppable(Protocol):
    """A request on its way."""

    @property
    def stage(self) -> str:
        """Where it is: "waiting", "sending", "sent", "receiving" or "done"."""

    def withdraw(self) -> bool:
        """Cancel it if it has not left completely; True: nothing was charged and nothing will be."""

    def cancel(self) -> None:
        """Close the connection whatever has happened."""


class Late(NamedTuple):
    """What became of an abandoned job: a line for people, and the id of the answer that was kept, if one was."""

    line: str
    kept: str = ""


class Job(Generic[T]):
    """Work on a daemon thread, begun at once.

    `work` gets the job; it calls `claim()` right before it commits and gives up when that says False. Whatever it
    raises is raised again by the wait. `notices` are lines about what happened on the way, `live` what has come of the
    answers so far; both only grow, and any thread may look at them. Raises NotSent where no thread can be had.

    In a `lane` the work begins when its turn comes. With `at_once` it begins at once, and `claim` waits for the turn:
    jobs that need nothing of each other run side by side, and are committed in the order in which they were begun.
    """

    def __init__(
        self,
        work: Callable[[Job[T]], T],
        *,
        lane: Lane | None = None,
        at_once: bool = False,
        name: str = "nbgemini",
    ) -> None:
        self.started = time.monotonic()
        self.notices: list[str] = []
        self.live: list[LivePart] = []
        self.progress = ""  # what it is at now, for whoever waits; no part of what it leaves behind
        self.on_late: Callable[[Late], None] | None = None
        self.on_live: Callable[[], None] | None = None
        self._work = work
        self._lane = lane
        self._at_once = at_once
        self._flights: list[Stoppable] = []
        self._decision = threading.Lock()
        self._state = "running"
        self._settled = threading.Event()
        self._listeners: list[Callable[[], None]] = []
        self._ears: list[Callable[[], None]] = []  # of those that wait for more of the answer
        self._value: T | None = None
        self._error: BaseException | None = None
        if lane is not None:
            lane.join(self)
        try:
            # A daemon: an exit with a request in flight must not hang the kernel.
            threading.Thread(target=self._run, name=name, daemon=True).start()
        except RuntimeError as problem:
            if lane is not None:
                lane.leave(self)  # or all later jobs would wait for this one
            raise _no_thread(problem) from None

    @property
    def seconds(self) -> float:
        """Seconds since the job was begun."""
        return time.monotonic() - self.started

    @property
    def settled(self) -> bool:
        return self._settled.is_set()

    def settled_within(self, seconds: float) -> bool:
        """Whether it has settled, waiting for so long at most."""
        return self._settled.wait(seconds)

    @property
    def abandoned(self) -> bool:
        return self._state == "abandoned"

    @property
    def stage(self) -> str:
        """Where the work is: "queued", or the stage of its latest request."""
        return self._flights[-1].stage if self._flights else "queued"

    def watch(self, flight: Stoppable) -> None:
        """Let an interrupt reach a request of this job."""
        self._flights.append(flight)
        if self.abandoned:
            flight.withdraw()

    def claim(self) -> bool:
        """The worker is about to commit: from now on the job cannot be abandoned. False when it already was."""
        if self._lane is not None:
            self._lane.await_turn(self)
        with self._decision:
            if self._state == "running":
                self._state = "claimed"
            return self._state == "claimed"

    def abandon(self) -> bool:
        """The caller no longer waits. False when the worker has already claimed the job and will settle it soon."""
        with self._decision:
            if self._state != "running" or self._settled.is_set():
                return False
            self._state = "abandoned"
        if self._lane is not None:
            self._lane.leave(self)
        self._call_ears()
        return True

    def stop(self) -> bool:
        """Stop the requests that have not left yet; says whether none had."""
        return all([flight.withdraw() for flight in list(self._flights)])

    def cancel(self) -> None:
        """Abandon the job and close its connections."""
        self.abandon()
        for flight in list(self._flights):
            flight.cancel()

    def tell(self, part: LivePart) -> None:
        """Something of the answer has come: it joins `live`, and `on_live` is called, in the worker's thread."""
        self.live.append(part)
        self._call_ears()
        if self.on_live is not None:
            with contextlib.suppress(Exception):  # as with `late`
                self.on_live()

    def _call_ears(self) -> None:
        with self._decision:
            ears, self._ears = self._ears, []
        for ear in ears:
            ear()

    def late(self, news: Late) -> None:
        """Tell whoever still listens how an abandoned job ended."""
        if self.on_late is not None:
            with contextlib.suppress(Exception):  # a closed notebook must not take the worker down
                self.on_late(news)

    def _run(self) -> None:
        try:
            if self._lane is not None and not self._at_once:
                self._lane.await_turn(self)
            if not self.abandoned:
                self._value = self._work(self)
        except BaseException as error:  # raised again by the wait
            self._error = error
        finally:
            if self._lane is not None:
                self._lane.leave(self)
            with self._decision:
                self._settled.set()
                listeners, self._listeners = self._listeners, []
            for listener in listeners:
                listener()
            self._call_ears()

    def result(self) -> T:
        """What the work returned. Raises what it raised. Only after it has settled."""
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error.__context__ = None
        return self._value  # type: ignore[return-value]  # set by the work, whose type it has

    def wait(self, tick: Callable[[Job[T]], None] | None = None, *, interrupts: Interrupts, reenter: bool = False) -> T:
        """Wait in slices and call `tick` in this thread after each. Raises Interrupted when the user stops waiting.

        Whatever else ends the wait (a signal handler of the user's own with a time limit, say) abandons the job too.
        """
        slices = reentering_slices(self) if reenter else self._slices()
        try:
            for _ in slices:
                if interrupts.count and self.abandon():
                    raise Interrupted(sent=not self.stop())
                if tick is not None:
                    tick(self)
        except BaseException:
            if self.abandon():
                self.stop()
            raise
        return self.result()

    def _slices(self) -> Iterator[None]:
        while not self._settled.wait(SLICE):
            yield

    def when_settled(self, listener: Callable[[], None]) -> None:
        """Call `listener` from the worker's thread once the job has settled, or now."""
        with self._decision:
            if not self._settled.is_set():
                self._listeners.append(listener)
                return
        listener()

    async def awaited(self) -> T:
        """Wait on the caller's own loop, asyncio or trio. A cancellation abandons the job, unless it is committing.

        Raises Interrupted on SIGINT where the caller is a notebook's cell or a task that is cancelled with it;
        elsewhere the loop's own handling of SIGINT cancels the task.
        """
        await self._awaited(self.when_settled, lambda: self.settled)
        return self.result()

    async def awaited_more(self, known: int) -> None:
        """The same, until more than `known` parts of the answer have come or the job has settled."""

        def come() -> bool:
            return self.settled or self.abandoned or len(self.live) > known

        def listen(ear: Callable[[], None]) -> None:
            with self._decision:
                self._ears.append(ear)
            if come():  # it may have come before anybody listened
                ear()

        await self._awaited(listen, come)

    async def awaited_for(self, seconds: float) -> None:
        """The same, for so many seconds at most."""
        over = threading.Event()

        def listen(ear: Callable[[], None]) -> None:
            def ended() -> None:
                over.set()
                ear()

            timer = threading.Timer(seconds, ended)
            timer.daemon = True
            self.when_settled(ear)
            timer.start()

        await self._awaited(listen, lambda: self.settled or over.is_set())

    async def _awaited(self, subscribe: Callable[[Callable[[], None]], None], come: Callable[[], bool]) -> None:
        try:
            if is_cell():
                await self._wait_in_cell(subscribe, come)
            else:
                with awaited_by_task():
                    await wake_up(subscribe)
        except Interrupted:
            raise
        except BaseException as problem:
            if self.abandon():
                sent = not self.stop()
                if cancelled_for_interrupt(problem):
                    raise Interrupted(sent=sent, cancelled=True) from None
                raise
            await wake_up(self.when_settled)

    async def _wait_in_cell(self, subscribe: Callable[[Callable[[], None]], None], come: Callable[[], bool]) -> None:
        """Look at the interrupt counter between slices; ipykernel notices SIGINT only when the loop wakes up."""
        import asyncio

        loop = asyncio.get_running_loop()
        slices = [loop.create_future()]
        subscribe(lambda: wake(loop, slices))
        with Interrupts() as interrupts:
            while not come():
                loop.call_later(SLICE, set_done, slices[0])
                try:
                    await slices[0]
                except asyncio.CancelledError:
                    if not (interrupts.missed() and self.abandon()):
                        raise
                    uncancel()
                    raise Interrupted(sent=not self.stop()) from None
                slices[0] = loop.create_future()
                if interrupts.count and self.abandon():
                    raise Interrupted(sent=not self.stop())


def _no_thread(problem: RuntimeError) -> NotSent:
    if sys.platform == "emscripten":
        why, hint = "this Python runs in a browser, which has none", "Use a kernel on a computer or a server."
    else:
        why, hint = str(problem), "End what uses so many threads, or restart the kernel."
    return NotSent(f"No thread can be started: {why}.", hint=hint)
