"""Events of an iCalendar object as records: what stores keep, and what decisions need."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from attrs import frozen

from kloudsync.errors import DecodeError, KloudsyncError, UsageError
from kloudsync.ical.library import library
from kloudsync.model.attendee import Attendee, Person, Reply
from kloudsync.model.event import (
    CancelledOccurrence,
    Held,
    Series,
    SeriesException,
    SingleEvent,
    Status,
    Visibility,
)
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.model.times import DAY, epoch, from_epoch
from kloudsync.recurrence import ICALENDAR, Reading, Recurrence

LONGEST: Final = 1 << 20
"""Characters of one event beyond which it is kept aside."""

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_TIMES: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE")
_SLOT: Final = "RECURRENCE-ID"
_TOLD: Final = frozenset(
    (
        *("SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "CLASS", "URL"),
        *("ORGANIZER", "ATTENDEE", "CREATED", "LAST-MODIFIED"),
    )
)
"""What a typed event has of an object, beside what the columns say already."""


def read(text: str | bytes) -> Iterator[EventRecord | Malformed]:
    """Yield the events of an iCalendar object; one that cannot be read stops no other.

    Alarms, tasks and time zone definitions are passed over: zones are those of the system, by
    all the names that other programs give them.

    Args:
        text: The object; bytes are UTF-8, of which what is not is replaced.

    Raises:
        MissingExtra: icalendar is not installed.
        DecodeError: It is no iCalendar object.
    """
    whole = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    library()
    unfolded = _BREAK.split(_FOLD.sub("", whole.removeprefix("\ufeff")))
    if not any(line.strip().upper() == "BEGIN:VCALENDAR" for line in unfolded[:10]):
        raise DecodeError("expected BEGIN:VCALENDAR; this is no iCalendar object @ line 1")
    met: set[str] = set()
    for lines, is_whole in _events(unfolded):
        record = record_of(lines) if is_whole else _cut_off(lines)
        if isinstance(record, Malformed):
            yield record
        elif record.id not in met:
            # Of two events of one identity, which counts the object does not say: the first does.
            met.add(record.id)
            yield record


def _events(lines: Iterable[str]) -> Iterator[tuple[list[str], bool]]:
    """Yield the lines of each event, without what is nested in it, and whether it has an end."""
    nested, event = list[str](), list[str]()
    for line in lines:
        name = line.strip().upper()
        if name == "BEGIN:VEVENT":
            if nested:
                yield event, False
            nested, event = ["VEVENT"], []
        elif nested and name.startswith("BEGIN:"):
            nested.append(name.removeprefix("BEGIN:"))
        elif nested and name == "END:VEVENT":
            yield event, nested == ["VEVENT"]
            nested = []
        elif len(nested) > 1 and name == f"END:{nested[-1]}":
            nested.pop()
        elif len(nested) == 1 and line.strip() and not name.startswith("END:"):
            event.append(line)
    if nested:
        yield event, False


def _cut_off(lines: list[str]) -> Malformed:
    """Keep aside an event whose end, or that of something in it, is missing: more may be."""
    told = record_of(lines)
    reason = "iCalendar: expected END:VEVENT, or the end of what it holds"
    return Malformed(id=told.id, reason=reason, raw=told.raw)


def record_of(lines: list[str]) -> EventRecord | Malformed:
    """Read the columns that decisions need from the lines of an event."""
    raw = json.dumps({"ics": lines}, ensure_ascii=False)
    if len(raw) > LONGEST:
        return Malformed(id=None, reason="the event is longer than a million characters", raw="{}")
    named = _named(lines)
    uid = named.get("UID", "").partition(":")[2].strip()
    try:
        return _record(lines, named, uid, raw)
    except (KloudsyncError, ValueError, OverflowError) as error:
        return Malformed(id=_meant(named, uid), reason=f"iCalendar: {error}", raw=raw)


def _meant(named: Mapping[str, str], uid: str) -> str | None:
    """Return the id of what cannot be read, which for an occurrence is not that of its series."""
    slot = named.get(_SLOT)
    return f"{uid}@{slot.rpartition(':')[2].strip()}" if uid and slot else uid or None


def _record(lines: list[str], named: Mapping[str, str], uid: str, raw: str) -> EventRecord:
    if not uid:
        raise UsageError("it has no UID")
    recurrence = Recurrence.parse([line for line in lines if line.upper().startswith(_TIMES)])
    slot = _slot(named.get(_SLOT))
    cancelled = named.get("STATUS", "").upper().endswith(":CANCELLED")
    start, last = epoch(recurrence.start), recurrence.extent_utc()
    is_series = bool(recurrence.lines()) and slot is None
    day = recurrence.kind.is_date
    end = epoch(recurrence.end_of(recurrence.start))
    return EventRecord(
        id=uid if slot is None else f"{uid}@{slot[0]}",
        kind=_kind(is_series=is_series, is_slot=slot is not None, is_cancelled=cancelled),
        raw=raw,
        start=start,
        end=end,
        last_end=(last[1] if last else start) if is_series else end,
        all_day=int(day),
        zone=recurrence.zone,
        busy=int(not named.get("TRANSP", "").upper().endswith(":TRANSPARENT")),
        recurrence="\n".join(recurrence.lines()) if is_series else None,
        series=uid if slot is not None else None,
        original=None if slot is None else slot[0],
        original_all_day=int(slot is not None and slot[1]),
        uid=uid,
    )


def _kind(*, is_series: bool, is_slot: bool, is_cancelled: bool) -> Kind:
    if is_slot:
        return Kind.CANCELLED if is_cancelled else Kind.EXCEPTION
    if is_cancelled:
        return Kind.TOMBSTONE
    return Kind.SERIES if is_series else Kind.SINGLE


def _slot(line: str | None) -> tuple[int, bool] | None:
    """Return which occurrence a RECURRENCE-ID names, and whether it is a whole day."""
    if line is None:
        return None
    if "RANGE=THISANDFUTURE" in line.partition(":")[0].upper():
        raise UsageError("it changes all later occurrences (THISANDFUTURE), which is not read")
    named = Recurrence.parse([f"DTSTART{line[len(_SLOT) :]}"])
    return epoch(named.start), named.kind.is_date


def _named(lines: Iterable[str]) -> dict[str, str]:
    """Return the first line of each property."""
    found: dict[str, str] = {}
    for line in lines:
        found.setdefault(_name(line), line)
    return found


def _name(line: str) -> str:
    return re.split(r"[;:]", line, maxsplit=1)[0].strip().upper()


@frozen
class IcalReader:
    """Reads records that were made of iCalendar, as `CalendarCopy` and agendas want it."""

    @property
    def reading(self) -> Reading:
        """Lines mean what RFC 5545 says."""
        return ICALENDAR

    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record.

        Raises:
            DecodeError: Its text is not what was kept.
        """
        component = _component(record)
        slot = from_epoch(
            record.original or 0, all_day=bool(record.original_all_day), zone=record.zone
        )
        if record.kind == Kind.CANCELLED:
            return CancelledOccurrence(
                id=record.id, series=record.series or "", original_start=slot
            )
        members = _members(record, component)
        if record.kind == Kind.EXCEPTION:
            return SeriesException(**members, series=record.series or "", original_start=slot)
        if record.kind == Kind.SERIES:
            return Series(**members, recurrence=tuple((record.recurrence or "").split("\n")))
        return SingleEvent(**members)

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:  # noqa: ARG002 - the port's shape
        """Return the id of an occurrence that has no event of its own."""
        return f"{series}@{start}"


