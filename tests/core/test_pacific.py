"""Midnight in California, beside what the time zone database says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.pacific import next_midnight, span

PACIFIC = ZoneInfo("America/Los_Angeles")


@given(st.datetimes(datetime(2008, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC)))
def test_any_moment(moment: datetime) -> None:
    """The next midnight that a clock in California shows, days on which clocks are changed included."""
    local = moment.astimezone(PACIFIC)
    due = (local.replace(tzinfo=None) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert next_midnight(moment.timestamp()) == due.replace(tzinfo=PACIFIC).timestamp()


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01", "2028-02-29", "2026-12-31", "2027-01-01"])
def test_days_that_are_odd(day: str) -> None:
    """Each hour of the days on which clocks are changed, of leap days and of New Year."""
    for hour in range(24):
        test_any_moment.hypothesis.inner_test(datetime.fromisoformat(f"{day}T{hour:02}:30:00+00:00"))  # type: ignore[attr-defined]
        assert next_midnight(datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00").timestamp()) > 0


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "1 min"), (720, "12 min"), (3600, "1 h 0 min"), (18_720, "5 h 12 min")]
)
def test_a_span(seconds: float, said: str) -> None:
    """Hours and minutes, never nothing."""
    assert span(seconds) == said
