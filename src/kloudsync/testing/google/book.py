"""The events of one calendar and what it takes to write them."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from kloudsync.testing.clock import Stamps, instant
from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import expansion
from kloudsync.testing.google.habits import USUAL, Habit
from kloudsync.testing.google.ids import EventIds, ical_uid, occurrence_id, series_base
from kloudsync.testing.google.refusals import not_found
from kloudsync.testing.google.rows import Kind, Row, Rows
from kloudsync.testing.google.times import (
    Moment,
    as_instant,
    minus,
    parse_field,
    plus,
    render_field,
    utc_text,
)

ORDER = (
    "kind", "etag", "id", "status", "htmlLink", "created", "updated", "summary", "description",
    "location", "colorId", "creator", "organizer", "start", "end", "recurrence",
    "recurringEventId", "originalStartTime", "transparency", "visibility", "iCalUID", "sequence",
    "attendees", "extendedProperties", "reminders", "eventType",
)  # fmt: skip


class Announce(Protocol):
    """Whoever wants to know of changes."""

    def __call__(self, *, stamp: int) -> None:
        """Take note of a change at an instant."""
        ...


class Book:
    """The events of one calendar, and the rules that every write obeys.

    Args:
        calendar: The calendar's id.
        owner: The address of the account that owns the calendar.
        zone: The zone that offsets are written in.
        ids: Where event ids come from.
        stamps: Where the instants of change come from.
        announce: Told the instant of every change.
        habits: What the service does by habit.

    Attributes:
        waiting: Ids of events whose conference may still be in the making.
    """

    def __init__(
        self,
        *,
        calendar: str,
        owner: str,
        zone: ZoneInfo,
        ids: EventIds,
        stamps: Stamps,
        announce: Announce | None = None,
        habits: AbstractSet[Habit] = USUAL,
    ) -> None:
        self.calendar = calendar
        self.owner = owner
        self.zone = zone
        self.ids = ids
        self.stamps = stamps
        self.rows: Rows = Rows()
        self.waiting: set[str] = set()
        self.mark: int = stamps.next()
        self.habits = habits
        self._announce = announce

    def born(self, fields: Resource, event: str, stamp: int) -> Resource:
        """Complete the fields of a new event with what the server adds."""
        person = {"email": self.owner, "self": True}
        return {
            "status": "confirmed",
            "created": f"{instant(stamp):%Y-%m-%dT%H:%M:%S}.000Z",
            "creator": person,
            "organizer": person,
            "iCalUID": ical_uid(event),
            "sequence": 0,
            "reminders": {"useDefault": True},
            "eventType": "default",
            **fields,
            "id": event,
        }

    def write(self, resource: Resource, stamp: int) -> Row:
        """Write an event as changed at `stamp`; a cancelled occurrence keeps only its stub."""
        kind = kind_of(resource)
        if kind is Kind.CANCELLED:
            resource = {name: resource[name] for name in _STUB}
        else:
            stamped = {"updated": milliseconds(stamp), "htmlLink": _link(resource["id"])}
            resource = resource | stamped
        resource = resource | {"kind": "calendar#event", "etag": etag(stamp)}
        row = Row(
            id=resource["id"],
            changed=stamp,
            kind=kind,
            body=encode(ordered(resource)),
            series=resource.get("recurringEventId"),
        )
        return self.put(row)

    def put(self, row: Row) -> Row:
        """Take a finished row in."""
        self.rows.put(row)
        self.mark = max(self.mark, row.changed)
        if self._announce is not None:
            self._announce(stamp=row.changed)
        return row

    def bury(self, event: str, stamp: int, **kept: Any) -> None:
        """Leave nothing of an event but the stub of its deletion, with what is kept in it."""
        row = self.rows.get(event)
        bare = {"kind": "calendar#event", "etag": etag(stamp), "id": event, "status": "cancelled"}
        body = bare | kept
        former = row.body if row and row.kind in {Kind.SINGLE, Kind.SERIES} else None
        self.put(Row(id=event, changed=stamp, kind=Kind.DELETED, body=encode(body), former=former))

    def restamp(self, series: str, stamp: int) -> None:
        """Mark a series and all its exceptions as changed at `stamp`, as any change to one does."""
        for row in (self.rows.get(series), *self.rows.exceptions(series)):
            if row is not None and row.changed != stamp:
                self.write(row.resource(), stamp)

    def moment(self, resource: Mapping[str, Any], name: str) -> Moment:
        """Read a time of an event in the event's own zone."""
        return parse_field(resource.get(name), self.zone, name=name)

    def duration(self, resource: Mapping[str, Any]) -> timedelta:
        """Measure an event."""
        return minus(self.moment(resource, "end"), self.moment(resource, "start"))

    def slots_until(self, series: Resource, last: Moment) -> list[Moment]:
        """List the original starts of a series up to and including `last`."""
        return expansion.slots_until(
            self.moment(series, "start"), series.get("recurrence") or [], last
        )

    def has_slot(self, series: Resource, slot: Moment) -> bool:
        """Tell whether a series has an occurrence that starts at `slot`."""
        return slot in self.slots_until(series, slot)

    def is_first(self, series: Resource, slot: Moment) -> bool:
        """Tell whether `slot` is the first occurrence of a series."""
        return self.slots_until(series, slot)[:1] == [slot]

    def occurrence(self, series: Resource, slot: Moment) -> Resource:
        """Write the occurrence of a series at `slot` as it is while nobody touched it."""
        fields = {name: value for name, value in series.items() if name != "recurrence"}
        start = render_field(slot, self.zone)
        return fields | {
            "id": occurrence_id(series["id"], slot),
            "start": start,
            "end": render_field(plus(slot, self.duration(series)), self.zone),
            "recurringEventId": series["id"],
            "originalStartTime": start,
        }

    def exception_at(self, series: str, slot: Moment) -> Row | None:
        """Find the row of the occurrence at `slot`, if it has one of its own."""
        for row in self.rows.exceptions(series):
            if self.slot_of(row.resource()) == slot:
                return row
        return None

    def slot_of(self, occurrence: Resource) -> Moment:
        """Read the original start of an occurrence."""
        return self.moment(occurrence, "originalStartTime")

    def find(self, event: str) -> Resource:
        """Find an event or any occurrence of a series by its id, or refuse with 404."""
        row = self.rows.get(event)
        if row is not None:
            return row.resource()
        for series in self.rows.segments(series_base(event) or ""):
            slot = self._slot_named(series.resource(), event)
            if slot is not None:
                own = self.exception_at(series.id, slot)
                return own.resource() if own else self.occurrence(series.resource(), slot)
        raise not_found()

    def _slot_named(self, series: Resource, event: str) -> Moment | None:
        """Find the slot that an occurrence id names."""
        suffix = event.rpartition("_")[2]
        start = self.moment(series, "start")
        slots = expansion.slots(start, series["recurrence"])
        for slot in slots:
            text = utc_text(slot)
            if text == suffix.rstrip("Z"):
                return slot
            if text[:8] > suffix[:8]:
                return None
        return None

    def order(self, moment: Moment) -> Any:
        """Order moments of one calendar by instant."""
        return as_instant(moment, self.zone)


_STUB = ("id", "status", "recurringEventId", "originalStartTime")
_RANKS = {name: rank for rank, name in enumerate(ORDER)}


def kind_of(resource: Resource) -> Kind:
    """Tell what an event is from its fields."""
    if "recurringEventId" in resource:
        return Kind.CANCELLED if resource["status"] == "cancelled" else Kind.EXCEPTION
    if resource["status"] == "cancelled":
        return Kind.DELETED
    return Kind.SERIES if resource.get("recurrence") else Kind.SINGLE


def etag(stamp: int) -> str:
    """Write the version of an event: twice the microseconds of its change, quoted."""
    return f'"{2 * stamp}"'


def milliseconds(stamp: int) -> str:
    """Write a stamp as an `updated` value."""
    return instant(stamp).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _link(event: str) -> str:
    return f"https://www.google.com/calendar/event?eid={event}"


def ordered(resource: Resource) -> Resource:
    """Put the fields of an event in the order in which Google sends them."""
    names = sorted(resource, key=lambda name: _RANKS.get(name, len(ORDER)))
    return {name: resource[name] for name in names}
