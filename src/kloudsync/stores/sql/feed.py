"""The change feed: references to versions, and how far each consumer has read."""

from __future__ import annotations

import json
from datetime import datetime

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.positions import BEGINNING, Position, expect_told, number, token
from kloudsync.model.record import EventRecord, record_of
from kloudsync.model.state import Consumer, FeedKind, FeedRecord, SeriesLink
from kloudsync.model.times import seconds
from kloudsync.stores.consumers import by_name
from kloudsync.stores.sql.calendars import claim, find
from kloudsync.stores.sql.columns import RECORD, listed
from kloudsync.stores.sql.session import Role, Row, Session
from kloudsync.stores.sql.shelf import Shelf

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

_MOST = 2**62
"""More than any position, and half of what a column takes."""

_OWN = 9
_AFTER = _OWN + len(RECORD)

_ENTRY = f"""
c.provider, c.account, c.name, c.query, f.position, f.kind, f.recorded_at, f.link,
    {listed(RECORD, "b")}, {listed(RECORD, "a")}
"""
_NAMED = """
JOIN calendar c ON c.calendar = f.calendar
LEFT JOIN event b ON b.ref = f.before_ref
LEFT JOIN event a ON a.ref = f.after_ref
"""
_OF_ONE = f"""
SELECT NULL, {_ENTRY} FROM feed f {_NAMED}
WHERE f.calendar = ? AND f.position > ? AND f.position <= ? ORDER BY f.position LIMIT ?
"""
_OF_ALL = f"""
SELECT g.place - g.last + f.position, {_ENTRY} FROM batch g
JOIN feed f ON f.calendar = g.calendar AND f.position BETWEEN g.first AND g.last {_NAMED}
WHERE g.place > ? AND g.place - g.last + f.position > ?
ORDER BY g.place, f.position LIMIT ?
"""

# Entries get their place among those of all calendars when somebody asks for it, so that no commit
# has to wait for another one. What a clock that was set back recorded comes after what it follows.
_UNPLACED = """
SELECT calendar, first, last, max(recorded_at) OVER (PARTITION BY calendar ORDER BY first) AS shown
FROM batch WHERE place IS NULL ORDER BY shown, calendar, first
"""
_ANY_UNPLACED = "SELECT 1 FROM batch WHERE place IS NULL LIMIT 1"
_PLACE = "UPDATE batch SET place = ? WHERE calendar = ? AND first = ?"
_RAISE = "UPDATE head SET place = ?"
_HEAD = "SELECT place FROM head"
# Whoever gives places or takes entries away holds this row first, and then whatever else it needs.
LOCK_HEAD = "UPDATE head SET place = place"
"""Lets one at a time change more than one calendar's entries."""

