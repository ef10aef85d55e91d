"""Rules of daily frequency and up, expanded from the masks of the years that a window meets."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from attrs import frozen

from kloudsync.recurrence import masks
from kloudsync.recurrence.gregorian import DAY, MONTH_STARTS, shape_of, year_of, year_start
from kloudsync.recurrence.patterns import nth_by_years
from kloudsync.recurrence.rule import Frequency
from kloudsync.recurrence.year_days import YearDays


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
        first, end = low // DAY, (high - 1) // DAY + 1
        # One day more at either end, since its times may lie outside.
        enough = most // len(times) + 2
        found: list[int] = []
        for year in range(year_of(first), year_of(end - 1) + 1):
            for day in self._days(year, first, end)[: enough - len(found) // len(times)]:
                base = day * DAY
                found += [base + time for time in times]
            if len(found) >= most + len(times):
                break
        skip = bisect_left(found, low)
        return found[skip : min(bisect_left(found, high, skip), skip + most)]

    def _days(self, year: int, first: int, end: int) -> list[int]:
        begin = year_start(year)
        mask = self.days.mask(year, begin)
        low = max(first - begin, 0)
        mask = (mask >> low) & ((1 << max(end - begin - low, 0)) - 1)
        return masks.days_in(mask, begin + low) if mask else []

    def count(self, low: int, high: int) -> int:
        """Count the wall times in `[low, high)`."""
        return self._before(high, low // DAY) - self._before(low, low // DAY)

    def _before(self, wall: int, first: int) -> int:
        """Count the times of days from `first` on that lie before a wall time."""
        day, rest = divmod(wall, DAY)
        first_year, last_year = year_of(first), year_of(day)
        begin = year_start(first_year)
        days = -(self.days.mask(first_year, begin) & masks.span(0, first - begin)).bit_count()
        for year in range(first_year, last_year):
            days += self.days.mask(year, year_start(year)).bit_count()
        begin = year_start(last_year)
        mask = self.days.mask(last_year, begin)
        days += (mask & masks.span(0, day - begin)).bit_count()
        last = bisect_left(self.times, rest) if mask >> (day - begin) & 1 else 0
        return days * len(self.times) + last

    def nth(self, low: int, number: int) -> int | None:
        """Return the wall time that is the number-th at or after `low`, or None."""
        return nth_by_years(self, low, number)

    def is_impossible(self) -> bool:
        """Return whether no year has such a day."""
        return self.days.is_impossible()


class PickPattern:
    """Times that BYSETPOS picks from each week, month or year."""

    def __init__(self, days: YearDays, times: tuple[int, ...], positions: tuple[int, ...]) -> None:
        """Compile the picks.

        Args:
            days: The selected days.
            times: Ascending seconds of the day.
            positions: Positions in a period, from 1 or from -1.
        """
        self._days = days
        self._times = times
        self._positions = positions
        self._years: dict[tuple[object, int], list[int]] = {}

    def between(self, low: int, high: int, most: int) -> list[int]:
        """List the first `most` wall times in `[low, high)`."""
        found: list[int] = []
        # A week belongs to the year that it begins in.
        for year in range(year_of(low // DAY - 7), year_of((high - 1) // DAY) + 1):
            base = year_start(year) * DAY
            picks = self._year(year)
            left = bisect_left(picks, low - base)
            right = bisect_left(picks, high - base, left)
            found += [base + pick for pick in picks[left:right]]
            if len(found) >= most:
                break
        return found[:most]

    def count(self, low: int, high: int) -> int:
        """Count the wall times in `[low, high)`."""
        total = 0
        for year in range(year_of(low // DAY - 7), year_of((high - 1) // DAY) + 1):
            base = year_start(year) * DAY
            picks = self._year(year)
            inside = low <= base - 7 * DAY and base + 374 * DAY <= high
            total += (
                len(picks)
                if inside
                else bisect_left(picks, high - base) - bisect_left(picks, low - base)
            )
        return total

    def nth(self, low: int, number: int) -> int | None:
        """Return the wall time that is the number-th at or after `low`, or None."""
        return nth_by_years(self, low, number)

    def is_impossible(self) -> bool:
        """Return whether no year has such a time."""
        return self._days.is_impossible()

    def _year(self, year: int) -> list[int]:
        begin = year_start(year)
        key = shape_of(year), self._days.phase(year, begin)
        picks = self._years.get(key)
        if picks is None:
            picks = self._years[key] = [
                wall
                for mask, first in self._periods(year, begin)
                for wall in self._pick(mask, first)
            ]
        return picks

    def _periods(self, year: int, begin: int) -> Iterator[tuple[int, int]]:
        """Yield the days of each period, with the day of the year that bit 0 stands for."""
        days = self._days
        shape, phase = shape_of(year), days.phase(year, begin)
        selected = days.selected(shape)
        match days.frequency:
            case Frequency.YEARLY:
                yield (0 if phase else selected), 0
            case Frequency.MONTHLY:
                starts = MONTH_STARTS[shape.leap]
                for month in days.aligned_months(phase):
                    first, end = starts[month - 1], starts[month]
                    yield (selected >> first) & ((1 << end - first) - 1), first
            case _:
                selected |= days.selected(shape_of(year + 1)) << shape.length
                for first in range(-phase % (7 * days.interval), shape.length, 7 * days.interval):
                    yield (selected >> first) & 127, first

    def _pick(self, mask: int, first: int) -> list[int]:
        times = self._times
        size = len(times)
        total = mask.bit_count() * size
        walls: set[int] = set()
        for position in self._positions:
            index = position - 1 if position > 0 else total + position
            if 0 <= index < total:
                day, time = divmod(index, size)
                walls.add((first + masks.pick(mask, day)) * DAY + times[time])
        return sorted(walls)


def picked(offsets: list[int], positions: tuple[int, ...]) -> list[int]:
    """Return the offsets at the positions of BYSETPOS, or all where there are none."""
    if not positions:
        return offsets
    size = len(offsets)
    indexes = {p - 1 if p > 0 else size + p for p in positions}
    return [offsets[index] for index in sorted(indexes) if 0 <= index < size]
