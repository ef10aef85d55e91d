"""What a model hands over, read: calendars by name, moments, windows, sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from kloudsync.agenda import WorkingHours
from kloudsync.agenda.hours import read_hours
from kloudsync.errors import UsageError
from kloudsync.model.times import Time
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.reading import copy_of, zone_among
from kloudsync.sync.ports import Store
from kloudsync.text.bounded import LEAST
from kloudsync.text.wording import expect_zone, fenced

LONGEST_WINDOW: Final = timedelta(days=400)
"""The most that one question may be about."""

LARGEST: Final = 50_000
"""Characters beyond which no answer may be asked for."""


def copies_in(store: Store, names: Sequence[str]) -> Iterator[CalendarCopy]:
    """Yield the copies of names, or all where none is given.

    Raises:
        UsageError: There is no such calendar.
    """
    known = {str(key): key for key in store.calendars() if store.state(key).passes}
    for name in names or sorted(known):
        if name not in known:
            there = ", ".join(map(name_of, sorted(known)[:10])) or "none at all"
            raise UsageError(f"no calendar is called {name[:200]!r}; there are {there}")
        yield copy_of(store, known[name])


def name_of(calendar: str) -> str:
    """Return the name of a calendar, part of which others chose, between marks."""
    return fenced(calendar, longest=1024)


def within(most: int) -> int:
    """Return how long an answer may be.

    Raises:
        UsageError: That is too short or too long.
    """
    if not LEAST <= most <= LARGEST:
        raise UsageError(f"most is {most}; it has to be {LEAST} to {LARGEST} characters")
    return most


def zone_of(name: str | None, copies: Sequence[CalendarCopy]) -> tuple[str, tzinfo]:
    """Return the zone that is asked for, or the first of a calendar's that is known.

    Raises:
        UsageError: There is no such zone, or no calendar.
    """
    if not copies:
        raise UsageError("the store holds no calendars; sync one first")
    told = name or zone_among(copies)
    return told, expect_zone(told)


def window(start: str, end: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the bounds of a question; a day as its end is the last one, and belongs to it.

    Raises:
        UsageError: They are no times, in no order, or too far apart.
    """
    low = _instant(read_time(start, "start", zone), zone)
    high = _instant(read_time(end, "end", zone, last=True), zone)
    if not timedelta(0) < high - low <= LONGEST_WINDOW:
        raise UsageError(
            f"from {start} to {end} is no window of at most {LONGEST_WINDOW.days} days; "
            "give a start before the end, and ask for less at once"
        )
    return low, high


def read_time(told: str, what: str, zone: tzinfo, *, last: bool = False) -> Time:
    """Read a day, or a moment; one without offset is by the clock of a zone.

    Args:
        told: What was handed over.
        what: Its name, for the error.
        zone: The zone.
        last: Whether a day is the last one, so that what it bounds ends with the next.

    Raises:
        UsageError: It is neither.
    """
    try:
        if len(told) == len("2026-01-05"):
            return date.fromisoformat(told) + timedelta(days=int(last))
        at = datetime.fromisoformat(told)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{what} is {told[:40]!r}; give a day such as 2026-01-05, or a time with its offset, "
            "such as 2026-01-05T09:00+01:00"
        ) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def length_of(minutes: int) -> timedelta:
    """Read how long something takes.

    Raises:
        UsageError: It takes no time, or more than a question may be about.
    """
    if not 0 < minutes <= LONGEST_WINDOW / timedelta(minutes=1):
        raise UsageError(
            f"minutes is {minutes}; give at least 1, and at most {LONGEST_WINDOW.days} days of them"
        )
    return timedelta(minutes=minutes)


def hours_of(told: str, zone: str) -> WorkingHours | None:
    """Read hours of work.

    Raises:
        UsageError: They are none.
    """
    try:
        return read_hours(told, zone)
    except ValueError:
        raise UsageError(f"hours is {told[:40]!r}; give such as 09:00-17:00, or any") from None


def _instant(time_or_day: Time, zone: tzinfo) -> datetime:
    if isinstance(time_or_day, datetime):
        return time_or_day
    return datetime.combine(time_or_day, time(), zone)
