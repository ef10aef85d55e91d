"""When several calendars have time together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from attrs import frozen

from kloudsync.agenda.busy import Counted, taken
from kloudsync.agenda.grid import Grid, Origin, expect_origin
from kloudsync.agenda.hours import WorkingHours
from kloudsync.agenda.lost import Lost
from kloudsync.agenda.openings import Hours, Participant, each_of, openings
from kloudsync.agenda.ports import AgendaReader
from kloudsync.agenda.snapshot import expect_views
from kloudsync.agenda.spans import Span, without
from kloudsync.agenda.told import expect_zone, moments
from kloudsync.errors import UsageError
from kloudsync.model.occurrence import Interval, Unexpanded
from kloudsync.model.skipping import MOST_OCCURRENCES, Skipped, leave_out
from kloudsync.model.times import DAY, aware, window
from kloudsync.model.view import CalendarView
from kloudsync.recurrence.kinds import kind_in

_LOOK_AHEAD: Final = 28 * DAY
"""How much is read at once: the first answers are mostly near."""


class FreeTime(Iterator[Interval]):
    """Answers, earliest first; each is looked for when it is taken.

    Args:
        found: Yields them.
        lost: The series that could not be expanded on the way.
    """

    def __init__(self, found: Iterator[Interval], lost: Lost) -> None:
        self._found = found
        self._lost = lost

    def __next__(self) -> Interval:
        return next(self._found)

    @property
    def unexpanded(self) -> tuple[Unexpanded, ...]:
        """Series that could not be expanded, as far as was looked until now.

        Nobody knows when they take place: from their first start to their end they count as
        taken.
        """
        return self._lost.all


def find_free(
    reader: AgendaReader,
    calendars: Iterable[CalendarView | Participant],
    duration: timedelta,
    start: datetime,
    end: datetime,
    *,
    hours: Hours | None = None,
    step: timedelta | None = None,
    steps_from: Origin = "midnight",
    buffer_before: timedelta = timedelta(0),
    buffer_after: timedelta = timedelta(0),
    notice: timedelta = timedelta(0),
    now: datetime | None = None,
    zone: str | None = None,
    declined: bool = False,
    tentative: bool = True,
    unanswered: bool = True,
    all_day: bool = True,
    skipped: Skipped = leave_out,
    limit: int = MOST_OCCURRENCES,
) -> FreeTime:
    """Look for time in which none of the calendars is taken, earliest first.

    The store is read a few weeks at a time, as far as the answers are taken.

    ```python
    slots = find_free(store, views, timedelta(minutes=45), start, end, step=timedelta(minutes=15))
    first = next(slots, None)
    ```

    Args:
        reader: A store.
        calendars: Whose time is needed, all together: calendars, or participants who have
            several, or hours of their own.
        duration: How much time is needed.
        start: Where to begin looking, aware.
        end: Where to stop, exclusive, aware; an answer ends here at the latest.
        hours: Only answers inside these hours, and inside those of each participant; several
            where days differ. None allows all.
        step: Answers take exactly `duration` and begin at multiples of this by the wall clock,
            at the same times each day; they may overlap. At most a day. None yields each free
            stretch that is long enough, once and whole.
        steps_from: Whether steps are counted from `midnight`, or from the `opening` of the
            hours that all have in common.
        buffer_before: How much time stays free before each answer, for the way or to prepare;
            it may lie outside of the hours.
        buffer_after: The same behind it.
        notice: How long before it begins an answer has to be known; needs `now`.
        now: When it is asked, aware.
        zone: By the clock of which zone steps are counted and answers are told, by name. If
            None, steps go by the zone of the first hours there are, else UTC, and answers are
            told in UTC.
        declined: As for `busy`.
        tentative: As for `busy`.
        unanswered: As for `busy`.
        all_day: As for `busy`.
        skipped: As for `busy`.
        limit: As for `busy`, for each few weeks that are read.

    Raises:
        UsageError: A bound is naive, the end is not after the start, `duration` or `step` is
            not at least a second, a buffer or `notice` is negative, or a zone, an origin of
            steps or hours are unknown.
        RecurrenceError: As for `busy`, while iterating.
        StoreBusy: As for `busy`, while iterating.
    """
    party = _party(calendars, hours)
    told, lost = expect_zone(zone), Lost(skipped)
    expect_origin(steps_from)
    question = _Question(
        within=_within(start, end, _noticed(notice, now)),
        size=_seconds(duration, "duration"),
        margins=(_margin(buffer_before, "buffer_before"), _margin(buffer_after, "buffer_after")),
        grid=None if step is None else _grid(step, steps_from, zone, party.hours),
        party=party,
        counted=Counted(declined, tentative, unanswered, all_day),
        limit=limit,
    )
    found = (Interval(*moments(span, told)) for span in question.answers(reader, lost))
    return FreeTime(found, lost)


class _Party(NamedTuple):
    """Who takes part: all their calendars, and the hours of each, and of all."""

    views: list[CalendarView]
    hours: list[tuple[WorkingHours, ...]]


class _Stretch(NamedTuple):
    """Time in which all are free and may be asked, and when it opens for them."""

    span: Span
    openings: list[int]


@frozen(kw_only=True)
class _Question:
    """What is looked for, in whole seconds.

    Attributes:
        within: Between which instants.
        size: How long.
        margins: How much has to be free before and behind it.
        grid: At which times it may begin; None where whole stretches are wanted.
        party: Who takes part.
        counted: Which events take time.
        limit: How many occurrences of series may be looked at, each time that the store is read.
    """

    within: Span
    size: int
    margins: tuple[int, int]
    grid: Grid | None
    party: _Party
    counted: Counted
    limit: int

    def answers(self, reader: AgendaReader, lost: Lost) -> Iterator[Span]:
        """Yield the answers in order."""
        for (start, end), opened in self._open(self._free(reader, lost)):
            if self.grid is None:
                yield from ((start, end),) if end - start >= self.size else ()
                continue
            last = end - self.size + 1
            if start < last:
                begins = self.grid.starts((start, last), opened)
                yield from ((begin, begin + self.size) for begin in begins)

    def _free(self, reader: AgendaReader, lost: Lost) -> Iterator[Span]:
        """Yield free time in whole stretches, reading a few weeks at a time."""
        low, high = self.within
        held: Span | None = None
        for first in range(low, high, _LOOK_AHEAD):
            part = first, min(first + _LOOK_AHEAD, high)
            for span in without(part, self._taken(reader, part, lost)):
                if held and held[1] == span[0]:
                    held = (held[0], span[1])
                    continue
                yield from (held,) if held else ()
                held = span
        yield from (held,) if held else ()

    def _taken(self, reader: AgendaReader, part: Span, lost: Lost) -> list[Span]:
        """Return when somebody is taken, or an answer would lack its margins."""
        before, after = self.margins
        around = part[0] - before, part[1] + after
        spans = taken(reader, self.party.views, around, self.counted, lost, limit=self.limit)
        if not before and not after:
            return spans
        # An answer may not begin while its margin before lasts, nor end within the one behind.
        return joined((start - after, end + before) for start, end in spans)

    def _open(self, free: Iterator[Span]) -> Iterator[_Stretch]:
        """Yield what of free time lies in everybody's hours."""
        hours = self.party.hours
        for span in free:
            if not hours:
                yield _Stretch(span, [span[0]])
                continue
            held: _Stretch | None = None
            for opens, closes in openings(hours, span):
                start, end = max(opens, span[0]), min(closes, span[1])
                if held and held.span[1] == start:
                    held = _Stretch((held.span[0], end), [*held.openings, opens])
                    continue
                yield from (held,) if held else ()
                held = _Stretch((start, end), [opens])
            yield from (held,) if held else ()


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order as few, what meets being one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _party(calendars: Iterable[CalendarView | Participant], hours: Hours | None) -> _Party:
    everybody = list(calendars)
    people = [one for one in everybody if isinstance(one, Participant)]
    alone = [one for one in everybody if not isinstance(one, Participant)]
    views = [*expect_views(alone), *(view for one in people for view in one.calendars)]
    each = [each_of(hours), *(one.hours for one in people)]
    return _Party(views, [one for one in each if one])


