"""A team's points per minute: who may spend how many, and when. Pure.

Whether Salesloft counts by the minute of the clock, by any sixty seconds, or by
a leaking bucket is not documented. Points that are never exceeded in any stretch
of a minute satisfy all three, so that is what is counted here.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final, Self

from attrs import evolve, frozen

SPAN: Final = 61
"""Seconds until spent points count no more; one more than a minute, for requests on their way."""

LONGEST_CLOSED: Final = 90.0
"""Seconds for which a refusal can close a budget by the minute, with room for clocks that differ."""

_SOON: Final = 0.001
"""The shortest wait worth telling; below it, clocks round to nothing."""

Points = tuple[tuple[int, int], ...]


@frozen(kw_only=True)
class Budget:
    """What was spent of a budget, and who waits for what is left.

    Attributes:
        spent: Seconds since 1970, rounded up, and the points spent in them, oldest first.
        queue: Tickets that wait, and their points, in order of arrival.
        tickets: How many tickets were handed out.
        closed_until: Until when the service takes nothing, in seconds since 1970.
    """

    spent: Points = ()
    queue: Points = ()
    tickets: int = 0
    closed_until: float = 0.0

    @property
    def used(self) -> int:
        """How many points count at present."""
        return sum(points for _, points in self.spent)

    def entered(self, cost: int) -> Budget:
        """Add a ticket at the end of the queue; its number is the new `tickets`."""
        ticket = self.tickets + 1
        return evolve(self, queue=(*self.queue, (ticket, cost)), tickets=ticket)

    def left(self, ticket: int) -> Budget:
        """Take a ticket out of the queue."""
        return evolve(self, queue=tuple(one for one in self.queue if one[0] != ticket))

    def advanced(self, limit: int, now: float) -> Budget:
        """Forget what counts no more, and let pass whoever is in front and fits."""
        # What lies ahead of the clock was written before somebody set it back.
        current = tuple(one for one in self.spent if now - SPAN < one[0] <= now + SPAN)
        closed_until = self.closed_until if self.closed_until <= now + LONGEST_CLOSED else 0.0
        budget = evolve(self, spent=current, closed_until=closed_until)
        while budget.queue and now >= self.closed_until and _fits(budget, limit):
            (_, cost), *waiting = budget.queue
            budget = evolve(budget.charged(cost, now), queue=tuple(waiting))
        return budget

    def wait(self, ticket: int, limit: int, now: float) -> float:
        """Return how many seconds a ticket has to wait; 0.0 once it has passed."""
        then, at = self, max(now, self.closed_until)
        while ticket in dict(then.queue):
            at = max(at, _room(then, limit))
            then = then.advanced(limit, at)
        return 0.0 if then is self else max(at - now, _SOON)

    def charged(self, points: int, now: float) -> Budget:
        """Add points to what was spent."""
        second = math.ceil(now)
        earlier = tuple(one for one in self.spent if one[0] < second)
        later = self.spent[len(earlier) :]
        if later and later[0][0] == second:
            points, later = points + later[0][1], later[1:]
        return evolve(self, spent=(*earlier, (second, points), *later))

    def corrected(self, charged: int, actual: int, now: float) -> Budget:
        """Put what a call really took in the place of what was expected."""
        if actual >= charged:
            return self.charged(actual - charged, now) if actual > charged else self
        return evolve(self, spent=_reduced(self.spent, charged - actual))

    def lowered(self, remaining: int, limit: int, now: float) -> Budget:
        """Count what others have spent, going by what the service says is left."""
        others = limit - self.used - remaining
        return self.charged(others, now) if others > 0 else self

    def closed(self, until: float) -> Budget:
        """Spend nothing until a moment, in seconds since 1970."""
        return evolve(self, closed_until=max(self.closed_until, until))

    def dump(self) -> str:
        """Write as text."""
        state = [self.spent, self.queue, self.tickets, self.closed_until]
        return json.dumps(state, separators=(",", ":"))

    @classmethod
    def load(cls, text: str | None) -> Self:
        """Read what `dump` wrote; nothing is a budget never used."""
        if text is None:
            return cls()
        spent, queue, tickets, closed_until = json.loads(text)
        return cls(
            spent=_pairs(spent), queue=_pairs(queue), tickets=tickets, closed_until=closed_until
        )


def _fits(budget: Budget, limit: int) -> bool:
    # A call dearer than the whole budget passes alone, or it would wait for ever.
    used = budget.used
    return used + budget.queue[0][1] <= limit or used == 0


def _room(budget: Budget, limit: int) -> float:
    """Return when enough will have lapsed for whoever is in front."""
    used, needed = budget.used, budget.queue[0][1]
    at = 0.0
    for second, points in budget.spent:
        if used + needed <= limit or used == 0:
            break
        used -= points
        at = second + SPAN
    return at


def _reduced(spent: Points, points: int) -> Points:
    """Take points back from the latest that were spent."""
    kept: list[tuple[int, int]] = []
    for second, held in reversed(spent):
        taken = min(held, points)
        points -= taken
        if held > taken:
            kept.append((second, held - taken))
    return tuple(reversed(kept))


def _pairs(rows: list[list[Any]]) -> Points:
    return tuple((first, second) for first, second in rows)
