"""Records as a store would hold them, written by hand."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import Time, epoch, is_all_day

HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)


def at(text: str, zone: str = "UTC") -> datetime:
    """Return a wall time in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def zone_of(time: Time) -> str | None:
    """Return the name of a time's zone."""
    return str(time.tzinfo) if isinstance(time, datetime) else None


def single(name: str, start: Time, length: timedelta = HOUR, **more: Any) -> EventRecord:
    """Return an event that takes place once; all-day if it starts on a date."""
    begin = epoch(start)
    record = EventRecord(
        name,
        Kind.SINGLE,
        "{}",
        begin,
        begin + int(length.total_seconds()),
        all_day=int(is_all_day(start)),
        zone=zone_of(start),
    )
    return record._replace(last_end=record.end)._replace(**more)


def series(
    name: str, start: Time, *lines: str, length: timedelta = HOUR, **more: Any
) -> EventRecord:
    """Return a series, which the store takes for endless."""
    record = single(name, start, length)
    return record._replace(kind=Kind.SERIES, last_end=None, recurrence="\n".join(lines), **more)


def moved(of: EventRecord, original: Time, start: Time, length: timedelta = HOUR) -> EventRecord:
    """Return an exception."""
    return single(f"{of.id}@{epoch(original)}", start, length)._replace(
        kind=Kind.EXCEPTION,
        series=of.id,
        original=epoch(original),
        original_all_day=int(is_all_day(original)),
    )


def cancelled(of: EventRecord, original: Time) -> EventRecord:
    """Return a cancelled occurrence."""
    return EventRecord(
        f"{of.id}@{epoch(original)}",
        Kind.CANCELLED,
        "{}",
        series=of.id,
        original=epoch(original),
        original_all_day=int(is_all_day(original)),
    )


def days(first: str, last: str) -> list[date]:
    """Return the dates from one to another, both included."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]
