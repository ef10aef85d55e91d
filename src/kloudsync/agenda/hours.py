"""The hours of the week in which people may be asked to meet."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, time
from typing import Final, TypeAlias, cast

from attrs import field, frozen

from kloudsync.agenda.spans import Span
from kloudsync.errors import UsageError
from kloudsync.model.times import DAY
from kloudsync.recurrence import resolve_zone
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.gregorian import END_WALL
from kloudsync.recurrence.kinds import kind_in

WORKWEEK: Final = (0, 1, 2, 3, 4)
"""Monday to Friday."""

Break: TypeAlias = tuple[time, time]
"""When a break begins, and when it ends, by the wall clock of the hours."""

_THURSDAY: Final = 3
"""The weekday of 1 January 1970."""

_LAST_DAY: Final = END_WALL // DAY - 4
"""The last day that is looked at, since its hours may end on the next."""


def _check_zone(_hours: object, _field: object, zone: str) -> None:
    if not isinstance(cast("object", zone), str) or resolve_zone(zone) is None:
        raise UsageError(f"unknown zone {zone!r}; give an IANA name, such as 'Europe/Paris'")


def _check_weekdays(_hours: object, _field: object, weekdays: Collection[int]) -> None:
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise UsageError(f"expected weekdays from 0 (Monday) to 6, found {weekdays!r}")


def _check_breaks(hours: WorkingHours, _field: object, breaks: Sequence[Break]) -> None:
    end = _seconds(hours.opens)
    for begins, ends in hours.pauses():
        if not end <= begins < ends <= hours.closing:
            raise UsageError(
                f"expected breaks one after another, between {hours.opens} and {hours.closes}, "
                f"found {[(f'{first}', f'{last}') for first, last in breaks]}"
            )
        end = ends


@frozen(kw_only=True)
class WorkingHours:
    """The same hours on some days of every week, by the wall clock of a zone.

    Where days differ, several of these together say so: one for Monday to Thursday, and one
    for Friday.

    Raises:
        UsageError: The zone or a weekday is unknown, there is no weekday, or the breaks do not
            follow each other inside the hours.

    Attributes:
        zone: The name of the zone, such as `Europe/Paris`.
        opens: When each of the days begins.
        closes: When it ends, exclusive; on the next day if not after `opens`.
        weekdays: The days on which it opens, Monday being 0.
        breaks: Pairs of times between which nobody is asked to meet, in order.
    """

    zone: str = field(validator=_check_zone)
    opens: time = time(9)
    closes: time = time(17)
    weekdays: Collection[int] = field(default=WORKWEEK, validator=_check_weekdays)
    breaks: Sequence[Break] = field(default=(), validator=_check_breaks)

    @property
    def clock(self) -> Clock:
        """The clock of the zone."""
        return kind_in(resolve_zone(self.zone) or UTC).clock

    @property
    def closing(self) -> int:
        """When a day ends, in seconds from the midnight before it begins."""
        return _after(self.closes, _seconds(self.opens))

    def pauses(self) -> Iterator[Span]:
        """Yield the breaks, in seconds from the midnight before a day begins."""
        opens = _seconds(self.opens)
        for begins, ends in self.breaks:
            first = _seconds(begins) + (DAY if _seconds(begins) < opens else 0)
            yield first, _after(ends, first)

    def openings(self, span: Span) -> Iterator[Span]:
        """Yield stretches without a break that touch a span, in order; they are not cut to it.

        Seconds since 1970. A time that the clock skips counts as the moment of the change: by
        the wall clock nothing is open then (RFC 5545, section 3.3.5, speaks of starts only).
        """
        low, high = span
        clock, stretches = self.clock, self._stretches()
        last_day = min(clock.wall(high) // DAY, _LAST_DAY)
        for day in range(clock.wall(low) // DAY - 2, last_day + 1):
            if (day + _THURSDAY) % 7 in self.weekdays:
                for first, last in stretches:
                    start, end = (reached(clock, day * DAY + wall) for wall in (first, last))
                    if start < end and start < high and end > low:
                        yield start, end

    def _stretches(self) -> list[Span]:
        pauses = [edge for pause in self.pauses() for edge in pause]
        edges = [_seconds(self.opens), *pauses, self.closing]
        return list(zip(edges[::2], edges[1::2], strict=True))


def read_hours(told: str, zone: str) -> WorkingHours | None:
    """Read hours of Monday to Friday as people write them, such as `09:00-17:00`; None for `any`.

    Raises:
        ValueError: They are written otherwise.
        UsageError: The zone is unknown.
    """
    if told == "any":
        return None
    opens, closes = (time.fromisoformat(one.strip()) for one in told.split("-"))
    return WorkingHours(zone=zone, opens=opens, closes=closes)


def reached(clock: Clock, wall: int) -> int:
    """Return the first instant at which a clock shows a time or a later one."""
    (instant,) = clock.to_utc([wall])
    skipped = clock.wall(instant) - wall
    # Within what a gap skips the instant lies behind the change, by no more than the gap.
    first = instant - skipped
    return first + bisect_left(range(first, instant), wall, key=clock.wall)


def _after(clock: time, seconds: int) -> int:
    """Return when a clock next shows a time, after some seconds of the same day."""
    return _seconds(clock) + (DAY if _seconds(clock) <= seconds % DAY else 0) + seconds // DAY * DAY


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
