"""What takes place in a window."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter

from kloudsync.agenda.expansion import Skipped, expand, refuse
from kloudsync.agenda.ports import AgendaReader
from kloudsync.agenda.snapshot import Snapshot, snapshot
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.times import window
from kloudsync.model.view import CalendarView

_BEGINS = itemgetter(0)


def occurrences(
    reader: AgendaReader,
    calendars: Iterable[CalendarView],
    start: datetime,
    end: datetime,
    *,
    skipped: Skipped = refuse,
) -> list[Occurrence]:
    """List what takes place in a window, in order of start.

    Of what begins at one instant, all-day events come first, then whatever has the lower
    id of its row. An event shows if it ends after the window's start and begins before its
    end, as with Google's `timeMin` and `timeMax`; one without length, if it begins inside.
    A cancelled event never shows; an exception shows in place of the occurrence that it
    replaces, wherever it was moved, and by itself if its series is not held.

    Args:
        reader: A store.
        calendars: Which calendars to look at.
        start: The window's start, aware.
        end: The window's end, exclusive, aware.
        skipped: Hears of each series that cannot be expanded, which is then left out;
            without it, the first one raises.

    Raises:
        UsageError: A bound is naive, or the end is not after the start.
        RecurrenceError: A series cannot be expanded, and `skipped` is not given; an
            `UnboundedRecurrence` if it has more occurrences in the window than any
            calendar shows (`kloudsync.recurrence` states the bound).
        StoreBusy: Syncs commit faster than the store can be read.
    """
    low, high = window(start, end)
    views = list(calendars)
    found: list[Occurrence] = []
    for view in views:
        found += _of_calendar(snapshot(reader, view, low, high), skipped)
    if len(views) > 1:
        # Sorting is stable: what comes first here comes first of what begins at one instant.
        found.sort(key=_rank)
    found.sort(key=_BEGINS)
    return found


def _of_calendar(taken: Snapshot, skipped: Skipped) -> list[Occurrence]:
    view, found = taken.view, list[Occurrence]()
    for row, slots, begins, ends in expand(taken, taken.rows, skipped):
        found += [
            Occurrence(begin, end, slot, row, view)
            for begin, end, slot in zip(begins, ends, slots, strict=True)
        ]
    return found


def _rank(one: Occurrence) -> tuple[bool, str]:
    return not one.record.all_day, one.record.id
