"""What takes place in a window."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Final

from kloudsync.agenda.agenda import Agenda
from kloudsync.agenda.expansion import Shown, Skipped, expand, refuse
from kloudsync.agenda.ports import AgendaReader
from kloudsync.agenda.snapshot import snapshot
from kloudsync.model.times import window
from kloudsync.model.view import CalendarView

_ID: Final = attrgetter("origin.record.id")
_ALL_DAY: Final = attrgetter("origin.record.all_day")


def occurrences(
    reader: AgendaReader,
    calendars: Iterable[CalendarView],
    start: datetime,
    end: datetime,
    *,
    skipped: Skipped = refuse,
) -> Agenda:
    """List what takes place in a window, in order of start.

    Of what begins at one instant, all-day events come first, then whatever has the lower
    id of its row: the event's own, or that of the series. An event shows if it ends after the window's start and begins before its
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
    shown: list[Shown] = []
    for view in calendars:
        held = snapshot(reader, view, low, high)
        shown += expand(held, held.origins, skipped)
    # Sorting is stable, so that this is the order of what begins at one instant.
    shown.sort(key=_ID)
    shown.sort(key=_ALL_DAY, reverse=True)
    return Agenda(shown)
