"""A window of time on one clock, for many series that take no compiling."""

from __future__ import annotations

from functools import cached_property

from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.gregorian import DAY
from kloudsync.recurrence.months import days_in_months, months_of
from kloudsync.recurrence.patterns import StepPattern, cut, steps_between
from kloudsync.recurrence.plan import steps_of
from kloudsync.recurrence.reading import ICALENDAR, Reading
from kloudsync.recurrence.rule import Rule
from kloudsync.recurrence.strands import last_instant


class Window:
    """A window, and what its clock does meanwhile.

    Attributes:
        clock: The clock.
    """

    def __init__(
        self, clock: Clock, after: int, before: int, *, reading: Reading = ICALENDAR
    ) -> None:
        """Ask the clock about the window.

        Args:
            clock: The clock.
            after: The first instant that counts.
            before: The first one that does not count any more.
            reading: Whose reading of rules counts.
        """
        self.clock = clock
        self._shows_start = reading.start_takes_place
        self._after, self._before = after, before
        least, self._greatest = clock.offsets(after, before)
        self._low = after + least
        # While the offset stays the same, one subtraction makes instants of all wall times.
        self._offset = least if least == self._greatest else None

    @staticmethod
    def answers(rule: Rule) -> bool:
        """Return whether `instants` lists a rule: most of those that people make."""
        return rule.repeats_by_days or (rule.repeats_by_months and rule.count is None)

    def instants(self, rule: Rule, start: int) -> list[int]:
        """List the occurrences in the window of a series.

        That takes less time than to keep such a series compiled.

        Args:
            rule: A rule that the window `answers`.
            start: The instant at which the series starts.
        """
        wall, before = self.clock.wall(start), self._before
        if rule.until is not None:
            last = last_instant(rule.until, self.clock, is_date=False)
            before = min(before, last + 1)
        low, high = max(self._low, wall), before + self._greatest
        listed = self._by_months if rule.days_of_week is None else _by_days
        found = listed(rule, wall, low, high, self._offset or 0)
        if start >= self._after:
            return self._with_start(found, start, wall, before)
        if self._offset is not None:
            return found
        return cut(self.clock.to_utc(found), self._after, before)

    def _with_start(self, found: list[int], start: int, wall: int, before: int) -> list[int]:
        """Return the occurrences of a series that starts in the window or later.

        Args:
            found: What its rule selects: instants, or wall times where the offset changes.
            start: The instant at which it starts, perhaps the second one that the clock shows so.
            wall: What the clock shows then.
            before: The first instant that does not count any more, for the rule.
        """
        if start >= self._before:
            return []
        if self._offset is not None:
            apart = self._shows_start and found[:1] != [start]
            return [start, *found] if apart else found
        shown = self._shows_start or (found[:1] == [wall] and start < before)
        later = cut(self.clock.to_utc(found), start + 1, before)
        return [start, *later] if shown else later

    def _by_months(self, rule: Rule, start: int, low: int, high: int, offset: int) -> list[int]:
        day, time = divmod(start, DAY)
        walls = [day * DAY + time for day in days_in_months(rule, day, self._months)]
        return [wall - offset for wall in cut(walls, low, high)] if walls else walls

    @cached_property
    def _months(self) -> range:
        return months_of(self._low, self._before + self._greatest)


def _by_days(rule: Rule, start: int, low: int, high: int, offset: int) -> list[int]:
    anchor, cycle, offsets = steps_of(rule, start)
    if rule.count is not None:
        last = StepPattern(anchor, cycle, offsets).nth(start, rule.count)
        high = high if last is None else min(high, last + 1)
    return steps_between(anchor - offset, cycle, offsets, low - offset, high - offset)
