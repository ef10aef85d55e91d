"""The days of a year that a rule selects, as a mask per year."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import gcd
from typing import Final, NamedTuple

from attrs import evolve

from kloudsync.recurrence import masks
from kloudsync.recurrence.gregorian import (
    MONTH_STARTS,
    YearShape,
    date_of,
    day_of_month,
    month_of,
    shape_of,
    weekday_of,
    year_start,
)
from kloudsync.recurrence.rule import (
    DAILY,
    MONTHLY,
    OMIT,
    WEEKLY,
    YEARLY,
    Frequency,
    Rule,
    Skip,
    WeekdayNumber,
)

_CYCLE: Final = range(2000, 2400)
"""Years after which the calendar repeats, weekdays included."""

KEPT_YEARS: Final = 1000
"""Of how many years a rule keeps the days."""

CYCLE_DAYS: Final = 146_097
"""How many days these years have."""

_CYCLES: Final = {YEARLY: 400, MONTHLY: 4800, WEEKLY: CYCLE_DAYS // 7, DAILY: CYCLE_DAYS}


class DayParts(NamedTuple):
    """The parts of a rule that select days, with what it takes from its start."""

    months: tuple[int, ...]
    week_nos: tuple[int, ...]
    year_days: tuple[int, ...]
    month_days: tuple[int, ...]
    weekdays: tuple[WeekdayNumber, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether every day is selected."""
        return not any(self)


def day_parts(rule: Rule, day: int) -> DayParts:
    """Complete a rule's selection of days from the day that it starts on.

    RFC 5545 3.3.10: what the rule does not say is taken from DTSTART. BYWEEKNO
    alone thus selects the weekday of DTSTART in that week; BYMONTHDAY in a YEARLY
    rule without BYMONTH expands to every month, by the table of that section.
    """
    frequency, months, week_nos = rule.frequency, rule.by_month, rule.by_week_no
    year_days, month_days, weekdays = rule.by_year_day, rule.by_month_day, rule.by_day
    if year_days or month_days or weekdays:
        pass
    elif frequency is WEEKLY or (frequency is YEARLY and week_nos):
        weekdays = (WeekdayNumber(0, weekday_of(day)),)
    elif frequency <= MONTHLY and not week_nos:
        start = date_of(day)
        month_days = (start.day,)
        if frequency is YEARLY and not months:
            months = (start.month,)
    return DayParts(months, week_nos, year_days, month_days, weekdays)


