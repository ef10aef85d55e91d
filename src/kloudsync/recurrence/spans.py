"""When a series takes place, in seconds since 1970: the fast form, for indexes and many series."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from kloudsync.recurrence.bounds import Bound
from kloudsync.recurrence.clocks import NO_ZONE
from kloudsync.recurrence.gregorian import DAY, END_WALL
from kloudsync.recurrence.patterns import WHOLE
from kloudsync.recurrence.series import Series
from kloudsync.recurrence.stamps import Length

EVER: Final = END_WALL + 2 * DAY
"""No occurrence is further from 1970 than so many seconds."""


@frozen(kw_only=True)
class Spans(Series):
    """A recurrence set that tells its starts, ends and bounds as seconds since 1970."""

    def starts_between_utc(self, after: int, before: int, limit: int = WHOLE) -> list[int]:
        """List starts as seconds since 1970, with `after <= start < before`.

        This is the fast form of `between`, for queries over many series. An instant
        identifies its occurrence.

        Args:
            after: Seconds since 1970 in UTC; on the series' own clock where it is
                all-day (midnights of its dates) or has no zone.
            before: The same, exclusive.
            limit: How many there may be; by default as many as there are.

        Raises:
            UnboundedRecurrence: As with `between`, or a rule has more than `limit`.
        """
        return self.occurrences.between(after, before, limit)

    def spans_between_utc(
        self, after: int, before: int, limit: int = WHOLE
    ) -> list[tuple[int, int]]:
        """List `(start, end)` of the occurrences with `end > after` and `start < before`.

        Args:
            after: Seconds since 1970, as with `starts_between_utc`.
            before: The same, exclusive.
            limit: As with `starts_between_utc`.

        Raises:
            UnboundedRecurrence: As with `starts_between_utc`.
        """
        longest = max([self.length, *(length for _, length in self.periods)], key=_longest)
        # A day on the wall clock may be longer than 24 hours, but never by half.
        starts = self.occurrences.between(after - _longest(longest), before, limit)
        pairs = zip(starts, self.ends_utc(starts), strict=True)
        return [(start, end) for start, end in pairs if end > after]

    def ends_utc(self, starts: list[int]) -> list[int]:
        """Return the exclusive ends of occurrences.

        Args:
            starts: Ascending starts, as `starts_between_utc` gives them.
        """
        days, seconds = self.length
        if self.periods:
            own = dict(self.periods)
            return [self._end(start, own.get(start, self.length)) for start in starts]
        if not days or self.kind.clock is NO_ZONE:
            total = days * DAY + seconds
            return [start + total for start in starts]
        return [self._end(start, self.length) for start in starts]

    def extent_utc(self) -> tuple[int, int | None] | None:
        """Return the first start and the last end in seconds since 1970, for a range index.

        Returns:
            None where nothing ever occurs; the end is None where the series is endless.
        """
        first = next(self.occurrences.stream(-EVER), None)
        if first is None:
            return None
        last = self.occurrences.last()
        if last is None:
            return first, None
        ends = self.ends_utc(sorted({last, *(at for at, _ in self.periods if at <= last)}))
        return first, max(ends)

    @property
    def is_endless(self) -> bool:
        """Return whether some rule has neither COUNT nor UNTIL, and occurs at all."""
        return self.occurrences.is_endless

    @property
    def bound(self) -> Bound:
        """Return the end that the rules set, without expanding them.

        Several rules end with the latest UNTIL and the sum of COUNTs.
        """
        if not self.rules or self.is_endless:
            return Bound()
        untils = [strand.until for strand in self.occurrences.strands]
        counts = [rule.count for rule in self.rules if rule.count is not None]
        until = max((until for until in untils if until is not None), default=None)
        return Bound(until=until, count=sum(counts) if counts else None)

    def _end(self, start: int, length: Length) -> int:
        if not length.days:
            return start + length.seconds
        clock = self.kind.clock
        wall = clock.wall(start) + length.days * DAY
        return clock.to_utc([wall])[0] + length.seconds


def _longest(length: Length) -> int:
    return length.days * DAY * 3 // 2 + length.seconds
