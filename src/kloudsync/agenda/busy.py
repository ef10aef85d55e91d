"""When calendars are taken, and when they are not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from itertools import chain
from typing import NamedTuple, TypedDict

from kloudsync.agenda.budget import Budget
from kloudsync.agenda.expansion import expand
from kloudsync.agenda.lost import Lost
from kloudsync.agenda.ports import AgendaReader
from kloudsync.agenda.snapshot import Snapshot, expect_views, snapshot
from kloudsync.agenda.spans import Span, inside, merged, without
from kloudsync.agenda.told import expect_zone, moments, shown
from kloudsync.model.attendee import Reply
from kloudsync.model.event import CancelledOccurrence, Status
from kloudsync.model.occurrence import Interval, Unexpanded
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.skipping import MOST_OCCURRENCES, Skipped, leave_out
from kloudsync.model.times import window
from kloudsync.model.view import CalendarView, RecordReader, read


class Counted(NamedTuple):
    """Which of the events that block time count.

    Attributes:
        declined: Whether those do that the calendar's owner declined.
        tentative: Whether those do that are tentative, or that the owner answered so.
        unanswered: Whether those do that the owner was invited to and has not answered.
        all_day: Whether those do that span whole days.
    """

    declined: bool = False
    tentative: bool = True
    unanswered: bool = True
    all_day: bool = True


class BusyOptions(TypedDict, total=False):
    """What `busy` and `free` may be told beside the window.

    Attributes:
        declined: Whether events count that the calendar's owner declined; not if absent.
        tentative: Whether events count that are tentative, or that the owner answered so.
        unanswered: Whether events count that the owner was invited to and has not answered.
        all_day: Whether events count that span whole days.
        zone: In which zone the answers are told, by name; UTC if absent.
        skipped: Hears of each series that cannot be expanded; `refuse` raises.
        limit: How many occurrences of series may be looked at; a million if absent.
    """

    declined: bool
    tentative: bool
    unanswered: bool
    all_day: bool
    zone: str | None
    skipped: Skipped
    limit: int


class Intervals(list[Interval]):
    """Stretches of time in order, none of which meet.

    Attributes:
        unexpanded: Series that cannot be expanded. Nobody knows when they take place: they
            count as taken from their first start to their end.
    """

    def __init__(self, found: Iterable[Interval], unexpanded: tuple[Unexpanded, ...] = ()) -> None:
        super().__init__(found)
        self.unexpanded = unexpanded


def busy(
    reader: AgendaReader,
    calendars: Iterable[CalendarView],
    start: datetime,
    end: datetime,
    *,
    declined: bool = False,
    tentative: bool = True,
    unanswered: bool = True,
    all_day: bool = True,
    zone: str | None = None,
    skipped: Skipped = leave_out,
    limit: int = MOST_OCCURRENCES,
) -> Intervals:
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
        unanswered: Whether events count that the owner was invited to and has not answered.
        all_day: Whether events count that span whole days.
        zone: In which zone the answers are told, by name; UTC if None.
        skipped: Hears of each series that cannot be expanded. It counts as taken as long as it
            lasts, and the answer's `unexpanded` names it: what one calendar holds keeps nobody
            from asking about the others. `kloudsync.agenda.refuse` raises instead.
        limit: How many occurrences of series may be looked at, in all; a series that has more
            than are left cannot be expanded.

    Raises:
        UsageError: A bound is naive, the end is not after the start, the zone is unknown, the
            limit is below 1, or a calendar was never synced.
        RecurrenceError: A series cannot be expanded, and `skipped` is `refuse`.
        StoreBusy: Syncs commit faster than the store can be read.
    """
    span, told, lost = window(start, end), expect_zone(zone), Lost(skipped)
    counted = Counted(declined, tentative, unanswered, all_day)
    spans = taken(reader, expect_views(calendars), span, counted, lost, limit=limit)
    return Intervals(_intervals(inside(span, spans), start, end, told), lost.all)


