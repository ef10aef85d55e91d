"""One rule with its start, its end and its clock."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from kloudsync.errors import UnboundedRecurrence
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.gregorian import DAY, END_WALL
from kloudsync.recurrence.patterns import WHOLE, cut
from kloudsync.recurrence.plan import plan
from kloudsync.recurrence.rule import DAILY, MONTHLY, WEEKLY, YEARLY, Rule
from kloudsync.recurrence.stamps import Stamp

WINDOW_LIMIT: Final = 10_000
"""How many occurrences of a rule that occurs several times a day a window may hold."""

# The days of the longest and of the shortest period.
_PERIODS: Final = {
    YEARLY: (366, 365),
    MONTHLY: (31, 28),
    WEEKLY: (7, 7),
}
_RULED: Final = 1 << 31
_FIRST_CHUNK: Final = 16
_CHUNK: Final = 512
_FIRST_SPAN: Final = 40 * DAY
# A COUNT is counted this fraction of the distance beyond what is asked for.
_FURTHER: Final = 4


class Strand:
    """The occurrences of one rule as instants, each a number of seconds.

    A start that does not match the rule is no occurrence: RFC 5545 3.8.5.3 leaves
    that open, and Google and dateutil leave it out.
    """

    def __init__(self, rule: Rule, start: int, clock: Clock, *, is_date: bool) -> None:
        """Compile a rule.

        Args:
            rule: The rule.
            start: The wall time of DTSTART.
            clock: The clock of the series.
            is_date: Whether the series is all-day.
        """
        self.rule = rule
        self.clock = clock
        self.is_date = is_date
        self.start = start
        self._pattern = plan(rule, start, is_date=is_date)
        self._most = WINDOW_LIMIT + 1 if rule.is_several_a_day else WHOLE
        self._until: int | None = None
        self._end = self._sure = END_WALL
        self._counted = True
        if not rule.is_endless:
            self._bound()

    def _bound(self) -> None:
        until, count = self.rule.until, self.rule.count
        if until is not None:
            self._until = last_instant(until, self.clock, is_date=self.is_date)
            self._end = self._sure = min(self._end_of(until), END_WALL)
        if count is not None:
            self._counted = False
            self._sure = min(self._end, self._surely(count))

    @property
    def until(self) -> int | None:
        """Return the last instant at which an occurrence may start, by UNTIL alone."""
        return self._until

    @property
    def is_endless(self) -> bool:
        """Return whether the rule goes on for ever."""
        return self.rule.is_endless and not self._pattern.is_impossible()

    @property
    def end(self) -> int:
        """Return the wall time at which the rule is over; finds out by COUNT once."""
        if not self._counted:
            self._end = self._sure = min(self._end, self._end_by_count())
            self._counted = True
        return self._end

    def instants(self, after: int, before: int, most: int = WHOLE) -> list[int]:
        """List the occurrences with `after <= instant < before`.

        Args:
            after: The first instant that counts.
            before: The first one that does not count any more.
            most: How many there may be. What is more is found out before anything is listed.

        Raises:
            UnboundedRecurrence: There are more, or more than `WINDOW_LIMIT` of a rule that
                occurs several times a day.
        """
        offset, greatest = self.clock.offsets(after, before)
        low, high = after + offset, before + greatest
        if low < self.start or high > self._sure:
            low, high = self._within(low, high)
        if low >= high:
            return []
        # Fewer days than that cannot hold more, unless there are several on one.
        if high - low > most * DAY and self._most == WHOLE:
            self._expect_few(low, high, most)
        walls = self._pattern.between(low, high, self._most)
        if len(walls) == self._most:
            raise UnboundedRecurrence(
                f"the window holds more than {WINDOW_LIMIT} occurrences; ask for a shorter one",
                property_name="RRULE",
            )
        if offset != greatest:
            return self._cut(self.clock.to_utc(walls), after, before)
        if not offset:
            return walls
        # Most windows of rare events hold one, for which a comprehension is a costly detour.
        return [walls[0] - offset] if len(walls) == 1 else [wall - offset for wall in walls]

    def _expect_few(self, low: int, high: int, most: int) -> None:
        if self._pattern.count(low, high) > most:
            raise UnboundedRecurrence(
                f"the window holds more than {most} occurrences; ask for a shorter one",
                property_name="RRULE",
            )

    def _within(self, low: int, high: int) -> tuple[int, int]:
        """Cut a stretch of wall time to the rule's own."""
        if high > self._sure and not self._lasts_beyond(high):
            high = min(high, self.end)
        return max(low, self.start), high

    def _lasts_beyond(self, wall: int) -> bool:
        """Return whether COUNT is not used up by then, and remember a time up to which it is not.

        Counting a little further each time makes many windows, one after the other, cost
        no more than a few.
        """
        if self._counted or self.rule.count is None:
            return False
        far = min(wall + (wall - self.start) // _FURTHER, self._end)
        if wall > far or self._pattern.count(self.start, far) >= self.rule.count:
            return False
        self._sure = far
        return True

    def stream(self, after: int) -> Iterator[int]:
        """Yield the occurrences from an instant on, in order."""
        low = max(self.clock.window(after, after + 1)[0], self.start)
        most, length = _FIRST_CHUNK, _FIRST_SPAN
        while low < self.end:
            high = min(low + length, self.end)
            walls = self._pattern.between(low, high, most)
            if len(walls) < most:
                low, length = high, length * 2
            else:
                low = max(self.clock.settled(walls[-1]), walls[-1] + 1)
                walls += self._pattern.between(walls[-1] + 1, min(low, self.end), WHOLE)
            if not walls and self._pattern.is_impossible():
                return
            yield from self._cut(self.clock.to_utc(walls), after, END_WALL + DAY)
            most = _CHUNK

    def last_before(self, before: int) -> int | None:
        """Return the last occurrence with `instant < before`, or None."""
        if self._pattern.is_impossible():
            return None
        low, high = self.clock.window(before - 1, before)
        slack = high - low
        wall = self._last_wall(min(high, self.end))
        while wall is not None:
            walls = self._pattern.between(max(wall - slack, self.start), wall + 1, WHOLE)
            found = self._cut(self.clock.to_utc(walls), -END_WALL, before)
            if found:
                return found[-1]
            wall = self._last_wall(max(wall - slack, self.start))
        return None

    def count(self) -> int:
        """Count the rule's occurrences, each once; the cost does not depend on how many there are."""
        if self.start >= self.end or self._pattern.is_impossible():
            return 0
        # UNTIL may lie among times that a gap moves, so that the last ones are looked at.
        near = max(self.clock.settled(self.end - 2 * DAY), self.start)
        walls = self._pattern.between(near, self.end, WHOLE) if near < self.end else []
        last = len(self._cut(self.clock.to_utc(walls), -END_WALL, END_WALL + DAY))
        if near <= self.start:
            return last
        return last + self._pattern.count(self.start, near) - self._coinciding(near)

    def _coinciding(self, high: int) -> int:
        """Count the wall times before `high` that a gap moves onto others."""
        several = self.rule.is_several_a_day
        between, total = self._pattern.between, 0
        # Beyond it zones go by a yearly rule, which skips hours and never a day.
        for end, lost in self.clock.gaps(self.start, high if several else min(high, _RULED)):
            if several or lost == DAY:
                moved = between(max(end - lost, self.start), end, WHOLE)
                met = set(between(end, end + lost, WHOLE)) if moved else set[int]()
                total += sum(wall + lost in met for wall in moved)
        return total

    def count_before(self, instant: int) -> int:
        """Count the rule's occurrences before an instant."""
        low, high = self.clock.window(instant - 1, instant)
        low = min(max(low, self.start), max(self.end, self.start))
        walls = self._pattern.between(low, max(min(high, self.end), low), WHOLE)
        near = bisect_left(self.clock.to_utc(walls), instant)
        return near + (self._pattern.count(self.start, low) if self.start < low else 0)

    def wall_at(self, instant: int) -> int | None:
        """Return the wall time of an occurrence before a gap moves it, or None for none."""
        low, high = self.clock.window(instant, instant + 1)
        low, high = max(low, self.start), min(high, self.end)
        walls = self._pattern.between(low, high, WHOLE) if low < high else []
        return next((wall for wall in walls if self.clock.to_utc([wall]) == [instant]), None)

    def _cut(self, instants: list[int], after: int, before: int) -> list[int]:
        if self._until is not None and self._until < before:
            before = self._until + 1
        return cut(instants, after, before)

    def _end_of(self, until: Stamp) -> int:
        """Return the wall time after the last one that UNTIL lets through."""
        if self.is_date or until.is_date:
            return until.wall - until.wall % DAY + DAY
        if not until.utc:
            return until.wall + 1
        wall = self.clock.wall(until.wall)
        if not self.clock.is_second(until.wall):
            return wall + 1
        # All of the doubled hour is read as its first pass, which is over by now.
        later = range(wall, wall + DAY)
        return later[bisect_right(later, until.wall, key=self._instant)]

    def _instant(self, wall: int) -> int:
        return self.clock.to_utc([wall])[0]

    def _surely(self, count: int) -> int:
        """Return a wall time up to which COUNT cannot be used up, so it need not be counted to."""
        longest, shortest = _PERIODS.get(self.rule.frequency, (1, 1))
        per_period = max(self._pattern.most_per_day, 1) * longest
        interval = self.rule.interval if self.rule.frequency <= DAILY else 1
        whole = (count - 1) // per_period - 1
        return self.start + max(whole, 0) * interval * shortest * DAY

    def _end_by_count(self) -> int:
        if self._pattern.is_impossible():
            return self.start
        last = self._pattern.nth(self.start, self.rule.count or 1)
        return END_WALL if last is None else last + 1

    def _last_wall(self, high: int) -> int | None:
        """Return the last wall time before `high`, searching in ever longer windows."""
        between, length = self._pattern.between, DAY
        low = high
        while low > self.start:
            low = max(self.start, low - length)
            if between(low, high, 1):
                return self._narrowed(low, high)
            high, length = low, length * 2
        return None

    def _narrowed(self, low: int, high: int) -> int:
        between = self._pattern.between
        while True:
            walls = between(low, high, _CHUNK)
            if len(walls) < _CHUNK:
                return walls[-1]
            middle = (low + high) // 2
            if between(middle, high, 1):
                low = middle
            else:
                high = middle


def last_instant(until: Stamp, clock: Clock, *, is_date: bool) -> int:
    """Return the last instant that UNTIL lets through, whatever kind it was written as.

    A DATE on a timed series lasts to the end of that local day; a DATE-TIME on an
    all-day series stands for its date.
    """
    if is_date:
        return until.wall - until.wall % DAY
    # West of Greenwich the last evening of the year 9999 is one of the next year in UTC.
    if until.is_date:
        return min(clock.to_utc([until.wall + DAY])[0], END_WALL) - 1
    instant = until.wall if until.utc else clock.to_utc([until.wall])[0]
    return min(instant, END_WALL - 1)
