"""Occurrences: what a calendar shows, one entry for each time that something takes place."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from attrs import Factory, field, frozen

from kloudsync import recurrence
from kloudsync.errors import RecurrenceError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Event
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import Time, from_epoch
from kloudsync.model.told import Told, tagged
from kloudsync.model.view import CalendarView


def length(record: EventRecord) -> int:
    """Return how long each occurrence of a record takes, in seconds; whole days if all-day.

    The time between start and end is exact, also where a clock changes in between
    (RFC 5545, section 3.8.5.3).
    """
    start, end = record.start, record.end
    return end - start if start is not None and end is not None and end > start else 0


_MEMBERS: Final = (
    *("calendar", "id", "slot_id", "start", "end", "all_day", "series", "original_start"),
    *("zone_known", "event"),
)
"""What an occurrence says of itself as data."""


class Occurrence(NamedTuple):
    """One time that an event takes place.

    An agenda holds thousands of these, so that one is a tuple of numbers and of what the
    store gave; ids, times and typed events are made when they are asked for.

    Attributes:
        begins: The instant at which it begins, in seconds since 1970; if all-day, that of
            midnight in the calendar's zone.
        ends: The same for its end, exclusive.
        slot: `start` as stores count: seconds since 1970, of midnight UTC if all-day.
        record: The row that it comes from: a single event, a series or an exception.
        view: The calendar of that row, and how its records are read.
    """

    begins: int
    ends: int
    slot: int
    record: EventRecord
    view: CalendarView

    @property
    def id(self) -> str:
        """The provider's id; in the provider's form where the occurrence has no row of its own."""
        record = self.record
        if record.kind != Kind.SERIES:
            return record.id
        return self.view.source.occurrence_id(record.id, self.slot, bool(record.all_day))

    @property
    def slot_id(self) -> str:
        """What its place in the series is called; edits of the occurrence alone do not change it.

        In the provider's form, if it has one; for a single event its id.
        """
        record = self.record
        if record.series is None or record.original is None:
            return self.id
        whole_day = bool(record.original_all_day)
        return self.view.source.occurrence_id(record.series, record.original, whole_day)

    @property
    def start(self) -> Time:
        """When it begins: a date if all-day, else in the event's zone, or UTC where unknown."""
        return self._time(self.slot)

    @property
    def end(self) -> Time:
        """When it ends, exclusive; a date if all-day."""
        return self._time(self.slot + length(self.record) if self.record.all_day else self.ends)

    @property
    def all_day(self) -> bool:
        """Whether it spans whole days, in whatever zone its reader lives."""
        return bool(self.record.all_day)

    @property
    def series(self) -> str | None:
        """The id of its series, or None for a single event."""
        record = self.record
        return record.id if record.kind == Kind.SERIES else record.series

    @property
    def original_start(self) -> Time | None:
        """Where the rule put it, which with `series` identifies it; None for a single event."""
        record = self.record
        if record.kind == Kind.SERIES:
            return self.start
        if record.original is None:
            return None
        return from_epoch(record.original, all_day=bool(record.original_all_day), zone=record.zone)

    @property
    def zone_known(self) -> bool:
        """False where nobody knows the zone that the event names.

        An offset stands in for it then, so that times may be off once the clock of that place
        changes. True for whole days, and for events that name no zone.
        """
        name = self.record.zone
        return not name or bool(self.record.all_day) or recurrence.resolve_zone(name) is not None

    @property
    def repairs(self) -> tuple[recurrence.Repair, ...]:
        """What was mended in the recurrence lines of its series; empty for what has none."""
        record = self.record
        if record.kind != Kind.SERIES or record.start is None:
            return ()
        lines = (record.recurrence or "").split("\n")
        start = self._time(record.start)
        reading = self.view.source.reading
        return recurrence.Recurrence.parse(lines, start, zone=record.zone, reading=reading).repairs

    @property
    def event(self) -> Event:
        """The single event, series or exception that it shows, built anew at each access."""
        event = self.view.source.event(self.record)
        assert isinstance(event, Event), "an agenda shows no cancelled occurrence"  # noqa: S101
        return event

    @property
    def calendar(self) -> CalendarKey:
        """The calendar that holds it."""
        return self.view.key

    def to_dict(self, *, raw: bool = False) -> dict[str, Any]:
        """Return the occurrence as what JSON can hold, with the event that it shows.

        Args:
            raw: Whether the event is told as received, too: once more for each occurrence.
        """
        data = tagged(self, [(name, getattr(self, name)) for name in _MEMBERS])
        if not raw:
            del data["event"]["raw"]
        return data

    def __repr__(self) -> str:
        """Name it by id and times, without the payload."""
        return f"Occurrence(id={self.id!r}, start={self.start}, end={self.end})"

    def _time(self, seconds: int) -> Time:
        record = self.record
        return from_epoch(seconds, all_day=bool(record.all_day), zone=record.zone)


@frozen
class Unexpanded(Told):
    """A series whose occurrences cannot be told.

    Attributes:
        calendar: The calendar that holds it.
        series: Its id.
        error: Why: its lines cannot be read, or it has too many occurrences in the window.
        uid: Its iCalendar UID; its id where it has none.
    """

    calendar: CalendarKey
    series: str
    error: RecurrenceError
    uid: str = field(default=Factory(lambda self: self.series, takes_self=True))


@frozen(order=True)
class Interval(Told):
    """A stretch of time, the end exclusive; both instants aware, in UTC or the zone asked for."""

    start: datetime
    end: datetime
