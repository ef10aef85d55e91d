"""Where the rows of a store show in a window: the arithmetic that all of the agenda shares.

Everything here is whole seconds. A time is either an instant, or, for all-day events, a
midnight as if it were in UTC, of which the calendar's zone makes an instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

from kloudsync.agenda.lost import Lost
from kloudsync.agenda.rules import rule_of, steady_rule, zone_of
from kloudsync.agenda.snapshot import Snapshot
from kloudsync.errors import RecurrenceError
from kloudsync.model.occurrence import Unexpanded, length
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import DAY
from kloudsync.model.view import CalendarView
from kloudsync.recurrence import Recurrence
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.kinds import kind_in
from kloudsync.recurrence.windows import Window


class Shown(NamedTuple):
    """A row, and where it shows in a window.

    Attributes:
        record: The row.
        view: Its calendar.
        begins: The instants at which it begins.
        seconds: How long it takes from there each time.
        shift: The seconds from each instant to the start as stores count it; other than 0
            only if all-day, as those starts are midnights UTC.
    """

    record: EventRecord
    view: CalendarView
    begins: list[int]
    seconds: int
    shift: int = 0


Windows: TypeAlias = dict[tuple[str | None, int], Window]
"""The window that is asked for, by zone and by the first second that counts."""

# Python 3.11 takes a tenth of a microsecond to find a member in its class.
_SERIES: Final = Kind.SERIES


def expand(held: Snapshot, rows: Iterable[EventRecord], lost: Lost) -> Iterator[Shown]:
    """Yield the rows of a snapshot that touch its window, each with all of its starts there.

    A row comes once, or once for each stretch of occurrences that take equally long.
    """
    windows: Windows = {}
    for row in rows:
        try:
            if row.all_day:
                shown = _on_days(row, held)
            elif row.kind == _SERIES:
                shown = _recurring(row, held, windows)
            else:
                shown = _once(row, held)
        except RecurrenceError as error:
            lost(Unexpanded(held.view.key, row.id, error, row.uid or row.id))
            continue
        yield from shown


def _once(row: EventRecord, held: Snapshot) -> list[Shown]:
    start, seconds = row.start, length(row)
    if start is None or start >= held.high or start + (seconds or 1) <= held.low:
        return []
    return [Shown(row, held.view, [start], seconds)]


def _recurring(row: EventRecord, held: Snapshot, windows: Windows) -> list[Shown]:
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
    begins = _remaining(row, begins, clock, held)
    return [Shown(row, held.view, begins, seconds)] if begins else []


def _window(row: EventRecord, low: int, held: Snapshot, windows: Windows) -> Window | None:
    """Return the window from `low` on, by the clock of a series; None where nobody knows its zone."""
    key = row.zone, low
    window = windows.get(key)
    if window is None:
        zone = zone_of(row, held.days)
        if zone is not None:
            reading = held.view.source.reading
            window = windows[key] = Window(kind_in(zone).clock, low, held.high, reading=reading)
    return window


def _of_periods(row: EventRecord, rule: Recurrence, held: Snapshot) -> list[Shown]:
    """Expand a series some of whose occurrences take times of their own."""
    spans = rule.spans_between_utc(held.low - 1, held.high)
    starts = [start for start, end in spans if max(end, start + 1) > held.low]
    begins = _remaining(row, starts, rule.kind.clock, held)
    return _stretches(row, held.view, zip(begins, rule.ends_utc(begins), begins, strict=True))


def _on_days(row: EventRecord, held: Snapshot) -> list[Shown]:
    seconds, low, high, clock = length(row), held.low, held.high, held.clock
    first, last = clock.window(low, high)
    slots = _days(row, held, first - (seconds or 1) + 1, last)
    begins = _midnights(clock, slots)
    ends = _midnights(clock, [slot + seconds for slot in slots])
    touching = (
        span
        for span in zip(begins, ends, slots, strict=True)
        if span[0] < high and max(span[1], span[0] + 1) > low
    )
    return _stretches(row, held.view, touching)


def _stretches(
    row: EventRecord, view: CalendarView, spans: Iterable[tuple[int, int, int]]
) -> list[Shown]:
    """Put occurrences together, given as begin, end and slot, that take equally long in a row."""
    return [
        Shown(row, view, [begin for begin, _, _ in stretch], *alike)
        for alike, stretch in groupby(spans, lambda span: (span[1] - span[0], span[2] - span[0]))
    ]


def _days(row: EventRecord, held: Snapshot, first: int, last: int) -> list[int]:
    """Return the starts of an all-day row in [first, last), apart from those replaced."""
    if row.kind != _SERIES:
        return [row.start] if row.start is not None and first <= row.start < last else []
    slots = rule_of(row, held.view, held.days).starts(first, last)
    replaced = held.replaced.get(row.id)
    if not slots or replaced is None:
        return slots
    days = replaced.days | {_date(held.clock, instant) for instant in replaced.instants}
    return [slot for slot in slots if slot not in days]


def _remaining(row: EventRecord, begins: list[int], clock: Clock, held: Snapshot) -> list[int]:
    """Return the starts of a timed series, apart from those replaced."""
    replaced = held.replaced.get(row.id)
    if replaced is None:
        return begins
    instants, days = replaced
    left = [begin for begin in begins if begin not in instants]
    return [begin for begin in left if _day(clock, begin) not in days] if days else left


def _midnights(clock: Clock, days: list[int]) -> list[int]:
    instants = clock.to_utc(days)
    if len(instants) == len(days):
        return instants
    # A day that the zone skipped begins together with the next one.
    return [clock.to_utc([day])[0] for day in days]


def _date(clock: Clock, instant: int) -> int:
    """Return the date of an all-day series that an original start means, as midnight UTC.

    What has only times writes the date as a midnight in UTC, which in the west is the day before.
    """
    return instant if instant % DAY == 0 else _day(clock, instant)


def _day(clock: Clock, instant: int) -> int:
    """Return the date that a clock shows, as midnight UTC."""
    wall = clock.wall(instant)
    return wall - wall % DAY
