"""The week that the live calendar begins with."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kloudsync.testing.google import FakeCalendar

_ROUTINES: Final = (
    ("Stand-up", 0, time(9, 30), 30, "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("Pipeline review", 1, time(11), 60, "RRULE:FREQ=WEEKLY;BYDAY=TU"),
)
_MEETINGS: Final = (
    ("Customer call", 0, time(14), 60),
    ("Interview", 2, time(13, 30), 90),
    ("Design review", 3, time(11), 60),
    ("Budget check", 3, time(14, 30), 60),
    ("Demo", 4, time(15), 45),
)

_DAYS: Final = (("Trade fair", 2, 2), ("Kim away", 4, 1))


def furnish(calendar: FakeCalendar, monday: date, zone: ZoneInfo) -> None:
    """Put two series, some meetings and some whole days into a calendar.

    Args:
        calendar: The calendar.
        monday: The week of the meetings; the series began a week earlier.
        zone: Whose clock on the wall the times are.
    """
    for title, day, clock, minutes, rule in _ROUTINES:
        start = datetime.combine(monday + timedelta(days=day - 7), clock, zone)
        calendar.create(title, start, start + timedelta(minutes=minutes), recurrence=rule)
    for title, day, clock, minutes in _MEETINGS:
        start = datetime.combine(monday + timedelta(days=day), clock, zone)
        calendar.create(title, start, start + timedelta(minutes=minutes))
    for title, day, days in _DAYS:
        first = monday + timedelta(days=day)
        calendar.create(title, first, first + timedelta(days=days))
