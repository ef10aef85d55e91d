"""How a series is divided at an occurrence, and what goes over to the later segment. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from attrs import frozen

from kloudsync.errors import UsageError
from kloudsync.http.json_kinds import Item, is_array, is_object
from kloudsync.model.oddity import Oddity
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import Time, epoch, from_epoch
from kloudsync.providers.microsoft.contents import item_of
from kloudsync.providers.microsoft.family import read_family
from kloudsync.providers.microsoft.series.rhythm import Rhythm
from kloudsync.providers.microsoft.times import read_span, read_time
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.providers.microsoft.wire.event import Event

INHERITED: Final = (
    "subject", "body", "importance", "sensitivity", "showAs", "location", "locations",
    "attendees", "categories", "isReminderOn", "reminderMinutesBeforeStart", "isAllDay",
    "responseRequested", "allowNewTimeProposals", "hideAttendees", "isOnlineMeeting",
    "onlineMeetingProvider",
)  # fmt: skip
"""What a later segment takes over; an online meeting gets a room of its own."""

_RECURRENCE: Final = "recurrence"


@frozen(kw_only=True)
class Carried:
    """An exception on its way to another series.

    Attributes:
        slot: Where the later segment has the occurrence that becomes it.
        changes: What to change of that occurrence; None where it is cancelled.
        exception: As it was.
    """

    slot: Time
    changes: Event | None
    exception: Item


@frozen(kw_only=True)
class Passage:
    """What becomes of the exceptions of a series that is divided.

    Attributes:
        carried: Those that have a place in the later segment.
        lost: Those that have none.
    """

    carried: tuple[Carried, ...] = ()
    lost: tuple[Item, ...] = ()


def tail_of(series: Item, at: Time, changes: Event) -> Item:
    """Return the later segment, whole.

    Its `transactionId` follows from the series and the occurrence, so that dividing twice at the
    same place finds the segment and does not make another one.

    Args:
        series: The series as it is.
        at: The first occurrence of the later segment.
        changes: What is different from there on.

    Raises:
        UsageError: The changed times do not fit the rule.
    """
    rhythm, changed = Rhythm.of(series), codec.dump(changes)
    inherited = {name: series[name] for name in INHERITED if series.get(name) is not None}
    if "attendees" in inherited:
        inherited["attendees"] = [_invited(one) for one in _objects(inherited["attendees"])]
    times = _times(rhythm, at, changed)
    tail = {**inherited, **changed, **times, "transactionId": key_of(series, at)}
    _expect_fit(tail)
    return tail


def moved_along(rhythm: Rhythm, at: Time, first: Time, changes: Event) -> Event:
    """Turn a change of one occurrence into the one of the first that moves all alike.

    Args:
        rhythm: When the series takes place.
        at: The original start of the occurrence that was chosen.
        first: That of the first one.
        changes: How the chosen one shall be; a start goes together with an end.

    Raises:
        UsageError: The changed times cannot be understood.
    """
    if not changes.start:
        return changes
    given = codec.dump(changes)
    start, end = (_read(given, name, at) for name in ("start", "end"))
    moved = rhythm.moved(first, at, start)
    times = {"start": rhythm.wall(moved), "end": rhythm.wall(_later(moved, start, end))}
    return codec.load(Event, given | times)


def apart(series: Item) -> Item:
    """Return what a series says of itself, apart from its occurrences and stamps."""
    return {name: series.get(name) for name in (*INHERITED, "start", "end", _RECURRENCE)}


def exceptions_of(series: Item) -> Iterator[EventRecord]:
    """Yield what was changed, moved or deleted of single occurrences."""
    kinds = (Kind.EXCEPTION, Kind.CANCELLED)
    return (one for one in read_family(series).records if one.kind in kinds)


def passage(series: Item, at: Time, tail: Item) -> Passage:
    """Find a place in the later segment for each exception from an occurrence on.

    It belongs to its occurrence by number, and keeps whatever it has of its own, times included.

    Args:
        series: The series with all of its own, as it was asked for.
        at: The first occurrence of the later segment.
        tail: The later segment.
    """
    before, after = Rhythm.of(series), Rhythm.of(tail)
    carried, lost = list[Carried](), list[Item]()
    for record in exceptions_of(series):
        slot = from_epoch(record.original or 0, all_day=bool(record.original_all_day))
        if epoch(slot) < epoch(at):
            continue
        place = after.at(before.number(slot) - before.number(at))
        held = item_of(record)
        if place is None:
            lost.append(held)
        elif record.kind == Kind.CANCELLED:
            carried.append(Carried(slot=place, changes=None, exception=held))
        else:
            own = _own(held, series, before, slot)
            carried.append(Carried(slot=place, changes=codec.load(Event, own), exception=held))
    return Passage(carried=tuple(carried), lost=tuple(lost))


def _own(exception: Item, series: Item, rhythm: Rhythm, slot: Time) -> Item:
    """Return what an exception has otherwise than its series."""
    own: Item = {
        name: exception[name]
        for name in INHERITED
        if name in exception and exception[name] != series.get(name) and name != "isAllDay"
    }
    if "attendees" in own:
        own["attendees"] = [_invited(one) for one in _objects(own["attendees"])]
    start, end = read_span(exception)
    if (epoch(start), epoch(end)) != (epoch(slot), epoch(rhythm.end_of(slot))):
        own |= {"start": rhythm.wall(start), "end": rhythm.wall(end)}
        own |= {"isAllDay": True} if not isinstance(start, datetime) else {}
    return own


def _times(rhythm: Rhythm, at: Time, changed: Item) -> Item:
    """Return when the later segment takes place: moved where that was asked for."""
    start, end = at, rhythm.end_of(at)
    if changed.get("start"):
        start = _read(changed, "start", at)
        end = _read(changed, "end", at) if changed.get("end") else _later(start, at, end)
    elif changed.get("end"):
        end = _read(changed, "end", at)
    asked = changed.get(_RECURRENCE)
    wanted: Item = asked if is_object(asked) else {}
    made = rhythm.since(at, start)
    recurrence: Item = {name: wanted.get(name) or made[name] for name in ("pattern", "range")}
    return {
        "start": changed.get("start") or rhythm.wall(start),
        "end": changed.get("end") or rhythm.wall(end),
        _RECURRENCE: recurrence,
    }


def _read(changed: Item, name: str, at: Time) -> Time:
    all_day = changed.get("isAllDay", not isinstance(at, datetime)) is True
    try:
        return read_time(changed[name], name, all_day=all_day)
    except Oddity as error:
        raise UsageError(f"the changed times cannot be understood: {error}") from error


def _later(start: Time, old: Time, end: Time) -> Time:
    length = timedelta(seconds=epoch(end) - epoch(old))
    if isinstance(start, datetime) is not isinstance(old, datetime):
        raise UsageError("give `end` too where a timed event becomes all-day or the reverse")
    return start + length


def _expect_fit(tail: Item) -> None:
    rhythm = Rhythm.of(tail)
    start, _ = read_span(tail)
    if start not in rhythm.times:
        raise UsageError(
            f"the rule has no occurrence at the new start {start.isoformat()}; pass the "
            "`recurrence` that goes with it"
        )


def _invited(attendee: Item) -> Item:
    """Return whom to invite anew: the answer given to the earlier segment is none to this one."""
    return {name: attendee[name] for name in ("type", "emailAddress") if name in attendee}


def _objects(value: Any) -> Iterator[Item]:
    return (one for one in value if is_object(one)) if is_array(value) else iter(())


def key_of(series: Item, at: Time) -> str:
    """Return the key that a later segment is created with."""
    kind = "time" if isinstance(at, datetime) else "date"
    named = f"{series.get('id')}/{kind}/{epoch(at)}"
    return f"kloudsync-{sha256(named.encode()).hexdigest()[:40]}"
