"""Budgets of calls: a limiter is asked before each try and told each answer."""

from __future__ import annotations

from typing import Protocol

from kloudsync.http.message import Response


class Limiter(Protocol):
    """A budget that several callers share; its decisions are computed from the time it is told."""

    def reserve(self, cost: int, now: float) -> float:
        """Take `cost` points from the budget.

        Args:
            cost: Points that the call is expected to take.
            now: Seconds since the epoch.

        Returns:
            Seconds to wait before asking again; 0.0 when the points were taken.
        """
        ...

    def settle(self, cost: int, response: Response, now: float) -> None:
        """Correct the budget by what an answer's headers say of it."""
        ...


class Unlimited:
    """The budget of a service that asks for none."""

    def reserve(self, cost: int, now: float) -> float:  # noqa: ARG002 - the protocol's shape
        """Grant every call at once."""
        return 0.0

    def settle(self, cost: int, response: Response, now: float) -> None:
        """Learn nothing."""
