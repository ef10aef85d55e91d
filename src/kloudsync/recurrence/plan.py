"""Choosing how a rule is expanded, by what it says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from kloudsync.recurrence.clock_patterns import ClockPattern
from kloudsync.recurrence.day_patterns import DayPattern
from kloudsync.recurrence.gregorian import DAY, weekday_of
from kloudsync.recurrence.patterns import Pattern, StepPattern
from kloudsync.recurrence.pick_patterns import PickPattern, picked
from kloudsync.recurrence.rule import DAILY, OMIT, WEEKLY, Frequency, Rule
from kloudsync.recurrence.year_days import YearDays, day_parts

_UNITS: Final = {Frequency.HOURLY: 3600, Frequency.MINUTELY: 60, Frequency.SECONDLY: 1}
# Above this, a week's times are combined from days and times when they are asked for.
_KEPT_TIMES: Final = 2000


def plan(rule: Rule, start: int, *, is_date: bool) -> Pattern:
    """Compile a rule for a start.

    Args:
        rule: The rule.
        start: The wall time of DTSTART.
        is_date: Whether the series is all-day, in which case BYHOUR, BYMINUTE and
            BYSECOND are ignored (RFC 5545 3.3.10).
    """
    if rule.frequency > DAILY:
        return _sub_daily(rule, start)
    times = (0,) if is_date else _times(rule, start % DAY)
    day = start // DAY
    if rule.frequency is DAILY and rule.by_set_pos:
        times = tuple(picked(list(times), rule.by_set_pos))
    if rule.skip is OMIT and (steps := _steps(rule, day, times)):
        return steps
    days = YearDays(rule, day, day_parts(rule, day))
    if rule.by_set_pos and rule.frequency is not DAILY:
        return PickPattern(days, times, rule.by_set_pos)
    return DayPattern(days, times) if times else StepPattern(start, DAY, ())


def _times(rule: Rule, clock: int) -> tuple[int, ...]:
    if not (rule.by_hour or rule.by_minute or rule.by_second):
        return (clock,)
    hours: Sequence[int] = rule.by_hour or (clock // 3600,)
    minutes: Sequence[int] = rule.by_minute or (clock // 60 % 60,)
    seconds: Sequence[int] = rule.by_second or (clock % 60,)
    starts = [hour * 3600 + minute * 60 for hour in hours for minute in minutes]
    return tuple([start + second for start in starts for second in seconds])


def _steps(rule: Rule, day: int, times: tuple[int, ...]) -> Pattern | None:
    """Compile a rule that repeats by days or weeks alone, whatever the calendar."""
    days = _days_of_week(rule)
    if days is None or max(len(days), 1) * len(times) > _KEPT_TIMES:
        return None
    if rule.frequency is DAILY and not days:
        return StepPattern(day * DAY, rule.interval * DAY, times)
    into_week = (weekday_of(day) - rule.week_start) % 7
    offsets = [day * DAY + time for day in days or (into_week,) for time in times]
    if rule.frequency is WEEKLY:
        offsets = picked(offsets, rule.by_set_pos)
    return StepPattern((day - into_week) * DAY, rule.interval * 7 * DAY, offsets)


@lru_cache(2048)
def _days_of_week(rule: Rule) -> tuple[int, ...] | None:
    """Return the days that a rule names of any week, ascending from its first.

    None where it repeats by more than days and weeks, or where weeks differ.
    """
    limited = rule.by_month or rule.by_week_no or rule.by_year_day or rule.by_month_day
    uneven = rule.frequency is DAILY and rule.interval > 1 and rule.by_day
    if rule.frequency < WEEKLY or limited or uneven or any(nth for nth, _ in rule.by_day):
        return None
    return tuple(sorted((weekday - rule.week_start) % 7 for _, weekday in rule.by_day))


def _sub_daily(rule: Rule, start: int) -> Pattern:
    unit = _UNITS[rule.frequency]
    offsets = picked(_within(rule, start), rule.by_set_pos)
    units = _allowed(rule)
    parts = day_parts(rule, start // DAY)
    if not offsets or (isinstance(units, range) and parts.is_empty):
        return StepPattern(start - start % unit, rule.interval * unit, offsets)
    return ClockPattern(
        days=YearDays(rule, start // DAY, parts),
        start=start,
        unit=unit,
        interval=rule.interval,
        units=units,
        offsets=offsets,
    )


def _within(rule: Rule, start: int) -> list[int]:
    """Return the seconds within one period that the rule expands to."""
    if rule.frequency is Frequency.SECONDLY:
        return [0]
    seconds = rule.by_second or (start % 60,)
    if rule.frequency is Frequency.MINUTELY:
        return list(seconds)
    minutes = rule.by_minute or (start // 60 % 60,)
    return [minute * 60 + second for minute in minutes for second in seconds]


def _allowed(rule: Rule) -> Sequence[int]:
    """Return the periods of a day that the rule is limited to."""
    limits = (rule.by_hour, rule.by_minute, rule.by_second)[: rule.frequency - DAILY]
    ranges = (24, 60, 60)[: len(limits)]
    if all(not limit or len(limit) == size for limit, size in zip(limits, ranges, strict=True)):
        return range(DAY // _UNITS[rule.frequency])
    units = [0]
    for limit, size in zip(limits, ranges, strict=True):
        allowed = limit or range(size)
        units = [unit * size + value for unit in units for value in allowed]
    return units
