"""Between the wall clock of a zone and UTC, in whole seconds.

A zone is asked for its offset a few hundred times per year that is looked at, once
per process; after that an occurrence costs a subtraction. Wall times follow RFC 5545
3.3.5: one that a spring gap skips is read with the offset before the gap, so that it
moves forward by the gap's length; one that happens twice in autumn is the first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from kloudsync.recurrence.gregorian import DAY, END_WALL, FIRST_WALL, year_of, year_start

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# No zone in the database changes its offset twice within this time.
_SAMPLE: Final = 3 * DAY
_TABLES: Final = 128


class Clock(Protocol):
    """Converts ascending seconds between a wall clock and UTC."""

    def to_utc(self, walls: list[int]) -> list[int]:
        """Return the instants of wall times, in order and each once."""
        ...

    def to_wall(self, instants: list[int]) -> list[int]:
        """Return what the wall clock shows at the instants."""
        ...

    def window(self, after: int, before: int) -> tuple[int, int]:
        """Return wall times between which lie all that happen between two instants."""
        ...

    def settled(self, wall: int) -> int:
        """Return the first wall time from which on instants come later than those before."""
        ...

    def is_second(self, instant: int) -> bool:
        """Return whether the wall clock shows this time for the second time."""
        ...


class FixedClock:
    """The clock of UTC, of a fixed offset, and of times that have no zone.

    Attributes:
        offset: Seconds east of UTC.
    """

    def __init__(self, offset: int) -> None:
        self.offset = offset

    def to_utc(self, walls: list[int]) -> list[int]:
        """Return the instants of wall times."""
        offset = self.offset
        return [wall - offset for wall in walls] if offset else walls

    def to_wall(self, instants: list[int]) -> list[int]:
        """Return what the wall clock shows at the instants."""
        offset = self.offset
        return [instant + offset for instant in instants] if offset else instants

    def window(self, after: int, before: int) -> tuple[int, int]:
        """Return the wall times of two instants."""
        return after + self.offset, before + self.offset

    def settled(self, wall: int) -> int:
        """Return the wall time itself."""
        return wall

    def is_second(self, instant: int) -> bool:
        """Return False: no time happens twice."""
        del instant
        return False


class _Change(NamedTuple):
    """A change of offset: wall times from `wall` on are read with `after`."""

    wall: int
    before: int
    after: int

    @property
    def instant(self) -> int:
        return self.wall - max(self.before, self.after)


class _Table(NamedTuple):
    """The changes of a range of years."""

    changes: list[_Change]
    walls: list[int]
    instants: list[int]
    offsets: list[int]


class ZoneClock:
    """The clock of a zone whose offset changes.

    Attributes:
        zone: The zone.
    """

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._years: dict[int, list[_Change]] = {}
        self._tables: dict[tuple[int, int], _Table] = {}

    def to_utc(self, walls: list[int]) -> list[int]:
        """Return the instants of wall times, in order and each once."""
        if not walls:
            return walls
        table = self._table(walls[0], walls[-1])
        index = bisect_right(table.walls, walls[0])
        instants: list[int] = []
        done, gap = 0, False
        for change in table.changes[index:]:
            cut = bisect_left(walls, change.wall, done)
            instants += [wall - change.before for wall in walls[done:cut]]
            lost = change.after - change.before
            gap = gap or (lost > 0 and cut > done and walls[cut - 1] >= change.wall - lost)
            index, done = index + 1, cut
            if done == len(walls):
                break
        offset = table.offsets[index]
        instants += [wall - offset for wall in walls[done:]]
        return sorted(set(instants)) if gap else instants

    def to_wall(self, instants: list[int]) -> list[int]:
        """Return what the wall clock shows at the instants."""
        if not instants:
            return instants
        table = self._table(instants[0] - DAY, instants[-1] + DAY)
        index = bisect_right(table.instants, instants[0])
        walls: list[int] = []
        done = 0
        for change in table.instants[index:]:
            cut = bisect_left(instants, change, done)
            offset = table.offsets[index]
            walls += [instant + offset for instant in instants[done:cut]]
            index, done = index + 1, cut
            if done == len(instants):
                return walls
        offset = table.offsets[index]
        return walls + [instant + offset for instant in instants[done:]]

    def window(self, after: int, before: int) -> tuple[int, int]:
        """Return wall times between which lie all that happen between two instants."""
        offsets = self._table(after - DAY, before + DAY).offsets
        return after + min(offsets), before + max(offsets)

    def settled(self, wall: int) -> int:
        """Return the first wall time from which on instants come later than those before."""
        for change in self._table(wall - DAY, wall + 2 * DAY).changes:
            lost = change.after - change.before
            if lost > 0 and change.wall - lost <= wall < change.wall + lost:
                return change.wall + lost
        return wall

    def is_second(self, instant: int) -> bool:
        """Return whether the wall clock shows this time for the second time."""
        changes = self._table(instant - DAY, instant + DAY).changes
        return any(0 <= instant - c.instant < c.before - c.after for c in changes)

    def _table(self, first: int, last: int) -> _Table:
        years = year_of(first // DAY), year_of(last // DAY)
        table = self._tables.get(years)
        if table is None:
            table = self._tabulate(*years)
            if len(self._tables) >= _TABLES:
                self._tables.clear()
            self._tables[years] = table
        return table

    def _tabulate(self, first: int, last: int) -> _Table:
        changes = [change for year in range(first, last + 1) for change in self._year(year)]
        offsets = [change.after for change in changes]
        return _Table(
            changes,
            [change.wall for change in changes],
            [change.instant for change in changes],
            [self._offset(year_start(first) * DAY), *offsets],
        )

    def _year(self, year: int) -> list[_Change]:
        changes = self._years.get(year)
        if changes is None:
            end = min(year_start(year + 1) * DAY, END_WALL - 1)
            samples = [*range(year_start(year) * DAY, end, _SAMPLE), end]
            found = [(wall, self._offset(wall)) for wall in samples]
            changes = [self._change(a, b) for a, b in pairwise(found) if a[1] != b[1]]
            self._years[year] = changes
        return changes

    def _change(self, early: tuple[int, int], late: tuple[int, int]) -> _Change:
        low, high = early[0], late[0]
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(middle) == early[1]:
                low = middle
            else:
                high = middle
        return _Change(high, early[1], late[1])

    def _offset(self, wall: int) -> int:
        wall = min(max(wall, FIRST_WALL), END_WALL - 1)
        moment = (_EPOCH + timedelta(seconds=wall)).replace(tzinfo=self.zone)
        offset = moment.utcoffset() or timedelta(0)
        return offset.days * DAY + offset.seconds


NO_ZONE: Final = FixedClock(0)


def clock_of(zone: tzinfo | None) -> Clock:
    """Return the clock of a zone; None is the clock of dates and floating times."""
    if zone is None:
        return NO_ZONE
    if isinstance(zone, ZoneInfo | timezone):
        return _shared_clock(zone)
    # Foreign zones may be unhashable, so that nothing can be kept for them.
    return ZoneClock(zone)


@lru_cache(1024)
def _shared_clock(zone: tzinfo) -> Clock:
    if isinstance(zone, timezone):
        offset = zone.utcoffset(None)
        return FixedClock(offset.days * DAY + offset.seconds)
    return FixedClock(0) if getattr(zone, "key", None) in {"UTC", "Etc/UTC"} else ZoneClock(zone)
