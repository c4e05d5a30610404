"""When to try again, and when never: the retry table of a paid POST, as a decision apart from the doing."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from nbgemini._dataclass import dataclass
from nbgemini.errors import ApiError, NbgeminiError, NotSent, QuotaExceeded, ServerFault

__all__ = ["RetryBudget", "RetryPolicy", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """What each signal allows. Tries are those after the first; seconds are waited before each of them.

    Whatever may have reached the model is never sent again: only what was not sent completely, and refusals that
    Google itself says cost nothing.
    """

    unsent: int = 3
    begun: int = 2
    unsent_wait: float = 0.5
    hinted: int = 3
    longest_hint: float = 90.0
    unhinted: tuple[float, ...] = (2.0, 4.0)
    overloaded: tuple[float, ...] = (1.0, 2.0, 4.0)
    overloaded_total: float = 120.0
    failed: tuple[float, ...] = (2.0, 6.0)
    jitter: float = 0.25

    def wait(
        self, error: NbgeminiError, attempt: int, *, remaining: float, spent: float = 0.0, chance: float = 0.0
    ) -> float | None:
        """Seconds until try number `attempt` + 1, or None: give up.

        `attempt` counts the tries so far, from 1; `remaining` are the seconds until the deadline, `spent` those
        already waited. `chance`, from 0 to 1, says how much of the jitter is added: it makes a pause longer, never
        shorter than what the server asks for, and goes where no time is left for it.
        """
        pause = self._pause(error, attempt, spent)
        if pause is None or pause >= remaining:
            return None
        longer = pause * (1.0 + self.jitter * chance)
        return longer if longer < remaining else pause

    def _pause(self, error: NbgeminiError, attempt: int, spent: float) -> float | None:
        if isinstance(error, NotSent):
            tries = self.begun if error.begun else self.unsent
            return self.unsent_wait * 2 ** (attempt - 1) if attempt <= tries else None
        if isinstance(error, QuotaExceeded):
            return self._after_quota(error, attempt)
        if isinstance(error, ServerFault) and error.from_google and error.status == 503:
            pause = _nth(self.overloaded, attempt, at_least=error.retry_after or 0.0)
            return pause if pause is not None and spent + pause <= self.overloaded_total else None
        if isinstance(error, ServerFault) and error.from_google and error.status == 500:
            return _nth(self.failed, attempt)
        return None

    def _after_quota(self, error: QuotaExceeded, attempt: int) -> float | None:
        if error.scope != "minute":
            return None
        if error.retry_after is None:
            return _nth(self.unhinted, attempt)
        return error.retry_after if error.retry_after <= self.longest_hint and attempt <= self.hinted else None

    def tries(self, error: NbgeminiError) -> int:
        """How many tries after the first this signal allows, for people."""
        attempts = range(1, 20)
        return sum(self.wait(error, attempt, remaining=math.inf) is not None for attempt in attempts)


def _nth(pauses: tuple[float, ...], attempt: int, at_least: float = 0.0) -> float | None:
    return max(pauses[attempt - 1], at_least) if attempt <= len(pauses) else None


class RetryBudget:
    """Retries that the whole kernel shares, so that a sweep cannot storm: a bucket that fills up again slowly."""

    def __init__(self, size: int = 24, *, per_second: float = 0.5, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(size)
        self._per_second = per_second
        self._clock = clock
        self._lock = threading.Lock()  # taken by worker threads only, never while waiting
        self._left = self._size
        self._filled = clock()

    def take(self) -> bool:
        """Take one retry; False when there is none left."""
        with self._lock:
            now = self._clock()
            self._left = min(self._size, self._left + (now - self._filled) * self._per_second)
            self._filled = now
            if self._left < 1.0:
                return False
            self._left -= 1.0
            return True


def waiting(error: NbgeminiError, pause: float, attempt: int, tries: int) -> str:
    """`429 from the server: waiting 2 s, then trying again (1 of 3)`."""
    what = f"{error.status} from the server" if isinstance(error, ApiError) else "not sent yet: no connection"
    return f"{what}: waiting {pause:.3g} s, then trying again ({attempt} of {tries})"
