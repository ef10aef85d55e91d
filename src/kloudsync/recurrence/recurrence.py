"""The recurrence set of an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from attrs import frozen

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.recurrence.edits import divided, truncated, written
from kloudsync.recurrence.gregorian import DAY
from kloudsync.recurrence.keeping import LONGEST_KEPT
from kloudsync.recurrence.kinds import HASHABLE, Kind, Start, kind_of, wall_of
from kloudsync.recurrence.opening import is_same_start, opening_line, read_opening, read_start
from kloudsync.recurrence.parts import Parts, read
from kloudsync.recurrence.placement import length_of, placed
from kloudsync.recurrence.reading import ICALENDAR, Reading
from kloudsync.recurrence.repairs import Repair
from kloudsync.recurrence.series import fold_of, zone_of
from kloudsync.recurrence.spans import EVER, Spans


@frozen(kw_only=True)
class Recurrence(Spans):
    """When an event recurs (RFC 5545 3.8.5), as a lazy, possibly endless set of starts.

    Build one with `Recurrence.parse`. Starts are of the kind of `start`: dates where
    the series is all-day, naive datetimes where it has no zone, else aware datetimes in
    its zone. Rules step in wall time; a time that a spring gap skips moves forward by
    the gap, and of a time that autumn doubles the first one counts (RFC 5545 3.3.5), but
    for the start itself, whose offset says which it is.

    Whether a start that its own rule does not select takes place depends on whose reading
    counts: not by that of iCalendar data, but at Google (RFC 5545 3.8.5.3 leaves it open).
    Without any RRULE the start does count, beside the RDATEs.

    What it consists of is said by `Series`, and seconds since 1970 by `Spans`.
    """

    @classmethod
    def parse(
        cls,
        lines: Iterable[str],
        start: Start | None = None,
        *,
        end: Start | None = None,
        duration: str | timedelta | None = None,
        zone: str | None = None,
        reading: Reading = ICALENDAR,
    ) -> Recurrence:
        """Read recurrence lines as calendars really send them.

        Results are kept and shared, so that the same lines cost next to nothing again.

        Args:
            lines: RRULE, EXRULE, RDATE and EXDATE lines in any order, or one text of them.
            start: The first start: a date (all-day), a naive or an aware datetime.
                Fractions of a second are dropped. None where a DTSTART among the lines says
                it; DTEND or DURATION then stand for `end` and `duration`, if these are not
                given, and TZID for `zone`.
            end: The end of the first occurrence, exclusive; all occurrences take the
                same exact time (RFC 5545 3.8.5.3).
            duration: Instead of `end`: an RFC 5545 duration, whose days follow the wall
                clock, or a timedelta of exact time. An all-day series without either
                has occurrences of one day, any other of no time.
            zone: The name of the zone in which the series steps, if other than that of
                `start`; IANA, Windows or an offset. Where all-day it tells the date of
                instants in UTC, such as an UNTIL of Exchange.
            reading: Whose reading of the lines counts, where RFC 5545 leaves it open:
                `GOOGLE` for those of a Google calendar.

        Raises:
            RecurrenceError: A line cannot be repaired, or the event ends before it
                starts; `property_name` and `column` say where.
            UsageError: `end` and `duration` are both given, `end` is of another kind, or
                there is no start.
        """
        texts = _texts(lines)
        if start is None:
            opening = read_opening(texts)
            texts, start, zone = opening.lines, opening.start, zone or opening.zone
            if end is None and duration is None:
                end, duration = opening.end, opening.duration
        elif not isinstance(start, date):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"start is {start!r}; give a date or a datetime")
        given = _Given(end, duration, zone, reading)
        identity = isinstance(start, datetime), zone_of(start), fold_of(start)
        known_zone = identity[1] is None or isinstance(identity[1], HASHABLE)
        if known_zone and sum(map(len, (*texts, zone or "", str(duration)))) <= LONGEST_KEPT:
            # Equal instants in different zones are equal datetimes, so the zone is a key too.
            return _parse_kept(texts, start, identity, given)
        return _parse(texts, start, given, kept=False)

    def __iter__(self) -> Iterator[Start]:
        """Yield the starts in order, lazily, possibly without end.

        Raises:
            UnboundedRecurrence: The exceptions leave out every occurrence.
        """
        for instant in self.occurrences.stream(-EVER):
            yield self._value(instant)

    def between(self, after: Start, before: Start) -> list[Start]:
        """List the starts with `after <= start < before`, in order.

        The cost is that of what the window holds, however far it is from `start`.

        Args:
            after: The first start that counts, of the same kind as `start`; where that
                is aware, in any zone.
            before: The first start that does not count any more.

        Raises:
            UsageError: A bound is of another kind.
            UnboundedRecurrence: A rule that occurs several times a day has more than
                `WINDOW_LIMIT` occurrences in the window.
        """
        kind = self.kind
        instants = self.occurrences.between(kind.instant(after), kind.instant(before))
        if self.occurrences.dates:
            return self._values(instants)
        return kind.values(instants) if instants else []

    def end_of(self, start: Start) -> Start:
        """Return the exclusive end of the occurrence that starts then.

        Args:
            start: A start of this series.

        Raises:
            UsageError: The start is of another kind than the series.
        """
        return self._value(self.ends_utc([self.kind.instant(start)])[0])

    def last(self) -> Start | None:
        """Return the start of the last occurrence, or None where there is none or no end."""
        return self._optional(self.occurrences.last())

    def ends_before(self, other: Recurrence) -> bool:
        """Return whether this series ends before another one.

        Bounds decide where they can; the last occurrences do otherwise.
        """
        earlier = self.bound.is_earlier_than(other.bound)
        if earlier is not None and self.start == other.start:
            return earlier
        if self.is_endless or other.is_endless:
            return other.is_endless and not self.is_endless
        mine, theirs = self.occurrences.last(), other.occurrences.last()
        return theirs is not None and (mine is None or mine < theirs)

    def __contains__(self, moment: object) -> bool:
        """Return whether an occurrence starts at a moment.

        Raises:
            UsageError: The moment is a date or datetime of another kind than the series.
        """
        if not isinstance(moment, date):
            return False
        instant = self.kind.instant(moment)
        return _is_whole(moment) and bool(self.occurrences.between(instant, instant + 1))

    def upcoming(self, moment: Start) -> Iterator[Start]:
        """Yield the starts at and after a moment in order, lazily, possibly without end.

        Raises:
            UsageError: The moment is of another kind than the series.
            UnboundedRecurrence: The exceptions leave out every occurrence.
        """
        return map(self._value, self.occurrences.stream(self.kind.instant(moment)))

    def next_after(self, moment: Start, *, inclusive: bool = False) -> Start | None:
        """Return the first start after a moment, or None.

        Args:
            moment: Of the same kind as the series.
            inclusive: Whether a start at the moment itself counts.

        Raises:
            UsageError: The moment is of another kind than the series.
        """
        # A moment with a fraction is rounded up, past itself already.
        after = self.kind.instant(moment) + (_is_whole(moment) and not inclusive)
        return self._optional(next(self.occurrences.stream(after), None))

    def previous_before(self, moment: Start, *, inclusive: bool = False) -> Start | None:
        """Return the last start before a moment, or None.

        Args:
            moment: Of the same kind as the series.
            inclusive: Whether a start at the moment itself counts.

        Raises:
            UsageError: The moment is of another kind than the series.
        """
        before = self.kind.instant(moment) + (_is_whole(moment) and inclusive)
        return self._optional(self.occurrences.last_before(before))

    def count(self) -> int:
        """Count the starts, as many as iteration yields.

        Raises:
            UnboundedRecurrence: The series has no end, or has exceptions and too many
                occurrences to try them all.
        """
        return self.occurrences.count()

    def truncate(self, *, before: Start) -> Recurrence:
        """Return the series without the starts at and after a moment.

        COUNT is reduced, any other rule gets an UNTIL one second (one day where
        all-day) before the moment.

        Raises:
            UsageError: The moment is of another kind than the series.
        """
        return truncated(self, self.kind.instant(before))

    def split_at(self, at: Start) -> tuple[Recurrence, Recurrence]:
        """Return the series before a moment, and that from it on.

        The second one starts at the first occurrence at or after the moment. COUNT is
        shared out between them; every start of this series is one of theirs.

        Raises:
            UsageError: The moment is of another kind, nothing occurs from it on, or the
                rules cannot be written from a later start.
        """
        return divided(self, self.kind.instant(at))

    def lines(self) -> list[str]:
        """Write the recurrence as repaired RFC 5545 lines, without DTSTART."""
        return written(self)

    def _value(self, instant: int) -> Start:
        return self._values([instant])[0]

    def _values(self, instants: list[int]) -> list[Start]:
        values = self.kind.values(instants)
        if self.occurrences.dates:
            values = [self._folded(value, at) for value, at in zip(values, instants, strict=True)]
        return values

    def _folded(self, value: Start, instant: int) -> Start:
        # Rules name the first of two equal local times only; an RDATE or the start may be the second.
        if isinstance(value, datetime) and self.kind.clock.is_second(instant):
            return value.replace(fold=1)
        return value

    def _optional(self, instant: int | None) -> Start | None:
        return None if instant is None else self._value(instant)


def _texts(lines: Iterable[object]) -> tuple[str, ...]:
    texts: list[str] = []
    for text in (lines,) if isinstance(lines, str) else lines:
        if not isinstance(text, str):
            raise RecurrenceError(f"recurrence lines are text, found {type(text).__name__}")
        texts.append(text)
    return tuple(texts)


def _is_whole(moment: Start) -> bool:
    return not (isinstance(moment, datetime) and moment.microsecond)


class _Given(NamedTuple):
    """What is said of a series beside its lines and its start; see `Recurrence.parse`."""

    end: Start | None
    duration: str | timedelta | None
    zone: str | None
    reading: Reading


@lru_cache(8192)
def _read_kept(
    texts: tuple[str, ...], clock: int, kind: Kind, reading: Reading, zone: str | None
) -> Parts:
    # Many series share their lines.
    return read(texts, clock, kind, reading=reading, zone=zone)


@lru_cache(8192)
def _parse_kept(
    texts: tuple[str, ...],
    start: Start,
    _identity: tuple[bool, tzinfo | None, int],
    given: _Given,
) -> Recurrence:
    return _parse(texts, start, given, kept=True)


def _parse(texts: tuple[str, ...], start: Start, given: _Given, *, kept: bool) -> Recurrence:
    end, duration, zone, reading = given
    start, known = placed(start, zone)
    kind, repairs = kind_of(start), _unlike(texts, start)
    # Only an RDATE may want the start's time of day; all other lines are kept for any.
    clock = wall_of(start) % DAY if "DATE" in "".join(texts).upper() else 0
    days = zone if kind.is_date else None
    if kept:
        parts = _read_kept(texts, clock, kind, reading, days)
    else:
        parts = read(texts, clock, kind, reading=reading, zone=days)
    return Recurrence(
        start=start,
        rules=parts.rules,
        exrules=parts.exrules,
        rdates=parts.rdates,
        periods=parts.periods,
        exdates=parts.exdates,
        exdays=parts.exdays,
        local=parts.local,
        length=length_of(kind, start, end, duration),
        zone=zone,
        zone_known=known,
        reading=reading,
        repairs=(*parts.repairs, *repairs),
    )


def _unlike(texts: tuple[str, ...], start: Start) -> tuple[Repair, ...]:
    """Tell of a DTSTART among the lines that is another one than the start that is given."""
    if not any("DTSTART" in text.upper() for text in texts):
        return ()
    line = opening_line(texts)
    if line is None or is_same_start(read_start(line), start):
        return ()
    action = "kept the start that was given, which is another one"
    return (Repair(property_name=line.name, text=line.text[:80], action=action),)
