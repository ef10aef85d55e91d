"""What takes place in a window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import merge
from operator import attrgetter
from typing import Final

from kloudsync.agenda.agenda import Agenda
from kloudsync.agenda.budget import Budget
from kloudsync.agenda.expansion import Shown, expand
from kloudsync.agenda.lost import Lost
from kloudsync.agenda.ports import AgendaReader
from kloudsync.agenda.snapshot import Snapshot, expect_views, snapshot
from kloudsync.model.skipping import MOST_OCCURRENCES, Skipped, leave_out
from kloudsync.model.times import window
from kloudsync.model.view import CalendarView

_ID: Final = attrgetter("id")
_ALL_DAY: Final = attrgetter("all_day")


def occurrences(
    reader: AgendaReader,
    calendars: Iterable[CalendarView],
    start: datetime,
    end: datetime,
    *,
    skipped: Skipped = leave_out,
    limit: int = MOST_OCCURRENCES,
) -> Agenda:
    """List what takes place in a window, in order of start.

    Of what begins at one instant, all-day events come first, then whatever has the lower
    id of its row: the event's own, or that of the series. An event shows if it ends after the
    window's start and begins before its end, as with Google's `timeMin` and `timeMax`; one
    without length, if it begins inside.
    A cancelled event never shows; an exception shows in place of the occurrence that it
    replaces, wherever it was moved, and by itself if its series is not held.

    Args:
        reader: A store.
        calendars: Which calendars to look at.
        start: The window's start, aware.
        end: The window's end, exclusive, aware.
        skipped: Hears of each series that cannot be expanded. It is left out, and named in
            the answer's `unexpanded`: what one calendar holds never hides another one.
            `kloudsync.agenda.refuse` raises instead.
        limit: How many occurrences of series the answer may hold; a series that has more than
            are left cannot be expanded.

    Raises:
        UsageError: A bound is naive, the end is not after the start, the limit is below 1, or a
            calendar was never synced.
        RecurrenceError: A series cannot be expanded, and `skipped` is `refuse`; an
            `UnboundedRecurrence` if it has more occurrences in the window than any
            calendar shows (`kloudsync.recurrence` states the bound).
        StoreBusy: Syncs commit faster than the store can be read.
    """
    low, high = window(start, end)
    lost, budget = Lost(skipped), Budget(limit)
    views = expect_views(calendars)
    parts = [_ranked(snapshot(reader, view, low, high), lost, budget) for view in views]
    return Agenda(merge(*parts, key=_rank), lost)


def _ranked(held: Snapshot, lost: Lost, budget: Budget) -> Iterator[Shown]:
    """Yield what shows of one calendar, in the order that counts among what begins together."""
    rows = sorted(held.rows, key=_ID)
    rows.sort(key=_ALL_DAY, reverse=True)
    return expand(held, rows, lost, budget)


def _rank(shown: Shown) -> tuple[bool, str]:
    return not shown.record.all_day, shown.record.id
