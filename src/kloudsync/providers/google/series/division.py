"""How a series is divided at an occurrence. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve, frozen

from kloudsync.errors import UsageError
from kloudsync.model.times import Time, epoch
from kloudsync.providers.google.ids import tail_id
from kloudsync.providers.google.series.patches import TIMES, merged, read, written
from kloudsync.providers.google.series.rhythm import Rhythm, moment
from kloudsync.providers.google.wire.conference import (
    ConferenceData,
    ConferenceSolutionKey,
    ConferenceSolutionType,
    CreateConferenceRequest,
)
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.recurrence import ICALENDAR

_ONCE = ("RRULE:FREQ=DAILY;COUNT=1",)


@frozen(kw_only=True)
class Division:
    """A series before and from an occurrence on.

    Attributes:
        head: The change that ends the earlier segment.
        tail: The later segment, whole, under an id of its own.
    """

    head: Event
    tail: Event


def divide(series: Event, at: Time, changes: Event) -> Division:
    """Divide a series.

    The later segment's id follows from the series and the occurrence, so that dividing
    twice at the same place finds the segment and does not make another one.

    Args:
        series: The series as it is, whole.
        at: The original start of the first occurrence of the later segment.
        changes: What is different from there on.

    Raises:
        UsageError: The series has no occurrence there, its guest list is not whole, or
            the changed times do not fit the changed rule.
    """
    rhythm = Rhythm.of(series)
    rhythm.expect(at)
    if series.attendees_omitted:
        raise UsageError("the guest list is not whole, and a copy of it would lose guests")
    changes = timed(changes, moved_to(series, rhythm, at))
    inherited = written(series) | _own(series, rhythm, at, changes)
    name = tail_id(series.id or "", epoch(at))
    tail = evolve(read(merged(inherited, written(changes))), id=name)
    if not changes.conference_data:
        tail = _with_conference(tail, name)
    _expect_fit(tail)
    return Division(head=Event(recurrence=rhythm.until(at)), tail=tail)


def whole_change(series: Event, at: Time, changes: Event) -> Event:
    """Complete a change from the first occurrence on to one of the whole series.

    Where times or rule change, the series starts at that occurrence from then on, which its
    own start need not be, and its rule moves along as that of a later segment does.

    Args:
        series: The series as it is.
        at: The original start of its first occurrence.
        changes: What is to change.

    Raises:
        UsageError: The changed times do not fit the changed rule.
    """
    if not (changes.start or changes.end or changes.recurrence):
        return changes
    rhythm = Rhythm.of(series)
    changes = timed(changes, moved_to(series, rhythm, at))
    given = written(changes)
    times = {name: value for name, value in given.items() if name in TIMES}
    change = read(given | merged(_own(series, rhythm, at, changes), times))
    after = changed(series, change)
    if after.recurrence and _fits(rhythm):
        _expect_fit(after)
    return change


def moved_along(rhythm: Rhythm, at: Time, first: Time, changes: Event) -> Event:
    """Turn a change of one occurrence into the one of the first that moves all alike.

    Args:
        rhythm: When the series recurs.
        at: The original start of the occurrence that was chosen.
        first: That of the first one.
        changes: How the chosen one shall be; a start goes together with an end.
    """
    if not changes.start:
        return changes
    start, end = rhythm.local(moment(changes.start)), moment(changes.end)
    moved = rhythm.shift(at, start).of(first)
    return evolve(
        changes,
        start=_placed(changes.start, moved),
        end=_placed(changes.end, _later(moved, start, end)),
    )


def changed(series: Event, change: Event) -> Event:
    """Return the series as a change makes it."""
    return read(merged(written(series), written(change)))


def moved_to(series: Event, rhythm: Rhythm, slot: Time) -> Event:
    """Return the times of the occurrence of a series, as an event of nothing else."""
    end = rhythm.rule.end_of(slot)
    return Event(
        start=_placed(series.start, rhythm.local(slot)), end=_placed(series.end, rhythm.local(end))
    )


def timed(changes: Event, held: Event) -> Event:
    """Complete changed times: an end that keeps the length, and the zone that was.

    Args:
        changes: What is to change.
        held: When the event is now.

    Raises:
        UsageError: A new start is all-day and the old one is not, or the reverse, and no
            end is given.
    """
    if not changes.start:
        return changes
    start = _zoned(changes.start, held.start)
    if changes.end:
        return evolve(changes, start=start, end=_zoned(changes.end, held.end))
    new, old, end = moment(start), moment(held.start), moment(held.end)
    if isinstance(new, datetime) is not isinstance(old, datetime):
        raise UsageError("give `end` too where a timed event becomes all-day or the reverse")
    return evolve(changes, start=start, end=_placed(held.end, _later(new, old, end)))


def _own(series: Event, rhythm: Rhythm, at: Time, changes: Event) -> dict[str, Any]:
    times = moved_to(series, rhythm, at)
    if changes.recurrence:
        return written(times)
    start = rhythm.local(at)
    if changes.start:
        start = Rhythm.of(evolve(changes, recurrence=_ONCE)).rule.start
    if isinstance(start, datetime) is not isinstance(at, datetime):
        raise UsageError("pass `recurrence` too where a series becomes all-day or the reverse")
    return written(evolve(times, recurrence=rhythm.since(at, start)))


def _with_conference(tail: Event, name: str) -> Event:
    """Ask for a conference of its own in place of one that is another meeting's."""
    held = tail.conference_data
    key = held.conference_solution.key if held and held.conference_solution else None
    if not key or key.type != ConferenceSolutionType.HANGOUTS_MEET:
        return tail
    wish = CreateConferenceRequest(
        request_id=name,
        conference_solution_key=ConferenceSolutionKey(type=ConferenceSolutionType.HANGOUTS_MEET),
    )
    return evolve(tail, conference_data=ConferenceData(create_request=wish))


def _expect_fit(tail: Event) -> None:
    rhythm = Rhythm.of(tail)
    if not _fits(rhythm):
        raise UsageError(
            f"the rule has no occurrence at the new start {rhythm.rule.start.isoformat()}; "
            "pass the `recurrence` that goes with it"
        )


def _fits(rhythm: Rhythm) -> bool:
    """Tell whether the rule goes through the start, which the service shows in any case."""
    rule = evolve(rhythm.rule, reading=ICALENDAR)
    return evolve(rhythm, rule=rule).has(rule.start)


def _zoned(given: EventDateTime, held: Any) -> EventDateTime:
    if not given.date_time or given.time_zone or not held or not held.time_zone:
        return given
    return evolve(given, time_zone=held.time_zone)


def _placed(held: Any, at: Time) -> EventDateTime:
    if not isinstance(at, datetime):
        return EventDateTime(date=at)
    zone = held.time_zone if held and held.time_zone else None
    return EventDateTime(date_time=at, **({"time_zone": zone} if zone else {}))


def _later(new: Time, old: Time, end: Time) -> Time:
    """Return the end that keeps a length: of instants, since wall clocks change, or of days."""
    length = timedelta(seconds=epoch(end) - epoch(old))
    if isinstance(new, datetime):
        return (new.astimezone(UTC) + length).astimezone(new.tzinfo)
    return new + length
