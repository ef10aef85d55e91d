"""Between the wall clock of a zone and UTC, in whole seconds.

A zone is asked for its offset a few hundred times per year that is looked at, once
per process; after that an occurrence costs a subtraction. Wall times follow RFC 5545
3.3.5: one that a spring gap skips is read with the offset before the gap, so that it
moves forward by the gap's length; one that happens twice in autumn is the first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Final, NamedTuple, Protocol

from kloudsync.recurrence.gregorian import DAY, END_WALL, FIRST_WALL

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# No zone in the database changes its offset twice within this time.
_SAMPLE: Final = 3 * DAY
_SAMPLE_STEP: Final = timedelta(seconds=_SAMPLE)
_TABLES: Final = 128
# Changes are looked up in stretches of this power of two of seconds, about a year.
_BLOCK: Final = 25
_WIDE: Final = 8 << _BLOCK


class Clock(Protocol):
    """Converts ascending seconds between a wall clock and UTC."""

    def offsets(self, after: int, before: int) -> tuple[int, int]:
        """Return the least and the greatest offset of what happens between two instants."""
        ...

    def instant(self, wall: int) -> int | None:
        """Return the instant of a wall time where it is at hand, else None."""
        ...

    def to_utc(self, walls: list[int]) -> list[int]:
        """Return the instants of wall times, in order and each once."""
        ...

    def wall(self, instant: int) -> int:
        """Return what the wall clock shows at an instant."""
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

    def gaps(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield where gaps end that lie in a stretch of wall time, and how many seconds they skip."""
        ...


