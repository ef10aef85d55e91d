"""The compiled rules of series, kept from one question to the next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from kloudsync.model.record import EventRecord
from kloudsync.model.view import CalendarView
from kloudsync.recurrence import Recurrence, resolve_zone

KEPT: Final = 16_384
"""How many compiled rules are kept; the least recently used are forgotten first."""

_EPOCH: Final = date(1970, 1, 1)


def rule_of(row: EventRecord, view: CalendarView, days: tzinfo) -> Recurrence:
    """Return the rule of a series, which counts as the row does.

    A series recurs in the zone that it names, and in its calendar's if it names none. If
    nobody knows the name, the offset of its first start stands in.

    Args:
        row: The series.
        view: Its calendar.
        days: The calendar's own zone.

    Raises:
        RecurrenceError: A line cannot be repaired.
    """
    zone = resolve_zone(row.zone) or _offset_of(row, view) if row.zone else days
    return _compiled(row.recurrence or "", row.start or 0, row.end, row.all_day, zone)


@lru_cache(KEPT)
def _compiled(lines: str, start: int, end: int | None, all_day: int, zone: tzinfo) -> Recurrence:
    ends = start if end is None else end
    return Recurrence.parse(
        lines.split("\n"), _time(start, all_day, zone), end=_time(ends, all_day, zone)
    )


def _time(seconds: int, all_day: int, zone: tzinfo) -> date | datetime:
    if all_day:
        return _EPOCH + timedelta(seconds=seconds)
    return datetime.fromtimestamp(seconds, zone)


def _offset_of(row: EventRecord, view: CalendarView) -> tzinfo:
    start = getattr(view.reading.event(row), "start", None)
    return (start.tzinfo if isinstance(start, datetime) else None) or UTC
