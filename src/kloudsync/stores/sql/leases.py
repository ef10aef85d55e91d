"""Leases as rows: the fence only ever rises."""

from __future__ import annotations

from attrs import evolve

from kloudsync.model.state import Lease
from kloudsync.stores.sql.session import Role

_TAKE = """
INSERT INTO lease (name, owner, fence, expires_at)
VALUES (?, ?, (SELECT fence + 1 FROM head), {now} + ?)
ON CONFLICT (name) DO UPDATE SET
    fence = lease.fence + 1, owner = excluded.owner, expires_at = excluded.expires_at
WHERE lease.owner IS NULL OR lease.expires_at <= {now}
"""
_TAKEN = """
SELECT lease.fence, lease.expires_at, head.fence FROM lease CROSS JOIN head WHERE lease.name = ?
"""
_RAISE = "UPDATE lease SET fence = ? WHERE name = ?"
_FENCE = "SELECT fence, expires_at FROM lease WHERE name = ?"
# By the owner as well: a fence whose transaction was rolled back is the next holder's.
_RENEW = "UPDATE lease SET expires_at = {now} + ? WHERE name = ? AND fence = ? AND owner = ?"
_RELEASE = "UPDATE lease SET owner = NULL WHERE name = ? AND fence = ? AND owner = ?"


class Leases(Role):
    """The part of a store in which workers agree on who may write."""

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease that is free or expired; None if anybody holds it."""
        with self._database.writing() as session:
            present, at = session.clock(now)
            asked = session.soon(_TAKE.format(now=present), name, owner, *at, ttl, *at)
            row = session.one(_TAKEN, name)
            if not asked.touched() or row is None:
                return None
            fence, expires_at, forgotten = row
            if fence <= forgotten:
                # Reckoned before somebody forgot the lease, who had to be waited for.
                fence = forgotten + 1
                session.do(_RAISE, fence, name)
            session.known.admit(name, fence)
        return Lease(name=name, owner=owner, fence=fence, expires_at=expires_at)

    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease | None:
        """Hold a lease for longer; None if it was given back or overtaken."""
        with self._database.writing() as session:
            present, at = session.clock(now)
            held = lease.name, lease.fence, lease.owner
            asked = session.soon(_RENEW.format(now=present), *at, ttl, *held)
            row = session.one(_FENCE, lease.name)
            if not asked.touched() or row is None:
                return None
        return evolve(lease, expires_at=row[1])

    def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing if it was overtaken."""
        with self._database.writing() as session:
            session.do(_RELEASE, lease.name, lease.fence, lease.owner)
            session.known.expel(lease.name)
