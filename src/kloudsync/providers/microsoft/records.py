"""From Graph's JSON to records: the few columns that decisions need, and the event's text.

What a whole family says together, a record has to say alone later on. So the text of an occurrence
holds its slot in a member of kloudsync's own, and so does the text of a cancelled occurrence, of
which Graph tells no more than an id.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, Final

from kloudsync.errors import RecurrenceError, UnboundedRecurrence
from kloudsync.http.json_kinds import Item, is_object, kind_of
from kloudsync.http.scan import Unreadable
from kloudsync.model.oddity import Oddity, seconds_of
from kloudsync.model.record import EventRecord, Kind, Malformed, is_storable
from kloudsync.model.times import Time, is_all_day
from kloudsync.providers.microsoft.occurrence_slots import all_day_slot
from kloudsync.providers.microsoft.reading import MICROSOFT
from kloudsync.providers.microsoft.recurrence_reading import read_rule
from kloudsync.providers.microsoft.times import read_instant, read_span, zone_name, zone_of
from kloudsync.providers.storable import expect_storable
from kloudsync.recurrence import Reading, Recurrence

SLOT: Final = "@kloudsync.slot"
"""Where the pattern has an occurrence, as this library found out: a date, or an instant in UTC."""

ZONE: Final = "@kloudsync.zone"
"""The mailbox's zone, of a series that names none that somebody knows."""

CANCELLED: Final = "@kloudsync.cancelled"
"""Set in what stands for an occurrence that its series leaves out."""

REMOVED: Final = "@removed"
SERIES: Final = "seriesMaster"
OCCURRENCE: Final = "occurrence"
EXCEPTION: Final = "exception"

FREE: Final = frozenset({"free", "workingelsewhere"})
"""How time is shown that is not taken; Outlook counts working elsewhere as available."""


def read_record(item: Any, raw: str, reading: Reading = MICROSOFT) -> EventRecord | Malformed:
    """Read one event.

    Args:
        item: The event as decoded; anything, since services err.
        raw: The text that it was decoded from.
        reading: Whose reading of rules counts.
    """
    if not is_object(item):
        found = item.reason if isinstance(item, Unreadable) else f"found {kind_of(item)}"
        return Malformed(id=None, reason=f"expected an event: {found}", raw=raw)
    event_id = id_of(item)
    if event_id is None:
        return Malformed(id=None, reason="expected an id @ id", raw=raw)
    try:
        return expect_storable(_read(item, event_id, raw, reading))
    except (Oddity, RecurrenceError) as problem:
        return Malformed(id=event_id, reason=str(problem), raw=raw)
    except RecursionError:
        return Malformed(id=event_id, reason="the JSON is nested too deeply", raw=raw)


def id_of(item: Item) -> str | None:
    """Return an event's id, or None where it has none that could be kept."""
    event_id = item.get("id")
    return event_id if type(event_id) is str and event_id and is_storable(event_id) else None


def series_of(item: Item) -> str | None:
    """Return the series that an occurrence belongs to, or None."""
    series = item.get("seriesMasterId")
    return series if type(series) is str and series and is_storable(series) else None


def kind_word(item: Item) -> str:
    """Return what Graph calls an event: its `type`."""
    kind = item.get("type")
    return kind if type(kind) is str else ""


def zone_chain(item: Item) -> str | None:
    """Return the name of the first zone that a series names and somebody knows, or None.

    Invitations from outside name none that means anything, such as `tzone://Microsoft/Custom`.
    """
    recurrence = item.get("recurrence")
    bounds = recurrence.get("range") if is_object(recurrence) else None
    named = (
        bounds.get("recurrenceTimeZone") if is_object(bounds) else None,
        item.get("originalStartTimeZone"),
        item.get("originalEndTimeZone"),
        item.get(ZONE),
    )
    return next(filter(None, map(zone_name, named)), None)


def rule_of(item: Item) -> str:
    """Return the RRULE line of a series.

    Raises:
        RecurrenceError: The pattern cannot be understood.
    """
    recurrence = item.get("recurrence")
    if not is_object(recurrence):
        raise Oddity(f"expected a pattern and a range, found {kind_of(recurrence)}", "recurrence")
    all_day = item.get("isAllDay") is True
    return read_rule(recurrence, zone_of(zone_chain(item)), all_day=all_day)


