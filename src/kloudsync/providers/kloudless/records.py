"""From Kloudless's JSON to records: the few columns that decisions need, and the event's text.

Listings and activity carry the same events, but only listings carry them alone. So that
the two compare, the text that is stored is written anew from what was decoded.
"""

from __future__ import annotations

import json
from typing import Any, Final

from kloudsync.errors import RecurrenceError, UnboundedRecurrence
from kloudsync.http.json_kinds import Item, is_array, is_object
from kloudsync.http.scan import Unreadable
from kloudsync.model.oddity import Oddity, seconds_of
from kloudsync.model.record import EventRecord, Kind, Malformed, is_storable
from kloudsync.model.times import Time, is_all_day
from kloudsync.providers.kloudless.times import id_of, read_original, read_span, text_of
from kloudsync.providers.storable import expect_storable
from kloudsync.recurrence import ICALENDAR, Reading, Recurrence
from kloudsync.recurrence.zones import iana_name

DELETED: Final = "delete"
_CANCELLED: Final = "cancelled"


def read_record(item: Any, raw: str, reading: Reading = ICALENDAR) -> EventRecord | Malformed:
    """Read one event of a listing.

    An exception whose series is not named comes with `series` None.

    Args:
        item: The event as decoded; anything, since services err.
        raw: The text that it was decoded from.
        reading: Whose reading of recurrence lines counts.
    """
    if not is_object(item):
        found = item.reason if isinstance(item, Unreadable) else f"found {type(item).__name__}"
        return Malformed(id=None, reason=f"expected an event: {found}", raw=raw)
    event_id = id_of(item, "id")
    if event_id is None or not is_storable(event_id):
        return Malformed(id=None, reason="expected an id @ id", raw=raw)
    try:
        return expect_storable(_read(item, event_id, reading))
    except (Oddity, RecurrenceError) as problem:
        return Malformed(id=event_id, reason=str(problem), raw=raw)
    except RecursionError:
        return Malformed(id=event_id, reason="the JSON is nested too deeply", raw=raw)


def read_activity(
    item: Any, raw: str, reading: Reading = ICALENDAR
) -> EventRecord | Malformed | None:
    """Read one object of activity; None where it is not about an event.

    The state after the change is all that counts, whatever the change is called.

    Args:
        item: The object as decoded; anything, since services err.
        raw: The text that it was decoded from.
        reading: Whose reading of recurrence lines counts.
    """
    if not is_object(item):
        return read_record(item, raw, reading)
    metadata = item.get("metadata")
    if is_object(metadata) and not _is_event(metadata):
        return None
    if item.get("type") == DELETED:
        return _deleted(item, metadata if is_object(metadata) else {}, raw)
    if not is_object(metadata):
        # It tells that something changed but not what; a silent skip would lose the change.
        return Malformed(id=None, reason="expected an event @ metadata", raw=raw)
    return read_record(metadata, raw, reading)


def is_activity(item: Any) -> bool:
    """Tell an object of activity from an event; both are kept where they cannot be read."""
    return is_object(item) and "metadata" in item and "start" not in item


def dumped(item: Item) -> str:
    """Write an object as it is stored: compact, in ASCII, so that any database takes it."""
    return json.dumps(item, separators=(",", ":"))


def lines_of(item: Item) -> tuple[str, ...]:
    """Return the recurrence lines of an event; each is a whole iCalendar line."""
    listed = item.get("recurrence")
    if not is_array(listed):
        return ()
    # Some payloads list the lines themselves.
    lines = (one.get("rrule") if is_object(one) else one for one in listed)
    return tuple(line for line in lines if isinstance(line, str) and line)


def _is_event(metadata: Item) -> bool:
    kinds = metadata.get("api") or "calendar", metadata.get("type") or "event"
    return kinds == ("calendar", "event")


def _deleted(item: Item, metadata: Item, raw: str) -> EventRecord | Malformed:
    """Read a deletion, of which nothing but an id is certain, here or there."""
    event_id = id_of(metadata, "id") or id_of(item, "id")
    if event_id is None or not is_storable(event_id):
        return Malformed(id=None, reason="expected an id @ metadata.id", raw=raw)
    try:
        return expect_storable(_gone({**metadata, "id": event_id}, event_id))
    except Oddity as problem:
        return Malformed(id=event_id, reason=str(problem), raw=raw)


def _gone(item: Item, event_id: str) -> EventRecord:
    """Read what is gone: an occurrence of a living series, or else an event."""
    series = id_of(item, "recurring_master_id")
    original = _original_or_none(item) if series else None
    if original is None:
        return EventRecord(event_id, Kind.TOMBSTONE, dumped(item))
    return EventRecord(
        event_id,
        Kind.CANCELLED,
        dumped(item),
        series=series,
        original=seconds_of(original, "original_start"),
        original_all_day=int(is_all_day(original)),
        uid=text_of(item, "ical_uid"),
    )


def _original_or_none(item: Item) -> Time | None:
    try:
        return read_original(item, all_day=item.get("all_day") is True)
    except Oddity:
        return None


def _read(item: Item, event_id: str, reading: Reading) -> EventRecord:
    if item.get("status") == _CANCELLED:
        return _gone(item, event_id)
    first, last = read_span(item)
    end = seconds_of(last, "end")
    record = EventRecord(
        event_id,
        Kind.SINGLE,
        dumped(item),
        start=seconds_of(first, "start"),
        end=end,
        last_end=end,
        all_day=int(is_all_day(first)),
        zone=iana_name(text_of(item, "start_time_zone") or "") or None,
        uid=text_of(item, "ical_uid"),
    )
    lines = lines_of(item)
    if not lines:
        return _exception(item, record, first)
    rule = Recurrence.parse(lines, first, end=last, zone=record.zone, reading=reading)
    return record._replace(
        kind=Kind.SERIES,
        recurrence="\n".join(lines),
        last_end=_last_end(rule, record.end),
        created=text_of(item, "created"),
    )


def _last_end(rule: Recurrence, first_end: int | None) -> int | None:
    try:
        extent = rule.extent_utc()
    except UnboundedRecurrence:
        return None
    return first_end if extent is None else extent[1]


def _exception(item: Item, record: EventRecord, start: Time) -> EventRecord:
    """Tell an exception from a single event by what it says of its series.

    The rules of tying are inferred: by pointer, else by UID and original start; where neither
    is given, an edited occurrence cannot be told from a single event. An occurrence with
    pointer and without original start is taken to stand where its rule put it.
    """
    series = id_of(item, "recurring_master_id")
    original = read_original(item, all_day=bool(record.all_day))
    if original is None and series is not None:
        original = start
    if original is None or (series is None and record.uid is None):
        return record
    return record._replace(
        kind=Kind.EXCEPTION,
        series=series,
        original=seconds_of(original, "original_start"),
        original_all_day=int(is_all_day(original)),
    )
