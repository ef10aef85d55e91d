"""What a store holds of one calendar for one window, all of it as of the same pass."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, tzinfo
from operator import itemgetter
from typing import Final

from attrs import field, frozen

from kloudsync.agenda.ports import AgendaReader
from kloudsync.errors import StoreBusy
from kloudsync.model.occurrence import length
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import DAY
from kloudsync.model.view import CalendarView
from kloudsync.recurrence import resolve_zone
from kloudsync.recurrence.clocks import Clock, clock_of

_TRIES: Final = 20
# An original start may be a date where the series is timed, and the reverse.
_SLACK: Final = 2 * DAY


@frozen
class Replaced:
    """Where occurrences of one series were replaced or cancelled.

    Attributes:
        instants: Original starts that are instants, in seconds since 1970.
        days: Original starts that are dates, as midnights UTC.
    """

    instants: set[int] = field(factory=set[int])
    days: set[int] = field(factory=set[int])


@frozen(kw_only=True)
class Snapshot:
    """One calendar, as far as it may matter to a window.

    Attributes:
        view: The calendar.
        days: The zone in which its days begin.
        low: The first second of the window, since 1970.
        high: The second after its last.
        rows: Single events, series and exceptions that may touch the window: the all-day ones
            first, then by id.
        replaced: By id of a series: what does not take place where its rule says.
    """

    view: CalendarView
    days: tzinfo
    low: int
    high: int
    rows: list[EventRecord]
    replaced: dict[str, Replaced]

    @property
    def clock(self) -> Clock:
        """The clock by which the calendar's days begin."""
        return clock_of(self.days)


def snapshot(reader: AgendaReader, view: CalendarView, low: int, high: int) -> Snapshot:
    """Read what matters to a window in two questions between which no pass was committed.

    Raises:
        StoreBusy: Passes were committed faster than the store could be read.
    """
    for _ in range(_TRIES):
        state = reader.state(view.key)
        days = resolve_zone(view.zone or state.zone or "UTC") or UTC
        taken = _take(reader, view, days, low, high)
        if reader.state(view.key).passes == state.passes:
            return taken
    raise StoreBusy(f"{view.key} changed {_TRIES} times while it was read; try again later")


def _take(reader: AgendaReader, view: CalendarView, days: tzinfo, low: int, high: int) -> Snapshot:
    first, last = _widened(clock_of(days), low, high)
    rows = [row for _, row in reader.window([view.key], first, last)]
    rows.sort(key=itemgetter(0))
    rows = [row for row in rows if row.all_day] + [row for row in rows if not row.all_day]
    reach = max((length(row) for row in rows if row.kind == Kind.SERIES), default=None)
    moved = [] if reach is None else reader.moved([view.key], first - reach - _SLACK, last + _SLACK)
    replaced = _replaced(row for _, row in moved)
    return Snapshot(view=view, days=days, low=low, high=high, rows=rows, replaced=replaced)


def _widened(clock: Clock, low: int, high: int) -> tuple[int, int]:
    """Return a window that also holds the calendar's days as if their midnights were in UTC."""
    first, last = clock.window(low, high)
    return min(low, first), max(high, last)


def _replaced(rows: Iterable[EventRecord]) -> dict[str, Replaced]:
    replaced: dict[str, Replaced] = {}
    for row in rows:
        if row.series is None or row.original is None:
            continue
        of_series = replaced.setdefault(row.series, Replaced())
        (of_series.days if row.original_all_day else of_series.instants).add(row.original)
    return replaced
