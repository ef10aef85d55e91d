"""The commit: one transaction that makes a pass visible and tells the feed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from attrs import asdict

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import Verdict
from kloudsync.model.state import CalendarState, Cursor, FeedKind, Lease, SeriesLink
from kloudsync.stores.moving import expect_unmoved
from kloudsync.stores.sql.calendars import admitted, claim
from kloudsync.stores.sql.feed import CODES
from kloudsync.stores.sql.passes import forget_marks, forget_pending
from kloudsync.stores.sql.session import Role, Session, Soon
from kloudsync.stores.sql.shelf import Shelf
from kloudsync.stores.sql.staged import LAST, STAGED, asked_tally, staged_in
from kloudsync.stores.sql.telling import Told, come, tell_rest, tell_some, told

_ANNOUNCE = "INSERT INTO feed (calendar, position, kind, recorded_at, link) VALUES (?, ?, ?, ?, ?)"
_BATCH = "INSERT INTO batch (calendar, first, last, recorded_at) VALUES (?, ?, ?, ?)"

# No entry of the feed speaks of a version that came and went in silence.
_FORGET_SILENT = f"""
DELETE FROM event WHERE ref IN (
    SELECT e.ref FROM event n NOT INDEXED CROSS JOIN event e INDEXED BY event_id
    WHERE {LAST} AND {STAGED} AND n.verdict = 0 AND e.verdict = 0)
"""
_SUPERSEDE = f"""
UPDATE event SET died = ? WHERE ref IN (
    SELECT e.ref FROM event n NOT INDEXED CROSS JOIN event e INDEXED BY event_id WHERE {LAST} AND {STAGED})
"""
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

    def tell_ahead(self, key: CalendarKey, lease: Lease, *, now: float, limit: int) -> bool:
        """Write some of the entries of the feed that the commit will show."""
        with self._database.writing() as session:
            return tell_some(session, admitted(session, lease, key), now, limit)

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
            session.known.keep(key, shelf._replace(held=held, position=position, state=after))


def pack(link: SeriesLink) -> str:
    """Return a link as text."""
    return json.dumps(asdict(link))


def _publish(
    session: Session, shelf: Shelf, announce: Sequence[SeriesLink], now: float
) -> tuple[int, int]:
    """Make what a pass staged visible, and tell it; return how many records are visible then.

    And which position of the calendar's feed was given last.
    """
    so_far = told(session, shelf, now)
    if shelf.state.checkpoint is None:
        # Nothing is staged.
        return shelf.held, _announce(session, so_far, 0, announce, now)
    if shelf.sets_aside:
        _settle_quarantine(session, shelf)
    if shelf.pends:
        forget_pending(session, shelf)
    # The engine has counted them before, so that this is known. What is asked next travels together.
    tally = asked_tally(session, so_far.rest)()
    rest = tell_rest(session, so_far, now)
    gone = _supersede(session, shelf, silently=Verdict.SILENT in tally)
    left = come(session, shelf, so_far, tally)
    forget_marks(session, shelf)
    last = _announce(session, so_far, rest.touched(), announce, now)
    session.known.recount(shelf.number)
    return shelf.held - sum(one.touched() for one in gone) + left, last


def _supersede(session: Session, shelf: Shelf, *, silently: bool) -> list[Soon]:
    """Retire old versions."""
    if not shelf.held:
        return []
    forgotten = [session.soon(_FORGET_SILENT, *staged_in(shelf))] if silently else []
    return [*forgotten, session.soon(_SUPERSEDE, shelf.under_way, *staged_in(shelf))]


def _announce(
    session: Session, so_far: Told, more: int, announce: Sequence[SeriesLink], now: float
) -> int:
    """Tell splits and truncations behind the records of a pass, and return the last position.

    Args:
        session: The open transaction.
        so_far: What was told before.
        more: How many entries have come to that.
        announce: What is told.
        now: Seconds since 1970.
    """
    number, last = so_far.rest.number, so_far.last + more
    for link in announce:
        last += 1
        kind = FeedKind.TRUNCATED if link.new is None else FeedKind.SPLIT
        session.do(_ANNOUNCE, number, last, CODES[kind], now, pack(link))
    if last > so_far.before:
        session.do(_BATCH, number, so_far.before + 1, last, now)
    return last


def _settle_quarantine(session: Session, shelf: Shelf) -> None:
    """Drop what the pass understood after all, and keep what it could not understand."""
    checkpoint = shelf.state.checkpoint
    if checkpoint is not None and checkpoint.full:
        session.do(_FORGET_QUARANTINE, shelf.number)
    else:
        session.do(_FORGET_UNDERSTOOD, shelf.number, shelf.under_way, shelf.number)
    session.do(_KEEP_QUARANTINE, shelf.number, shelf.under_way)