def _component(record: EventRecord) -> Any:
    try:
        lines = json.loads(record.raw)["ics"]
        text = "\r\n".join(["BEGIN:VEVENT", *_spoken(lines), "END:VEVENT", ""])
        return library().Event.from_ical(text)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise DecodeError(f"expected the lines of an event @ {record.id}") from error


def _spoken(lines: Iterable[str]) -> Iterator[str]:
    """Leave out what nobody asks for: the library takes its time for each, and fails at odd ones."""
    return (line for line in lines if _name(line) in _TOLD)


def _members(record: EventRecord, component: Any) -> dict[str, Any]:
    day = bool(record.all_day)
    start, end = (
        from_epoch(at or 0, all_day=day, zone=record.zone) for at in (record.start, record.end)
    )
    if day and (record.end or 0) <= (record.start or 0):
        end = from_epoch((record.start or 0) + DAY, all_day=True)
    return {
        "id": record.id,
        "start": start,
        "end": end,
        "zone": record.zone,
        "title": _text(component, "SUMMARY"),
        "description": _text(component, "DESCRIPTION"),
        "location": _text(component, "LOCATION"),
        "status": _word(component, "STATUS", Status),
        "visibility": _word(component, "CLASS", Visibility),
        "busy": bool(record.busy),
        "organizer": _person(component.get("ORGANIZER")),
        "attendees": tuple(_attendee(one) for one in _several(component.get("ATTENDEE"))),
        "ical_uid": record.uid,
        "created": _instant(component, "CREATED"),
        "updated": _instant(component, "LAST-MODIFIED"),
        "url": _text(component, "URL"),
    }


def _text(component: Any, name: str) -> str | None:
    values = _several(component.get(name))
    return str(values[0]) if values else None


def _word(component: Any, name: str, words: type[Status | Visibility]) -> Any:
    told = _text(component, name)
    if told is None:
        return None
    return words(told.lower()) if told.lower() in set(words) else told


def _instant(component: Any, name: str) -> datetime | None:
    values = _several(component.get(name))
    try:
        at: date | datetime | None = getattr(values[0], "dt", None) if values else None
        return at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo is not None else None
    except (ValueError, OverflowError, AttributeError):
        return None  # what the library could not read it hands out, and raises when it is asked


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    told: Any = value
    return list(told) if isinstance(value, list) else [told]


def _person(value: Any) -> Person | None:
    values = _several(value)
    if not values:
        return None
    return Person(email=_address(values[0]), name=values[0].params.get("CN"))


def _attendee(value: Any) -> Attendee:
    params = value.params
    told = str(params.get("PARTSTAT", "NEEDS-ACTION")).lower()
    return Attendee(
        email=_address(value),
        name=params.get("CN"),
        reply=Reply(told) if told in set(Reply) else told,
        optional=str(params.get("ROLE", "")).upper() == "OPT-PARTICIPANT",
        resource=str(params.get("CUTYPE", "")).upper() in {"RESOURCE", "ROOM"},
    )


def _address(value: Any) -> str | None:
    text = str(value)
    return text[len("mailto:") :] if text.lower().startswith("mailto:") else text or None
