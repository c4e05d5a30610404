"""When Google's daily quotas are reset: midnight in California, by the rules of the United States since 2007."""

from __future__ import annotations

__all__ = ["next_midnight", "span"]

_HOUR, _DAY = 3600, 86_400
_YEAR = 31_556_952  # seconds, on average


def next_midnight(now: float) -> float:
    """The next midnight Pacific time, in seconds since the epoch; `now` is in the same."""
    local = now - _behind(now)
    midnight = (local // _DAY + 1) * _DAY
    # Clocks are never changed at midnight itself, so that one of the two holds there.
    return next(midnight + behind for behind in (7 * _HOUR, 8 * _HOUR) if _behind(midnight + behind) == behind)


def span(seconds: float) -> str:
    """`5 h 12 min`, `12 min`."""
    minutes = max(1, round(seconds / 60))
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _behind(moment: float) -> int:
    """How far Pacific time is behind UTC, in seconds: summer time from the second Sunday of March, at two o'clock, to
    the first of November."""
    year = 1970 + int(moment // _YEAR)  # off by hours around New Year, where it makes no difference
    begins = _sunday(_days(year, 3, 8)) * _DAY + 10 * _HOUR
    ends = _sunday(_days(year, 11, 1)) * _DAY + 9 * _HOUR
    return 7 * _HOUR if begins <= moment < ends else 8 * _HOUR


def _days(year: int, month: int, day: int) -> int:
    """Days since the epoch of a date after February, in the Gregorian calendar."""
    return year * 365 + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719_469


def _sunday(day: int) -> int:
    """The first Sunday on or after a day since the epoch, which began with a Thursday."""
    return day + (-(day + 4)) % 7
