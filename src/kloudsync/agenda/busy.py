"""When calendars are taken, and when they are not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import NamedTuple

from kloudsync.agenda.expansion import expand, refuse
from kloudsync.agenda.ports import AgendaReader
from kloudsync.agenda.snapshot import Snapshot, expect_views, snapshot
from kloudsync.agenda.spans import Span, merged, without
from kloudsync.model.attendee import Reply
from kloudsync.model.event import CancelledOccurrence, Held, Status
from kloudsync.model.occurrence import Interval, Skipped
from kloudsync.model.record import EventRecord
from kloudsync.model.times import window
from kloudsync.model.view import CalendarView


class Counted(NamedTuple):
    """Which of the events that block time count.

    Attributes:
        declined: Whether those do that the calendar's owner declined.
        tentative: Whether those do that are tentative, or that the owner answered so.
    """

    declined: bool
    tentative: bool


def busy(
    reader: AgendaReader,
    calendars: Iterable[CalendarView],
    start: datetime,
    end: datetime,
    *,
    declined: bool = False,
    tentative: bool = True,
    skipped: Skipped = refuse,
) -> list[Interval]:
    """List when at least one calendar is taken, as few intervals in order, cut to the window.

    Transparent and cancelled events take no time, nor do events without length; all-day
    events take the days of their calendar's zone.

    Args:
        reader: A store.
        calendars: Which calendars to look at, all together.
        start: The window's start, aware.
        end: The window's end, exclusive, aware.
        declined: Whether events count that the calendar's owner declined; services' own
            free/busy answers leave them out, too.
        tentative: Whether events count that are tentative, or that the owner answered so.
        skipped: As for `occurrences`. What it leaves out takes no time here.

    Raises:
        UsageError: A bound is naive, the end is not after the start, or a calendar was never
            synced.
        RecurrenceError: As for `occurrences`.
        StoreBusy: Syncs commit faster than the store can be read.
    """
    span = window(start, end)
    spans = taken(reader, calendars, span, Counted(declined, tentative), skipped)
    return _intervals(spans, start, end)


def free(
    reader: AgendaReader,
    calendars: Iterable[CalendarView],
    start: datetime,
    end: datetime,
    *,
    declined: bool = False,
    tentative: bool = True,
    skipped: Skipped = refuse,
) -> list[Interval]:
    """List when no calendar is taken: what `busy` leaves of the window.

    Args:
        reader: A store.
        calendars: Which calendars to look at, all together.
        start: The window's start, aware.
        end: The window's end, exclusive, aware.
        declined: As for `busy`.
        tentative: As for `busy`.
        skipped: As for `busy`.

    Raises:
        UsageError: A bound is naive, the end is not after the start, or a calendar was never
            synced.
        RecurrenceError: As for `occurrences`.
        StoreBusy: Syncs commit faster than the store can be read.
    """
    span = window(start, end)
    spans = taken(reader, calendars, span, Counted(declined, tentative), skipped)
    return _intervals(without(span, spans), start, end)


def taken(
    reader: AgendaReader,
    calendars: Iterable[CalendarView],
    span: Span,
    counted: Counted,
    skipped: Skipped,
) -> list[Span]:
    """Return when at least one calendar is taken, not cut to the span that was looked at."""
    begins: list[int] = []
    ends: list[int] = []
    for view in expect_views(calendars):
        held = snapshot(reader, view, *span)
        for shown in expand(held, _counted(held, counted), skipped):
            seconds = shown.seconds
            begins += shown.begins
            ends += [begin + seconds for begin in shown.begins]
    return [one for one in merged(begins, ends) if one[0] < one[1]]


def _counted(held: Snapshot, counted: Counted) -> list[EventRecord]:
    rows = [row for row in held.rows if row.busy and (counted.declined or not row.declined)]
    if counted.tentative:
        return rows
    return [row for row in rows if not _is_tentative(held.view.source.event(row))]


def _is_tentative(event: Held) -> bool:
    if isinstance(event, CancelledOccurrence):
        return False
    return event.status is Status.TENTATIVE or event.reply is Reply.TENTATIVE


def _intervals(spans: list[Span], start: datetime, end: datetime) -> list[Interval]:
    """Turn seconds into instants; the window's own bounds may have fractions of one."""
    seconds = chain.from_iterable(spans)
    edges = list(map(datetime.fromtimestamp, seconds, repeat(UTC)))
    if edges:
        edges[0] = max(edges[0], start.astimezone(UTC))
        edges[-1] = min(edges[-1], end.astimezone(UTC))
    return list(map(Interval, edges[::2], edges[1::2]))
