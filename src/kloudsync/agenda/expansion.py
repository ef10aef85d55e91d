"""Where the rows of a store show in a window: the arithmetic that all of the agenda shares.

Everything here is whole seconds. A time is either an instant, or, for all-day events, a
midnight as if it were in UTC, of which the calendar's zone makes an instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

from attrs import frozen

from kloudsync.agenda.budget import Budget
from kloudsync.agenda.lost import Lost
from kloudsync.agenda.rules import rule_of, steady_rule, zone_of
from kloudsync.agenda.snapshot import Snapshot
from kloudsync.errors import RecurrenceError
from kloudsync.model.occurrence import Unexpanded, length
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import DAY
from kloudsync.model.view import CalendarView
from kloudsync.recurrence import Recurrence, Rule
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.kinds import kind_in
from kloudsync.recurrence.occurrences import Between
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

# Longer than that no occurrence lasts that people make.
_LONG: Final = 40 * DAY


def expand(
    held: Snapshot,
    rows: Iterable[EventRecord],
    lost: Lost,
    budget: Budget,
    *,
    together: bool = False,
) -> Iterator[Shown]:
    """Yield the rows of a snapshot that touch its window, each with all of its starts there.

    A row comes once, or once for each stretch of occurrences that take equally long.

    Args:
        held: The snapshot.
        rows: Those of its rows that are asked for.
        lost: Hears of series that cannot be expanded.
        budget: How many occurrences of series may be listed.
        together: Whether only the time counts that a series takes in all. Of occurrences that
            go on when the window begins, the last one is then enough.
    """
    expansion = _Expansion(held, budget, together=together)
    for row in rows:
        try:
            shown = expansion.of(row)
        except RecurrenceError as error:
            lost(Unexpanded(held.view.key, row.id, error, row.uid or row.id))
        except (OverflowError, ValueError) as error:
            beyond = RecurrenceError(f"it leads beyond the years 1 to 9999: {error}")
            beyond.__cause__ = error
            lost(Unexpanded(held.view.key, row.id, beyond, row.uid or row.id))
        else:
            yield from shown


class _Expansion:
    """Finds where the rows of one snapshot show."""

    def __init__(self, held: Snapshot, budget: Budget, *, together: bool) -> None:
        self._held = held
        self._budget = budget
        self._together = together
        self._windows: Windows = {}
        self._steady: dict[str | None, Rule | None] = {}

    def of(self, row: EventRecord) -> list[Shown]:
        """Return where a row shows."""
        if row.all_day:
            return self._on_days(row)
        return self._recurring(row) if row.kind == _SERIES else _once(row, self._held)

    def _recurring(self, row: EventRecord) -> list[Shown]:
        held, seconds = self._held, length(row)
        # An occurrence without length touches the second at which it begins.
        low = held.low - (seconds or 1) + 1
        steady = self._steady_rule(row.recurrence)
        window = self._window(row, low) if steady else None
        if steady and window:
            begins = window.instants(steady, row.start or 0)
            begins = _remaining(row, begins, window.clock, held)
        else:
            rule = rule_of(row, held.view, held.days)
            if rule.periods:
                return self._of_periods(row, rule.periods)
            starts = _Starts(rule.starts, lambda found: _remaining(row, found, rule.clock, held))
            begins = self._listed(starts, low, held.low, held.high)
        self._budget.spend(len(begins))
        return [Shown(row, held.view, begins, seconds)] if begins else []

    def _steady_rule(self, lines: str | None) -> Rule | None:
        # Most series of a calendar share their lines.
        if lines not in self._steady:
            self._steady[lines] = steady_rule(lines or "")
        return self._steady[lines]

    def _window(self, row: EventRecord, low: int) -> Window | None:
        """Return the window from `low` on, by the clock of a series.

        None where nobody knows its zone, or where it is too long to be listed blindly.
        """
        held, key = self._held, (row.zone, low)
        window = self._windows.get(key)
        if window is None:
            zone = zone_of(row, held.days)
            if zone is None or held.low - low > _LONG or held.high - low > self._budget.left * DAY:
                return None
            reading = held.view.source.reading
            window = Window(kind_in(zone).clock, low, held.high, reading=reading)
            self._windows[key] = window
        return window

    def _listed(self, starts: _Starts, low: int, begin: int, high: int) -> list[int]:
        """List the starts in [low, high), of which those before `begin` go on when it comes."""
        most = self._budget.left
        if not self._together or begin - low <= _LONG:
            return starts.remaining(starts.all(low, high, most))
        inside = starts.remaining(starts.all(begin, high, most))
        return starts.last(low, begin) + inside

    def _of_periods(self, row: EventRecord, rule: Recurrence) -> list[Shown]:
        """Expand a series some of whose occurrences take times of their own."""
        held = self._held
        spans = rule.spans_between_utc(held.low - 1, held.high, self._budget.left)
        starts = [start for start, end in spans if max(end, start + 1) > held.low]
        begins = _remaining(row, starts, rule.kind.clock, held)
        self._budget.spend(len(begins))
        return _stretches(row, held.view, zip(begins, rule.ends_utc(begins), begins, strict=True))

    def _on_days(self, row: EventRecord) -> list[Shown]:
        held, seconds = self._held, length(row)
        low, high, clock = held.low, held.high, held.clock
        slots = self._days(row, *clock.window(low, high))
        begins = _midnights(clock, slots)
        ends = _midnights(clock, [slot + seconds for slot in slots])
        touching = (
            span
            for span in zip(begins, ends, slots, strict=True)
            if span[0] < high and max(span[1], span[0] + 1) > low
        )
        return _stretches(row, held.view, touching)

    def _days(self, row: EventRecord, first: int, last: int) -> list[int]:
        """Return the days on which an all-day row begins that touch [first, last)."""
        low = first - (length(row) or 1) + 1
        if row.kind != _SERIES:
            return [row.start] if row.start is not None and low <= row.start < last else []
        held = self._held
        rule = rule_of(row, held.view, held.days)
        starts = _Starts(rule.starts, lambda found: _unreplaced(row, found, held))
        slots = self._listed(starts, low, first, last)
        self._budget.spend(len(slots))
        return slots


@frozen
class _Starts:
    """The starts of a series.

    Attributes:
        all: Lists those of a stretch of time.
        remaining: Returns those of them that are not replaced.
    """

    all: Between
    remaining: Callable[[list[int]], list[int]]

    def last(self, low: int, high: int) -> list[int]:
        """Return the last start in [low, high), or none, looking back ever further."""
        reach = DAY
        while True:
            begin = max(low, high - reach)
            found = self.remaining(self.all(begin, high))
            if found or begin == low:
                return found[-1:]
            reach *= 8


def _once(row: EventRecord, held: Snapshot) -> list[Shown]:
    start, seconds = row.start, length(row)
    if start is None or start >= held.high or start + (seconds or 1) <= held.low:
        return []
    return [Shown(row, held.view, [start], seconds)]


def _stretches(
    row: EventRecord, view: CalendarView, spans: Iterable[tuple[int, int, int]]
) -> list[Shown]:
    """Put occurrences together, given as begin, end and slot, that take equally long in a row."""
    return [
        Shown(row, view, [begin for begin, _, _ in stretch], *alike)
        for alike, stretch in groupby(spans, lambda span: (span[1] - span[0], span[2] - span[0]))
    ]


def _unreplaced(row: EventRecord, slots: list[int], held: Snapshot) -> list[int]:
    """Return the days of an all-day series, apart from those replaced."""
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
