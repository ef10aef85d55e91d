"""The commit: one transaction that makes a pass visible and tells the feed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from attrs import asdict, evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import Verdict
from kloudsync.model.state import CalendarState, Cursor, FeedKind, Lease, SeriesLink
from kloudsync.stores.moving import expect_unmoved
from kloudsync.stores.sql.calendars import claim
from kloudsync.stores.sql.feed import CODES
from kloudsync.stores.sql.passes import forget_marks, forget_pending
from kloudsync.stores.sql.session import Role, Session, Soon
from kloudsync.stores.sql.shelf import Shelf
from kloudsync.stores.sql.staged import asked_tally, staged_in

_STAGED = "n.calendar = ? AND n.born = ? AND n.ref >= ?"
_OLD = "o.calendar = n.calendar AND o.id = n.id AND o.born < n.born AND o.died IS NULL"

_TELL_ALL = f"""
INSERT INTO feed (calendar, position, kind, recorded_at, after_ref)
SELECT n.calendar, ? + row_number() OVER (ORDER BY n.ref), n.verdict, ?, n.ref
FROM event n NOT INDEXED WHERE {_STAGED} AND n.verdict IN (1, 2)
"""
_TELL = f"""
INSERT INTO feed (calendar, position, kind, recorded_at, before_ref, after_ref)
SELECT n.calendar, ? + row_number() OVER (ORDER BY n.ref), n.verdict, ?,
    CASE WHEN n.verdict = 1 THEN NULL ELSE o.ref END,
    CASE WHEN n.verdict = 3 THEN NULL ELSE n.ref END
FROM event n NOT INDEXED LEFT JOIN event o INDEXED BY event_id ON {_OLD}
WHERE {_STAGED} AND n.verdict <> 0 AND (n.verdict <> 3 OR o.ref IS NOT NULL)
"""
_ANNOUNCE = "INSERT INTO feed (calendar, position, kind, recorded_at, link) VALUES (?, ?, ?, ?, ?)"
_BATCH = "INSERT INTO batch (calendar, first, last, recorded_at) VALUES (?, ?, ?, ?)"
# Above all positions of calendars that are forgotten, one of which this may have been.
_FLOOR = "SELECT position FROM head"

# No entry of the feed speaks of a version that came and went in silence.
_FORGET_SILENT = f"""
DELETE FROM event WHERE ref IN (
    SELECT o.ref FROM event n NOT INDEXED CROSS JOIN event o INDEXED BY event_id
    WHERE {_OLD} AND {_STAGED} AND n.verdict = 0 AND o.verdict = 0)
"""
_SUPERSEDE = f"""
UPDATE event SET died = ? WHERE ref IN (
    SELECT o.ref FROM event n NOT INDEXED CROSS JOIN event o INDEXED BY event_id WHERE {_OLD} AND {_STAGED})
"""
_BURY = "DELETE FROM event NOT INDEXED WHERE calendar = ? AND born = ? AND ref >= ? AND verdict = 3"

_LINK = """
INSERT INTO link (calendar, old, at, body) VALUES (?, ?, ?, ?)
ON CONFLICT (calendar, old) DO UPDATE SET at = excluded.at, body = excluded.body
"""

_FORGET_QUARANTINE = "DELETE FROM quarantine WHERE calendar = ? AND staged = 0"
_FORGET_UNDERSTOOD = """
DELETE FROM quarantine WHERE calendar = ? AND staged = 0 AND (
    EXISTS (SELECT 1 FROM event n INDEXED BY event_id WHERE n.calendar = quarantine.calendar AND n.id = quarantine.id AND n.born = ?)
    OR EXISTS (SELECT 1 FROM seen s WHERE s.calendar = quarantine.calendar AND s.id = quarantine.id)
    OR slot IN (SELECT q.slot FROM quarantine q WHERE q.calendar = ? AND q.staged = 1))
"""
_KEEP_QUARANTINE = """
INSERT INTO quarantine (calendar, staged, slot, id, reason, raw, version)
SELECT calendar, 0, slot, id, reason, raw, version FROM quarantine q
WHERE q.calendar = ? AND q.staged = 1 AND NOT EXISTS (
    SELECT 1 FROM event n INDEXED BY event_id WHERE n.calendar = q.calendar AND n.id = q.id AND n.born = ?)
"""

_RAISE_PASSES = """
UPDATE calendar SET passes = ?, position = ?, held = ?,
    cursor_token = ?, cursor_fingerprint = ?, doubted_at = ?,
    checkpoint = NULL, zone = ?, identity = ?, synced_at = ?