class YearDays:
    """The days that a rule selects, year by year.

    A year's mask depends on the year's shape and on where the rule's periods stand
    in it, and is kept by these two.

    Attributes:
        frequency: The rule's period, or DAILY where that is shorter.
        interval: How many periods from one to the next, or 1 where they are shorter.
        parts: What selects days.
        week_start: The weekday on which weeks begin, Monday being 0.
        skip: What becomes of days that a month lacks.
        years: What `year` has answered so far.
    """

    def __init__(self, rule: Rule, day: int, parts: DayParts) -> None:
        """Compile the rule for a start on a day.

        Args:
            rule: The rule.
            day: The day number of the start.
            parts: The rule's `day_parts` for that start.
        """
        self.frequency: Frequency = min(rule.frequency, DAILY)
        self.interval: int = rule.interval if rule.frequency <= DAILY else 1
        self.parts = parts
        self._made_of = rule, day
        self.week_start: int = rule.week_start
        self.skip: Skip = rule.skip
        self._nth_in_year = rule.frequency is YEARLY and not rule.by_month
        self._origin, self._unit = self._phases(day)
        self._selected: dict[YearShape, int] = {}
        self.years: dict[int, tuple[int, int, int]] = {}
        self._aligned: dict[tuple[YearShape, int], int] = {}
        self._impossible: bool | None = None

    def _phases(self, day: int) -> tuple[int, int]:
        if self.frequency is YEARLY:
            return date_of(day).year, 1
        if self.frequency is MONTHLY:
            return month_of(date_of(day)), 12
        if self.frequency is WEEKLY:
            return day - (weekday_of(day) - self.week_start) % 7, 0
        return day, 0

    def phase(self, year: int, first: int) -> int:
        """Return how far 1 January is into the rule's interval.

        Args:
            year: The year.
            first: The day number of its 1 January.
        """
        if self.frequency is WEEKLY:
            return (first - self._origin) % (7 * self.interval)
        if self.interval == 1:
            return 0
        place = self._unit * year if self._unit else first
        return (place - self._origin) % self.interval

    def year(self, year: int) -> tuple[int, int, int]:
        """Return the day number of 1 January, that of the next, and the days of the rule."""
        known = self.years.get(year)
        if known is None:
            if len(self.years) >= KEPT_YEARS:
                self.years.clear()
            begin = year_start(year)
            known = begin, year_start(year + 1), self._mask(year, begin)
            self.years[year] = known
        return known

    def _mask(self, year: int, begin: int) -> int:
        shape = shape_of(year)
        if self.interval == 1 and self.skip is OMIT:
            return self.selected(shape)
        phase = self.phase(year, begin)
        if phase and self._misses(phase):
            return 0
        key = shape, phase
        mask = self._aligned.get(key)
        if mask is None:
            mask = self._aligned[key] = self._align(*key)
        return mask

    def _misses(self, phase: int) -> bool:
        """Return whether no period of the interval begins in or reaches into the year."""
        match self.frequency:
            case Frequency.YEARLY:
                return True
            case Frequency.MONTHLY:
                return self.interval - phase >= 12
            case Frequency.WEEKLY:
                return phase >= 7 and 7 * self.interval - phase >= 366
            case _:
                return self.interval - phase >= 366

    def selected(self, shape: YearShape) -> int:
        """Return the days of a year that the parts select, whatever the interval."""
        mask = self._selected.get(shape)
        if mask is None:
            mask = self._selected[shape] = self._select(shape)
        return mask

    def most_per_period(self) -> int:
        """Return how many such days a period has at most."""
        masks_by_shape = [(shape.leap, self.selected(shape)) for shape in _all_shapes()]
        match self.frequency:
            case Frequency.YEARLY:
                return max(mask.bit_count() for _, mask in masks_by_shape)
            case Frequency.MONTHLY:
                return max(
                    (mask & masks.month(leap, month)).bit_count()
                    for leap, mask in masks_by_shape
                    for month in range(1, 13)
                )
            case _:
                return 7 if any(mask for _, mask in masks_by_shape) else 0

    def per_cycle(self) -> int:
        """Return how many days 400 years have, where the interval is 1."""
        return sum(self.selected(shape_of(year)).bit_count() for year in _CYCLE)

    def is_impossible(self) -> bool:
        """Return whether no year has such a day, found out once."""
        if self._impossible is None:
            self._impossible = not self._occurs()
        return self._impossible

    def meets(self, day: int, step: int) -> bool:
        """Return whether any such day lies a multiple of `step` days from a day.

        Args:
            day: A day number.
            step: A divisor of `CYCLE_DAYS`.
        """
        for year in _CYCLE:
            begin, end, mask = self.year(year)
            if mask & masks.every(step, (day - begin) % step, end - begin):
                return True
        return False

    def _occurs(self) -> bool:
        if not any(self.selected(shape) for shape in _all_shapes()):
            return False
        if self.interval == 1:
            return True
        # In time, steps of the interval meet whatever steps of this divisor meet in a cycle.
        rule, day = self._made_of
        divisor = gcd(self.interval, _CYCLES[self.frequency])
        common = YearDays(evolve(rule, interval=divisor), day, self.parts)
        return any(common.year(year)[2] for year in _CYCLE)

    def _select(self, shape: YearShape) -> int:
        months, week_nos, year_days, month_days, weekdays = self.parts
        leap = shape.leap
        mask = masks.span(0, shape.length)
        if months and not self._skips:
            mask &= _union(masks.month(leap, month) for month in months)
        if week_nos:
            mask &= _union(masks.week(shape, self.week_start, number) for number in week_nos)
        if year_days:
            mask &= _union(masks.year_day(leap, number) for number in year_days)
        if self._skips:
            mask &= self._skipped(leap, range(1, 13))
        elif month_days:
            mask &= _union(masks.month_day(leap, number) for number in month_days)
        if weekdays:
            mask &= self._weekdays(shape)
        return mask

    @property
    def _skips(self) -> bool:
        return self.skip is not OMIT and bool(self.parts.month_days)

    def _weekdays(self, shape: YearShape) -> int:
        leap, jan1 = shape.leap, shape.jan1
        nth_of = masks.nth_in_year if self._nth_in_year else masks.nth_in_month
        return _union(
            nth_of(leap, jan1, weekday, nth) if nth else masks.weekday(leap, jan1, weekday)
            for nth, weekday in self.parts.weekdays
        )

    def _align(self, shape: YearShape, phase: int) -> int:
        if self._skips:
            selected = self.selected(shape)
            return selected & self._skipped(shape.leap, self.aligned_months(phase))
        return self.selected(shape) & self._periods(shape, phase)

    def _periods(self, shape: YearShape, phase: int) -> int:
        length, interval = shape.length, self.interval
        match self.frequency:
            case Frequency.YEARLY:
                # A year that the interval leaves out is missed as a whole.
                return masks.span(0, length)
            case Frequency.MONTHLY:
                return _union(
                    masks.month(shape.leap, month) for month in self.aligned_months(phase)
                )
            case Frequency.WEEKLY:
                days = masks.every(7 * interval, 7 * interval - phase, length)
                return self._weeks(days, phase) & masks.span(0, length)
            case _:
                return masks.every(interval, -phase % interval, length)

    def _weeks(self, starts: int, phase: int) -> int:
        # A week that began in December reaches `7 - phase` days into the year.
        whole = _union(starts << day for day in range(7))
        return whole | masks.span(0, 7 - phase) if phase < 7 else whole

    def aligned_months(self, phase: int) -> range:
        """Return the months of a year that the interval meets."""
        if self.frequency is YEARLY:
            return range(1, 13)
        return range(1 + -phase % self.interval, 13, self.interval)

    def _skipped(self, leap: bool, months: range) -> int:
        wanted = self.parts.months or range(1, 13)
        starts = MONTH_STARTS[leap]
        mask = 0
        for month in months:
            if month in wanted:
                mask |= self._skip_in(starts[month - 1], starts[month])
        return mask

    def _skip_in(self, first: int, end: int) -> int:
        mask = 0
        for number in self.parts.month_days:
            day = day_of_month(first, end, number)
            if not first <= day < end:
                # No day of this month: the last one before where it would lie, or the first after.
                after = end if day >= end else first
                day = after - 1 if self.skip is Skip.BACKWARD else after
            mask |= 1 << day
        return mask


@cache
def _all_shapes() -> frozenset[YearShape]:
    return frozenset(map(shape_of, _CYCLE))


def _union(sets: Iterable[int]) -> int:
    united = 0
    for days in sets:
        united |= days
    return united
