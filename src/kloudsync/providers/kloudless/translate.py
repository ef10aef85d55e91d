"""Between Kloudless's JSON and the unified events, total both ways.

What Kloudless cannot say stays None: whether an event blocks time, of what special kind
it is, who of its people is the account itself, and where it can be seen or joined.
Writing starts from the JSON as received and touches only members that say something
else than the event does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from kloudsync.errors import DecodeError
from kloudsync.http.json_kinds import Item
from kloudsync.http.scalars import timestamp
from kloudsync.http.scan import read_item
from kloudsync.model.event import (
    CancelledOccurrence,
    Event,
    Held,
    Received,
    Series,
    SeriesException,
    SingleEvent,
    Status,
    Tombstone,
    Visibility,
)
from kloudsync.model.oddity import Oddity, not_understood
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import Time, from_epoch, is_all_day
from kloudsync.providers.kloudless.contents import item_of
from kloudsync.providers.kloudless.people import (
    read_attendees,
    read_person,
    write_attendees,
    write_person,
)
from kloudsync.providers.kloudless.records import lines_of, read_record
from kloudsync.providers.kloudless.times import (
    id_of,
    in_zone,
    read_original,
    read_span,
    read_stamp,
    text_of,
)

_STATUSES: Final = {status.value: status for status in Status}
_VISIBILITIES: Final = {visibility.value: visibility for visibility in Visibility}


def read_held(record: EventRecord) -> Held:
    """Build the typed event of a stored record.

    Raises:
        DecodeError: The record was not read from Kloudless, or is a tombstone.
    """
    event = read_event(record)
    if isinstance(event, Tombstone):
        raise DecodeError(f"{record.id} is deleted, and so there is no event to show")
    return event


def read_event(record: EventRecord) -> Received:
    """Build the typed event, or what is left of it, of a record.

    The series of an exception is taken from the record: the text may not name it.
    """
    item = item_of(record)
    if record.kind == Kind.TOMBSTONE:
        return Tombstone(id=record.id, raw=item)
    if record.kind == Kind.CANCELLED:
        return CancelledOccurrence(
            id=record.id, series=record.series or "", original_start=_original(record), raw=item
        )
    members = _members(item, record)
    if record.kind == Kind.EXCEPTION:
        series = record.series or ""
        return SeriesException(**members, series=series, original_start=_original(record))
    if record.kind == Kind.SERIES:
        return Series(**members, recurrence=lines_of(item))
    return SingleEvent(**members)


def read_json(text: str) -> Received:
    """Build the typed event of JSON as received, such as a listing's or activity's.

    Raises:
        DecodeError: No event can be made of it.
    """
    record = read_record(read_item(text), text)
    if not isinstance(record, EventRecord):
        raise not_understood(record.reason)
    return read_event(record)


def write_event(event: Received) -> Item:
    """Write an event as Kloudless's JSON, read-only members included."""
    item: Item = {**event.raw, "id": event.id}
    if isinstance(event, Event):
        _write_members(event, item)
        _write_span(event, item)
    else:
        item["status"] = "cancelled"
    if isinstance(event, Event):
        _write_recurrence(event, item)
    if isinstance(event, SeriesException | CancelledOccurrence):
        _write_origin(event, item)
    else:
        _drop(item, "recurring_master_id", "original_start")
    return item


def _members(item: Item, record: EventRecord) -> dict[str, Any]:
    zone, end_zone = text_of(item, "start_time_zone"), text_of(item, "end_time_zone")
    start, end = _span(item)
    return {
        "id": record.id,
        "start": in_zone(start, zone),
        "end": in_zone(end, end_zone or zone),
        "zone": zone,
        "end_zone": None if end_zone == zone else end_zone,
        "title": text_of(item, "name"),
        "description": text_of(item, "description"),
        "location": text_of(item, "location"),
        "status": _known(_STATUSES, text_of(item, "status")),
        "visibility": _known(_VISIBILITIES, text_of(item, "visibility")),
        "organizer": read_person(item.get("organizer") or item.get("owner")),
        "creator": read_person(item.get("creator")),
        "attendees": read_attendees(item.get("attendees")),
        "ical_uid": text_of(item, "ical_uid"),
        "created": read_stamp(item.get("created")),
        "updated": read_stamp(item.get("modified")),
        "raw": item,
    }


def _span(item: Item) -> tuple[Time, Time]:
    try:
        return read_span(item)
    except Oddity as oddity:
        raise not_understood(oddity) from oddity


def _original(record: EventRecord) -> Time:
    whole_day = bool(record.original_all_day)
    return from_epoch(record.original or 0, all_day=whole_day, zone=record.zone)


def _known(members: dict[str, Any], word: str | None) -> Any:
    return None if word is None else members.get(word, word)


def _write_members(event: Event, item: Item) -> None:
    texts = {
        "name": event.title,
        "description": event.description,
        "location": event.location,
        "status": _word(event.status),
        "visibility": _word(event.visibility),
        "ical_uid": event.ical_uid,
    }
    for name, value in texts.items():
        if text_of(item, name) != value:
            item[name] = value
    organizer = "organizer" if item.get("organizer") or "owner" not in item else "owner"
    for name, person in ((organizer, event.organizer), ("creator", event.creator)):
        if read_person(item.get(name)) != person:
            item[name] = write_person(person, item.get(name))
    if read_attendees(item.get("attendees")) != event.attendees:
        item["attendees"] = write_attendees(event.attendees, item.get("attendees"))
    for name, moment in (("created", event.created), ("modified", event.updated)):
        if read_stamp(item.get(name)) != moment:
            item[name] = None if moment is None else timestamp(moment)


def _word(value: Status | Visibility | str | None) -> str | None:
    return value.value if isinstance(value, Status | Visibility) else value


def _write_span(event: Event, item: Item) -> None:
    zone, end_zone = event.zone, event.end_zone or event.zone
    try:
        held = read_span(item)
    except Oddity:
        held = None
    zones = (text_of(item, "start_time_zone"), text_of(item, "end_time_zone"))
    same_zones = zones[0] == zone and (zones[1] or zone) == end_zone
    if held == (event.start, event.end) and same_zones:
        return
    item["all_day"] = is_all_day(event.start)
    item["start"], item["end"] = _written(event.start), _written(event.end)
    item["start_time_zone"], item["end_time_zone"] = zone, end_zone


def _write_recurrence(event: Event, item: Item) -> None:
    """Write what an event is to a series: its master, or nothing."""
    lines = event.recurrence if isinstance(event, Series) else ()
    if lines_of(item) != lines:
        item["recurrence"] = [{"rrule": line} for line in lines]
        item["recurrence_type"] = "recurring_master" if lines else "solo"


def _drop(item: Item, *names: str) -> None:
    """Take out what would make another kind of event of it; an empty member does not."""
    for name in names:
        if item.get(name):
            del item[name]


def _write_origin(event: SeriesException | CancelledOccurrence, item: Item) -> None:
    if id_of(item, "recurring_master_id") != event.series:
        item["recurring_master_id"] = event.series
        item["recurrence_type"] = "recurring"
    try:
        held = read_original(item, all_day=is_all_day(event.original_start))
    except Oddity:
        held = None
    if held != event.original_start:
        item["original_start"] = _written(event.original_start)


def _written(time: Time) -> str:
    return timestamp(time) if isinstance(time, datetime) else time.isoformat()
