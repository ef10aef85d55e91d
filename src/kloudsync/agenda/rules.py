"""The compiled rules of series, kept from one question to the next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from kloudsync.errors import RecurrenceError
from kloudsync.model.occurrence import length
from kloudsync.model.record import EventRecord
from kloudsync.model.view import CalendarView, read
from kloudsync.recurrence import Reading, Recurrence, Rule, resolve_zone
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.keeping import kept
from kloudsync.recurrence.kinds import ALL_DAY, Kind, kind_in
from kloudsync.recurrence.occurrences import Between
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
        starts: Lists the starts from one second on and before another; a third number says
            how many there may be.
        clock: The wall clock that it recurs by.
        periods: The recurrence as a whole, if some occurrences take times of their own.
    """

    starts: Between
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
    lines, start, reading = row.recurrence or "", row.start or 0, view.source.reading
    if row.all_day:
        return _of_days(lines, start, length(row), row.zone, reading)
    zone = zone_of(row, days) or _offset_of(row, view)
    return _timed(lines, start, length(row), zone, reading)


def zone_of(row: EventRecord, days: tzinfo) -> tzinfo | None:
    """Return the zone that a series names, or its calendar's; None where nobody knows the name."""
    return resolve_zone(row.zone) if row.zone else days


@kept(KEPT)
def _timed(lines: str, start: int, seconds: int, zone: tzinfo, reading: Reading) -> SeriesRule:
    kind = kind_in(zone)
    rule = _only_rule(lines, 0)
    # Of two equal times on the clock a rule knows the first only.
    if rule and not kind.clock.is_second(start):
        alone = _alone(rule, start, kind, reading)
        if alone:
            return alone
    first, end = (datetime.fromtimestamp(at, zone) for at in (start, start + seconds))
    return _whole(Recurrence.parse(lines.split("\n"), first, end=end, reading=reading))


@kept(KEPT)
def _of_days(
    lines: str, start: int, seconds: int, zone: str | None, reading: Reading
) -> SeriesRule:
    rule = _only_rule(lines, 1)
    until = rule and rule.until
    in_zone = bool(zone and until and until.utc and reading.instants_in_zone)
    if rule and not in_zone:
        alone = _alone(rule, start, ALL_DAY, reading)
        if alone:
            return alone
    first, end = (_EPOCH + timedelta(seconds=at) for at in (start, start + seconds))
    series = Recurrence.parse(lines.split("\n"), first, end=end, zone=zone, reading=reading)
    return _whole(series)


def _alone(rule: Rule, start: int, kind: Kind, reading: Reading) -> SeriesRule | None:
    """Compile a rule that is all that a series has; None where its start takes place beside it."""
    strand = Strand(rule, kind.clock.wall(start), kind.clock, is_date=kind.is_date)
    if reading.start_takes_place and not strand.instants(start, start + 1):
        return None
    return SeriesRule(strand.instants, kind.clock)


def _whole(series: Recurrence) -> SeriesRule:
    periods = series if series.periods else None
    return SeriesRule(series.starts_between_utc, series.kind.clock, periods)


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


@kept(2048)
def steady_rule(lines: str) -> Rule | None:
    """Return the one rule of timed series that take no compiling, None for other lines.

    A `Window` answers for all of them that share a clock.
    """
    rule = _only_rule(lines, 0)
    return rule if rule and Window.answers(rule) else None


def _offset_of(row: EventRecord, view: CalendarView) -> tzinfo:
    start = getattr(read(view.source.event, row), "start", None)
    return (start.tzinfo if isinstance(start, datetime) else None) or UTC
