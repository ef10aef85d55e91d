"""The items of a calendar: single events, and series with what became of their occurrences."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.patterns import Pattern
from kloudsync.testing.microsoft.times import Moment, instant_of, minus, zone_named

Fields = dict[str, Any]
"""What the service keeps of an event beside its times, in the names of the wire."""


@attrs.define(kw_only=True)
class Deviation:
    """What an exception has of its own.

    Attributes:
        start: Its start.
        end: Its end.
        fields: The members in which it differs from its series.
        born: The stamp of the edit that made it an exception.
        changed: The stamp of its last change.
    """

    start: Moment
    end: Moment
    fields: Fields
    born: int
    changed: int


@attrs.define(kw_only=True, eq=False)
class Item:
    """One item of a mailbox: a single event, or a whole series.

    Exceptions and cancellations live inside the item, as in Exchange; whatever changes one of
    them changes the item.

    Attributes:
        id: The ordinary id; another one after a move.
        lasting: The immutable id.
        uid: What all copies of a meeting share.
        born: The stamp of its creation.
        changed: The stamp of its last change.
        start: Its start; for a series, that of its first occurrence.
        end: Its end, exclusive.
        zone: The name of the zone that its start was given in.
        end_zone: The name of the zone that its end was given in.
        fields: Everything else.
        pattern: How it recurs; None for a single event and for a meeting poll.
        is_poll: Whether it is the master of a meeting poll, which recurs by exceptions alone.
        deviations: Its exceptions, by the date of their slot.
        cancelled: The dates of its cancelled occurrences.
        attachments: What is attached, without contents.
        extensions: Open extensions by name.
    """

    id: str
    lasting: str
    uid: str
    born: int
    changed: int
    start: Moment
    end: Moment
    zone: str
    end_zone: str
    fields: Fields
    pattern: Pattern | None = None
    is_poll: bool = False
    deviations: dict[date, Deviation] = attrs.field(factory=dict[date, Deviation])
    cancelled: set[date] = attrs.field(factory=set[date])
    attachments: list[Resource] = attrs.field(factory=list[Resource])
    extensions: dict[str, Resource] = attrs.field(factory=dict[str, Resource])

    @property
    def is_series(self) -> bool:
        """Whether the item is a series master."""
        return self.pattern is not None or self.is_poll

    @property
    def is_all_day(self) -> bool:
        """Whether the item has dates instead of times."""
        return not isinstance(self.start, datetime)

    @property
    def clock(self) -> ZoneInfo:
        """The zone in which the item recurs, and in which its dates begin."""
        names = (self.pattern.zone if self.pattern else "", self.zone, self.end_zone)
        known = (zone_named(name) for name in names if name)
        return next((zone for zone in known if zone is not None), ZoneInfo("UTC"))

    @property
    def duration(self) -> timedelta:
        """How long an occurrence takes."""
        return minus(self.end, self.start)

    def copy(self) -> "Item":
        """Return the item as it is now, whatever becomes of it."""
        return attrs.evolve(self, deviations=dict(self.deviations), cancelled=set(self.cancelled))

    def slot(self, day: date) -> Moment:
        """Return the start of the occurrence on a date as the pattern has it."""
        if not isinstance(self.start, datetime):
            return day
        wall = self.start.astimezone(self.clock)
        # In the gap of spring a wall time does not exist; this way it is an hour later.
        placed = datetime.combine(day, wall.time(), self.clock)
        return placed.astimezone(self.start.tzinfo)

    def has_slot(self, day: date) -> bool:
        """Tell whether there is an occurrence on a date that is not cancelled."""
        if day in self.cancelled:
            return False
        return day in self.deviations or (self.pattern is not None and self.pattern.has(day))

    def occurrence(self, day: date | None) -> "Occurrence":
        """Return one occurrence; a single event is its own."""
        deviation = None if day is None else self.deviations.get(day)
        if deviation is not None:
            return Occurrence(self, day, deviation.start, deviation.end, deviation)
        start = self.start if day is None else self.slot(day)
        return Occurrence(self, day, start, start + self.duration)

    def between(self, begin: datetime, end: datetime) -> list["Occurrence"]:
        """List the occurrences that touch a window, in order of start."""
        found = [one for one in self._until(end) if one.touches(begin, end)]
        return sorted(found, key=lambda one: one.begins)

    def is_within(self, begin: datetime, end: datetime) -> bool:
        """Tell whether any occurrence touches a window, which may be without end."""
        return any(one.touches(begin, end) for one in self._until(end))

    def _until(self, end: datetime) -> Iterator["Occurrence"]:
        if not self.is_series:
            yield self.occurrence(None)
            return
        yield from (self.occurrence(day) for day in self.deviations)
        for day in self.pattern.dates() if self.pattern else ():
            if instant_of(self.slot(day), self.clock) >= end:
                return
            if day not in self.deviations and day not in self.cancelled:
                yield self.occurrence(day)


@attrs.frozen
class Occurrence:
    """An item, or one occurrence of a series, where it stands in the calendar.

    Attributes:
        item: The single event or the series.
        day: The date of the slot; None for a single event.
        start: Its start.
        end: Its end, exclusive.
        deviation: What it has of its own.
    """

    item: Item
    day: date | None
    start: Moment
    end: Moment
    deviation: Deviation | None = None

    @property
    def fields(self) -> Fields:
        """Its members, own ones first."""
        return self.item.fields | (self.deviation.fields if self.deviation else {})

    @property
    def begins(self) -> datetime:
        """The instant of its start."""
        return instant_of(self.start, self._clock)

    @property
    def ends(self) -> datetime:
        """The instant of its end."""
        return instant_of(self.end, self._clock)

    @property
    def lead(self) -> timedelta:
        """How long before its start a reminder rings."""
        return timedelta(minutes=self.fields["reminderMinutesBeforeStart"])

    @property
    def _clock(self) -> ZoneInfo:
        return self.item.clock

    def touches(self, begin: datetime, end: datetime) -> bool:
        """Tell whether it takes place in a window, in part at least."""
        return self.begins < end and (self.ends > begin or self.begins == self.ends >= begin)
