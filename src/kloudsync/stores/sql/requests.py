"""Counts of requests, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.requests import RequestCount, day_number, day_of
from kloudsync.stores.sql.calendars import named
from kloudsync.stores.sql.session import Role

REQUEST_TABLES = (
    # Days are counted from 1970, in UTC.
    """
    CREATE TABLE request_count (
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        query TEXT NOT NULL,
        day BIGINT NOT NULL,
        cause TEXT NOT NULL,
        count BIGINT NOT NULL,
        PRIMARY KEY (provider, account, name, query, day, cause)
    )
    """,
    "CREATE INDEX request_day ON request_count (day, cause)",
)
"""The table of this role, in words that SQLite and PostgreSQL share."""

_ADD = """
INSERT INTO request_count (provider, account, name, query, day, cause, count) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (provider, account, name, query, day, cause)
DO UPDATE SET count = request_count.count + excluded.count
"""
_OF_ACCOUNT = """
SELECT provider, account, name, query, day, cause, count FROM request_count
WHERE provider = ? AND account = ? AND day BETWEEN ? AND ?
"""
_SUMS = """
SELECT cause, CAST(sum(count) AS BIGINT) FROM request_count WHERE day BETWEEN ? AND ? GROUP BY cause
"""
_PRUNE = "DELETE FROM request_count WHERE day < ?"


class RequestCounts(Role):
    """The part of a store that counts requests."""

    def count_requests(self, key: CalendarKey, counts: Mapping[str, int], *, day: date) -> None:
        """Add to a calendar's counts of a day."""
        number = day_number(day)
        with self._database.writing() as session:
            # In one order, so that two who count at once never wait for each other.
            for cause, count in sorted(counts.items()):
                session.do(_ADD, *named(key), number, cause, count)

    def requests(
        self, provider: str, account: str, *, first: date, last: date
    ) -> list[RequestCount]:
        """Return an account's counts, both days included, by day, then by calendar and cause."""
        days = day_number(first), day_number(last)
        with self._database.reading() as session:
            rows = session.all(_OF_ACCOUNT, provider, account, *days)
        found = [
            RequestCount(key=CalendarKey(*row[:4]), day=day_of(row[4]), cause=row[5], count=row[6])
            for row in rows
        ]
        # Databases differ in how they order text.
        return sorted(found, key=lambda one: one.order)

    def requests_of_all(self, *, first: date, last: date) -> dict[str, int]:
        """Return the sums over all accounts by cause, both days included."""
        with self._database.reading() as session:
            return dict(session.all(_SUMS, day_number(first), day_number(last)))

    def prune_requests(self, before: date) -> None:
        """Forget the counts of all days before one."""
        with self._database.writing() as session:
            session.do(_PRUNE, day_number(before))
