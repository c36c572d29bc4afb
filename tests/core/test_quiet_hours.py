"""Quiet hours: within a day and past midnight, in local time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from idecare.core.settings import QuietHours, parse_quiet_hours


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        pytest.param("22:00-07:00", "23:30", True, id="before midnight"),
        pytest.param("22:00-07:00", "00:00", True, id="midnight"),
        pytest.param("22:00-07:00", "06:59", True, id="before the end"),
        pytest.param("22:00-07:00", "07:00", False, id="the end"),
        pytest.param("22:00-07:00", "12:00", False, id="by day"),
        pytest.param("12:00-13:00", "12:00", True, id="the start"),
        pytest.param("12:00-13:00", "13:00", False, id="after lunch"),
        pytest.param("12:00-13:00", "00:00", False, id="by night"),
    ],
)
def test_quiet_hours_hold_from_their_start_up_to_their_end(hours: str, at: str, quiet: bool) -> None:
    local = datetime.combine(datetime(2026, 3, 4), time.fromisoformat(at)).astimezone()
    ends = parse_quiet_hours(hours).ends(local)
    assert ends == parse_quiet_hours(hours).ends(local.astimezone(UTC))
    assert (
        ends is not None and f"{ends:%H:%M}" == hours[6:] and timedelta() < ends - local < timedelta(hours=9)
    ) is quiet


def test_they_are_written_as_they_are_read() -> None:
    assert parse_quiet_hours(" 7:05 - 9:00 ") == QuietHours(time(7, 5), time(9))
    assert str(QuietHours(time(7, 5), time(9))) == "07:05-09:00"
