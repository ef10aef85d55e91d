"""At which times answers begin: the same ones each day, by the wall clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

from attrs import frozen

from kloudsync.agenda.spans import Span
from kloudsync.errors import UsageError
from kloudsync.model.times import DAY
from kloudsync.recurrence.clocks import Clock

Origin: TypeAlias = Literal["midnight", "opening"]
"""Whence steps are counted."""


def expect_origin(origin: str) -> None:
    """Check that there is such an origin.

    Raises:
        UsageError: There is none.
    """
    if origin not in get_args(Origin):
        raise UsageError(f"expected steps from 'midnight' or from the 'opening', found {origin!r}")


@frozen
class Grid:
    """Times of the day at equal distances.

    A time that the clock skips is none of them; one that it shows twice is one, the first.

    Attributes:
        step: How many seconds lie between two.
        clock: The clock that shows them.
        origin: Whence they are counted, anew each day.
    """

    step: int
    clock: Clock
    origin: Origin = "midnight"

    def starts(self, span: Span, openings: Sequence[int]) -> Iterator[int]:
        """Yield the times of the grid in a span, in order.

        Args:
            span: From when on, and before when.
            openings: When it opens, in order; the first of them not after the span begins.
        """
        low, high = span
        for first, last in pairwise(self._origins(span, openings)):
            shown = self._shown(range(first, last, self.step))
            yield from (at for at in shown if low <= at < high)

    def _origins(self, span: Span, openings: Sequence[int]) -> Iterator[int]:
        """Yield walls from which steps are counted, and where the last ones end."""
        low, high = self.clock.window(*span)
        if self.origin == "opening":
            yield from map(self.clock.wall, openings)
            yield high + 1
            return
        yield from range(low - low % DAY, high + DAY + 1, DAY)

    def _shown(self, walls: range) -> list[int]:
        """Return the instants of wall times, but of those that the clock skips."""
        instants = self.clock.to_utc(list(walls))
        shown = zip(instants, self.clock.to_wall(instants), strict=True)
        return [instant for instant, wall in shown if wall in walls]
