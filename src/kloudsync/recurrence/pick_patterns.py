"""Rules whose BYSETPOS picks among the occurrences of a period."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from kloudsync.recurrence import masks
from kloudsync.recurrence.gregorian import (
    DAY,
    END_WALL,
    LAST_YEAR,
    MONTH_STARTS,
    YearShape,
    shape_of,
    year_of,
    year_start,
)
from kloudsync.recurrence.patterns import BARREN_YEARS
from kloudsync.recurrence.rule import WEEKLY, Frequency
from kloudsync.recurrence.year_days import KEPT_YEARS, YearDays

_SHORTEST_YEAR: Final = 365 * DAY


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
        # A week belongs to the year that it begins in.
        self._overlap = 6 if days.frequency is WEEKLY else 0
        self._years: dict[int, tuple[int, list[int]]] = {}
        self._shapes: dict[tuple[YearShape, int], list[int]] = {}

    def between(self, low: int, high: int, most: int) -> list[int]:
        """List the first `most` wall times in `[low, high)`."""
        found: list[int] = []
        year = year_of(low // DAY - self._overlap)
        while True:
            base, picks = self._years.get(year) or self._year(year)
            left = bisect_left(picks, low - base)
            right = bisect_left(picks, high - base, left)
            found += [base + pick for pick in picks[left:right]]
            year += 1
            if len(found) >= most or high <= base + _SHORTEST_YEAR:
                return found[:most]

    def count(self, low: int, high: int) -> int:
        """Count the wall times in `[low, high)`."""
        first = year_of(low // DAY - self._overlap)
        return self._before(high, first) - self._before(low, first)

    def nth(self, low: int, number: int) -> int | None:
        """Return the wall time that is the number-th at or after `low`, or None."""
        first, barren = year_of(low // DAY - self._overlap), 0
        number += self._before(low, first)
        for year in range(first, LAST_YEAR + 1):
            base, picks = self._year(year)
            if number <= len(picks):
                wall = base + picks[number - 1]
                return wall if wall < END_WALL else None
            number -= len(picks)
            barren = 0 if picks else barren + 1
            if barren == BARREN_YEARS and self.is_impossible():
                return None
        return None

    def _before(self, wall: int, first: int) -> int:
        """Count the picks from a year on that lie before a wall time."""
        last = year_of(wall // DAY)
        whole = sum(len(self._year(year)[1]) for year in range(first, last - 1))
        # A week that began in the year before may reach into the last one.
        for year in range(max(first, last - 1), last + 1):
            base, picks = self._year(year)
            whole += bisect_left(picks, wall - base)
        return whole

    @property
    def most_per_day(self) -> int:
        """Return how many occurrences a day has at most."""
        return len(self._times)

    def is_impossible(self) -> bool:
        """Return whether no period has as many times as the positions ask for."""
        most = self._days.most_per_period() * len(self._times)
        return all(abs(position) > most for position in self._positions)

    def _year(self, year: int) -> tuple[int, list[int]]:
        """Return the wall time at which a year begins, and the picks after it."""
        known = self._years.get(year)
        if known is None:
            if len(self._years) >= KEPT_YEARS:
                self._years.clear()
            begin = year_start(year)
            key = shape_of(year), self._days.phase(year, begin)
            picks = self._shapes.get(key)
            if picks is None:
                picks = self._shapes[key] = self._picks(year, begin)
            known = self._years[year] = begin * DAY, picks
        return known

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

    def _picks(self, year: int, begin: int) -> list[int]:
        periods = self._periods(year, begin)
        if len(self._positions) == len(self._times) == 1:
            (position,), (time,) = self._positions, self._times
            least, index = abs(position), position - (position > 0)
            return [
                (first + masks.pick(mask, index)) * DAY + time
                for mask, first in periods
                if mask.bit_count() >= least
            ]
        return [wall for mask, first in periods for wall in self._pick(mask, first)]

    def _pick(self, mask: int, first: int) -> list[int]:
        times = self._times
        size = len(times)
        days = masks.days_in(mask, first)
        total = len(days) * size
        walls: list[int] = []
        for position in self._positions:
            if abs(position) <= total:
                day, time = divmod(position - (position > 0), size)
                walls.append(days[day] * DAY + times[time])
        return walls if len(walls) < 2 else sorted(set(walls))


def picked(offsets: list[int], positions: tuple[int, ...]) -> list[int]:
    """Return the offsets at the positions of BYSETPOS, or all where there are none."""
    if not positions:
        return offsets
    size = len(offsets)
    indexes = {p - 1 if p > 0 else size + p for p in positions}
    return [offsets[index] for index in sorted(indexes) if 0 <= index < size]
