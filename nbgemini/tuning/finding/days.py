"""Moments as people write them to look for something: `tue`, `yesterday`, `2026-11-24`, `7d`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from nbgemini.core.phrases import shortened
from nbgemini.errors import OptionError

__all__ = ["moment_of"]

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AGO = re.compile(r"(\d{1,5})\s*([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_HINT = "Write it like `tue`, `yesterday`, `2026-11-24`, `7d` (days ago), `12h` or `2w`."


def moment_of(value: object, name: str, now: datetime, *, end: bool = False) -> datetime:
    """The moment that is meant, with a time zone. A day is a local one: its beginning, or with `end` its end.

    `now` has the local time zone; a weekday is the latest one, today's included. Raises OptionError.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else _local(value, now)
    if isinstance(value, timedelta):
        return _back(now, value, name)
    if isinstance(value, date):
        return _day(value, now, end=end)
    if not isinstance(value, str) or not value.strip():
        shown = "nothing" if isinstance(value, str) else type(value).__name__
        raise OptionError(f"`{name}` is a day or a span, not {shown}.", hint=_HINT)
    text = value.strip().lower()
    if ago := _AGO.fullmatch(text):
        return _back(now, int(ago[1]) * _UNITS[ago[2]], name)
    if (day := _named_day(text, now.date())) is not None:
        return _day(day, now, end=end)
    try:
        if len(text) <= 10:
            return _day(date.fromisoformat(text), now, end=end)
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        raise OptionError(f"`{name} {shortened(value, 40)}` is not a day.", hint=_HINT) from None
    return read if read.tzinfo is not None else _local(read, now)


def _named_day(text: str, today: date) -> date | None:
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    found = [at for at, name in enumerate(_WEEKDAYS) if len(text) >= 2 and name.startswith(text)]
    return today - timedelta(days=(today.weekday() - found[0]) % 7) if len(found) == 1 else None


def _day(day: date, now: datetime, *, end: bool) -> datetime:
    try:
        return _local(datetime.combine(day + timedelta(days=end), time()), now)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _local(naive: datetime, now: datetime) -> datetime:
    """A time on the user's clock. One with a fixed zone is a test's; else the system knows about summer time."""
    try:
        return naive.astimezone()
    except (OverflowError, OSError, ValueError):  # years that the system's clock does not have
        return naive.replace(tzinfo=now.tzinfo)


def _back(now: datetime, span: timedelta, name: str) -> datetime:
    try:
        return now - span
    except OverflowError:
        raise OptionError(f"`{name}` is before the beginning of the calendar.", hint=_HINT) from None
