"""The ledger of what mirrors wrote elsewhere, as rows."""

from __future__ import annotations

from collections.abc import Iterable

from kloudsync.model.state import Lease
from kloudsync.model.writes import LedgerEntry
from kloudsync.stores.sql.calendars import admit
from kloudsync.stores.sql.session import Role

LEDGER_TABLES = (
    """
    CREATE TABLE ledger (
        mirror TEXT NOT NULL,
        key TEXT NOT NULL,
        uid TEXT NOT NULL,
        start BIGINT NOT NULL,
        finish BIGINT NOT NULL,
        digest TEXT,
        stamp DOUBLE PRECISION NOT NULL,
        cancelled INTEGER NOT NULL,
        PRIMARY KEY (mirror, key)
    )
    """,
)
"""The tables of this role, for every SQL database."""

_ALL = """
SELECT key, uid, start, finish, digest, stamp, cancelled FROM ledger WHERE mirror = ?
"""
_MIRRORS = "SELECT DISTINCT mirror FROM ledger"
_ENTER = """
INSERT INTO ledger (mirror, key, uid, start, finish, digest, stamp, cancelled)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (mirror, key) DO UPDATE SET
uid = excluded.uid, start = excluded.start, finish = excluded.finish,
digest = excluded.digest, stamp = excluded.stamp, cancelled = excluded.cancelled
"""
_STRIKE = "DELETE FROM ledger WHERE mirror = ? AND key = ?"


class Ledgers(Role):
    """The part of a store in which mirrors keep what they wrote."""

    def ledger(self, mirror: str) -> dict[str, LedgerEntry]:
        """Return every entry of a mirror by key; empty for one never used."""
        with self._database.reading() as session:
            rows = session.all(_ALL, mirror)
        return {
            key: LedgerEntry(
                key=key,
                uid=uid,
                start=start,
                end=end,
                digest=digest,
                stamp=stamp,
                cancelled=bool(cancelled),
            )
            for key, uid, start, end, digest, stamp, cancelled in rows
        }

    def mirrors(self) -> list[str]:
        """Return the names of all mirrors that have entries, in order."""
        with self._database.reading() as session:
            # Databases differ in how they order text.
            return sorted(name for (name,) in session.all(_MIRRORS))

    def enter(self, mirror: str, lease: Lease, entries: Iterable[LedgerEntry]) -> None:
        """Put entries in the place of those with the same key."""
        rows = [
            (
                mirror,
                one.key,
                one.uid,
                one.start,
                one.end,
                one.digest,
                one.stamp,
                int(one.cancelled),
            )
            for one in entries
        ]
        with self._database.writing(durable=True) as session:
            admit(session, lease)
            session.many(_ENTER, rows)

    def strike(self, mirror: str, lease: Lease, keys: Iterable[str]) -> None:
        """Remove entries; absent keys do no harm."""
        with self._database.writing(durable=True) as session:
            admit(session, lease)
            session.many(_STRIKE, [(mirror, key) for key in keys])