def free(
    reader: AgendaReader,
    calendars: Iterable[CalendarView],
    start: datetime,
    end: datetime,
    *,
    declined: bool = False,
    tentative: bool = True,
    unanswered: bool = True,
    all_day: bool = True,
    zone: str | None = None,
    skipped: Skipped = leave_out,
    limit: int = MOST_OCCURRENCES,
) -> Intervals:
    """List when no calendar is taken: what `busy` leaves of the window.

    Args:
        reader: A store.
        calendars: Which calendars to look at, all together.
        start: The window's start, aware.
        end: The window's end, exclusive, aware.
        declined: As for `busy`.
        tentative: As for `busy`.
        unanswered: As for `busy`.
        all_day: As for `busy`.
        zone: As for `busy`.
        skipped: As for `busy`.
        limit: As for `busy`.

    Raises:
        UsageError: As for `busy`.
        RecurrenceError: As for `busy`.
        StoreBusy: Syncs commit faster than the store can be read.
    """
    span, told, lost = window(start, end), expect_zone(zone), Lost(skipped)
    counted = Counted(declined, tentative, unanswered, all_day)
    spans = taken(reader, expect_views(calendars), span, counted, lost, limit=limit)
    return Intervals(_intervals(without(span, spans), start, end, told), lost.all)


def taken(
    reader: AgendaReader,
    views: Iterable[CalendarView],
    span: Span,
    counted: Counted,
    lost: Lost,
    *,
    limit: int,
) -> list[Span]:
    """Return when at least one calendar is taken, not cut to the span that was looked at."""
    budget = Budget(limit)
    begins: list[int] = []
    ends: list[int] = []
    for view in views:
        held = snapshot(reader, view, *span)
        rows = _counted(held, counted)
        known = _known(rows, lost.of(view.key))
        for row in expand(held, known, lost, budget, together=True):
            seconds = row.seconds
            begins += row.begins
            ends += [begin + seconds for begin in row.begins]
        for begin, end in _extents(rows, held, lost.of(view.key)):
            begins.append(begin)
            ends.append(end)
    return [one for one in merged(begins, ends) if one[0] < one[1]]


def _counted(held: Snapshot, counted: Counted) -> list[EventRecord]:
    rows = [row for row in held.rows if row.busy and (counted.declined or not row.declined)]
    if not counted.all_day:
        rows = [row for row in rows if not row.all_day]
    if counted.tentative and counted.unanswered:
        return rows
    return [row for row in rows if _counts(row, held.view.source, counted)]


def _counts(row: EventRecord, source: RecordReader, counted: Counted) -> bool:
    event = read(source.event, row)
    # Nobody can tell what the owner answered; the times of the row are known.
    if isinstance(event, (CancelledOccurrence, Malformed)):
        return True
    if event.reply is Reply.NEEDS_ACTION and not counted.unanswered:
        return False
    tentative = event.status is Status.TENTATIVE or event.reply is Reply.TENTATIVE
    return counted.tentative or not tentative


def _known(rows: list[EventRecord], lost: set[str]) -> list[EventRecord]:
    return [row for row in rows if row.id not in lost] if lost else rows


def _extents(rows: list[EventRecord], held: Snapshot, lost: set[str]) -> Iterable[Span]:
    """Yield from when until when series may take place, as far as they reach into a window."""
    for row in rows if lost else ():
        if row.id in lost:
            first, last = (_instant(at, row, held) for at in (row.start, row.last_end))
            yield max(first or held.low, held.low), min(last or held.high, held.high)


def _instant(at: int | None, row: EventRecord, held: Snapshot) -> int | None:
    return held.clock.to_utc([at])[0] if at is not None and row.all_day else at


def _intervals(spans: list[Span], start: datetime, end: datetime, zone: tzinfo) -> list[Interval]:
    """Turn seconds into instants; the window's own bounds may have fractions of one."""
    edges = moments(chain.from_iterable(spans), zone)
    if edges:
        edges[0] = max(edges[0], shown(start, zone), key=datetime.timestamp)
        edges[-1] = min(edges[-1], shown(end, zone), key=datetime.timestamp)
    return list(map(Interval, edges[::2], edges[1::2]))
