"""The rhythm of a series: where its occurrences are, and how it reads when it is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from attrs import evolve, frozen

from kloudsync.errors import UsageError
from kloudsync.http.unset import Maybe
from kloudsync.model.times import Time, epoch, from_epoch
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.recurrence import GOOGLE, ICALENDAR, Recurrence, resolve_zone

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNTIL: Final = re.compile(r"(?<=UNTIL=)[0-9TZ]+")
_ONE_WEEKDAY: Final = re.compile(r"(?<=BYDAY=)(MO|TU|WE|TH|FR|SA|SU)(?=;|$)")


@frozen(kw_only=True)
class Rhythm:
    """When a series recurs.

    Attributes:
        rule: Its recurrence.
        zone: The name of its zone, or None where it is all-day.
    """

    rule: Recurrence
    zone: str | None

    @classmethod
    def of(cls, series: Event) -> Rhythm:
        """Read it from a series.

        Raises:
            UsageError: The event is no series.
            RecurrenceError: Its recurrence cannot be understood.
        """
        if not series.recurrence:
            of = series.recurring_event_id
            hint = f"an occurrence of {of}; pass that id" if of else "a single event"
            raise UsageError(f"{series.id or 'the event'} is no series but {hint}")
        start, zone = moment(series.start), _zone(series.start)
        end = moment(series.end)
        rule = Recurrence.parse(series.recurrence, start, end=end, zone=zone, reading=GOOGLE)
        return cls(rule=rule, zone=zone)

    def has(self, slot: Time) -> bool:
        """Tell whether an occurrence starts here by the rule."""
        after = slot + (_SECOND if isinstance(slot, datetime) else _DAY)
        return bool(self.rule.between(slot, after))

    def first(self) -> Time | None:
        """Return the original start of the first occurrence; None where all are left out."""
        return next(iter(self.rule), None)

    def is_first(self, slot: Time) -> bool:
        """Tell whether no occurrence is before this one."""
        return self.rule.previous_before(slot) is None

    def goes_on(self, slot: Time) -> bool:
        """Tell whether any occurrence is here or later."""
        return self.has(slot) or self.rule.next_after(slot) is not None

    def expect(self, slot: Time) -> None:
        """Refuse a time at which the rule has no occurrence.

        Raises:
            UsageError: It has none, or the time is of another kind than the series'.
        """
        if not self.has(slot):
            raise UsageError(
                f"the series has no occurrence that originally starts at {slot.isoformat()}; "
                "pass the original start of one, in any zone"
            )

    def until(self, slot: Time) -> list[str]:
        """Write the recurrence as it is where it ends before an occurrence.

        A COUNT is reduced. Anything else ends as the service itself has it: at the last
        second of the day before, in the series' zone, or on the date before.
        """
        lines = self.rule.truncate(before=slot).lines()
        if not isinstance(slot, datetime):
            return lines
        local = self._local(slot)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        if self.rule.between(midnight, local):
            # Others on the same day stay, so that the day before would be too early.
            return lines
        ours, theirs = (_stamp(instant) for instant in (slot, midnight))
        return [line.replace(f"UNTIL={ours}", f"UNTIL={theirs}") for line in lines]

    def since(self, slot: Time, start: Time) -> list[str]:
        """Write the recurrence as it is from an occurrence on, its share of COUNT included.

        Args:
            slot: Where the occurrence is by the rule.
            start: Where it shall be; what the recurrence says of days and dates moves along.

        Raises:
            UsageError: It is an RDATE, beside the rule, which would go on at its hour.
        """
        tail = self.rule.split_at(slot)[1]
        if epoch(tail.start) != epoch(slot):
            raise UsageError(
                f"{slot.isoformat()} is an RDATE, from which the rule does not go on; "
                "pass the `recurrence` that does"
            )
        shift = self.shift(slot, start)
        if shift.is_none:
            return tail.lines()
        moved = evolve(
            tail,
            start=start,
            exdates=tuple(shift.instant(at) for at in tail.exdates),
            rdates=tuple(shift.instant(at) for at in tail.rdates),
            local=tuple(shift.instant(at) for at in tail.local),
            periods=tuple((shift.instant(at), length) for at, length in tail.periods),
        )
        lines = on_weekday(moved.lines(), shift.old, shift.new)
        last = _ruled(tail).last() if tail.bound.until is not None else None
        if last is None or sum(line.startswith("RRULE") for line in lines) != 1:
            return lines
        until = _until(shift.of(last))
        return [_UNTIL.sub(until, line) if line.startswith("RRULE") else line for line in lines]

    def shift(self, slot: Time, start: Time) -> Shift:
        """Tell how all occurrences move where one of them goes somewhere else.

        Args:
            slot: Where it is by the rule.
            start: Where it shall be, in the zone in which the series recurs from then on.
        """
        return Shift(rhythm=self, old=self.wall(slot), new=_wall(start), zone=_clock(start))

    def nearest(self, slot: Time) -> Time | None:
        """Find the occurrence that stands for one of another rhythm: here, or alone on its day."""
        if self.has(slot):
            return slot
        if not isinstance(slot, datetime):
            return None
        midnight = self._local(slot).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        found = self.rule.between(midnight, midnight + _DAY)
        return found[0] if len(found) == 1 else None

    def local(self, slot: Time) -> Time:
        """Show a time on the wall clock of the series."""
        return self._local(slot) if isinstance(slot, datetime) else slot

    def _local(self, slot: datetime) -> datetime:
        start = self.rule.start
        return slot.astimezone(start.tzinfo if isinstance(start, datetime) else UTC)

    def wall(self, slot: Time) -> datetime:
        """Read the wall clock of the series at a time; midnight of a date."""
        return _wall(self.local(slot))


@frozen(kw_only=True)
class Shift:
    """How the occurrences of a series move along with one of them.

    They move by the same wall time, so that each keeps its number: what moves past midnight
    is on another day, and what moves to another weekday stays in its week.

    Attributes:
        rhythm: Where they were.
        old: The wall time at which that one was.
        new: The wall time at which it is.
        zone: Where the wall clock hangs from then on; None where the series is all-day.
    """

    rhythm: Rhythm
    old: datetime
    new: datetime
    zone: tzinfo | None

    @property
    def is_none(self) -> bool:
        """Tell whether all stay where they are: by the wall clock, and by its zone."""
        return self.old == self.new and self.zone == _clock(self.rhythm.rule.start)

    def of(self, slot: Time) -> Time:
        """Move an occurrence."""
        if self.is_none:
            return slot
        wall = self.rhythm.wall(slot) + (self.new - self.old)
        return wall.date() if self.zone is None else wall.replace(tzinfo=self.zone)

    def instant(self, instant: int) -> int:
        """Move an occurrence that the rule names in seconds since 1970."""
        all_day = not isinstance(self.rhythm.rule.start, datetime)
        return epoch(self.of(from_epoch(instant, all_day=all_day)))


def moment(time: Maybe[EventDateTime | None]) -> Time:
    """Read a time of an event: a date, or an aware datetime.

    Raises:
        UsageError: It is neither, or a wall time in no known zone.
    """
    if time and time.date:
        return time.date
    if not time or not time.date_time:
        raise UsageError("the event has no time of start or end")
    if time.date_time.tzinfo is not None:
        return time.date_time
    zone = resolve_zone(time.time_zone) if time.time_zone else None
    if zone is None:
        raise UsageError(f"{time.date_time} has neither an offset nor a known zone")
    return time.date_time.replace(tzinfo=zone)


def on_weekday(lines: Sequence[str], old: date, new: date) -> list[str]:
    """Move rules that name the one weekday of a start to that of another one."""
    before, after = _WEEKDAYS[old.weekday()], _WEEKDAYS[new.weekday()]
    return [
        _ONE_WEEKDAY.sub(lambda named: after if named[1] == before else named[1], line)
        if line.startswith("RRULE")
        else line
        for line in lines
    ]


def _zone(time: Maybe[EventDateTime | None]) -> str | None:
    return time.time_zone or None if time else None


def _wall(time: Time) -> datetime:
    if isinstance(time, datetime):
        return time.replace(tzinfo=None)
    return datetime(time.year, time.month, time.day)  # noqa: DTZ001 - walls have no zone


def _clock(time: Time) -> tzinfo | None:
    return time.tzinfo if isinstance(time, datetime) else None


def _ruled(series: Recurrence) -> Recurrence:
    """Leave the rules alone: an RDATE may be behind the end that they set, an EXDATE at it."""
    return evolve(series, rdates=(), periods=(), exdates=(), exdays=(), reading=ICALENDAR)


def _until(last: Time) -> str:
    if isinstance(last, datetime):
        return f"{last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{last:%Y%m%d}"


def _stamp(first_after: datetime) -> str:
    last = first_after.astimezone(UTC) - _SECOND
    return f"{last:%Y%m%dT%H%M%SZ}"
