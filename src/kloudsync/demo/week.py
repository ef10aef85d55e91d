"""A week as the page draws it: blocks in columns of days, side by side where they overlap. Pure.

Whole days are drawn by `kloudsync.demo.band`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from attrs import asdict, frozen

from kloudsync.model.occurrence import Occurrence
from kloudsync.testing.google.oracle import Occurrence as TrueOccurrence
from kloudsync.testing.google.times import parse_field

DAYS: Final = 7
MINUTES: Final = 24 * 60


@frozen(kw_only=True)
class Shown:
    """One thing that stands in a week.

    Attributes:
        event: The id of the single event, or of the series.
        original: Where the rule puts it, as ISO 8601; None for a single event.
        title: Its title.
        start: When it begins, on the wall of the calendar's zone, without that zone.
        end: When it ends, exclusive.
    """

    event: str
    original: str | None
    title: str
    start: datetime
    end: datetime


def truly(found: Iterable[TrueOccurrence], zone: ZoneInfo) -> list[Shown]:
    """Read what the fake says stands in its calendar at times; whole days are left out."""
    return [
        Shown(
            event=one.series or one.id,
            original=_slot(one, zone),
            title=one.summary,
            start=_wall(one.start, zone),
            end=_wall(one.end, zone),
        )
        for one in found
        if isinstance(one.start, datetime) and isinstance(one.end, datetime)
    ]


def held(found: Iterable[Occurrence], zone: ZoneInfo) -> list[Shown]:
    """Read what the copy says of times; whole days are left out."""
    shown: list[Shown] = []
    for one in found:
        start, end, slot = one.start, one.end, one.original_start
        if isinstance(start, datetime) and isinstance(end, datetime):
            original = slot.astimezone(zone).isoformat() if isinstance(slot, datetime) else None
            shown.append(
                Shown(
                    event=one.series or one.id,
                    original=original,
                    title=one.event.title or "",
                    start=_wall(start, zone),
                    end=_wall(end, zone),
                )
            )
    return shown


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def window(monday: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants between which a week lies."""
    return (
        datetime.combine(monday, time(), zone),
        datetime.combine(monday + timedelta(days=DAYS), time(), zone),
    )


def drawn(shown: Iterable[Shown], monday: date) -> list[dict[str, Any]]:
    """Return the blocks of a week, day by day in order of start.

    Each has its day from 0, its minutes from midnight (what goes on after midnight is cut there),
    and its lane among as many as stand side by side.
    """
    days: list[list[Shown]] = [[] for _ in range(DAYS)]
    for one in sorted(shown, key=lambda one: (one.start, -one.end.timestamp(), one.event)):
        number = (one.start.date() - monday).days
        if 0 <= number < DAYS:
            days[number].append(one)
    return [block for number, day in enumerate(days) for block in _laid(day, number)]


def _laid(day: list[Shown], number: int) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    cluster: list[dict[str, Any]] = []
    ends: list[int] = []
    for one in day:
        first = one.start.hour * 60 + one.start.minute
        last = min(MINUTES, first + (one.end - one.start) // timedelta(minutes=1))
        if ends and first >= max(ends):
            _close(cluster, len(ends))
            cluster, ends = [], []
        lane = next((lane for lane, end in enumerate(ends) if end <= first), len(ends))
        ends[lane : lane + 1] = [last]
        block = asdict(one) | {
            "start": one.start.isoformat(timespec="minutes"),
            "end": one.end.isoformat(timespec="minutes"),
            "day": number,
            "from": first,
            "to": last,
            "lane": lane,
        }
        cluster.append(block)
        blocks.append(block)
    _close(cluster, len(ends))
    return blocks


def _close(cluster: list[dict[str, Any]], lanes: int) -> None:
    for block in cluster:
        block["lanes"] = lanes


def _slot(one: TrueOccurrence, zone: ZoneInfo) -> str | None:
    field = one.resource.get("originalStartTime")
    if field is None:
        return None
    slot = parse_field(field, zone)
    return slot.astimezone(zone).isoformat() if isinstance(slot, datetime) else None


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
