"""How fast shots leave: all of them wait for a hint, then slower, and the pace recovers."""

from __future__ import annotations

import threading
import time

from nbgemini.tuning.shooting.asked_shot import PacedGate
from nbgemini.tuning.shooting.pace import Pace, Preparing


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def enter(pace: Pace, clock: Clock) -> float:
    """When the next one may leave; time passes until then."""
    clock.now += max(0.0, pace.pause())
    return pace.leave()


def test_nothing_holds_back_before_a_refusal() -> None:
    """As many leave at once as there are workers."""
    clock = Clock()
    pace = Pace(clock=clock)
    assert {enter(pace, clock) for _ in range(64)} == {100.0}


def test_a_refusal_holds_all_back_until_its_hint_has_passed() -> None:
    """Further refusals of the same stretch only make it longer, and what has entered must not leave."""
    clock = Clock()
    pace = Pace(clock=clock)
    entered = [enter(pace, clock) for _ in range(8)]
    for _ in range(5):
        pace.passed()
    clock.now += 1
    pace.refused(3.0, entered[5])
    pace.refused(4.0, entered[6])
    assert not pace.is_open()
    assert pace.waits_until == 105.0
    first, second = enter(pace, clock), enter(pace, clock)
    assert 105.0 <= first < 105.1
    assert second - first > 0.5  # five came through in the four seconds until the first hint ended
    assert not pace.given_up


def test_the_pace_recovers() -> None:
    """The gap closes with every answer, and faster where the limit is not what it seemed."""
    clock = Clock()
    pace = Pace(clock=clock)
    entered = enter(pace, clock)
    pace.passed()
    pace.refused(2.0, entered)
    enter(pace, clock)
    left = clock.now
    for _ in range(40):
        enter(pace, clock)
        pace.passed()
    assert clock.now - left < 12
    assert {enter(pace, clock) for _ in range(8)} == {clock.now}


def test_a_limit_a_minute_is_kept_from_the_start() -> None:
    """No minute sees more than so many."""
    clock = Clock()
    pace = Pace(5, clock=clock)
    times = [enter(pace, clock) for _ in range(12)]
    assert times[4] == 100.0
    assert all(later - earlier >= 60 for earlier, later in zip(times, times[5:], strict=False))


def test_a_server_that_refuses_everything_is_given_up() -> None:
    """Each refusal without a hint is waited for longer, and after some of them in a row there is no point."""
    clock = Clock()
    pace = Pace(clock=clock)
    waits = []
    while not pace.given_up:
        entered = enter(pace, clock)
        pace.refused(None, entered)
        waits.append((pace.waits_until or 0.0) - clock.now)
    assert [round(wait) for wait in waits] == [2, 4, 8, 16, 32, 32]


def test_few_get_ready_at_a_time() -> None:
    """The third waits until one of the two is ready to leave; being ready twice, or the end after it, frees no more."""
    preparing, third = Preparing(most=2, patience=60), threading.Event()

    def wait() -> None:
        with preparing.begin():
            third.set()

    with preparing.begin() as first, preparing.begin():
        waiting = threading.Thread(target=wait, daemon=True)
        waiting.start()
        assert not third.wait(0.05)
        PacedGate(Pace(), 0.0, first).may_leave()
        assert third.wait(10)
        waiting.join(10)
        first()
        with preparing.begin():
            again = threading.Thread(target=wait, daemon=True)
            third.clear()
            again.start()
            assert not third.wait(0.05)
    again.join(10)
    assert third.is_set()


def test_a_disk_that_hangs_keeps_nobody_from_getting_ready() -> None:
    """After its patience a third one gets ready beside the two, and leaves their places to them."""
    preparing = Preparing(most=1, patience=0.05)
    with preparing.begin():
        began = time.monotonic()
        with preparing.begin():
            assert 0.04 < time.monotonic() - began < 5
        began = time.monotonic()
        with preparing.begin():
            assert time.monotonic() - began > 0.04  # the place is still the first one's
