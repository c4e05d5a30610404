"""The bridge: jobs settle once, interrupts leave nothing half done, lanes are first in, first out."""

from __future__ import annotations

import _thread
import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable

import pytest

from nbgemini.bridge import Interrupted, Interrupts, Job, Lane, reenter_refusal
from nbgemini.errors import NotSent


class _Flight:
    """A request on its way, as the bridge sees it."""

    stage = "sent"

    def __init__(self, *, sent: bool) -> None:
        self.sent = sent
        self.cancelled = False

    def withdraw(self) -> bool:
        return not self.sent

    def cancel(self) -> None:
        self.cancelled = True


def _press_interrupt_after(seconds: float, times: int = 1) -> threading.Thread:
    def press() -> None:
        for _ in range(times):
            time.sleep(seconds)
            if os.name == "posix":
                os.kill(os.getpid(), signal.SIGINT)
            else:  # which would end the process there
                _thread.interrupt_main()

    thread = threading.Thread(target=press, daemon=True)
    thread.start()
    return thread


def _slowly(job: Job[str]) -> str:
    time.sleep(0.3)
    return "done"


def _waiting(released: threading.Event, flight: _Flight, after: list[str]) -> Callable[[Job[str]], str]:
    def work(job: Job[str]) -> str:
        job.watch(flight)
        released.wait(10)
        after.append("committed" if job.claim() else "orphan")
        return "done"

    return work


def test_a_job_returns_what_its_work_returned() -> None:
    """The plain case, in the caller's thread."""
    with Interrupts() as interrupts:
        assert Job(lambda job: 7).wait(interrupts=interrupts) == 7


def test_a_job_raises_what_its_work_raised() -> None:
    """An error crosses from the worker to the caller."""

    def work(job: Job[int]) -> int:
        raise ValueError("no")

    with Interrupts() as interrupts, pytest.raises(ValueError, match="no"):
        Job(work).wait(interrupts=interrupts)


def test_ticks_come_in_the_caller_s_thread() -> None:
    """Displays are updated from the thread that waits."""
    threads = set()
    with Interrupts() as interrupts:
        Job(lambda job: time.sleep(0.2)).wait(
            lambda job: threads.add(threading.current_thread()), interrupts=interrupts
        )
    assert threads == {threading.current_thread()}


@pytest.mark.parametrize("sent", [False, True])
def test_an_interrupt_ends_the_wait_quickly_and_the_late_answer_commits_nothing(sent: bool) -> None:
    """Interrupted says whether the request had left; the worker then finds the job abandoned."""
    released, after, flight = threading.Event(), list[str](), _Flight(sent=sent)
    presser = _press_interrupt_after(0.15)
    before = signal.getsignal(signal.SIGINT)
    with Interrupts() as interrupts:
        job = Job(_waiting(released, flight, after))
        started = time.monotonic()
        with pytest.raises(Interrupted) as caught:
            job.wait(interrupts=interrupts)
        waited = time.monotonic() - started
    presser.join()
    assert signal.getsignal(signal.SIGINT) is before
    assert waited < 1.5
    assert caught.value.sent is sent
    released.set()
    _until(lambda: after == ["orphan"])


def test_whatever_else_ends_the_wait_abandons_the_job() -> None:
    """A time limit by a signal handler of the user's own raises amid the wait: the late work commits nothing."""
    released, after = threading.Event(), list[str]()

    def out_of_time(job: Job[str]) -> None:
        raise TimeoutError("the user's own")

    job = Job(_waiting(released, _Flight(sent=True), after))
    with Interrupts() as interrupts, pytest.raises(TimeoutError, match="the user's own"):
        job.wait(out_of_time, interrupts=interrupts)
    released.set()
    _until(lambda: after == ["orphan"])


def test_an_interrupt_while_committing_returns_normally() -> None:
    """A KeyboardInterrupt means an unchanged history, so a claimed job is waited for."""
    claimed, released = threading.Event(), threading.Event()

    def work(job: Job[str]) -> str:
        assert job.claim()
        claimed.set()
        released.wait(10)
        return "committed"

    with Interrupts() as interrupts:
        job = Job(work)
        claimed.wait(10)
        presser = _press_interrupt_after(0.05)
        threading.Timer(0.3, released.set).start()
        assert job.wait(interrupts=interrupts) == "committed"
    presser.join()


def test_jobs_of_one_lane_run_first_in_first_out() -> None:
    """Turns of one conversation never overlap and keep their order."""
    lane, order, active = Lane(), list[int](), list[int]()

    def work(number: int) -> Callable[[Job[None]], None]:
        def run(job: Job[None]) -> None:
            active.append(number)
            assert len(active) == 1
            time.sleep(0.01)
            order.append(number)
            active.remove(number)

        return run

    jobs = [Job(work(number), lane=lane) for number in range(8)]
    with Interrupts() as interrupts:
        for job in jobs:
            job.wait(interrupts=interrupts)
    assert order == list(range(8))


def test_an_abandoned_job_leaves_its_lane_at_once() -> None:
    """The next cell does not wait for a request that was given up."""
    lane, released = Lane(), threading.Event()
    first: Job[bool] = Job(lambda job: released.wait(10), lane=lane)
    second = Job(lambda job: "second", lane=lane)
    assert first.abandon()
    with Interrupts() as interrupts:
        assert second.wait(interrupts=interrupts) == "second"
    released.set()


def test_a_job_abandoned_in_the_queue_never_starts() -> None:
    """Given up before its turn, its work does not run."""
    lane, released, ran = Lane(), threading.Event(), list[str]()
    first: Job[bool] = Job(lambda job: released.wait(10), lane=lane)
    second: Job[None] = Job(lambda job: ran.append("second"), lane=lane)
    assert second.abandon()
    released.set()
    _until(lambda: first.settled and second.settled)
    assert ran == []


def test_where_no_thread_can_be_had_nothing_is_sent_and_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is ours and says so; later jobs of the lane do not stand behind the one that never began."""
    lane = Lane()

    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", refused)
        with pytest.raises(NotSent, match=r"can't start new thread\. Not charged\. .*restart the kernel"):
            Job(_slowly, lane=lane)
    with Interrupts() as interrupts:
        assert Job(_slowly, lane=lane).wait(interrupts=interrupts) == "done"


def test_waiting_on_asyncio_keeps_the_loop_free() -> None:
    """Other tasks tick while a job is awaited."""

    async def main() -> tuple[int, str]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        value = await Job(_slowly).awaited()
        ticking.cancel()
        return ticks, value

    ticks, value = asyncio.run(main())
    assert value == "done"
    assert ticks > 10


def test_cancelling_an_awaited_job_abandons_it() -> None:
    """A cancelled task raises CancelledError, and the late work commits nothing."""
    released, after = threading.Event(), list[str]()

    async def main() -> None:
        task = asyncio.ensure_future(Job(_waiting(released, _Flight(sent=True), after)).awaited())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    released.set()
    _until(lambda: after == ["orphan"])


def test_cancel_closes_the_connections() -> None:
    """The hard way out reaches every request of the job."""
    released, flight = threading.Event(), _Flight(sent=True)
    job = Job(_waiting(released, flight, []))
    _until(lambda: job.stage != "queued")
    job.cancel()
    assert flight.cancelled
    assert job.abandoned
    released.set()


def test_reentering_is_refused_where_no_loop_runs() -> None:
    """The guard of `keep_tasks_running` names its reason."""
    assert reenter_refusal() == "no event loop is running here"


def _until(condition: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
