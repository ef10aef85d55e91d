"""Counts of requests in the store in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.requests import RequestCount
from kloudsync.stores.memory.role import Role


class RequestCounts(Role):
    """The part of the store in memory that counts requests."""

    def count_requests(self, key: CalendarKey, counts: Mapping[str, int], *, day: date) -> None:
        """Add to a calendar's counts of a day."""
        with self._turn():
            known = self._content.requests
            added = {
                (day, key, cause): known.get((day, key, cause), 0) + count
                for cause, count in counts.items()
            }
            self._put(requests={**known, **added})

    def requests(
        self, provider: str, account: str, *, first: date, last: date
    ) -> list[RequestCount]:
        """Return an account's counts, both days included, by day, then by calendar and cause."""
        found = [
            RequestCount(key=key, day=day, cause=cause, count=count)
            for (day, key, cause), count in self._content.requests.items()
            if (key.provider, key.account) == (provider, account) and first <= day <= last
        ]
        return sorted(found, key=lambda one: one.order)

    def requests_of_all(self, *, first: date, last: date) -> dict[str, int]:
        """Return the sums over all accounts by cause, both days included."""
        sums: Counter[str] = Counter()
        for (day, _, cause), count in self._content.requests.items():
            if first <= day <= last:
                sums[cause] += count
        return dict(sums)

    def prune_requests(self, before: date) -> None:
        """Forget the counts of all days before one."""
        with self._turn():
            known = self._content.requests
            self._put(requests={one: count for one, count in known.items() if one[0] >= before})
