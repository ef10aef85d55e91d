"""From Google's JSON to records: the few columns that decisions need, and the text itself.

This runs once for each event of each page, so it reads the JSON as it is and builds no
typed event. Whatever cannot be understood is returned as `Malformed`, never raised.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypedDict

from kloudsync.errors import RecurrenceError
from kloudsync.http.json_kinds import Item, is_array, is_object, kind_of
from kloudsync.http.scan import Unreadable
from kloudsync.model.oddity import EARLIEST, LATEST, Oddity, seconds_of
from kloudsync.model.record import EventRecord, Kind, Malformed, is_storable, record_of
from kloudsync.model.times import Time, is_all_day
from kloudsync.providers.google.bounds import last_end
from kloudsync.providers.google.ids import base_of, parse_id
from kloudsync.providers.google.times import read_original, read_span, zone_name
from kloudsync.recurrence import GOOGLE, Reading
from kloudsync.recurrence.zones import iana_name

_moment: Final = datetime.fromisoformat
_zone_called: Final = lru_cache(1024)(iana_name)

# Plain integers, which every database binds as they are.
_SINGLE: Final = int(Kind.SINGLE)
_SERIES: Final = int(Kind.SERIES)
_EXCEPTION: Final = int(Kind.EXCEPTION)
_CANCELLED: Final = int(Kind.CANCELLED)
_TOMBSTONE: Final = int(Kind.TOMBSTONE)


class _Time(TypedDict, total=False):
    date: str
    dateTime: str
    timeZone: str


class _Attendee(TypedDict, total=False):
    self: bool
    responseStatus: str


class EventMembers(TypedDict, total=False):
    """All that is looked at of an event, as Google writes it; see `item_decoder`."""

    id: str
    status: str
    start: _Time
    end: _Time
    originalStartTime: _Time
    recurringEventId: str
    recurrence: list[str]
    transparency: str
    attendees: list[_Attendee]
    iCalUID: str
    created: str


def read_record(item: Any, raw: str, reading: Reading = GOOGLE) -> EventRecord | Malformed:
    """Read one event of a page.

    Args:
        item: The event as decoded; anything, since services err.
        raw: The text that it was decoded from.
        reading: Whose reading of recurrence lines counts.
    """
    plain = read_plain(item, raw)
    return read_closely(item, raw, reading) if plain is None else plain


def read_closely(item: Any, raw: str, reading: Reading = GOOGLE) -> EventRecord | Malformed:
    """Read one event of any kind, and say what is odd; see `read_record`."""
    event_id = _id_of(item)
    if event_id is None:
        return Malformed(id=None, reason=_unnamed(item), raw=raw)
    try:
        return _read(item, event_id, raw, reading)
    except Oddity as oddity:
        return Malformed(id=event_id, reason=str(oddity), raw=raw)


def read_plain(item: Any, raw: str) -> EventRecord | None:
    """Read what nearly every event is: something that takes place once, between two instants.

    It is in one piece since it is done for each event of a first sync. None for all that is odd or
    of another kind; of the rest it makes what `read_closely` does.
    """
    try:
        get, start, event_id = item.get, item["start"], item["id"]
        first, last = _moment(start["dateTime"]), _moment(item["end"]["dateTime"])
        zone, uid = start.get("timeZone"), get("iCalUID")
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if get("status") == "cancelled" or get("recurringEventId") or get("recurrence"):
        return None
    if first.tzinfo is None or last.tzinfo is None or last < first or type(event_id) is not str:
        return None
    begins, ends = int(first.timestamp()), int(last.timestamp())
    texts = f"{event_id}{uid}{zone}"
    if begins < EARLIEST or ends > LATEST or not event_id or "\0" in texts or not texts.isascii():
        return None
    return record_of(
        (
            event_id,
            _SINGLE,
            raw,
            begins,
            ends,
            ends,
            0,
            _zone_called(zone) if type(zone) is str and zone else None,
            int(get("transparency") != "transparent"),
            _declined(get("attendees")),
            None,
            None,
            None,
            0,
            uid if type(uid) is str else None,
            None,
            None,
        )
    )


def _id_of(item: Any) -> str | None:
    event_id = item.get("id") if is_object(item) else None
    return event_id if type(event_id) is str and event_id and is_storable(event_id) else None


def _unnamed(item: Any) -> str:
    """Say what is wrong with an item that has no id."""
    if is_object(item):
        return f"expected an id, found {kind_of(item.get('id'))} @ id"
    problem = item.reason if isinstance(item, Unreadable) else f"found {kind_of(item)}"
    return f"expected an event: {problem}"


def _read(item: Item, event_id: str, raw: str, reading: Reading) -> EventRecord:
    if item.get("status") == "cancelled":
        return _gone(item, event_id, raw)
    first, last = read_span(item)
    end = seconds_of(last, "end")
    record = record_of(
        (
            event_id,
            _SINGLE,
            raw,
            seconds_of(first, "start"),
            end,
            end,
            int(is_all_day(first)),
            _storable(zone_name(item.get("start")), "start.timeZone"),
            int(item.get("transparency") != "transparent"),
            _declined(item.get("attendees")),
            None,
            None,
            None,
            0,
            _text(item, "iCalUID"),
            None,
            None,
        )
    )
    if item.get("recurringEventId"):
        return _exception(item, record)
    return _series(item, record, (first, last), reading) if item.get("recurrence") else record


def _gone(item: Item, event_id: str, raw: str) -> EventRecord:
    """Read a cancelled event: an occurrence of a living series, or else something deleted."""
    series = _text(item, "recurringEventId")
    original = read_original(item, event_id) if series else None
    if original is None:
        return _stub(event_id, raw)
    return EventRecord(
        event_id,
        _CANCELLED,
        raw,
        series=series,
        original=seconds_of(original, "originalStartTime"),
        original_all_day=int(is_all_day(original)),
        uid=_text(item, "iCalUID"),
    )


def _stub(event_id: str, raw: str) -> EventRecord:
    """Read a cancellation that tells no series.

    Only the id of a deleted event is promised. Occurrences come so that were cancelled, and so do
    those beyond the new end of a truncated series; where an id may be that of an occurrence, its
    slot is noted, and the end of the pass decides.
    """
    base, _, slot = parse_id(event_id)
    if slot is None:
        return EventRecord(event_id, _TOMBSTONE, raw)
    return EventRecord(
        event_id,
        _TOMBSTONE,
        raw,
        series=base,
        original=slot.start,
        original_all_day=int(slot.all_day),
    )


def _exception(item: Item, record: EventRecord) -> EventRecord:
    series = item["recurringEventId"]
    if type(series) is not str:
        raise Oddity(f"expected the id of a series, found {kind_of(series)}", "recurringEventId")
    original = read_original(item, record.id)
    if original is None:
        raise Oddity("expected where the series had the occurrence", "originalStartTime")
    return record._replace(
        kind=_EXCEPTION,
        series=_storable(series, "recurringEventId"),
        original=seconds_of(original, "originalStartTime"),
        original_all_day=int(is_all_day(original)),
    )


def _series(
    item: Item, record: EventRecord, span: tuple[Time, Time], reading: Reading
) -> EventRecord:
    lines = item["recurrence"]
    if not is_array(lines) or any(type(line) is not str for line in lines):
        raise Oddity("expected lines of text", "recurrence")
    recurrence = "\n".join(lines)
    try:
        bound = last_end(recurrence, *span, record.zone, reading)
    except RecurrenceError as error:
        raise Oddity(str(error), "recurrence") from error
    return record._replace(
        kind=_SERIES,
        last_end=bound,
        recurrence=_storable(recurrence, "recurrence"),
        lineage=base_of(record.id),
        created=_text(item, "created"),
    )


def _declined(attendees: Any) -> int:
    if not is_array(attendees):
        return 0
    for attendee in attendees:
        if is_object(attendee) and attendee.get("self") is True:
            return int(attendee.get("responseStatus") == "declined")
    return 0


def _text(item: Item, name: str) -> str | None:
    value = item.get(name)
    return _storable(value, name) if type(value) is str else None


def _storable(text: str | None, path: str) -> str | None:
    if text is not None and not is_storable(text):
        raise Oddity("expected text that a database can hold", path)
    return text