def dumped(item: Item) -> str:
    """Write an object as it is stored: compact, in ASCII, so that any database takes it."""
    return json.dumps(item, separators=(",", ":"))


def slot_text(slot: Time) -> str:
    """Write where the pattern has an occurrence."""
    if isinstance(slot, datetime):
        return slot.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return slot.isoformat()


def read_slot(item: Item) -> Time | None:
    """Return where the pattern has an occurrence: as was found out, or else as far as it says.

    Raises:
        Oddity: It says so in words that cannot be understood.
    """
    found = item.get(SLOT)
    if isinstance(found, str):
        try:
            return date.fromisoformat(found) if len(found) == len("2026-01-01") else _moment(found)
        except ValueError as error:
            raise Oddity(f"expected a slot, found {found!r:.40}", SLOT) from error
    original = item.get("originalStart")
    if original is None:
        return None
    moment = read_instant(original, "originalStart")
    if item.get("isAllDay") is True:
        return all_day_slot(moment, zone_of(zone_chain(item)))
    return moment.replace(second=0, microsecond=0)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(item: Item, event_id: str, raw: str, reading: Reading) -> EventRecord:
    if item.get(REMOVED) is not None:
        return EventRecord(event_id, Kind.TOMBSTONE, raw)
    if item.get(CANCELLED) is True:
        return _occurrence(item, EventRecord(event_id, Kind.CANCELLED, raw))
    first, last = read_span(item)
    end = seconds_of(last, "end")
    record = EventRecord(
        event_id,
        Kind.SINGLE,
        raw,
        start=seconds_of(first, "start"),
        end=end,
        last_end=end,
        all_day=int(is_all_day(first)),
        zone=zone_chain(item),
        busy=int(is_busy(item)),
        declined=int(has_declined(item)),
        uid=_text(item, "iCalUId"),
    )
    if kind_word(item) == SERIES and item.get("recurrence") is not None:
        return _series(item, record, (first, last), reading)
    return _occurrence(item, record._replace(kind=Kind.EXCEPTION)) if series_of(item) else record


def is_busy(item: Item) -> bool:
    """Tell whether an event blocks time: not if it is shown as free, cancelled, or not sent yet."""
    shown = item.get("showAs")
    free = isinstance(shown, str) and shown.lower() in FREE
    return not (free or item.get("isCancelled") is True or item.get("isDraft") is True)


def has_declined(item: Item) -> bool:
    """Tell whether the calendar's owner said no."""
    status = item.get("responseStatus")
    return is_object(status) and status.get("response") == "declined"


def _occurrence(item: Item, record: EventRecord) -> EventRecord:
    slot = read_slot(item)
    if slot is None:
        raise Oddity("expected where the pattern has the occurrence", "originalStart")
    return record._replace(
        series=series_of(item),
        original=seconds_of(slot, "originalStart"),
        original_all_day=int(is_all_day(slot)),
    )


def _series(
    item: Item, record: EventRecord, span: tuple[Time, Time], reading: Reading
) -> EventRecord:
    line = rule_of(item)
    series = parse_series(line, span, record.zone, reading)
    return record._replace(
        kind=Kind.SERIES, recurrence=line, last_end=_last_end(series, record.end)
    )


def parse_series(
    line: str, span: tuple[Time, Time], zone: str | None, reading: Reading = MICROSOFT
) -> Recurrence:
    """Return when a series takes place.

    Args:
        line: Its rule.
        span: Start and end of its first occurrence.
        zone: The zone in which it recurs; UTC where None.
        reading: Whose reading of rules counts.
    """
    first, last = span
    return Recurrence.parse([line], first, end=last, zone=zone, reading=reading)


def _last_end(series: Recurrence, first_end: int | None) -> int | None:
    try:
        extent = series.extent_utc()
    except UnboundedRecurrence:
        return None
    if extent is None:
        return first_end
    # Without a zone of its own it recurs in the mailbox's, whose offset differs by hours.
    certain = extent[1] is None or series.kind.is_date or series.zone is not None
    return extent[1] if certain else (extent[1] or 0) + 86_400


def _text(item: Item, name: str) -> str | None:
    value = item.get(name)
    return value if type(value) is str else None
