"""Between Graph's JSON and the unified events, total both ways.

Reading takes what it can: a member of the wrong type counts as absent, but for id and times,
without which there is no event. Writing starts from the JSON as received and touches only members
that say something else than the event does, so that whatever the model does not name goes through
unchanged.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kloudsync.errors import DecodeError, RecurrenceError
from kloudsync.http.json_kinds import Item, is_object, kind_of
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
from kloudsync.model.record import EventRecord
from kloudsync.model.times import Time, zone_or_none
from kloudsync.providers.microsoft.members import read_members, write_members
from kloudsync.providers.microsoft.records import (
    CANCELLED,
    REMOVED,
    SERIES,
    SLOT,
    id_of,
    kind_word,
    read_slot,
    rule_of,
    series_of,
    slot_text,
    zone_chain,
)
from kloudsync.providers.microsoft.times import read_span
from kloudsync.recurrence import Recurrence


def read_event(item: Any) -> Received:
    """Build the typed event of JSON as received.

    Raises:
        DecodeError: It has no id, or times or a pattern that cannot be understood.
    """
    try:
        return _read(item)
    except (Oddity, RecurrenceError) as oddity:
        raise not_understood(oddity) from oddity


def read_held(record: EventRecord) -> Held:
    """Build the typed event of a stored record.

    Raises:
        DecodeError: The record was not read from Microsoft, or is a tombstone.
    """
    event = read_event(read_item(record.raw))
    if isinstance(event, Tombstone):
        raise DecodeError(f"{record.id} is deleted, and so there is no event to show")
    return event


def write_event(event: Received) -> Item:
    """Write an event as Graph's JSON, read-only members included.

    Raises:
        RecurrenceError: It is a series whose rule was changed to one that Graph cannot say.
    """
    item: Item = {**event.raw, "id": event.id}
    if isinstance(event, Tombstone):
        return {**item, REMOVED: item.get(REMOVED) or {"reason": "deleted"}}
    if isinstance(event, Event):
        write_members(event, item)
        _write_span(event, item)
    else:
        item[CANCELLED] = True
    if isinstance(event, CancelledOccurrence | SeriesException):
        item["seriesMasterId"] = event.series
        if _slot_or_none(item) != event.original_start:
            item[SLOT] = slot_text(event.original_start)
    else:
        item["seriesMasterId"] = None
    if isinstance(event, Series):
        _write_recurrence(event, item)
    elif isinstance(event, SingleEvent) and item.get("recurrence") is not None:
        item["recurrence"] = None
    return item


def _read(item: Any) -> Received:
    if not is_object(item):
        found = item.reason if isinstance(item, Unreadable) else f"found {kind_of(item)}"
        raise Oddity(f"expected an event: {found}", "")
    event_id = id_of(item)
    if event_id is None:
        raise Oddity("expected an id", "id")
    if item.get(REMOVED) is not None:
        return Tombstone(id=event_id, raw=item)
    series = series_of(item)
    if item.get(CANCELLED) is True:
        return CancelledOccurrence(
            id=event_id, series=series or "", original_start=_expect_slot(item), raw=item
        )
    members = _read_members(item, event_id)
    if kind_word(item) == SERIES and item.get("recurrence") is not None:
        return Series(**members, recurrence=(rule_of(item),))
    if series is not None:
        slot = _in_zone(_expect_slot(item), members["zone"])
        return SeriesException(**members, series=series, original_start=slot)
    return SingleEvent(**members)


def _expect_slot(item: Item) -> Time:
    slot = read_slot(item)
    if slot is None:
        raise Oddity("expected where the pattern has the occurrence", "originalStart")
    return slot


def _slot_or_none(item: Item) -> Time | None:
    try:
        return read_slot(item)
    except Oddity:
        return None


def _read_members(item: Item, event_id: str) -> dict[str, Any]:
    zone = zone_chain(item)
    start, end = read_span(item)
    times = {"start": _in_zone(start, zone), "end": _in_zone(end, zone), "zone": zone}
    return {**read_members(item), **times, "id": event_id, "raw": item}


def _in_zone(time: Time, zone: str | None) -> Time:
    known = zone_or_none(zone)
    if known is None or not isinstance(time, datetime):
        return time
    try:
        return time.astimezone(known)
    except OverflowError:
        return time


def _write_span(event: Event, item: Item) -> None:
    try:
        held = _read_members(item, event.id)
        if (held["start"], held["end"], held["zone"]) == (event.start, event.end, event.zone):
            return
    except Oddity:
        pass
    item["isAllDay"] = event.all_day
    item["start"], item["end"] = _write_time(event.start), _write_time(event.end)
    if zone_chain(item) != event.zone:
        item["originalStartTimeZone"] = item["originalEndTimeZone"] = event.zone


def _write_time(time: Time) -> Item:
    """Write a time on the clock of UTC; of whole days, midnight of no place in particular."""
    if isinstance(time, datetime):
        wall = time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
        return {"dateTime": f"{wall}0", "timeZone": "UTC"}
    return {"dateTime": f"{time.isoformat()}T00:00:00.0000000", "timeZone": "UTC"}


def _write_recurrence(event: Series, item: Item) -> None:
    item["type"] = SERIES
    try:
        if is_object(item.get("recurrence")) and (rule_of(item),) == event.recurrence:
            return
    except (Oddity, RecurrenceError):
        pass
    # Whoever only reads needs none of the wire classes.
    from kloudsync.providers.microsoft.recurrence_writing import write_recurrence  # noqa: PLC0415
    from kloudsync.providers.microsoft.wire.codec import codec  # noqa: PLC0415

    series = Recurrence.parse(event.recurrence, event.start, end=event.end, zone=event.zone)
    item["recurrence"] = codec.dump(write_recurrence(series))