_POSITION = "SELECT position FROM consumer WHERE calendar = ? AND name = ?"
# A consumer is last heard of when it acknowledges, by the clock of the commits: nothing else has to be
# written while it reads.
_ADVANCE = """
INSERT INTO consumer (calendar, name, position, heard_at) VALUES (?, ?, ?, ?)
ON CONFLICT (calendar, name) DO UPDATE SET
    position = CASE WHEN excluded.position > consumer.position THEN excluded.position ELSE consumer.position END,
    heard_at = CASE WHEN excluded.heard_at > consumer.heard_at THEN excluded.heard_at ELSE consumer.heard_at END
"""
_LAST_PLACED = "SELECT recorded_at FROM batch WHERE place IS NOT NULL ORDER BY place DESC LIMIT 1"
_GONE = """
DELETE FROM consumer WHERE heard_at < ? AND (
    calendar <> 0 AND EXISTS (
        SELECT 1 FROM batch g WHERE g.calendar = consumer.calendar
        AND g.last > consumer.position AND g.recorded_at < ?)
    OR calendar = 0 AND EXISTS (
        SELECT 1 FROM batch g WHERE coalesce(g.place > consumer.position, 1 = 1) AND g.recorded_at < ?))
"""
_CONSUMERS = """
SELECT n.name, n.position, c.provider, c.account, c.name, c.query
FROM consumer n LEFT JOIN calendar c ON c.calendar = n.calendar
"""
_DISMISS = "DELETE FROM consumer WHERE calendar = ? AND name = ?"
_SLOWEST = "SELECT min(position) FROM consumer WHERE calendar = 0"
# Entries of a batch that has no place yet were read by nobody who reads all calendars.
# What is told ahead of a commit is nobody's to forget.
_FORGET = """
DELETE FROM feed WHERE recorded_at < ?
AND position <= (SELECT c.position FROM calendar c WHERE c.calendar = feed.calendar)
AND position <= coalesce((SELECT min(c.position) FROM consumer c WHERE c.calendar = feed.calendar), ?)
AND position <= ? - coalesce((
    SELECT g.place - g.last FROM batch g WHERE g.calendar = feed.calendar AND g.first <= feed.position
    ORDER BY g.first DESC LIMIT 1), ?)
"""
_EMPTIED = """
DELETE FROM batch WHERE NOT EXISTS (
    SELECT 1 FROM feed f WHERE f.calendar = batch.calendar AND f.position BETWEEN batch.first AND batch.last)
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
        self,
        consumer: str,
        *,
        limit: int,
        key: CalendarKey | None = None,
        after: Position | None = None,
    ) -> list[FeedRecord]:
        """Return up to `limit` entries that a consumer has not acknowledged, oldest first."""
        done = self._acknowledged(consumer, key) if after is None else number(after, key)
        if key is None:
            self._place()
        with self._database.reading() as session:
            if key is None:
                rows = session.all(_OF_ALL, done, done, limit)
            else:
                shelf = find(session, key)
                rows = session.all(_OF_ONE, shelf.number, done, shelf.position, limit)
        return [_entry(row) for row in rows]

    def acknowledge(
        self, consumer: str, position: Position, key: CalendarKey | None = None
    ) -> None:
        """Record that a consumer is done with entries up to a position; never moves backwards."""
        wanted = number(position, key)
        if key is None:
            self._place()
        with self._database.writing() as session:
            shelf = None if key is None else claim(session, key)
            newest = _head(session) if shelf is None else shelf.position
            reached = expect_told(wanted, newest, key)
            number_of = ALL if shelf is None else shelf.number
            session.do(_ADVANCE, number_of, consumer, reached, _latest(session, shelf))

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
                session.do(_DISMISS, number, consumer)

    def prune(self, before: datetime, *, gone_since: datetime | None = None) -> int:
        """Forget entries recorded before an instant that every known consumer has acknowledged."""
        cutoff = seconds(before, "before")
        silent = None if gone_since is None else seconds(gone_since, "gone_since")
        with self._database.writing() as session:
            session.do(LOCK_HEAD)
            if silent is not None:
                session.do(_GONE, silent, silent, silent)
            forgotten = session.run(_FORGET, cutoff, *_reach(session))
            if silent is not None:
                # What nobody reads is kept for as long as somebody may be silent.
                unread = min(cutoff, silent)
                forgotten += session.run(_FORGET, unread, *_reach(session, unread=_MOST))
            session.do(_EMPTIED)
            session.do(_SWEEP)
        return forgotten

    def _place(self) -> None:
        """Give every entry that has none its place among those of all calendars."""
        with self._database.reading() as session:
            if session.one(_ANY_UNPLACED) is None:
                return
        # Whoever is told a token may keep it, so it must not come to stand for another entry.
        with self._database.writing(durable=True) as session:
            session.do(LOCK_HEAD)
            place = _head(session)
            placed: list[Row] = []
            for calendar, first, last, _ in session.all(_UNPLACED):
                place += last - first + 1
                placed.append((place, calendar, first))
            session.many(_PLACE, placed)
            session.do(_RAISE, place)

    def _acknowledged(self, consumer: str, key: CalendarKey | None) -> int:
        """Return a consumer's position; a new consumer is made known, so that `prune` waits for it."""
        with self._database.reading() as session:
            number = ALL if key is None else find(session, key).number
            row = session.one(_POSITION, number, consumer) if number or key is None else None
        if row is None:
            self.acknowledge(consumer, BEGINNING if key is None else 0, key)
        return row[0] if row else 0


def _reach(session: Session, *, unread: int = -1) -> tuple[int, int, int]:
    """Return how far entries may go that nobody reads in their calendar, and in all calendars.

    The last number stands in for the place of an entry that has none.

    Args:
        session: The open transaction.
        unread: How far those may go that nobody reads at all.
    """
    row = session.one(_SLOWEST)
    if row is None or row[0] is None:
        return unread, _MOST, 0
    return _MOST, row[0], _MOST


def _latest(session: Session, shelf: Shelf | None) -> float:
    """Return when the last commit was made, of one calendar or of what all of them told; 0 where there is none."""
    if shelf is not None:
        return shelf.state.synced_at or 0.0
    row = session.one(_LAST_PLACED)
    return row[0] if row else 0.0


def _head(session: Session) -> int:
    """Return the last place among the entries of all calendars that was given."""
    row = session.one(_HEAD)
    return row[0] if row else 0


def _entry(row: Row) -> FeedRecord:
    place, *named, position, kind, recorded_at, link = row[:_OWN]
    return FeedRecord(
        position=position,
        key=CalendarKey(*named),
        kind=KINDS[kind],
        recorded_at=recorded_at,
        before=_record(row[_OWN:_AFTER]),
        after=_record(row[_AFTER:]),
        link=None if link is None else SeriesLink(**json.loads(link)),
        token=None if place is None else token(place),
    )


def _consumer(row: Row) -> Consumer:
    name, position, provider, account, calendar, query = row
    key = None if provider is None else CalendarKey(provider, account, calendar, query)
    return Consumer(name=name, key=key, position=token(position) if key is None else position)


def _record(row: Row) -> EventRecord | None:
    return None if row[0] is None else record_of(row)
