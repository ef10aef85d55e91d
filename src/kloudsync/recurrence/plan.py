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
from kloudsync.recurrence.rule import DAILY, WEEKLY, Frequency, Rule
from kloudsync.recurrence.year_days import DayParts, YearDays, day_parts

_UNITS: Final = {Frequency.HOURLY: 3600, Frequency.MINUTELY: 60, Frequency.SECONDLY: 1}
_AT_START: Final = (0,)
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
    if rule.repeats_by_days:
        return StepPattern(*steps_of(rule, start))
    day = start // DAY
    times = (0,) if is_date else _times(rule, start % DAY)
    if rule.frequency is DAILY and rule.by_set_pos:
        times = tuple(picked(list(times), rule.by_set_pos))
    if steps := _steps(rule, day, times):
        return steps
    days = _year_days(rule, day, day_parts(rule, day))
    if rule.by_set_pos and rule.frequency is not DAILY:
        return PickPattern(days, times, rule.by_set_pos)
    return DayPattern(days, times) if times else StepPattern(start, DAY, ())


def steps_of(rule: Rule, start: int) -> tuple[int, int, tuple[int, ...]]:
    """Return the anchor, the cycle and the offsets of the start's time on each day of a rule.

    Args:
        rule: A rule that has `days_of_week`, even if these are none.
        start: The wall time of DTSTART.
    """
    days = rule.days_of_week
    if not days:
        return start, rule.cycle, _AT_START
    into_week = (weekday_of(start // DAY) - rule.week_start) % 7 * DAY
    return start - into_week, rule.cycle, days


def _times(rule: Rule, clock: int) -> tuple[int, ...]:
    hours: Sequence[int] = rule.by_hour or (clock // 3600,)
    minutes: Sequence[int] = rule.by_minute or (clock // 60 % 60,)
    seconds: Sequence[int] = rule.by_second or (clock % 60,)
    starts = [hour * 3600 + minute * 60 for hour in hours for minute in minutes]
    return tuple([start + second for start in starts for second in seconds])


def _steps(rule: Rule, day: int, times: tuple[int, ...]) -> Pattern | None:
    """Compile a rule that repeats by days or weeks alone, whatever the calendar."""
    days = rule.days_of_week
    if days is None or max(len(days), 1) * len(times) > _KEPT_TIMES:
        return None
    anchor, cycle, midnights = steps_of(rule, day * DAY)
    offsets = [midnight + time for midnight in midnights for time in times]
    if rule.frequency is WEEKLY:
        offsets = picked(offsets, rule.by_set_pos)
    return StepPattern(anchor, cycle, offsets)


def _year_days(rule: Rule, day: int, parts: DayParts) -> YearDays:
    return _every_period(rule, parts) if rule.interval == 1 else YearDays(rule, day, parts)


@lru_cache(1024)
def _every_period(rule: Rule, parts: DayParts) -> YearDays:
    """Compile a rule that leaves out no period, so that series which began at other times share it."""
    return YearDays(rule, 0, parts)


def _sub_daily(rule: Rule, start: int) -> Pattern:
    unit = _UNITS[rule.frequency]
    offsets = picked(_within(rule, start), rule.by_set_pos)
    units = _allowed(rule)
    parts = day_parts(rule, start // DAY)
    if not offsets or (isinstance(units, range) and parts.is_empty):
        return StepPattern(start - start % unit, rule.interval * unit, offsets)
    return ClockPattern(
        days=_year_days(rule, start // DAY, parts),
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
