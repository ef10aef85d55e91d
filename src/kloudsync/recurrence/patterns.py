"""What a compiled rule answers, and rules that repeat by a fixed number of seconds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from attrs import define

from kloudsync.recurrence.gregorian import DAY, END_WALL

WHOLE: Final = 1 << 62
"""As many occurrences as there are."""

BARREN_YEARS: Final = 8
"""After so many years without an occurrence it is worth asking whether there is any."""


class Pattern(Protocol):
    """The wall times of a rule, apart from its start and end.

    Stretches are given with `low <= high`, and lie in the years 1 to 9999.
    """

    @property
    def most_per_day(self) -> int:
        """Return how many occurrences a day has at most, or more than that."""
        ...

    def between(self, low: int, high: int, most: int) -> list[int]:
        """List the first `most` wall times in `[low, high)`, ascending."""
        ...

    def count(self, low: int, high: int) -> int:
        """Count the wall times in `[low, high)`."""
        ...

    def nth(self, low: int, number: int) -> int | None:
        """Return the wall time that is the number-th, from 1, at or after `low`, or None."""
        ...

    def is_impossible(self) -> bool:
        """Return whether no calendar can ever hold an occurrence."""
        ...


# Every series makes one, and what is frozen takes three times as long to make.
@define(eq=False)
class StepPattern:
    """Times that repeat after a fixed number of seconds: the cost of a window is its content.

    Attributes:
        anchor: The wall time at which a cycle begins.
        cycle: The length of a cycle in seconds.
        offsets: The ascending times of a cycle, in seconds after its begin.
    """

    anchor: int
    cycle: int
    offsets: Sequence[int]

    @property
    def most_per_day(self) -> int:
        """Return how many occurrences a day has at most, or more than that."""
        return len(self.offsets) * (DAY // self.cycle + 1)

    def between(self, low: int, high: int, most: int) -> list[int]:
        """List the first `most` wall times in `[low, high)`."""
        if most < WHOLE and self.offsets:
            high = min(high, low + (most // len(self.offsets) + 1) * self.cycle)
        found = steps_between(self.anchor, self.cycle, self.offsets, low, high)
        return found[:most] if len(found) > most else found

    def count(self, low: int, high: int) -> int:
        """Count the wall times in `[low, high)`."""
        return self._before(high) - self._before(low)

    def nth(self, low: int, number: int) -> int | None:
        """Return the wall time that is the number-th at or after `low`."""
        if not self.offsets:
            return None
        cycles, index = divmod(self._before(low) + number - 1, len(self.offsets))
        wall = self.anchor + cycles * self.cycle + self.offsets[index]
        return wall if wall < END_WALL else None

    def is_impossible(self) -> bool:
        """Return whether the cycle is empty."""
        return not self.offsets

    def _before(self, wall: int) -> int:
        cycles, rest = divmod(wall - self.anchor, self.cycle)
        return cycles * len(self.offsets) + bisect_left(self.offsets, rest)


def steps_between(
    anchor: int, cycle: int, offsets: Sequence[int], low: int, high: int
) -> list[int]:
    """List the times in `[low, high)` that lie at offsets into a cycle.

    Args:
        anchor: Where some cycle begins.
        cycle: The length of a cycle in seconds.
        offsets: The ascending times of a cycle, in seconds after its begin.
        low: The first time that counts.
        high: The first one that does not count any more.
    """
    if len(offsets) == 1:
        return list(range(low + (anchor + offsets[0] - low) % cycle, high, cycle))
    begins = range(low - (low - anchor) % cycle, high, cycle) if offsets else ()
    found = [begin + offset for begin in begins for offset in offsets]
    return cut(found, low, high)


def cut(times: list[int], low: int, high: int) -> list[int]:
    """Return the part of ascending times that lies in `[low, high)`."""
    if not times or (times[0] >= low and times[-1] < high):
        return times
    first = bisect_left(times, low)
    return times[first : bisect_left(times, high, first)]


def on_days(
    days: Iterable[int], times: Callable[[int], Sequence[int]], low: int, high: int, most: int
) -> list[int]:
    """List the first `most` wall times in `[low, high)` that fall on days.

    Args:
        days: Ascending day numbers since 1970.
        times: Returns the ascending seconds of a day.
        low: The first wall time that counts.
        high: The first one that does not count any more.
        most: How many to list.
    """
    found: list[int] = []
    for day in days:
        of_day, midnight = times(day), day * DAY
        left = bisect_left(of_day, low - midnight)
        right = min(bisect_left(of_day, high - midnight, left), left + most - len(found))
        found += [midnight + time for time in of_day[left:right]]
        if len(found) >= most:
            break
    return found
