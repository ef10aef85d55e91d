"""Rules of hours, minutes and seconds that BY… parts limit to some days or times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from math import gcd

from kloudsync.recurrence import masks
from kloudsync.recurrence.gregorian import DAY, LAST_YEAR, year_of, year_start
from kloudsync.recurrence.patterns import BARREN_YEARS
from kloudsync.recurrence.year_days import YearDays

_KEPT_DAYS = 1000


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
        self._offsets = offsets
        self._times: dict[int, list[int]] = {}

    def between(self, low: int, high: int, most: int) -> list[int]:
        """List the first `most` wall times in `[low, high)`."""
        found: list[int] = []
        for day in self._selected(low // DAY, (high - 1) // DAY + 1):
            times = self._at(day)
            if times:
                base = day * DAY
                left = bisect_left(times, low - base)
                right = bisect_left(times, high - base, left)
                found += [base + time for time in times[left:right]]
                if len(found) >= most:
                    break
        return found[:most]

    def count(self, low: int, high: int) -> int:
        """Count the wall times in `[low, high)`."""
        total = 0
        for day in self._selected(low // DAY, (high - 1) // DAY + 1):
            times = self._at(day)
            base = day * DAY
            if low <= base and base + DAY <= high:
                total += len(times)
            else:
                total += bisect_left(times, high - base) - bisect_left(times, low - base)
        return total

    def nth(self, low: int, number: int) -> int | None:
        """Return the wall time that is the number-th at or after `low`, or None."""
        first, barren = low // DAY, 0
        number += self.count(first * DAY, low) if low > first * DAY else 0
        for year in range(year_of(first), LAST_YEAR + 1):
            found = 0
            for day in self._selected(max(year_start(year), first), year_start(year + 1)):
                times = self._at(day)
                found += len(times)
                if number <= found:
                    return day * DAY + times[number - 1 - found + len(times)]
            number -= found
            barren = 0 if found else barren + 1
            if barren == BARREN_YEARS and self.is_impossible():
                return None
        return None

    def is_impossible(self) -> bool:
        """Return whether no day is selected, or none of its times is ever met."""
        if not self._offsets or self._days.is_impossible():
            return True
        # Modulo this divisor, stepping by the interval never leaves the start's residue.
        divisor = gcd(self._interval, self._per_day)
        residue = self._start % divisor
        return not any(unit % divisor == residue for unit in self._units)

    def _selected(self, first: int, end: int) -> Iterator[int]:
        for year in range(year_of(first), year_of(end - 1) + 1):
            begin, _, mask = self._days.year(year)
            low = max(first - begin, 0)
            yield from masks.days_in(mask >> low << low & masks.span(0, end - begin), begin)

    def _at(self, day: int) -> list[int]:
        phase = (self._start - day * self._per_day) % self._interval
        if phase >= self._per_day:
            return []
        times = self._times.get(phase)
        if times is None:
            if len(self._times) >= _KEPT_DAYS:
                self._times.clear()
            times = self._times[phase] = self._from(phase)
        return times

    def _from(self, phase: int) -> list[int]:
        """Return the times of a day on which the interval is first met at a unit."""
        units = self._units
        if isinstance(units, range):
            met: Sequence[int] = range(phase, self._per_day, self._interval)
        elif self._interval >= self._per_day:
            index = bisect_left(units, phase)
            met = units[index : index + 1] if units[index : index + 1] == [phase] else []
        else:
            met = [unit for unit in units if (unit - phase) % self._interval == 0]
        return [unit * self._unit + offset for unit in met for offset in self._offsets]