WHERE calendar = ?
"""


class Commits(Role):
    """The part of a store that commits passes."""

    def commit(
        self,
        key: CalendarKey,
        lease: Lease,
        *,
        cursor: Cursor | None,
        zone: str | None,
        identity: str | None = None,
        links: Sequence[SeriesLink] = (),
        announce: Sequence[SeriesLink] = (),
        now: float,
        since: CalendarState,
    ) -> None:
        """Make the staged pass visible and write the feed, all or nothing."""
        # Readers of the feed may act on a position as soon as they see it, so it must not be
        # given to another change after a power failure.
        with self._database.writing(durable=True) as session:
            shelf = claim(session, key, lease)
            expect_unmoved(key, shelf.state, since)
            held, position = _publish(session, shelf, announce, now)
            if links:
                session.many(_LINK, [(shelf.number, one.old, one.at, pack(one)) for one in links])
            after = CalendarState(
                passes=shelf.under_way,
                cursor=cursor,
                zone=zone or shelf.state.zone,
                synced_at=now,
                identity=identity or shelf.state.identity,
            )
            session.do(
                _RAISE_PASSES,
                after.passes,
                position,
                held,
                cursor.token if cursor else None,
                cursor.fingerprint if cursor else None,
                cursor.doubted_at if cursor else None,
                after.zone,
                after.identity,
                now,
                shelf.number,
            )
            session.known.keep(key, evolve(shelf, held=held, position=position, state=after))


def pack(link: SeriesLink) -> str:
    """Return a link as text."""
    return json.dumps(asdict(link))


def _publish(
    session: Session, shelf: Shelf, announce: Sequence[SeriesLink], now: float
) -> tuple[int, int]:
    """Make what a pass staged visible, and tell it; return how many records are visible then.

    And which position of the calendar's feed was given last.
    """
    before = _last_position(session, shelf)
    if shelf.state.checkpoint is None:
        # Nothing is staged.
        return shelf.held, _announce(session, shelf, (before, before), announce, now)
    if shelf.sets_aside:
        _settle_quarantine(session, shelf)
    if shelf.pends:
        forget_pending(session, shelf)
    # The engine has counted them before, so that this is known. What is asked next travels together.
    tally = asked_tally(session, shelf)()
    told = session.soon(_TELL if shelf.held else _TELL_ALL, before, now, *staged_in(shelf))
    gone = _supersede(session, shelf, silently=Verdict.SILENT in tally)
    buried = tally.get(Verdict.DELETED, 0)
    if buried:
        session.do(_BURY, *staged_in(shelf))
    forget_marks(session, shelf)
    last = _announce(session, shelf, (before, before + told.touched()), announce, now)
    session.known.recount(shelf.number)
    come = sum(tally.values()) - buried
    return shelf.held - sum(one.touched() for one in gone) + come, last


def _supersede(session: Session, shelf: Shelf, *, silently: bool) -> list[Soon]:
    """Retire old versions."""
    if not shelf.held:
        return []
    forgotten = [session.soon(_FORGET_SILENT, *staged_in(shelf))] if silently else []
    return [*forgotten, session.soon(_SUPERSEDE, shelf.under_way, *staged_in(shelf))]


def _announce(
    session: Session,
    shelf: Shelf,
    told: tuple[int, int],
    announce: Sequence[SeriesLink],
    now: float,
) -> int:
    """Tell splits and truncations behind the records of a pass, and return the last position.

    Args:
        session: The open transaction.
        shelf: The calendar.
        told: The last position before the pass, and that of its last record.
        announce: What is told.
        now: Seconds since 1970.
    """
    before, last = told
    for link in announce:
        last += 1
        kind = FeedKind.TRUNCATED if link.new is None else FeedKind.SPLIT
        session.do(_ANNOUNCE, shelf.number, last, CODES[kind], now, pack(link))
    if last > before:
        session.do(_BATCH, shelf.number, before + 1, last, now)
    return last


def _last_position(session: Session, shelf: Shelf) -> int:
    if shelf.passes:
        return shelf.position
    row = session.one(_FLOOR)
    return row[0] if row else 0


def _settle_quarantine(session: Session, shelf: Shelf) -> None:
    """Drop what the pass understood after all, and keep what it could not understand."""
    checkpoint = shelf.state.checkpoint
    if checkpoint is not None and checkpoint.full:
        session.do(_FORGET_QUARANTINE, shelf.number)
    else:
        session.do(_FORGET_UNDERSTOOD, shelf.number, shelf.under_way, shelf.number)
    session.do(_KEEP_QUARANTINE, shelf.number, shelf.under_way)
