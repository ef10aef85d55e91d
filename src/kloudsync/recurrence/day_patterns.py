"""Rules of daily frequency and up, expanded from the masks of the years that a window meets."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from typing import Final

from attrs import frozen

from kloudsync.recurrence import masks
from kloudsync.recurrence.gregorian import DAY, EPOCH_ORDINAL, LAST_YEAR, year_of
from kloudsync.recurrence.patterns import BARREN_YEARS, cut, on_days
from kloudsync.recurrence.year_days import YearDays

# A COUNT from which it is worth skipping whole cycles of the calendar.
_MANY: Final = 1000


@frozen
class DayPattern:
    """The same times of day on the days that masks select.

    Attributes:
        days: The selected days.
        times: Ascending seconds of the day.
    """

    days: YearDays
    times: tuple[int, ...]

    def between(self, low: int, high: int, most: int) -> list[int]:
        """List the first `most` wall times in `[low, high)`."""
        times = self.times
        if len(times) != 1:
            days = self._days_between(low, high, most // len(times) + 2, 0, 1)
            return on_days(days, lambda _: times, low, high, most)
        found = cut(self._days_between(low, high, most, times[0], DAY), low, high)
        return found[:most] if len(found) > most else found

    def _days_between(self, low: int, high: int, most: int, time: int, step: int) -> list[int]:
        """List the days that a window meets, about `most` at least, as a time and steps since 1970."""
        first, end = low // DAY, (high - 1) // DAY + 1
        year = date.fromordinal(first + EPOCH_ORDINAL).year
        begin, stop, mask = self.days.years.get(year) or self.days.year(year)
        mask >>= first - begin
        if end <= stop:
            return masks.days_in(mask & (1 << end - first) - 1, first * step + time, step)
        days = masks.days_in(mask, first * step + time, step)
        while stop < end and len(days) <= most:
            year += 1
            begin, stop, mask = self.days.year(year)
            mask = mask if stop <= end else mask & (1 << end - begin) - 1
            days += masks.days_in(mask, begin * step + time, step)
        return days

    def count(self, low: int, high: int) -> int:
        """Count the wall times in `[low, high)`."""
        first_day, first_rest = divmod(low, DAY)
        last_day, last_rest = divmod(high, DAY)
        first_year, last_year = year_of(first_day), year_of(last_day)
        whole = sum(self.days.year(y)[2].bit_count() for y in range(first_year, last_year))
        early = self._before(first_year, first_day, first_rest)
        return whole * len(self.times) + self._before(last_year, last_day, last_rest) - early

    def _before(self, year: int, day: int, rest: int) -> int:
        """Count the times of a year before a second of a day."""
        begin, _, mask = self.days.year(year)
        days = (mask & masks.span(0, day - begin)).bit_count()
        here = bisect_left(self.times, rest) if mask >> (day - begin) & 1 else 0
        return days * len(self.times) + here

    def nth(self, low: int, number: int) -> int | None:
        """Return the wall time that is the number-th at or after `low`, or None."""
        day, rest = divmod(low, DAY)
        first, barren = year_of(day), 0
        number += self._before(first, day, rest)
        size = len(self.times)
        if self.days.interval == 1 and number > _MANY:
            cycles, number = divmod(number - 1, (self.days.per_cycle() * size) or number)
            first, number = first + 400 * cycles, number + 1
        for year in range(first, LAST_YEAR + 1):
            begin, _, mask = self.days.year(year)
            here = mask.bit_count() * size
            if number <= here:
                index, time = divmod(number - 1, size)
                return (begin + masks.pick(mask, index)) * DAY + self.times[time]
            number -= here
            barren = 0 if here else barren + 1
            if barren == BARREN_YEARS and self.is_impossible():
                return None
        return None

    @property
    def most_per_day(self) -> int:
        """Return how many occurrences a day has at most."""
        return len(self.times)

    def is_impossible(self) -> bool:
        """Return whether no year has such a day."""
        return self.days.is_impossible()
