"""When all who take part can be asked to meet: the hours of each, put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from heapq import merge
from typing import TypeAlias

from attrs import field, frozen

from kloudsync.agenda.hours import WorkingHours
from kloudsync.agenda.snapshot import expect_views
from kloudsync.agenda.spans import Span
from kloudsync.errors import UsageError
from kloudsync.model.view import CalendarView

Hours: TypeAlias = WorkingHours | Iterable[WorkingHours]
"""One opening for all days, or several for different days or parts of a day."""


def each_of(hours: Hours | None) -> tuple[WorkingHours, ...]:
    """Return openings one by one; none where anything goes.

    Raises:
        UsageError: It is an empty list, or holds something else.
    """
    if hours is None:
        return ()
    found = (hours,) if isinstance(hours, WorkingHours) else tuple(hours)
    if not found or not all(isinstance(one, WorkingHours) for one in found):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"expected WorkingHours, one or several, found {hours!r}")
    return found


@frozen(kw_only=True)
class Participant:
    """Somebody who takes part, with hours of their own.

    Raises:
        UsageError: A calendar or the hours are something else.

    Attributes:
        calendars: Their calendars, each as the `view` of its engine.
        hours: When they may be asked to meet, by their own clock; None allows all.
    """

    calendars: Sequence[CalendarView] = field(converter=expect_views)
    hours: tuple[WorkingHours, ...] = field(default=None, converter=each_of)


def openings(hours: Iterable[Sequence[WorkingHours]], span: Span) -> Iterator[Span]:
    """Yield when everybody's hours are open, in order; what touches stays apart.

    Args:
        hours: Of each who takes part, one opening or several.
        span: What they have to touch; they are not cut to it.
    """
    each = (union(merge(*(one.openings(span) for one in ours))) for ours in hours)
    return reduce(_both, each)


def union(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield spans in order, what overlaps as one; what only touches stays apart."""
    held: Span | None = None
    for span in spans:
        if held and span[0] < held[1]:
            held = held[0], max(held[1], span[1])
            continue
        yield from (held,) if held else ()
        held = span
    yield from (held,) if held else ()


def _both(ones: Iterator[Span], others: Iterator[Span]) -> Iterator[Span]:
    """Yield what two lists of spans in order have in common."""
    one, other = next(ones, None), next(others, None)
    while one and other:
        start, end = max(one[0], other[0]), min(one[1], other[1])
        if start < end:
            yield start, end
        if one[1] <= other[1]:
            one = next(ones, None)
        else:
            other = next(others, None)
