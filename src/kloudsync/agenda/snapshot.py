"""What a store holds of one calendar for one window, all of it as of the same pass."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, tzinfo
from typing import Final, NamedTuple

from attrs import frozen

from kloudsync.agenda.ports import AgendaReader
from kloudsync.agenda.rules import rule_of
from kloudsync.errors import RecurrenceError, StoreBusy, UsageError
from kloudsync.model.occurrence import length
from kloudsync.model.record import EventRecord, Kind, RecurrenceId
from kloudsync.model.times import DAY
from kloudsync.model.view import CalendarView
from kloudsync.recurrence import resolve_zone
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.kinds import kind_in
from kloudsync.recurrence.zones import stated_offset

_SERIES: Final = Kind.SERIES
_TRIES: Final = 20
# An original start may be a date where the series is timed, and the reverse.
_SLACK: Final = 2 * DAY


class Replaced(NamedTuple):
    """Where occurrences of one series were replaced or cancelled.

    Attributes:
        instants: Original starts that are instants, in seconds since 1970.
        days: Original starts that are dates, as midnights UTC.
    """

    instants: set[int]
    days: set[int]


@frozen(kw_only=True)
class Snapshot:
    """One calendar, as far as it may matter to a window.

    Attributes:
        view: The calendar.
        days: The zone in which its days begin.
        low: The first second of the window, since 1970.
        high: The second after its last.
        rows: Single events, series and exceptions that may touch the window.
        replaced: By id of a series: what does not take place where its rule says.
        clock: The clock of `days`.
    """

    view: CalendarView
    days: tzinfo
    low: int
    high: int
    rows: list[EventRecord]
    replaced: dict[str, Replaced]
    clock: Clock


def expect_views(calendars: Iterable[CalendarView]) -> list[CalendarView]:
    """Return the calendars that a question is about.

    Raises:
        UsageError: One is something else, such as an engine.
    """
    views = list(calendars)
    for one in views:
        if not isinstance(one, CalendarView):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(
                f"expected a calendar's view, `engine.view`, found {type(one).__name__}"
            )
    return views


def snapshot(reader: AgendaReader, view: CalendarView, low: int, high: int) -> Snapshot:
    """Read what matters to a window in two questions between which no pass was committed.

    Raises:
        UsageError: The calendar was never synced: what is not known is not free.
        StoreBusy: Passes were committed faster than the store could be read.
    """
    for _ in range(_TRIES):
        state = reader.state(view.key)
        if not state.passes:
            raise UsageError(
                f"{view.key} was never synced, so that nothing is known of it; sync it first"
            )
        zone = view.zone or state.zone or "UTC"
        days = resolve_zone(zone) or stated_offset(zone) or UTC
        taken = _take(reader, view.told_by(state), days, low, high)
        if reader.state(view.key).passes == state.passes:
            return taken
    raise StoreBusy(f"{view.key} changed {_TRIES} times while it was read; try again later")


def _take(reader: AgendaReader, view: CalendarView, days: tzinfo, low: int, high: int) -> Snapshot:
    clock = kind_in(days).clock
    # All-day events lie where they do as if their midnights were in UTC.
    day_low, day_high = clock.window(low, high)
    first, last = min(low, day_low), max(high, day_high)
    rows = reader.window(view.key, first, last)
    series = [row for row in rows if row.kind == _SERIES]
    longest = max(_lengths(series, view, days), default=None)
    moved = (
        [] if longest is None else reader.moved(view.key, first - longest - _SLACK, last + _SLACK)
    )
    return Snapshot(
        view=view,
        days=days,
        low=low,
        high=high,
        rows=rows,
        replaced=_replaced(moved),
        clock=clock,
    )


def _lengths(series: list[EventRecord], view: CalendarView, days: tzinfo) -> list[int]:
    """Return how long occurrences take, in seconds: those of each series, and those that differ."""
    lengths = [length(row) for row in series]
    for row in series:
        # Without a slash there is no period; with one it may be the name of a zone.
        if "/" in (row.recurrence or ""):
            with suppress(RecurrenceError):
                whole = rule_of(row, view, days).periods
                periods = () if whole is None else whole.periods
                lengths += [own.days * DAY + own.seconds for _, own in periods]
    return lengths


def _replaced(moved: Iterable[RecurrenceId]) -> dict[str, Replaced]:
    replaced: dict[str, Replaced] = {}
    for _, series, original, is_date in moved:
        if series is None:
            continue
        of_series = replaced.get(series)
        if of_series is None:
            of_series = replaced[series] = Replaced(set(), set())
        (of_series.days if is_date else of_series.instants).add(original)
    return replaced