class FixedClock:
    """The clock of UTC, of a fixed offset, and of times that have no zone.

    Attributes:
        offset: Seconds east of UTC.
    """

    def __init__(self, offset: int) -> None:
        self.offset = offset

    def offsets(self, after: int, before: int) -> tuple[int, int]:
        """Return the offset, twice."""
        del after, before
        return self.offset, self.offset

    def instant(self, wall: int) -> int:
        """Return the instant of a wall time."""
        return wall - self.offset

    def to_utc(self, walls: list[int]) -> list[int]:
        """Return the instants of wall times."""
        offset = self.offset
        return [wall - offset for wall in walls] if offset else walls

    def wall(self, instant: int) -> int:
        """Return what the wall clock shows at an instant."""
        return instant + self.offset

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

    def gaps(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield nothing: no time is skipped."""
        del low, high
        return iter(())


class _Change(NamedTuple):
    """A change of offset: wall times from `wall` on are read with `after`."""

    wall: int
    before: int
    after: int

    @property
    def instant(self) -> int:
        return self.wall - max(self.before, self.after)


class _Table(NamedTuple):
    """The changes of a stretch of time, and the offsets before, between and after them."""

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
        self._blocks: dict[int, list[_Change]] = {}
        self._tables: dict[tuple[int, int], _Table] = {}
        # The last offset that holds for a while, behind the instants between which it holds.
        self._last = 0, 0, 0

    def offsets(self, after: int, before: int) -> tuple[int, int]:
        """Return the least and the greatest offset of what happens between two instants."""
        first, end, offset = self._last
        if first <= after and before < end:
            return offset, offset
        # What a gap moves happens after the change, but is read with the offset before it.
        table = self._table(after - DAY, before + DAY)
        index = bisect_right(table.instants, after - DAY)
        if index < len(table.instants) and table.instants[index] <= before:
            met = table.offsets[index : bisect_right(table.instants, before, index) + 1]
            return min(met), max(met)
        offset = table.offsets[index]
        self._last = *self._stretch(table, index, after, before), offset
        return offset, offset

    @staticmethod
    def _stretch(table: _Table, index: int, after: int, before: int) -> tuple[int, int]:
        """Return the instants around two between which no change shows."""
        first = table.instants[index - 1] if index else ((after - DAY >> _BLOCK) << _BLOCK) + DAY
        last = index == len(table.instants)
        end = ((before + DAY >> _BLOCK) + 1 << _BLOCK) - DAY if last else table.instants[index]
        return first + DAY, end

    def instant(self, wall: int) -> int | None:
        """Return the instant of the first such wall time, if `offsets` looked around it last."""
        first, end, offset = self._last
        instant = wall - offset
        # Within these bounds no clock that changes by less than a day shows a time twice.
        return instant if first <= instant < end else None

    def to_utc(self, walls: list[int]) -> list[int]:
        """Return the instants of wall times, in order and each once."""
        if not walls:
            return walls
        if walls[-1] - walls[0] > _WIDE:
            # Sparse times of centuries need few of the years between them.
            middle = len(walls) // 2
            early, late = self.to_utc(walls[:middle]), self.to_utc(walls[middle:])
            return early + late if early[-1] < late[0] else sorted({*early, *late})
        table = self._table(walls[0], walls[-1])
        index = bisect_right(table.walls, walls[0])
        if index == len(table.walls) or walls[-1] < table.walls[index]:
            offset = table.offsets[index]
            return [wall - offset for wall in walls]
        return self._to_utc_across(table, index, walls)

    def _to_utc_across(self, table: _Table, index: int, walls: list[int]) -> list[int]:
        instants: list[int] = []
        done, gap = 0, False
        while done < len(walls):
            last = index == len(table.walls)
            cut = len(walls) if last else bisect_left(walls, table.walls[index], done)
            part = walls[done:cut]
            offset = table.offsets[index]
            instants += [wall - offset for wall in part]
            gap = gap or (bool(part) and self._meets_gap(table, index, part))
            index, done = index + 1, cut
        return sorted(set(instants)) if gap else instants

    @staticmethod
    def _meets_gap(table: _Table, index: int, walls: list[int]) -> bool:
        """Return whether the last wall time is one that the next change skips."""
        if index == len(table.walls):
            return False
        change = table.changes[index]
        return walls[-1] >= change.wall - (change.after - change.before)

    def wall(self, instant: int) -> int:
        """Return what the wall clock shows at an instant."""
        table = self._table(instant - DAY, instant + DAY)
        return instant + table.offsets[bisect_right(table.instants, instant)]

    def to_wall(self, instants: list[int]) -> list[int]:
        """Return what the wall clock shows at the instants."""
        if not instants:
            return instants
        if instants[-1] - instants[0] > _WIDE:
            middle = len(instants) // 2
            return self.to_wall(instants[:middle]) + self.to_wall(instants[middle:])
        table = self._table(instants[0] - DAY, instants[-1] + DAY)
        index = bisect_right(table.instants, instants[0])
        if index == len(table.instants) or instants[-1] < table.instants[index]:
            offset = table.offsets[index]
            return [instant + offset for instant in instants]
        walls: list[int] = []
        done = 0
        while done < len(instants):
            last = index == len(table.instants)
            cut = len(instants) if last else bisect_left(instants, table.instants[index], done)
            offset = table.offsets[index]
            walls += [instant + offset for instant in instants[done:cut]]
            index, done = index + 1, cut
        return walls

    def window(self, after: int, before: int) -> tuple[int, int]:
        """Return wall times between which lie all that happen between two instants."""
        least, greatest = self.offsets(after, before)
        return after + least, before + greatest

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

    def gaps(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield where gaps end that lie in a stretch of wall time, and how many seconds they skip."""
        for block in range(low >> _BLOCK, (high >> _BLOCK) + 1):
            for change in self._block(block):
                lost = change.after - change.before
                if lost > 0 and low < change.wall < high:
                    yield change.wall, lost

    def _table(self, first: int, last: int) -> _Table:
        blocks = first >> _BLOCK, last >> _BLOCK
        table = self._tables.get(blocks)
        if table is None:
            table = self._tabulate(*blocks)
            if len(self._tables) >= _TABLES:
                self._tables.clear()
            self._tables[blocks] = table
        return table

    def _tabulate(self, first: int, last: int) -> _Table:
        changes = [change for block in range(first, last + 1) for change in self._block(block)]
        offsets = [self._offset(first << _BLOCK), *(change.after for change in changes)]
        return _Table(
            changes,
            [change.wall for change in changes],
            [change.instant for change in changes],
            offsets,
        )

    def _block(self, block: int) -> list[_Change]:
        changes = self._blocks.get(block)
        if changes is None:
            found = self._samples(block << _BLOCK, block + 1 << _BLOCK)
            changes = [self._change(a, b) for a, b in pairwise(found) if a[1] != b[1]]
            self._blocks[block] = changes
        return changes

    def _samples(self, wall: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield wall times with their offsets, each near the next."""
        wall, end = (min(max(at, FIRST_WALL), END_WALL - 1) for at in (wall, end))
        moment = (_EPOCH + timedelta(seconds=wall)).replace(tzinfo=self.zone)
        while wall < end:
            yield wall, _seconds(moment.utcoffset())
            wall += _SAMPLE
            if wall < end:
                moment += _SAMPLE_STEP
        yield end, self._offset(end)

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
        return _seconds(moment.utcoffset())


def _seconds(offset: timedelta | None) -> int:
    return offset.days * DAY + offset.seconds if offset else 0


NO_ZONE: Final = FixedClock(0)


def clock_of(zone: tzinfo) -> Clock:
    """Return a new clock of a zone."""
    if isinstance(zone, timezone):
        return FixedClock(_seconds(zone.utcoffset(None)))
    return NO_ZONE if getattr(zone, "key", None) in {"UTC", "Etc/UTC"} else ZoneClock(zone)
