"""Four requests at once for one mailbox, and no more, whoever sends them.

More than four of one application are refused with 429 (throttling-limits: outlook, "4 concurrent
requests"); so are more than 10,000 in ten minutes, which four at once do not reach in practice.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Self, TypeVar

from attrs import evolve, frozen

from kloudsync.errors import UsageError
from kloudsync.http.message import Response
from kloudsync.http.retry import parse_retry_after
from kloudsync.runtime.budgets import BudgetStore, ProcessBudgets

T = TypeVar("T")

AT_ONCE: Final = 4

_LOST: Final = 150.0
"""Seconds after which a slot counts as given back, whose holder was never heard of again."""

_SOON: Final = 0.05
"""Seconds until whoever waits for a slot asks again."""

_LONGEST_CLOSED: Final = 600.0
"""Seconds for which a refusal can close the mailbox: the longest span that limits count by."""


@frozen(kw_only=True)
class Slots:
    """Who sends requests to a mailbox, and who waits. Pure.

    Attributes:
        taken: Tickets that were let in, and when.
        queue: Tickets that wait, and when they were last heard of, in order of arrival.
        tickets: How many tickets were handed out.
        closed_until: Until when the service takes nothing, in seconds since 1970.
    """

    taken: tuple[tuple[int, float], ...] = ()
    queue: tuple[tuple[int, float], ...] = ()
    tickets: int = 0
    closed_until: float = 0.0

    def entered(self, now: float) -> Slots:
        """Add a ticket at the end of the queue; its number is the new `tickets`."""
        ticket = self.tickets + 1
        return evolve(self, queue=(*self.queue, (ticket, now)), tickets=ticket)

    def without(self, ticket: int) -> Slots:
        """Take a ticket out, wherever it is."""
        return evolve(
            self,
            taken=tuple(one for one in self.taken if one[0] != ticket),
            queue=tuple(one for one in self.queue if one[0] != ticket),
        )

    def asked(self, ticket: int, at_once: int, now: float) -> Slots:
        """Hear of a ticket that waits, and let in whoever is in front and finds a slot."""
        taken = tuple(one for one in self.taken if abs(now - one[1]) < _LOST)
        queue = tuple(
            (number, now if number == ticket else heard)
            for number, heard in self.queue
            if number == ticket or abs(now - heard) < _LOST
        )
        if now < self.closed_until <= now + _LONGEST_CLOSED:
            return evolve(self, taken=taken, queue=queue)
        free = max(at_once - len(taken), 0)
        let_in = tuple((number, now) for number, _ in queue[:free])
        return evolve(self, taken=(*taken, *let_in), queue=queue[free:])

    def wait(self, ticket: int, now: float) -> float:
        """Return how many seconds a ticket has to wait; 0.0 once it was let in."""
        if any(number == ticket for number, _ in self.taken):
            return 0.0
        return max(min(self.closed_until - now, _LONGEST_CLOSED), _SOON)

    def dump(self) -> str:
        """Write as text."""
        state = [self.taken, self.queue, self.tickets, self.closed_until]
        return json.dumps(state, separators=(",", ":"))

    @classmethod
    def load(cls, text: str | None) -> Self:
        """Read what `dump` wrote; nothing is a mailbox that nobody uses."""
        if text is None:
            return cls()
        taken, queue, tickets, closed_until = json.loads(text)
        return cls(
            taken=tuple((number, at) for number, at in taken),
            queue=tuple((number, at) for number, at in queue),
            tickets=tickets,
            closed_until=closed_until,
        )


class MailboxSlots:
    """The requests that may be on their way to one mailbox, for every client given this limiter.

    Each client has one of its own unless it is given another. Within one process, share the
    object between clients of a mailbox; across processes, give each its own over one store:
    `MailboxSlots(store=store, mailbox="ann@example.com")`. A client that reaches several
    mailboxes is slower with it than it could be, never faster than it may be.

    Args:
        at_once: How many requests may be on their way.
        store: Where it is kept who sends; in this process where None.
        mailbox: Names the mailbox in the store.

    Raises:
        UsageError: `at_once` is not positive, or there is a store and no mailbox.
    """

    def __init__(
        self,
        at_once: int = AT_ONCE,
        *,
        store: BudgetStore | None = None,
        mailbox: str | None = None,
    ) -> None:
        if at_once < 1:
            raise UsageError(f"at_once is {at_once}; at least one request has to be possible")
        if store is not None and not mailbox:
            raise UsageError(
                "slots in a store need a name: pass mailbox=, one for each mailbox; under one "
                "name each would wait for the others"
            )
        self.at_once = at_once
        self._store = store or ProcessBudgets()
        self._name = f"microsoft:{mailbox or ''}"

    def enter(self, cost: int, now: float) -> int:  # noqa: ARG002 - every request takes a slot
        """Queue for a slot; see `Limiter.enter`."""

        def decide(slots: Slots) -> tuple[Slots, int]:
            after = slots.entered(now)
            return after, after.tickets

        return self._change(decide)

    def reserve(self, ticket: int, now: float) -> float:
        """Return the seconds to wait; 0.0 when a slot is the ticket's."""

        def decide(slots: Slots) -> tuple[Slots, float]:
            after = slots.asked(ticket, self.at_once, now)
            return after, after.wait(ticket, now)

        return self._change(decide)

    def refused(self, now: float) -> float:
        """Return for how many seconds a refusal still closes the mailbox."""
        return self._change(lambda slots: (slots, max(slots.closed_until - now, 0.0)))

    def leave(self, ticket: int) -> None:
        """Give a place in the queue back."""
        self._change(lambda slots: (slots.without(ticket), None))

    def finish(self, ticket: int) -> None:
        """Give a slot back."""
        self._change(lambda slots: (slots.without(ticket), None))

    def settle(self, cost: int, response: Response, now: float) -> None:  # noqa: ARG002 - as above
        """Send nothing to a mailbox that is asked for too much, for as long as the service says."""
        asked = parse_retry_after(
            response.headers.get("Retry-After"), datetime.fromtimestamp(now, UTC)
        )
        if response.status != 429 or asked is None:
            return
        until = now + min(asked, _LONGEST_CLOSED)
        self._change(
            lambda slots: (evolve(slots, closed_until=max(slots.closed_until, until)), None)
        )

    def _change(self, decide: Callable[[Slots], tuple[Slots, T]]) -> T:
        decided: list[T] = []

        def change(text: str | None) -> str:
            slots, result = decide(Slots.load(text))
            decided[:] = [result]
            return slots.dump()

        self._store.change_budget(self._name, change)
        return decided[0]
