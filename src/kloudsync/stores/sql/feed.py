"""The change feed: references to versions, and how far each consumer has read."""

from __future__ import annotations

import json
from datetime import datetime

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, record_of
from kloudsync.model.state import Consumer, FeedKind, FeedRecord, SeriesLink
from kloudsync.model.times import seconds
from kloudsync.stores.consumers import by_name
from kloudsync.stores.sql.calendars import claim, find
from kloudsync.stores.sql.columns import RECORD, listed
from kloudsync.stores.sql.session import Role, Row

CODES = {
    FeedKind.ADDED: 1,
    FeedKind.UPDATED: 2,
    FeedKind.DELETED: 3,
    FeedKind.SPLIT: 4,
    FeedKind.TRUNCATED: 5,
}
"""How kinds are stored; the first three are verdicts."""

KINDS = {code: kind for kind, code in CODES.items()}

ALL = 0
"""Stands for all calendars in a consumer's row."""

_OWN = 8
_AFTER = _OWN + len(RECORD)

_ENTRIES = f"""
SELECT f.position, c.provider, c.account, c.name, c.query, f.kind, f.recorded_at, f.link,
    {listed(RECORD, "b")}, {listed(RECORD, "a")}
FROM feed f
JOIN calendar c ON c.calendar = f.calendar
LEFT JOIN event b ON b.ref = f.before_ref
LEFT JOIN event a ON a.ref = f.after_ref
WHERE f.position > ?"""
_OF_ALL = f"{_ENTRIES} ORDER BY f.position LIMIT ?"
_OF_ONE = f"{_ENTRIES} AND f.calendar = ? ORDER BY f.position LIMIT ?"

_POSITION = "SELECT position FROM consumer WHERE calendar = ? AND name = ?"
_MEET = "INSERT INTO consumer (calendar, name, position) VALUES (?, ?, 0) ON CONFLICT DO NOTHING"
_HEAD = "SELECT position FROM head"
_ADVANCE = """
UPDATE consumer SET position = ? WHERE calendar = ? AND name = ? AND position < ?
"""
_CONSUMERS = """
SELECT n.name, n.position, c.provider, c.account, c.name, c.query
FROM consumer n LEFT JOIN calendar c ON c.calendar = n.calendar
"""
_DISMISS = "DELETE FROM consumer WHERE calendar = ? AND name = ?"
# No consumer, no minimum: what nobody ever read is kept.
_FORGET = """
DELETE FROM feed WHERE recorded_at < ? AND position <= (
    SELECT min(c.position) FROM consumer c WHERE c.calendar IN (0, feed.calendar))
"""
_SWEEP = """
DELETE FROM event WHERE ref IN (
    SELECT ref FROM event WHERE died IS NOT NULL
    EXCEPT SELECT before_ref FROM feed
    EXCEPT SELECT after_ref FROM feed)
"""


class Feed(Role):
    """The part of a store that tells consumers what changed."""

    def changes(
        self, consumer: str, *, limit: int, key: CalendarKey | None = None, after: int | None = None
    ) -> list[FeedRecord]:
        """Return up to `limit` entries that a consumer has not acknowledged, oldest first."""
        if after is None:
            after = self._acknowledged(consumer, key)
        with self._database.reading() as session:
            if key is None:
                rows = session.all(_OF_ALL, after, limit)
            else:
                rows = session.all(_OF_ONE, after, find(session, key).number, limit)
        return [_entry(row) for row in rows]

    def acknowledge(self, consumer: str, position: int, key: CalendarKey | None = None) -> None:
        """Record that a consumer is done with entries up to a position; never moves backwards."""
        with self._database.writing() as session:
            number = ALL if key is None else claim(session, key).number
            session.run(_MEET, number, consumer)
            head = session.one(_HEAD)
            reached = min(position, head[0] if head else 0)
            session.run(_ADVANCE, reached, number, consumer, reached)

    def consumers(self) -> list[Consumer]:
        """Return the known consumers, by name, those of all calendars before those of one."""
        with self._database.reading() as session:
            rows = session.all(_CONSUMERS)
        return sorted((_consumer(row) for row in rows), key=by_name)

    def dismiss(self, consumer: str, key: CalendarKey | None = None) -> None:
        """Forget a consumer, so that `prune` does not wait for it."""
        with self._database.writing() as session:
            number = ALL if key is None else find(session, key).number
            # The number of a calendar never seen is that of all.
            if number or key is None:
                session.run(_DISMISS, number, consumer)

    def prune(self, before: datetime) -> int:
        """Forget entries recorded before an instant that every known consumer has acknowledged."""
        cutoff = seconds(before, "before")
        with self._database.writing() as session:
            forgotten = session.run(_FORGET, cutoff)
            session.run(_SWEEP)
        return forgotten

    def _acknowledged(self, consumer: str, key: CalendarKey | None) -> int:
        """Return a consumer's position; a new consumer is made known, so that `prune` waits for it."""
        with self._database.reading() as session:
            number = ALL if key is None else find(session, key).number
            row = session.one(_POSITION, number, consumer) if number or key is None else None
        if row is None:
            self.acknowledge(consumer, 0, key)
        return row[0] if row else 0


def _entry(row: Row) -> FeedRecord:
    position, provider, account, name, query, kind, recorded_at, link = row[:_OWN]
    return FeedRecord(
        position=position,
        key=CalendarKey(provider, account, name, query),
        kind=KINDS[kind],
        recorded_at=recorded_at,
        before=_record(row[_OWN:_AFTER]),
        after=_record(row[_AFTER:]),
        link=None if link is None else SeriesLink(**json.loads(link)),
    )


def _consumer(row: Row) -> Consumer:
    name, position, provider, account, calendar, query = row
    key = None if provider is None else CalendarKey(provider, account, calendar, query)
    return Consumer(name=name, key=key, position=position)


def _record(row: Row) -> EventRecord | None:
    return None if row[0] is None else record_of(row)
