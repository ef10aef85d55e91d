"""The set of starts that rules, dates and exceptions make together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from heapq import merge
from typing import Final, Protocol

from kloudsync.errors import UnboundedRecurrence
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.gregorian import DAY, END_WALL
from kloudsync.recurrence.patterns import WHOLE
from kloudsync.recurrence.strands import Strand

_EVER: Final = END_WALL + 2 * DAY
# So many occurrences in a row that EXRULE or EXDATE leaves out mean that it leaves out all.
_MOST_LEFT_OUT: Final = 2_000
_MOST_COUNTED: Final = 200_000


class Between(Protocol):
    """Lists occurrences of a stretch of time."""

    def __call__(self, after: int, before: int, most: int = WHOLE, /) -> list[int]:
        """List those with `after <= instant < before`, of which there may be so many."""
        ...


class OccurrenceSet:
    """Starts as instants: the union of rules and RDATEs without EXRULEs and EXDATEs.

    Attributes:
        strands: The rules.
        exstrands: The rules whose occurrences are left out.
        dates: Ascending instants that take place beside the rules.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        strands: tuple[Strand, ...],
        exstrands: tuple[Strand, ...],
        dates: Sequence[int],
        exdates: Sequence[int],
        exdays: Sequence[int],
    ) -> None:
        """Put the parts together.

        Args:
            clock: The clock of the series.
            strands: The rules.
            exstrands: The rules whose occurrences are left out.
            dates: Ascending instants that are added.
            exdates: Instants that are left out.
            exdays: Day numbers on the series' clock that are left out.
        """
        self.strands = strands
        self.exstrands = exstrands
        self._clock = clock
        self.dates = dates
        self._exdates = frozenset(exdates)
        self._exdays = frozenset(exdays)
        self._excepts = bool(exdates or exdays)
        self._only = strands[0] if len(strands) == 1 and not (dates or exstrands) else None
        # Most series are one rule, which then answers itself.
        self._plain = self._only if not self._excepts else None

    @property
    def is_endless(self) -> bool:
        """Return whether some rule has neither COUNT nor UNTIL, and occurs at all."""
        return any(strand.is_endless for strand in self.strands)

    def between(self, after: int, before: int, most: int = WHOLE) -> list[int]:
        """List the instants with `after <= instant < before`, ascending.

        Args:
            after: The first instant that counts.
            before: The first that does not.
            most: How many there may be, as for `Strand.instants`.
        """
        if self._plain is not None:
            return self._plain.instants(after, before, most)
        if self._only is not None:
            found = self._only.instants(after, before, most)
        else:
            first = bisect_left(self.dates, after)
            united = set(self.dates[first : bisect_left(self.dates, before, first)])
            for strand in self.strands:
                united.update(strand.instants(after, before, most))
            for strand in self.exstrands:
                united.difference_update(strand.instants(after, before, most))
            found = sorted(united)
        return self._kept(found) if found and self._excepts else found

    def stream(self, after: int) -> Iterator[int]:
        """Yield the instants from one on, ascending.

        Raises:
            UnboundedRecurrence: The exceptions leave out everything for too long.
        """
        dates = self.dates[bisect_left(self.dates, after) :]
        sources = [*(strand.stream(after) for strand in self.strands), iter(dates)]
        source = merge(*sources) if len(sources) > 1 else sources[0]
        last, left_out = -_EVER, 0
        for instant in source:
            if instant != last and self._keeps(instant):
                left_out = 0
                yield instant
            elif instant not in self._exdates:
                left_out += 1
                if left_out > _MOST_LEFT_OUT:
                    raise _fruitless()
            last = instant

    def last_before(self, before: int) -> int | None:
        """Return the last instant before one, or None.

        Raises:
            UnboundedRecurrence: The exceptions leave out everything for too long.
        """
        for _ in range(_MOST_LEFT_OUT + len(self._exdates)):
            found = [strand.last_before(before) for strand in self.strands]
            index = bisect_left(self.dates, before)
            found.append(self.dates[index - 1] if index else None)
            last = max((instant for instant in found if instant is not None), default=None)
            if last is None or self._keeps(last):
                return last
            before = last
        raise _fruitless()

    def last(self) -> int | None:
        """Return the last instant of all, or None where there is none or no end."""
        return None if self.is_endless else self.last_before(_EVER)

    def count(self) -> int:
        """Count the instants.

        Raises:
            UnboundedRecurrence: There is no end, or counting takes too long.
        """
        if self.is_endless:
            raise UnboundedRecurrence("a series without end cannot be counted")
        if len(self.strands) == 1 and not (self.exstrands or self._exdays):
            return self._counted(self.strands[0])
        number = 0
        for number, _ in enumerate(self.stream(-_EVER), start=1):
            if number > _MOST_COUNTED:
                raise UnboundedRecurrence(
                    "the series is too long to be counted with its exceptions"
                )
        return number

    def _counted(self, strand: Strand) -> int:
        """Count one rule with dates beside it and exceptions."""
        apart = {at for at in self.dates if not strand.instants(at, at + 1)}
        left_out = sum(at in apart or bool(strand.instants(at, at + 1)) for at in self._exdates)
        return strand.count() + len(apart) - left_out

    def _kept(self, instants: list[int]) -> list[int]:
        exdates = self._exdates
        kept = [instant for instant in instants if instant not in exdates]
        if not self._exdays or not kept:
            return kept
        walls = self._clock.to_wall(kept)
        pairs = zip(kept, walls, strict=True)
        return [instant for instant, wall in pairs if wall // DAY not in self._exdays]

    def _keeps(self, instant: int) -> bool:
        if instant in self._exdates:
            return False
        if any(strand.instants(instant, instant + 1) for strand in self.exstrands):
            return False
        return not self._exdays or self._clock.wall(instant) // DAY not in self._exdays


def _fruitless() -> UnboundedRecurrence:
    return UnboundedRecurrence("the exceptions leave out every occurrence for too long a time")
