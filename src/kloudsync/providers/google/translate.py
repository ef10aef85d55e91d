"""Between Google's JSON and the unified events, total both ways.

Reading takes what it can: a member of the wrong type counts as absent, but for id and
times, without which there is no event. Writing starts from the JSON as received and
touches only members that say something else than the event does, so that whatever the
model does not name goes through unchanged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kloudsync.errors import DecodeError
from kloudsync.http.json_kinds import Item, is_array, is_object, kind_of
from kloudsync.http.scan import Unreadable, read_item
from kloudsync.model.event import (
    CancelledOccurrence,
    Event,
    Held,
    Received,
    Series,
    SeriesException,
    SingleEvent,
    Tombstone,
)
from kloudsync.model.oddity import Oddity, not_understood
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import Time, from_epoch
from kloudsync.providers.google.members import MEMBERS, read_conference, write_conference
from kloudsync.providers.google.times import (
    in_zone,
    is_same_time,
    read_original,
    read_span,
    write_time,
    zone_name,
)


def read_event(item: Any) -> Received:
    """Build the typed event of JSON as received.

    Raises:
        DecodeError: It has no id, or times that cannot be understood.
    """
    try:
        return _read(item)
    except Oddity as oddity:
        raise not_understood(oddity) from oddity


def read_held(record: EventRecord) -> Held:
    """Build the typed event of a stored record.

    Raises:
        DecodeError: The record was not read from Google, or is a tombstone.
    """
    event = read_event(read_item(record.raw))
    if not isinstance(event, Tombstone):
        return event
    if record.kind != Kind.CANCELLED or record.series is None or record.original is None:
        raise DecodeError(f"{record.id} is deleted, and so there is no event to show")
    # Its own text does not say whose occurrence it is; the engine found out.
    original = from_epoch(record.original, all_day=bool(record.original_all_day))
    return CancelledOccurrence(
        id=record.id, series=record.series, original_start=original, raw=event.raw
    )


def write_event(event: Received) -> Item:
    """Write an event as Google's JSON, read-only members included.

    A series needs at least one recurrence line, since without any it is a single event.
    """
    item: Item = {**event.raw, "id": event.id}
    if isinstance(event, Event):
        _write_members(event, item)
        _write_span(event, item)
    else:
        item["status"] = "cancelled"
    if isinstance(event, CancelledOccurrence | SeriesException):
        _write_origin(event, item)
    elif isinstance(event, Event) or not isinstance(_read_gone(item, event.id), Tombstone):
        _drop(item, "recurringEventId")
    if isinstance(event, Series):
        _write_recurrence(event, item)
    elif isinstance(event, SingleEvent):
        _drop(item, "recurrence")
    return item


def _read(item: Any) -> Received:
    if not is_object(item):
        found = item.reason if isinstance(item, Unreadable) else f"found {kind_of(item)}"
        raise Oddity(f"expected an event: {found}", "")
    event_id = item.get("id")
    if not isinstance(event_id, str) or not event_id:
        raise Oddity(f"expected an id, found {kind_of(event_id)}", "id")
    if item.get("status") == "cancelled":
        return _read_gone(item, event_id)
    if series := item.get("recurringEventId"):
        original = _original(item, event_id)
        if original is None or not isinstance(series, str):
            raise Oddity("expected series and original start of an occurrence", "recurringEventId")
        return SeriesException(
            **_read_members(item, event_id), series=series, original_start=original
        )
    if lines := _lines(item):
        return Series(**_read_members(item, event_id), recurrence=lines)
    return SingleEvent(**_read_members(item, event_id))


def _read_gone(item: Item, event_id: str) -> CancelledOccurrence | Tombstone:
    series = item.get("recurringEventId")
    if isinstance(series, str) and series:
        original = _original(item, event_id)
        if original is not None:
            return CancelledOccurrence(
                id=event_id, series=series, original_start=original, raw=item
            )
    return Tombstone(id=event_id, raw=item)


def _read_members(item: Item, event_id: str) -> dict[str, Any]:
    members = {name: read(item.get(key)) for name, key, read, _ in MEMBERS}
    members["id"] = event_id
    members["conference_url"] = read_conference(item)
    members["raw"] = item
    return {**members, **_read_times(item)}


def _read_times(item: Item) -> dict[str, Any]:
    start, end = read_span(item)
    zone, end_zone = zone_name(item.get("start")), zone_name(item.get("end"))
    return {
        "start": in_zone(start, zone),
        "end": in_zone(end, end_zone or zone),
        "zone": zone,
        "end_zone": None if end_zone == zone else end_zone,
    }


def _original(item: Item, event_id: str) -> Time | None:
    original = read_original(item, event_id)
    return original and in_zone(original, zone_name(item.get("originalStartTime")))


def _lines(item: Item) -> tuple[str, ...]:
    lines = item.get("recurrence")
    return tuple(line for line in lines if isinstance(line, str)) if is_array(lines) else ()


def _write_members(event: Event, item: Item) -> None:
    for name, key, read, write in MEMBERS:
        received, value = item.get(key), getattr(event, name)
        if read(received) == value:
            continue
        written = write(value, received)
        if written is None:
            item.pop(key, None)
        else:
            item[key] = written
    write_conference(event.conference_url, item)


def _write_span(event: Event, item: Item) -> None:
    end_zone = event.end_zone or event.zone
    try:
        held = _read_times(item)
        start, end = held["start"], held["end"]
        zones = held["zone"] == event.zone and held["end_zone"] == event.end_zone
        if zones and is_same_time(start, event.start) and is_same_time(end, event.end):
            return
    except Oddity:
        pass
    item["start"] = write_time(event.start, event.zone, item.get("start"))
    item["end"] = write_time(event.end, end_zone, item.get("end"))


def _write_origin(event: CancelledOccurrence | SeriesException, item: Item) -> None:
    item["recurringEventId"] = event.series
    held, original = read_original(item, event.id), event.original_start
    if held is None or not is_same_time(held, original):
        zone = original.tzinfo if isinstance(original, datetime) else None
        key = zone.key if isinstance(zone, ZoneInfo) else None
        item["originalStartTime"] = write_time(original, key, item.get("originalStartTime"))


def _write_recurrence(event: Series, item: Item) -> None:
    if _lines(item) != event.recurrence:
        item["recurrence"] = list(event.recurrence)


def _drop(item: Item, key: str) -> None:
    """Take out what would make another kind of event of it; an empty member does not."""
    if item.get(key):
        del item[key]
