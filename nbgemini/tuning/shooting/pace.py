"""How fast the shots of a sweep leave: one limit for all of them, found by what the server refuses."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["LONGEST_HINT", "Pace", "Preparing"]

LONGEST_HINT = 90.0  # seconds: a longer one is no limit a minute
_UNHINTED = (2.0, 4.0, 8.0, 16.0, 32.0)  # seconds of waiting where the server names none, refusal after refusal
_MINUTE = 60.5  # seconds: our clock and the server's need not agree
_FASTER = 0.85  # of the gap, with every answer
_FREER = 0.6  # the same where more came through than before: the limit is not what it seemed
_SMALLEST = 0.004  # seconds: a gap below this is none
_GIVE_UP = 6  # refusals in a row of which each came after a wait


class Pace:
    """Lets shots leave. After a refusal all of them wait until its hint has passed, then leave one by one.

    The gap between two is first what the server let through until then, and becomes smaller with every answer, until
    it is none. `per_minute` is the most that leave in any minute, None: no limit that is known.
    """

    def __init__(self, per_minute: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._per_minute = per_minute
        self._left: deque[float] = deque(maxlen=per_minute)  # when the latest ones left
        self._began = clock()  # of this stretch: since the last wait
        self._passed = 0  # in this stretch
        self._before = 0  # in the one before it
        self._held_at = float("-inf")
        self._until = float("-inf")
        self._next = float("-inf")
        self._gap = 0.0
        self._in_a_row = 0

    @property
    def waits_until(self) -> float | None:
        """Until when all of them wait, by the clock; None where they do not."""
        return self._until if self._until > self._clock() else None

    @property
    def given_up(self) -> bool:
        """Whether the server refuses everything, however long it is waited for."""
        return self._in_a_row >= _GIVE_UP

    def enter(self, stopped: Callable[[], bool]) -> float | None:
        """Wait until one more may leave: when that is, by the clock; None where it was stopped before."""
        with self._changed:
            while not stopped():
                pause = self.pause()
                if pause <= 0:
                    return self.leave()
                self._changed.wait(min(pause, 0.2))
        return None

    def pause(self) -> float:
        """Seconds until one more may leave; 0 or less: now."""
        return max(self._until, self._next, self._minute_ends()) - self._clock()

    def leave(self) -> float:
        """One leaves: when, by the clock."""
        now = self._clock()
        self._next = now + self._gap
        self._left.append(now)
        return now

    def _minute_ends(self) -> float:
        """From when one more does not pass the limit a minute."""
        if self._per_minute is None or len(self._left) < self._per_minute:
            return float("-inf")
        return self._left[0] + _MINUTE

    def is_open(self) -> bool:
        """Whether what has entered may still leave: nobody was refused since."""
        return self._until <= self._clock()

    def passed(self) -> None:
        """One was answered: whatever the limit is, this was within it."""
        with self._changed:
            self._passed += 1
            self._in_a_row = 0
            self._gap *= _FASTER if self._passed <= self._before else _FREER
            self._gap = self._gap if self._gap > _SMALLEST else 0.0
            self._changed.notify_all()

    def refused(self, hint: float | None, entered: float) -> None:
        """One that entered then met a limit: all wait for `hint` seconds, None where the server named no time."""
        with self._changed:
            now = self._clock()
            first = entered > self._held_at or self._held_at == float("-inf")
            if first:
                self._in_a_row += 1
            seconds = _UNHINTED[min(max(self._in_a_row, 1), len(_UNHINTED)) - 1] if hint is None else max(hint, 0.05)
            self._until = max(self._until, now + seconds)
            if first:  # the others of the same stretch tell nothing new
                self._slow_down(now)
            self._next = max(self._next, self._until)
            self._changed.notify_all()

    def _slow_down(self, now: float) -> None:
        stretch = self._until - self._began
        found = stretch / self._passed if self._passed else max(2 * self._gap, 0.1 * (self._until - now))
        self._gap = max(found, self._gap)
        self._held_at = now
        self._began = self._until
        self._before, self._passed = self._passed, 0


class Preparing:
    """A few shots at a time get ready to leave, so that the first is on its way before the last is begun.

    It is a courtesy: whoever has waited half a second gets ready beside them.
    """

    def __init__(self, most: int = 2, patience: float = 0.5) -> None:
        self._places = threading.Semaphore(most)
        self._patience = patience

    @contextmanager
    def begin(self) -> Iterator[Callable[[], None]]:
        """Take a place; what is called, or the end, gives it to the next one."""
        taken = [self._places.release] if self._places.acquire(timeout=self._patience) else []

        def ready() -> None:
            if taken:
                taken.pop()()

        try:
            yield ready
        finally:
            ready()
