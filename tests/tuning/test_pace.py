"""How fast shots leave: all of them wait for a hint, then slower, and the pace recovers."""

from __future__ import annotations

from nbgemini.tuning.shooting.pace import Pace


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