def _within(start: datetime, end: datetime, earliest: float | None) -> Span:
    low, high = window(start, end)
    first = low + (start.microsecond > 0)
    if earliest is not None:
        first = max(first, ceil(earliest))
    return first, high - (end.microsecond > 0)


def _noticed(notice: timedelta, now: datetime | None) -> float | None:
    if notice < timedelta(0):
        raise UsageError(f"expected a notice of at least nothing, found {notice}")
    if now is not None:
        return aware(now, "now").timestamp() + notice.total_seconds()
    if notice:
        raise UsageError("a notice counts from now; give it, such as now=datetime.now(UTC)")
    return None


def _grid(
    step: timedelta, origin: Origin, zone: str | None, hours: list[tuple[WorkingHours, ...]]
) -> Grid:
    seconds = _seconds(step, "step")
    if seconds > DAY:
        raise UsageError(
            f"expected a step of at most a day, as each day has the same, found {step}"
        )
    named = zone or (hours[0][0].zone if hours else None)
    return Grid(seconds, kind_in(expect_zone(named)).clock, origin)


def _seconds(length: timedelta, name: str) -> int:
    if length < timedelta(seconds=1):
        raise UsageError(f"expected a {name} of at least a second, found {length}")
    return _whole(length)


def _margin(length: timedelta, name: str) -> int:
    if length < timedelta(0):
        raise UsageError(f"expected a {name} of at least nothing, found {length}")
    return _whole(length)


def _whole(length: timedelta) -> int:
    """Return a length in seconds, of which a fraction counts as a whole one."""
    seconds, rest = divmod(length, timedelta(seconds=1))
    return seconds + bool(rest)
