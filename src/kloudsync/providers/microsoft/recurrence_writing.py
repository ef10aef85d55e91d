"""From recurrence rules (RFC 5545) to Graph's patterns: exactly, or not at all.

A pattern says less than a rule: no dates to add or leave out, one rule alone, one occurrence a
day, and one day a month or several a week. What it cannot say is refused before anything is sent,
and the error tells what that is. Nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from attrs import evolve

from kloudsync.errors import RecurrenceError
from kloudsync.providers.microsoft.reading import MICROSOFT
from kloudsync.providers.microsoft.recurrence_reading import DAYS, LENGTHS, POSITIONS, SHORTEST
from kloudsync.providers.microsoft.wire.recurrence import (
    DayOfWeek,
    PatternedRecurrence,
    RecurrencePattern,
    RecurrencePatternType,
    RecurrenceRange,
    RecurrenceRangeType,
    WeekIndex,
)
from kloudsync.recurrence import Frequency, Recurrence, Rule, Skip
from kloudsync.recurrence.gregorian import DAY

_DAYS: Final = tuple(DayOfWeek(name) for name in DAYS)
_INDEXES: Final = {position: WeekIndex(name) for name, position in POSITIONS.items()}
_BY_MONTHS: Final = (
    RecurrencePatternType.ABSOLUTE_MONTHLY,
    RecurrencePatternType.RELATIVE_MONTHLY,
)
_BY_YEARS: Final = (
    RecurrencePatternType.ABSOLUTE_YEARLY,
    RecurrencePatternType.RELATIVE_YEARLY,
)
_YEAR: Final = 12
"""Months."""


def write_recurrence(series: Recurrence) -> PatternedRecurrence:
    """Return the pattern and the range that mean what a series' rule means.

    Dates to leave out (EXDATE) cannot be said: write the series without, and delete those
    occurrences afterwards.

    Args:
        series: The series, which starts on the clock of a named zone, or in UTC, or on a date.

    Raises:
        RecurrenceError: Graph cannot say it.
    """
    rule, zone = _only_rule(series), _zone(series)
    pattern = _pattern(rule, series.start)
    _expect_start(series)
    return PatternedRecurrence(pattern=pattern, range=_range(series, rule, zone))


def _only_rule(series: Recurrence) -> Rule:
    if series.rdates:
        raise _unsayable("dates that are added (RDATE)", "RDATE")
    if series.exrules:
        raise _unsayable("EXRULE", "EXRULE")
    if series.exdates or series.exdays:
        raise _unsayable(
            "dates that are left out (EXDATE)", "EXDATE", "delete those occurrences afterwards"
        )
    if len(series.rules) != 1:
        raise _unsayable(f"{len(series.rules)} rules", "RRULE", "give it one")
    return series.rules[0]


def _expect_start(series: Recurrence) -> None:
    """See that the series begins where its pattern would begin."""
    if series.start not in evolve(series, reading=MICROSOFT):
        raise _unsayable(
            f"a start at {series.start.isoformat()} that the rule does not hit",
            "RRULE",
            "start at its first occurrence",
        )


def _zone(series: Recurrence) -> str | None:
    start = series.start
    if not isinstance(start, datetime):
        return None
    if isinstance(start.tzinfo, ZoneInfo):
        return start.tzinfo.key
    offset = start.utcoffset()
    if offset is None or offset:
        raise _unsayable(
            "a series that recurs in no named zone", "DTSTART", "give its start a ZoneInfo"
        )
    return "UTC"


def _pattern(rule: Rule, start: date) -> RecurrencePattern:
    _expect_days(rule)
    if rule.frequency is Frequency.DAILY:
        return _daily(rule)
    if rule.frequency is Frequency.WEEKLY:
        return _weekly(rule, start)
    return _monthly(rule, start)


def _expect_days(rule: Rule) -> None:
    """Refuse parts of rules that nothing stands for."""
    if rule.frequency > Frequency.DAILY:
        raise _unsayable(f"FREQ={rule.frequency.name}")
    for name, values in (
        ("BYHOUR", rule.by_hour),
        ("BYMINUTE", rule.by_minute),
        ("BYSECOND", rule.by_second),
        ("BYWEEKNO", rule.by_week_no),
        ("BYYEARDAY", rule.by_year_day),
    ):
        if values:
            raise _unsayable(name)


def _daily(rule: Rule) -> RecurrencePattern:
    _expect_none(rule, "by_month", "by_month_day", "by_set_pos")
    if not rule.by_day:
        return RecurrencePattern(type=RecurrencePatternType.DAILY, interval=rule.interval)
    if rule.interval != 1:
        raise _unsayable("some days of the week, every so many days")
    return _on_days(rule, _plain_days(rule), 1)


def _weekly(rule: Rule, start: date) -> RecurrencePattern:
    _expect_none(rule, "by_month", "by_month_day", "by_set_pos")
    return _on_days(rule, _plain_days(rule) or (start.weekday(),), rule.interval)


def _on_days(rule: Rule, days: Iterable[int], interval: int) -> RecurrencePattern:
    return RecurrencePattern(
        type=RecurrencePatternType.WEEKLY,
        interval=interval,
        days_of_week=tuple(_DAYS[day] for day in sorted(set(days))),
        first_day_of_week=_DAYS[rule.week_start],
    )


def _monthly(rule: Rule, start: date) -> RecurrencePattern:
    """Write a rule by months or years, of which one day each is named."""
    month, interval = _month(rule, start), rule.interval
    absolute, relative = _BY_MONTHS if month is None else _BY_YEARS
    if month is not None and rule.frequency is Frequency.MONTHLY:
        interval = _in_years(interval)
    if rule.by_day:
        days, index = _weekdays(rule)
        pattern = RecurrencePattern(
            type=relative, interval=interval, days_of_week=days, index=index
        )
    else:
        day = _day_of_month(rule, start, month)
        pattern = RecurrencePattern(type=absolute, interval=interval, day_of_month=day)
    return pattern if month is None else evolve(pattern, month=month)


def _month(rule: Rule, start: date) -> int | None:
    """Return the one month of the year, or None where it is every so many months."""
    if len(rule.by_month) > 1:
        raise _unsayable("several months (BYMONTH)")
    if rule.by_month:
        return rule.by_month[0]
    if rule.frequency is Frequency.MONTHLY:
        return None
    if rule.by_day or rule.by_month_day or rule.by_set_pos:
        # Without BYMONTH these name days of every month, or of the year as a whole.
        raise _unsayable("BYDAY, BYMONTHDAY or BYSETPOS of a whole year", "RRULE", "name the month")
    return start.month


def _in_years(months: int) -> int:
    if months == 1:
        return 1
    if months % _YEAR:
        raise _unsayable(f"one month alone (BYMONTH), every {months} months")
    return months // _YEAR


def _weekdays(rule: Rule) -> tuple[tuple[DayOfWeek, ...], WeekIndex]:
    """Return days of the week, and which of them."""
    if rule.by_month_day:
        raise _unsayable("BYDAY together with BYMONTHDAY")
    numbered = {day.nth for day in rule.by_day}
    if numbered == {0}:
        days, positions = _plain_days(rule), rule.by_set_pos
    else:
        days, positions = tuple(day.weekday for day in rule.by_day), tuple(numbered)
        if len(rule.by_day) > 1 or rule.by_set_pos:
            raise _unsayable("several numbered days of the week in BYDAY")
    if len(positions) != 1 or positions[0] not in _INDEXES:
        raise _unsayable(
            f"position {','.join(map(str, positions)) or 'every'} of days of the week in a month",
            "RRULE",
            "Graph knows the first to the fourth, and the last",
        )
    named = tuple(_DAYS[day] for day in sorted(set(days)))
    return named, _INDEXES[positions[0]]


def _day_of_month(rule: Rule, start: date, month: int | None) -> int:
    """Return the one day; where months lack it, Graph takes their last."""
    longest = 31 if month is None else LENGTHS[month - 1]
    shortest = longest if month not in (None, 2) else SHORTEST
    days: tuple[int, ...] = rule.by_month_day or (start.day,)
    only = days[0] if len(days) == 1 and not rule.by_set_pos else None
    if days == (-1,) and rule.by_set_pos in {(), (1,), (-1,)}:
        return longest
    if rule.by_set_pos == (-1,) and all(day > 0 for day in days):
        day = min(max(days), longest)
        if set(days) >= set(range(min(shortest, day), day + 1)):
            return day
    if only is None or only < 1:
        raise _unsayable("these days of the month (BYMONTHDAY)")
    if only <= shortest or (rule.skip is Skip.BACKWARD and only <= longest):
        return only
    listed = ",".join(map(str, range(SHORTEST, only + 1)))
    raise _unsayable(
        f"day {only} of months that have it, and no day of others",
        "RRULE",
        "Graph takes the last day of those; if that is meant, write BYMONTHDAY=-1, or "
        f"BYMONTHDAY={listed};BYSETPOS=-1",
    )


def _plain_days(rule: Rule) -> tuple[int, ...]:
    if any(day.nth for day in rule.by_day):
        raise _unsayable("numbered days of the week in BYDAY here")
    return tuple(day.weekday for day in rule.by_day)


def _expect_none(rule: Rule, *names: str) -> None:
    for name in names:
        if getattr(rule, name):
            raise _unsayable(f"{name.replace('_', '').upper()} with FREQ={rule.frequency.name}")


def _range(series: Recurrence, rule: Rule, zone: str | None) -> RecurrenceRange:
    start = series.start
    first = start.date() if isinstance(start, datetime) else start
    bounds = RecurrenceRange(
        type=RecurrenceRangeType.NO_END, start_date=first, recurrence_time_zone=zone or "UTC"
    )
    if rule.count is not None:
        kind = RecurrenceRangeType.NUMBERED
        return evolve(bounds, type=kind, number_of_occurrences=rule.count)
    if rule.until is None:
        return bounds
    return evolve(bounds, type=RecurrenceRangeType.END_DATE, end_date=_last_date(series, rule))


def _last_date(series: Recurrence, rule: Rule) -> date:
    """Return the last date whose occurrence does not begin after UNTIL, which is as exact."""
    until, clock = rule.until, series.kind.clock
    assert until is not None, "asked for rules with UNTIL"  # noqa: S101 - a local invariant
    opening = series.kind.instant(series.start)
    time_of_day = clock.wall(opening) % DAY
    day = (clock.wall(until.wall) if until.utc else until.wall) // DAY
    if not until.is_date:
        instant = until.wall if until.utc else clock.to_utc([until.wall])[0]
        if clock.to_utc([day * DAY + time_of_day])[0] > instant:
            day -= 1
    return date.fromordinal(day + date(1970, 1, 1).toordinal())


def _unsayable(what: str, property_name: str = "RRULE", advice: str = "") -> RecurrenceError:
    hint = f"; {advice}" if advice else ""
    return RecurrenceError(
        f"Microsoft's recurrence patterns cannot say {what}{hint}", property_name=property_name
    )
