"""Where it is counted what calendars cost."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import Protocol

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.requests import RequestCount


class RequestStore(Protocol):
    """Requests per calendar, day and cause. Every method is one transaction."""

    @abstractmethod
    def count_requests(self, key: CalendarKey, counts: Mapping[str, int], *, day: date) -> None:
        """Add to a calendar's counts of a day.

        Args:
            key: The calendar; one with the empty text as its calendar for an account's own.
            counts: How many more there were, by cause.
            day: The day, in UTC.
        """
        ...

    @abstractmethod
    def requests(
        self, provider: str, account: str, *, first: date, last: date
    ) -> list[RequestCount]:
        """Return an account's counts, both days included, by day, then by calendar and cause."""
        ...

    @abstractmethod
    def requests_of_all(self, *, first: date, last: date) -> dict[str, int]:
        """Return the sums over all accounts by cause, both days included."""
        ...

    @abstractmethod
    def prune_requests(self, before: date) -> None:
        """Forget the counts of all days before one."""
        ...
