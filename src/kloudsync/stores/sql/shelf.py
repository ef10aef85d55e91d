"""What a transaction knows of a calendar, without asking twice."""

from __future__ import annotations

from typing import Any, NamedTuple

from attrs import define, field

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import CalendarState, Checkpoint, Lease


class Shelf(NamedTuple):
    """A calendar's row; a tuple, since each transaction makes several.

    Attributes:
        number: What other tables call the calendar.
        held: How many of its records are visible.
        first_ref: No version of the pass under way has a lower number.
        position: That of its last entry in the feed.
        state: What the engine wants to know.
        pends: Whether any deletion may be pending, or have been refused.
        sets_aside: Whether anything may be in its quarantine.
        marks: Whether the pass under way may have noted ids that it saw.
    """

    number: int
    held: int
    first_ref: int
    position: int
    state: CalendarState
    pends: bool = False
    sets_aside: bool = False
    marks: bool = False

    @property
    def passes(self) -> int:
        """Versions born later than this are invisible."""
        return self.state.passes

    @property
    def under_way(self) -> int:
        """The pass in which staged versions are born."""
        return self.state.passes + 1

    def at(self, checkpoint: Checkpoint | None, **changes: Any) -> Shelf:
        """Return the row with another checkpoint, and whatever else changes."""
        return self._replace(state=self.state.at(checkpoint), **changes)


UNKNOWN = Shelf(number=0, held=0, first_ref=0, position=0, state=CalendarState())
"""Stands for a calendar without a row: nothing refers to it."""


@define
class Known:
    """What a transaction found out, and what stays so until it ends.

    Whoever holds a lease is alone in changing what it is for. So rows of calendars that were read
    before a lease was proved are read again after it, unless nobody else writes in any case.
    """

    _leases: set[tuple[str, int]] = field(factory=set[tuple[str, int]])
    _shelves: dict[CalendarKey, Shelf] = field(factory=dict[CalendarKey, Shelf])
    _tallies: dict[int, dict[int, int]] = field(factory=dict[int, dict[int, int]])

    def admits(self, lease: Lease) -> bool:
        """Tell whether a lease was found to allow writes."""
        return (lease.name, lease.fence) in self._leases

    def admit(self, name: str, fence: int) -> None:
        """Note that a lease allows writes, which nobody can take until the transaction ends."""
        self._leases.add((name, fence))

    def expel(self, name: str) -> None:
        """Note that no lease of a name allows writes any more."""
        self._leases = {one for one in self._leases if one[0] != name}

    def shelf(self, key: CalendarKey) -> Shelf | None:
        """Return a calendar's row, if it was read."""
        return self._shelves.get(key)

    def keep(self, key: CalendarKey, shelf: Shelf) -> None:
        """Note a calendar's row, as it was read or written."""
        self._shelves[key] = shelf

    def forget(self) -> None:
        """Forget what was read of calendars."""
        self._shelves.clear()
        self._tallies.clear()

    def tally(self, number: int) -> dict[int, int] | None:
        """Return how many versions of each verdict a calendar has staged, if they were counted."""
        return self._tallies.get(number)

    def count(self, number: int, tally: dict[int, int]) -> None:
        """Note how many versions of each verdict a calendar has staged."""
        self._tallies[number] = tally

    def recount(self, number: int) -> None:
        """Note that a calendar has staged something else since it was counted."""
        self._tallies.pop(number, None)
