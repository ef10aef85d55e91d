"""The limiter that all clients of a team share.

600 points per minute are what Salesloft gives to a whole team, whatever
integrations it has. Most calls take one; deep pages take up to 30.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from kloudsync.errors import UsageError
from kloudsync.http.dates import http_date
from kloudsync.http.message import Request, Response
from kloudsync.http.numbers import whole_number
from kloudsync.http.retry import parse_retry_after
from kloudsync.providers.salesloft.budget import LONGEST_CLOSED, Budget
from kloudsync.runtime.budgets import BudgetStore, ProcessBudgets

T = TypeVar("T")

PER_MINUTE: Final = 600

_DEPTHS: Final = ((500, 30), (250, 10), (150, 8), (100, 3))
"""Beyond which page number a page costs how much."""


class TeamBudget:
    """The points per minute of one team, for every client that is given this limiter.

    Within one process, share the object. Across processes, give each its own over one store:
    `TeamBudget(store=store, team="acme")`. A store is asked in the calling thread, also by
    Async clients; each question is one short transaction.

    A refusal stops the team's callers for a minute and a half at most, whatever the service asks
    for: that is how long a budget by the minute can be empty.

    Args:
        per_minute: How many points may be spent in any minute; give less than the team has to
            leave some for its other integrations.
        store: Where the budget is kept; in this process where None.
        team: Names the budget in the store, such as `team_of(token)` where nobody has a better
            name: budgets of different customers must not have one name.

    Raises:
        UsageError: `per_minute` is not positive, or there is a store and no team.
    """

    def __init__(
        self,
        per_minute: int = PER_MINUTE,
        *,
        store: BudgetStore | None = None,
        team: str | None = None,
    ) -> None:
        if store is not None and not team:
            raise UsageError(
                "a budget in a store needs a name: pass team=, one for each customer, such as "
                "team_of(token); under one name each would wait for the others"
            )
        if per_minute < 1:
            raise UsageError(f"per_minute is {per_minute}; a budget has at least one point")
        self.per_minute = per_minute
        self._store = store or ProcessBudgets()
        self._name = f"salesloft:{team or ''}"

    def enter(self, cost: int, now: float) -> int:
        """Queue for points; see `Limiter.enter`."""

        def decide(budget: Budget) -> tuple[Budget, int]:
            after = budget.entered(cost)
            return after.advanced(self.per_minute, now), after.tickets

        return self._change(decide)

    def reserve(self, ticket: int, now: float) -> float:
        """Return the seconds to wait; 0.0 when the points are the ticket's."""

        def decide(budget: Budget) -> tuple[Budget, float]:
            after = budget.advanced(self.per_minute, now)
            return after, after.wait(ticket, self.per_minute, now)

        return self._change(decide)

    def refused(self, now: float) -> float:
        """Return for how many seconds a refusal still closes the budget."""
        return self._change(lambda budget: (budget, max(budget.closed_until - now, 0.0)))

    def leave(self, ticket: int) -> None:
        """Give a place in the queue back."""
        self._change(lambda budget: (budget.left(ticket), None))

    def settle(self, cost: int, response: Response, now: float) -> None:
        """Correct the budget by what an answer says it took and left."""
        actual = _number(response, "x-ratelimit-endpoint-cost")
        remaining = _number(response, "x-ratelimit-remaining-minute")
        refused = response.status == 429

        def decide(budget: Budget) -> tuple[Budget, None]:
            if refused:
                # That nothing is left is true until then, and not for another minute.
                closed = min(until_granted(response, now), LONGEST_CLOSED)
                return budget.closed(now + closed), None
            if actual is not None:
                budget = budget.corrected(cost, actual, now)
            if remaining is not None:
                budget = budget.lowered(remaining, self.per_minute, now)
            return budget, None

        self._change(decide)

    def finish(self, ticket: int) -> None:
        """Keep what was spent: points come back with time."""

    def _change(self, decide: Callable[[Budget], tuple[Budget, T]]) -> T:
        decided: list[T] = []

        def change(text: str | None) -> str:
            budget, result = decide(Budget.load(text))
            decided[:] = [result]
            return budget.dump()

        self._store.change_budget(self._name, change)
        return decided[0]


_SHARED: WeakValueDictionary[tuple[str, object], TeamBudget] = WeakValueDictionary()


def shared_budget(base_url: str, team: object) -> TeamBudget:
    """Return the budget that the clients of a team share in this process while one lives.

    Args:
        base_url: The service.
        team: What tells the team from others: its name, or a credential of its own.
    """
    return _SHARED.setdefault((base_url, team), TeamBudget())


def team_of(token: str) -> str:
    """Return a name for the budget of whoever has a token; the token cannot be read from it."""
    return sha256(token.encode()).hexdigest()[:16]


def page_price(request: Request) -> int:
    """Return what a page of a listing costs, by its number."""
    page = whole_number(dict(request.query).get("page")) or 1
    return next((price for beyond, price in _DEPTHS if page > beyond), 1)


def until_granted(response: Response, now: float) -> float:
    """Return how many seconds after a 429 the service takes requests again.

    What `Retry-After` says, where it is there, which is not documented; else until the next
    minute of the service's own clock.

    Args:
        response: The answer.
        now: Seconds since 1970.
    """
    moment = http_date(response.headers.get("Date")) or datetime.fromtimestamp(now, UTC)
    asked = parse_retry_after(response.headers.get("Retry-After"), moment)
    return 60.0 - moment.second if asked is None else asked


def _number(response: Response, name: str) -> int | None:
    return whole_number(response.headers.get(name))
