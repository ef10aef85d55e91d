"""The compiled rules of series, kept from one question to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from kloudsync.errors import RecurrenceError
from kloudsync.model.occurrence import length
from kloudsync.model.record import EventRecord
from kloudsync.model.view import CalendarView
from kloudsync.recurrence import Recurrence, Rule, resolve_zone
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.kinds import ALL_DAY, kind_in
from kloudsync.recurrence.rule import DAILY
from kloudsync.recurrence.rule_text import read_rule
from kloudsync.recurrence.strands import Strand
from kloudsync.recurrence.windows import Window

KEPT: Final = 16_384
"""How many compiled rules are kept; the least recently used are forgotten first."""

_RULE: Final = "RRULE:"
_EPOCH: Final = date(1970, 1, 1)


class SeriesRule(NamedTuple):
    """When a series takes place, in seconds as its row counts them.

    Attributes:
        starts: Lists the starts from one second on and before another.
        clock: The wall clock that it recurs by.
        periods: The recurrence as a whole, if some occurrences take times of their own.
    """

    starts: Callable[[int, int], list[int]]
    clock: Clock
    periods: Recurrence | None = None


def rule_of(row: EventRecord, view: CalendarView, days: tzinfo) -> SeriesRule:
    """Return the rule of a series.

    A series recurs in the zone that it names, and in its calendar's if it names none. If
    nobody knows the name, the offset of its first start stands in.

    Args:
        row: The series.
        view: Its calendar.
        days: The calendar's own zone.

    Raises:
        RecurrenceError: A line cannot be repaired.
    """
    zone = zone_of(row, days) or _offset_of(row, view)
    return _compiled(row.recurrence or "", row.start or 0, length(row), row.all_day, zone)


def zone_of(row: EventRecord, days: tzinfo) -> tzinfo | None:
    """Return the zone that a series names, or its calendar's; None where nobody knows the name."""
    return resolve_zone(row.zone) if row.zone else days


@lru_cache(KEPT)
def _compiled(lines: str, start: int, seconds: int, all_day: int, zone: tzinfo) -> SeriesRule:
    kind = ALL_DAY if all_day else kind_in(zone)
    rule = _only_rule(lines, all_day)
    if rule:
        strand = Strand(rule, kind.clock.wall(start), kind.clock, is_date=kind.is_date)
        return SeriesRule(strand.instants, kind.clock)
    first, end = (_time(at, all_day, zone) for at in (start, start + seconds))
    whole = Recurrence.parse(lines.split("\n"), first, end=end)
    periods = whole if whole.periods else None
    return SeriesRule(whole.starts_between_utc, kind.clock, periods)


def _only_rule(lines: str, all_day: int) -> Rule | None:
    """Return the one rule that most series have."""
    if "\n" in lines or not lines.startswith(_RULE):
        return None
    try:
        rule, _ = read_rule(lines[len(_RULE) :])
    except RecurrenceError:
        # Read as a whole it may still be repaired; the error says more there, too.
        return None
    return None if all_day and rule.frequency > DAILY else rule


@lru_cache(2048)
def steady_rule(lines: str) -> Rule | None:
    """Return the one rule of timed series that take no compiling, None for other lines.

    A `Window` answers for all of them that share a clock.
    """
    rule = _only_rule(lines, 0)
    return rule if rule and Window.answers(rule) else None


def _time(seconds: int, all_day: int, zone: tzinfo) -> date | datetime:
    if all_day:
        return _EPOCH + timedelta(seconds=seconds)
    return datetime.fromtimestamp(seconds, zone)


def _offset_of(row: EventRecord, view: CalendarView) -> tzinfo:
    start = getattr(view.reading.event(row), "start", None)
    return (start.tzinfo if isinstance(start, datetime) else None) or UTC
