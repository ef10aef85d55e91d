"""Leases as rows: the fence only ever rises."""

from __future__ import annotations

from attrs import evolve

from kloudsync.model.state import Lease
from kloudsync.stores.sql.session import Role

_TAKE = """
INSERT INTO lease (name, owner, fence, expires_at)
VALUES (?, ?, (SELECT fence + 1 FROM head), ?)
ON CONFLICT (name) DO UPDATE SET
    fence = lease.fence + 1, owner = excluded.owner, expires_at = excluded.expires_at
WHERE lease.owner IS NULL OR lease.expires_at <= ?
"""
_FENCE = "SELECT fence FROM lease WHERE name = ?"
_RENEW = "UPDATE lease SET expires_at = ? WHERE name = ? AND fence = ? AND owner IS NOT NULL"
_RELEASE = "UPDATE lease SET owner = NULL WHERE name = ? AND fence = ?"


class Leases(Role):
    """The part of a store in which workers agree on who may write."""

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease that is free or expired; None if anybody holds it."""
        with self._database.writing() as session:
            now = session.now(now)
            if not session.run(_TAKE, name, owner, now + ttl, now):
                return None
            row = session.one(_FENCE, name)
            fence = row[0] if row else 0
        return Lease(name=name, owner=owner, fence=fence, expires_at=now + ttl)

    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease | None:
        """Hold a lease for longer; None if it was given back or overtaken."""
        with self._database.writing() as session:
            expires_at = session.now(now) + ttl
            if not session.run(_RENEW, expires_at, lease.name, lease.fence):
                return None
        return evolve(lease, expires_at=expires_at)

    def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing if it was overtaken."""
        with self._database.writing() as session:
            session.do(_RELEASE, lease.name, lease.fence)
