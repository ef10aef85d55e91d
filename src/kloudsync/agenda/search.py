"""When several calendars have time together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from kloudsync.agenda.busy import Counted, taken
from kloudsync.agenda.expansion import refuse
from kloudsync.agenda.hours import WorkingHours
from kloudsync.agenda.ports import AgendaReader
from kloudsync.agenda.snapshot import expect_views
from kloudsync.agenda.spans import Span, without
from kloudsync.errors import UsageError
from kloudsync.model.occurrence import Interval, Skipped
from kloudsync.model.times import DAY, window
from kloudsync.model.view import CalendarView
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.kinds import kind_in

_LOOK_AHEAD: Final = 28 * DAY
"""How much is read at once: the first answers are mostly near."""


def find_free(
    reader: AgendaReader,
    calendars: Iterable[CalendarView],
    duration: timedelta,
    start: datetime,
    end: datetime,
    *,
    hours: WorkingHours | None = None,
    step: timedelta | None = None,
    declined: bool = False,
    tentative: bool = True,
    skipped: Skipped = refuse,
) -> Iterator[Interval]:
    """Look for time in which none of the calendars is taken, earliest first.

    The store is read a few weeks at a time, as far as the answers are taken.

    ```python
    slots = find_free(store, views, timedelta(minutes=45), start, end, step=timedelta(minutes=15))
    first = next(slots, None)
    ```

    Args:
        reader: A store.
        calendars: Whose time is needed, all together.
        duration: How much time is needed.
        start: Where to begin looking, aware.
        end: Where to stop, exclusive, aware; an answer ends here at the latest.
        hours: Only answers inside these hours; None allows all.
        step: Answers take exactly `duration` and begin at multiples of this by the wall
            clock of `hours`, or of UTC; they may overlap. None yields each free stretch
            that is long enough, once and whole.
        declined: As for `busy`.
        tentative: As for `busy`.
        skipped: As for `busy`.

    Raises:
        UsageError: A bound is naive, the end is not after the start, or `duration` or
            `step` is not at least a second.
        RecurrenceError: As for `busy`, while iterating.
        StoreBusy: As for `busy`, while iterating.
    """
    low, high = window(start, end)
    within = (low + (start.microsecond > 0), high - (end.microsecond > 0))
    size = _seconds(duration, "duration")
    rhythm = None if step is None else _seconds(step, "step")
    stretches = _stretches(
        reader, expect_views(calendars), within, Counted(declined, tentative), skipped
    )
    spans = _inside(stretches, hours)
    return _answers(spans, size, rhythm, hours)


def _seconds(length: timedelta, name: str) -> int:
    seconds = -(-length // timedelta(seconds=1))
    if length < timedelta(seconds=1):
        raise UsageError(f"expected a {name} of at least a second, found {length}")
    return seconds


def _stretches(
    reader: AgendaReader,
    views: list[CalendarView],
    within: Span,
    counted: Counted,
    skipped: Skipped,
) -> Iterator[Span]:
    """Yield free time in whole stretches, reading a few weeks at a time."""
    low, high = within
    held: Span | None = None
    for first in range(low, high, _LOOK_AHEAD):
        part = (first, min(first + _LOOK_AHEAD, high))
        for span in without(part, taken(reader, views, part, counted, skipped)):
            if held and held[1] == span[0]:
                held = (held[0], span[1])
                continue
            yield from (held,) if held else ()
            held = span
    yield from (held,) if held else ()


def _inside(stretches: Iterator[Span], hours: WorkingHours | None) -> Iterator[Span]:
    if hours is None:
        return stretches
    return (span for stretch in stretches for span in hours.within(stretch))


def _answers(
    spans: Iterator[Span], size: int, step: int | None, hours: WorkingHours | None
) -> Iterator[Interval]:
    clock = hours.clock if hours else kind_in(UTC).clock
    for start, end in spans:
        if step is None:
            yield from (_interval(start, end),) if end - start >= size else ()
            continue
        begin = _aligned(start, step, clock)
        while begin + size <= end:
            yield _interval(begin, begin + size)
            begin = _aligned(begin + step, step, clock)


def _aligned(instant: int, step: int, clock: Clock) -> int:
    """Return the first instant from one on at which the wall clock shows a multiple of a step."""
    while rest := -clock.wall(instant) % step:
        # On the way there the clock may change, and show something else.
        instant += rest
    return instant


def _interval(start: int, end: int) -> Interval:
    return Interval(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
