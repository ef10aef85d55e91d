"""The band above a week, in which whole days stand: bars from day to day, below one another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from attrs import frozen

from kloudsync.demo.week import DAYS
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.times import Time
from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.oracle import Occurrence as TrueOccurrence


@frozen(kw_only=True)
class Whole:
    """One thing that takes whole days.

    Attributes:
        event: The id of the single event, or of the series.
        original: The day where the rule puts it, as ISO 8601; None for a single event.
        title: Its title.
        start: Its first day.
        end: The day after its last.
    """

    event: str
    original: str | None
    title: str
    start: date
    end: date


def truly_whole(found: Iterable[TrueOccurrence]) -> list[Whole]:
    """Read what the fake says takes whole days of its calendar."""
    return [
        Whole(
            event=one.series or one.id,
            original=_slot(one.resource),
            title=one.summary,
            start=one.start,
            end=one.end,
        )
        for one in found
        if _is_whole(one.start)
    ]


def held_whole(found: Iterable[Occurrence]) -> list[Whole]:
    """Read what the copy says takes whole days."""
    return [
        Whole(
            event=one.series or one.id,
            original=None if (slot := one.original_start) is None else slot.isoformat(),
            title=one.event.title or "",
            start=one.start,
            end=one.end,
        )
        for one in found
        if one.all_day
    ]


def banded(wholes: Iterable[Whole], monday: date) -> list[dict[str, Any]]:
    """Return the bars of a week, in order of start, the longest first.

    Each has its first day from 0, the days that it takes of this week, its lane, and whether it goes
    on before and after.
    """
    sunday, free = monday + timedelta(days=DAYS), list[date]()
    bars: list[dict[str, Any]] = []
    for one in sorted(wholes, key=lambda one: (one.start, -(one.end - one.start), one.event)):
        first, last = max(one.start, monday), min(one.end, sunday)
        if first >= last:
            continue
        lane = next((lane for lane, day in enumerate(free) if day <= first), len(free))
        free[lane : lane + 1] = [last]
        bars.append(
            {
                "event": one.event,
                "original": one.original,
                "title": one.title,
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "day": (first - monday).days,
                "span": (last - first).days,
                "lane": lane,
                "before": one.start < monday,
                "after": one.end > sunday,
            }
        )
    return bars


def _slot(resource: Resource) -> str | None:
    slot: Mapping[str, str] | None = resource.get("originalStartTime")
    return None if slot is None else slot.get("date")


def _is_whole(time: Time) -> bool:
    return not isinstance(time, datetime)
