"""Where the rows of a store show in a window: the arithmetic that all of the agenda shares.

Everything here is whole seconds. A time is either an instant, or, for all-day events, a
midnight as if it were in UTC, of which the calendar's zone makes an instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

from kloudsync.agenda.rules import rule_of, steady_rule, zone_of
from kloudsync.agenda.snapshot import Replaced, Snapshot
from kloudsync.errors import RecurrenceError
from kloudsync.model.occurrence import Origin, Skipped, Unexpanded, length
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import DAY
from kloudsync.recurrence import Recurrence
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.kinds import kind_in
from kloudsync.recurrence.windows import Window


class Shown(NamedTuple):
    """A row, and where it shows in a window.

    Attributes:
        origin: The row, and its calendar.
        slots: Its starts as stores count them: instants, or midnights UTC if all-day.
        begins: The instants at which these begin.
        ends: The instants at which these end.
    """

    origin: Origin
    slots: list[int]
    begins: list[int]
    ends: list[int]


Columns: TypeAlias = tuple[list[int], list[int], list[int]]
"""Slots, begins and ends."""

Windows: TypeAlias = dict[tuple[str | None, int], Window]
"""The window that is asked for, by zone and by the first second that counts."""

# Python 3.11 takes a tenth of a microsecond to find a member in its class.
_SERIES: Final = Kind.SERIES
_NOTHING: Final[Columns] = ([], [], [])


def refuse(unexpanded: Unexpanded) -> None:
    """Raise the error of a series, with its name.

    Raises:
        RecurrenceError: Always; an `UnboundedRecurrence` where there are too many occurrences.
    """
    error = unexpanded.error
    raise type(error)(
        f"series {unexpanded.series} of {unexpanded.calendar}: {error}",
        property_name=error.property_name,
        column=error.column,
    ) from error


def expand(held: Snapshot, rows: Iterable[EventRecord], skipped: Skipped) -> Iterator[Shown]:
    """Yield the rows of a snapshot that touch its window, each with all of its starts there."""
    view = held.view
    windows: Windows = {}
    for row in rows:
        try:
            if row.all_day:
                slots, begins, ends = _on_days(row, held)
            elif row.kind == _SERIES:
                slots, begins, ends = _recurring(row, held, windows)
            else:
                slots, begins, ends = _once(row, held)
        except RecurrenceError as error:
            skipped(Unexpanded(view.key, row.id, error))
            continue
        if begins:
            yield Shown(Origin(row, view), slots, begins, ends)


def _once(row: EventRecord, held: Snapshot) -> Columns:
    start, seconds = row.start, length(row)
    if start is None or start >= held.high or start + (seconds or 1) <= held.low:
        return _NOTHING
    return [start], [start], [start + seconds]


def _recurring(row: EventRecord, held: Snapshot, windows: Windows) -> Columns:
    seconds = length(row)
    # An occurrence without length touches the second at which it begins.
    low = held.low - (seconds or 1) + 1
    steady = steady_rule(row.recurrence or "")
    window = _window(row, low, held, windows) if steady else None
    if steady and window:
        begins, clock = window.instants(steady, row.start or 0), window.clock
    else:
        rule = rule_of(row, held.view, held.days)
        if rule.periods:
            return _of_periods(row, rule.periods, held)
        begins, clock = rule.starts(low, held.high), rule.clock
    if begins and row.id in held.replaced:
        begins = _remaining(begins, held.replaced[row.id], clock)
    return begins, begins, [begin + seconds for begin in begins]


def _window(row: EventRecord, low: int, held: Snapshot, windows: Windows) -> Window | None:
    """Return the window from `low` on, by the clock of a series; None where nobody knows its zone."""
    key = row.zone, low
    window = windows.get(key)
    if window is None:
        zone = zone_of(row, held.days)
        if zone is not None:
            window = windows[key] = Window(kind_in(zone).clock, low, held.high)
    return window


def _of_periods(row: EventRecord, rule: Recurrence, held: Snapshot) -> Columns:
    """Expand a series some of whose occurrences take times of their own."""
    spans = rule.spans_between_utc(held.low - 1, held.high)
    starts = [start for start, end in spans if max(end, start + 1) > held.low]
    replaced = held.replaced.get(row.id, Replaced())
    begins = _remaining(starts, replaced, rule.kind.clock)
    return begins, begins, rule.ends_utc(begins)


def _on_days(row: EventRecord, held: Snapshot) -> Columns:
    seconds, low, high, clock = length(row), held.low, held.high, held.clock
    first, last = clock.window(low, high)
    slots = _days(row, held, first - (seconds or 1) + 1, last)
    begins = _midnights(clock, slots)
    ends = _midnights(clock, [slot + seconds for slot in slots])
    touching = [
        span
        for span in zip(slots, begins, ends, strict=True)
        if span[1] < high and max(span[2], span[1] + 1) > low
    ]
    slots, begins, ends = ([span[part] for span in touching] for part in range(3))
    return slots, begins, ends


def _days(row: EventRecord, held: Snapshot, first: int, last: int) -> list[int]:
    """Return the starts of an all-day row in [first, last), apart from those replaced."""
    if row.kind != _SERIES:
        return [row.start] if row.start is not None and first <= row.start < last else []
    slots = rule_of(row, held.view, held.days).starts(first, last)
    replaced = held.replaced.get(row.id)
    if not slots or replaced is None:
        return slots
    days = replaced.days | {_day(held.clock, instant) for instant in replaced.instants}
    return [slot for slot in slots if slot not in days]


def _remaining(begins: list[int], replaced: Replaced, clock: Clock) -> list[int]:
    instants, days = replaced.instants, replaced.days
    left = [begin for begin in begins if begin not in instants]
    return [begin for begin in left if _day(clock, begin) not in days] if days else left


def _midnights(clock: Clock, days: list[int]) -> list[int]:
    instants = clock.to_utc(days)
    if len(instants) == len(days):
        return instants
    # A day that the zone skipped begins together with the next one.
    return [clock.to_utc([day])[0] for day in days]


def _day(clock: Clock, instant: int) -> int:
    """Return the date that a clock shows, as midnight UTC."""
    wall = clock.wall(instant)
    return wall - wall % DAY
