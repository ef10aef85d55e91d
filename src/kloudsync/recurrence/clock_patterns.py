"""Rules of hours, minutes and seconds that BY… parts limit to some days or times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from math import gcd
from typing import Final

from kloudsync.errors import UnboundedRecurrence
from kloudsync.recurrence import masks
from kloudsync.recurrence.gregorian import DAY, LAST_YEAR, year_of, year_start
from kloudsync.recurrence.patterns import BARREN_YEARS, on_days
from kloudsync.recurrence.year_days import CYCLE_DAYS, YearDays

_KEPT_DAYS: Final = 1000
# From so many days on, stepping by the interval is faster than looking at every day.
_LEAP: Final = 8
# What may be looked at in order to count, in tenths of a day that is known already: a few
# milliseconds. A year costs so much beside its days, and a day whose times are not known.
_MOST_EFFORT: Final = 20_000
_KNOWN_DAY: Final = 10
_NEW_DAY: Final = 20
_NEW_YEAR: Final = 50
_FEW_KINDS: Final = 200
_MOST_BARREN: Final = 20_000


class ClockPattern:
    """Units of hours, minutes or seconds, stepping in wall time through selected days.

    A day's times depend only on how far its midnight is into the interval.
    """

    def __init__(
        self,
        *,
        days: YearDays,
        start: int,
        unit: int,
        interval: int,
        units: Sequence[int],
        offsets: Sequence[int],
    ) -> None:
        """Compile the rule.

        Args:
            days: The selected days.
            start: The wall time that the interval counts from.
            unit: Seconds of one unit.
            interval: Units from one period to the next.
            units: The units of a day, ascending from 0, that the rule allows.
            offsets: Ascending seconds within a unit.
        """
        self._days = days
        self._start = start // unit
        self._unit = unit
        self._per_day = DAY // unit
        self._interval = interval
        self._units = units
        self._allowed: Container[int] = units if isinstance(units, range) else frozenset(units)
        self._offsets = offsets
        self._times: dict[int, Sequence[int]] = {}
        self._counts: dict[tuple[int, int], int] = {}
        self._effort = 0
        self._impossible: bool | None = None
        # After so many days the interval meets a midnight again as it did before.
        self._cycle = interval // gcd(interval, self._per_day)
        self._per_look = _KNOWN_DAY if self._cycle <= _FEW_KINDS else _NEW_DAY + self._most_listed

    def between(self, low: int, high: int, most: int) -> list[int]:
        """List the first `most` wall times in `[low, high)`.

        Raises:
            UnboundedRecurrence: Too many selected days in a row have none.
        """
        days = self._selected(low // DAY, (high - 1) // DAY + 1)
        barren = 0

        def times(day: int) -> Sequence[int]:
            nonlocal barren
            found = self._at(day)
            barren = 0 if found else barren + 1
            if barren > _MOST_BARREN:
                raise UnboundedRecurrence(
                    "a rule below DAILY has its next occurrence too far away to be looked for",
                    property_name="RRULE",
                )
            return found

        return on_days(days, times, low, high, most)

    def count(self, low: int, high: int) -> int:
        """Count the wall times in `[low, high)`.

        Raises:
            UnboundedRecurrence: Too many days would have to be looked at one by one.
        """
        first, last = year_of(low // DAY), year_of((high - 1) // DAY)
        if first == last:
            return self._count_days(low, high)
        total = self._count_days(low, year_start(first + 1) * DAY)
        total += sum(self._count_year(year) for year in range(first + 1, last))
        return total + self._count_days(year_start(last) * DAY, high)

    def nth(self, low: int, number: int) -> int | None:
        """Return the wall time that is the number-th at or after `low`, or None.

        Raises:
            UnboundedRecurrence: Too many days would have to be looked at one by one.
        """
        first, barren = year_of(low // DAY), 0
        number += self._count_days(year_start(first) * DAY, low)
        for year in range(first, LAST_YEAR + 1):
            here = self._count_year(year)
            if number <= here:
                return self._nth_of_year(year, number)
            number -= here
            barren = 0 if here else barren + 1
            if barren == BARREN_YEARS and self.is_impossible():
                return None
        return None

    def _nth_of_year(self, year: int, number: int) -> int | None:
        for day in self._selected(year_start(year), year_start(year + 1)):
            times = self._at(day)
            if number <= len(times):
                return day * DAY + times[number - 1]
            number -= len(times)
        return None

    def _count_days(self, low: int, high: int) -> int:
        total = 0
        for day in self._selected(low // DAY, (high - 1) // DAY + 1):
            times, base = self._at(day), day * DAY
            total += bisect_left(times, high - base) - bisect_left(times, low - base)
        return total

    def _count_year(self, year: int) -> int:
        begin, end, mask = self._days.year(year)
        key = mask, (self._start - begin * self._per_day) % self._interval
        total = self._counts.get(key)
        if total is None:
            if self._effort > _MOST_EFFORT:
                raise UnboundedRecurrence(
                    "COUNT or UNTIL of a rule below DAILY lies too far away to be counted to",
                    property_name="RRULE",
                )
            self._effort += _NEW_YEAR
            total = self._counts[key] = sum(self._counts_of_days(begin, end, mask))
        return total

    def _counts_of_days(self, begin: int, end: int, mask: int) -> Iterator[int]:
        """Yield how many times days have: those that are alike together, or each its own."""
        if self._cycle < mask.bit_count():
            first = masks.every(self._cycle, 0, end - begin)
            for day in range(self._cycle):
                alike = mask & first << day
                self._effort += self._per_look
                yield alike.bit_count() * len(self._at(begin + day)) if alike else 0
            return
        for day in self._selected(begin, end):
            self._effort += self._per_look
            yield len(self._at(day))

    @property
    def most_per_day(self) -> int:
        """Return how many occurrences a day has at most."""
        return len(self._units) * len(self._offsets)

    @property
    def _most_listed(self) -> int:
        """Return how many times of a day are listed in memory at most."""
        if isinstance(self._units, range) and len(self._offsets) == 1:
            return 0
        met = min(len(self._units), self._per_day // self._interval + 1)
        return met * len(self._offsets)

    def is_impossible(self) -> bool:
        """Return whether no day is selected, or none of its times is ever met; found out once."""
        if self._impossible is None:
            self._impossible = self._is_never_met()
        return self._impossible

    def _is_never_met(self) -> bool:
        if not self._offsets or self._days.is_impossible():
            return True
        # In time, steps of the interval meet whatever steps of this divisor meet in a cycle.
        step = gcd(self._interval, self._per_day * CYCLE_DAYS)
        apart = step // gcd(step, self._per_day)
        if apart > _FEW_KINDS:
            return False
        met = {unit % step for unit in self._units}
        return not any(
            (self._start - day * self._per_day) % step in met and self._days.meets(day, apart)
            for day in range(apart)
        )

    def _selected(self, first: int, end: int) -> Iterator[int]:
        """Yield the selected days of a stretch, but not all that the interval leaps over."""
        if self._interval >= _LEAP * self._per_day:
            yield from self._leaps(first, end)
            return
        for year in range(year_of(first), year_of(end - 1) + 1):
            begin, _, mask = self._days.year(year)
            low = max(first - begin, 0)
            yield from masks.days_in(mask >> low << low & masks.span(0, end - begin), begin)

    def _leaps(self, first: int, end: int) -> Iterator[int]:
        unit = first * self._per_day
        unit += (self._start - unit) % self._interval
        while unit < end * self._per_day:
            day = unit // self._per_day
            begin, _, mask = self._days.year(year_of(day))
            if mask >> (day - begin) & 1:
                yield day
            unit += self._interval

    def _at(self, day: int) -> Sequence[int]:
        phase = (self._start - day * self._per_day) % self._interval
        if phase >= self._per_day:
            return []
        times = self._times.get(phase)
        if times is None:
            if len(self._times) >= _KEPT_DAYS:
                self._times.clear()
            times = self._times[phase] = self._from(phase)
        return times

    def _from(self, phase: int) -> Sequence[int]:
        """Return the times of a day on which the interval is first met at a unit."""
        units, offsets, interval = self._units, self._offsets, self._interval
        if interval == 1 and self._unit == 1:
            return units
        met: Sequence[int] = range(phase, self._per_day, interval)
        if isinstance(units, range):
            if len(offsets) == 1:
                return range(phase * self._unit + offsets[0], DAY, interval * self._unit)
        elif len(met) < len(units):
            met = [unit for unit in met if unit in self._allowed]
        else:
            met = [unit for unit in units if (unit - phase) % interval == 0]
        return [unit * self._unit + offset for unit in met for offset in offsets]
