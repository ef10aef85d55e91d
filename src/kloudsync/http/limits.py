"""Budgets of calls: a limiter is asked before each try and told each answer."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from kloudsync.http.message import Response


class Limiter(Protocol):
    """A budget that several callers share; its decisions are computed from the time it is told.

    Callers queue with tickets, so that whoever came first is served first, however long
    each sleeps between two questions.
    """

    @abstractmethod
    def enter(self, cost: int, now: float) -> int:
        """Queue for points.

        Args:
            cost: Points that the call is expected to take.
            now: Seconds since the epoch.

        Returns:
            A ticket, good for one try.
        """
        ...

    @abstractmethod
    def reserve(self, ticket: int, now: float) -> float:
        """Take a ticket's points from the budget, if it is its turn.

        Returns:
            Seconds to wait before asking again; 0.0 when the points were taken.
        """
        ...

    @abstractmethod
    def refused(self, now: float) -> float:
        """Return for how many seconds the service itself has said that it takes nothing, or 0.0."""
        ...

    @abstractmethod
    def leave(self, ticket: int) -> None:
        """Give a place in the queue back, whose caller stopped waiting."""
        ...

    @abstractmethod
    def settle(self, cost: int, response: Response, now: float) -> None:
        """Correct the budget by what an answer's headers say of it."""
        ...

    @abstractmethod
    def finish(self, ticket: int) -> None:
        """Hear that a try is over that took what it reserved, whether it was answered or not."""
        ...


class Unlimited:
    """The budget of a service that asks for none."""

    def enter(self, cost: int, now: float) -> int:  # noqa: ARG002 - the protocol's shape
        """Hand out the same ticket to everybody."""
        return 0

    def reserve(self, ticket: int, now: float) -> float:  # noqa: ARG002 - the protocol's shape
        """Grant every call at once."""
        return 0.0

    def refused(self, now: float) -> float:  # noqa: ARG002 - the protocol's shape
        """Know of no refusal."""
        return 0.0

    def leave(self, ticket: int) -> None:
        """Miss nobody."""

    def settle(self, cost: int, response: Response, now: float) -> None:
        """Learn nothing."""

    def finish(self, ticket: int) -> None:
        """Miss nobody."""
