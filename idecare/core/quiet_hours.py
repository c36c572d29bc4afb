"""The hours of a day in which no notice is shown."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from idecare.core.errors import UsageError
from idecare.core.frozen import frozen


@frozen
class QuietHours:
    """From ``start`` up to ``end``, in local time; past midnight when ``end`` comes first."""

    start: time
    end: time

    def ends(self, now: datetime) -> datetime | None:
        """When the quiet hours end in which ``now`` lies; ``None`` when it lies in none."""
        today = now.astimezone().date()
        for day in (today - timedelta(days=1), today):
            last = day + timedelta(days=1) if self.end < self.start else day
            start, end = datetime.combine(day, self.start).astimezone(), datetime.combine(last, self.end).astimezone()
            if start <= now < end:
                return end
        return None

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def parse_quiet_hours(value: object) -> QuietHours:
    """``22:00-07:00``; UsageError otherwise."""
    match = re.fullmatch(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})", str(value).strip())
    try:
        if match:
            start, end = (datetime.strptime(part, "%H:%M").time() for part in match.groups())
            if start != end:
                return QuietHours(start, end)
    except ValueError:
        pass
    raise UsageError("quiet-hours", f"'{value}' are no quiet hours; write 22:00-07:00")
