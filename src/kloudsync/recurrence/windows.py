"""A window of time on one clock, for many series that take no compiling."""

from __future__ import annotations

from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.patterns import steps_between
from kloudsync.recurrence.plan import steps_of
from kloudsync.recurrence.rule import Rule
from kloudsync.recurrence.strands import cut, last_instant


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
        self._least, self._greatest = clock.offsets(after, before)

    def instants(self, rule: Rule, start: int) -> list[int]:
        """List the occurrences in the window of a series that repeats by days.

        That takes less time than to keep such a series compiled.

        Args:
            rule: A rule without COUNT, with `repeats_by_days`.
            start: The instant at which the series starts.
        """
        wall, before, least = self.clock.wall(start), self._before, self._least
        if rule.until is not None:
            last = last_instant(rule.until, self.clock, is_date=False)
            before = min(before, last + 1)
        anchor, cycle, offsets = steps_of(rule, wall)
        if least == self._greatest:
            return steps_between(anchor - least, cycle, offsets, max(start, self._after), before)
        low, high = max(wall, self._after + least), before + self._greatest
        walls = steps_between(anchor, cycle, offsets, low, max(low, high))
        return cut(self.clock.to_utc(walls), self._after, before)
