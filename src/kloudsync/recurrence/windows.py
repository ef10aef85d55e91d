"""A window of time on one clock, for many series that take no compiling."""

from __future__ import annotations

from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.patterns import WHOLE
from kloudsync.recurrence.plan import steps_of
from kloudsync.recurrence.rule import Rule
from kloudsync.recurrence.strands import cut


class Window:
    """A window, and what its clock does meanwhile.

    Attributes:
        clock: The clock.
    """

    def __init__(self, clock: Clock, after: int, before: int) -> None:
        """Ask the clock about the window.

        Args:
            clock: The clock.
            after: The first instant that counts.
            before: The first one that does not count any more.
        """
        self.clock = clock
        self._after, self._before = after, before
        least, self._offset = clock.offsets(after, before)
        self._changes = least != self._offset
        self._low, self._high = after + least, before + self._offset

    def instants(self, rule: Rule, start: int) -> list[int]:
        """List the occurrences in the window of a series that repeats by days for ever.

        That takes less time than to keep such a series compiled.

        Args:
            rule: A rule without end, with `repeats_by_days`.
            start: The instant at which the series starts.
        """
        wall = self.clock.wall(start)
        low = max(wall, self._low)
        if low >= self._high:
            return []
        walls = steps_of(rule, wall).between(low, self._high, WHOLE)
        if self._changes:
            return cut(self.clock.to_utc(walls), self._after, self._before)
        offset = self._offset
        return [wall - offset for wall in walls] if offset else walls
