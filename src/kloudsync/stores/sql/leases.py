"""Leases as rows: the fence only ever rises."""

from __future__ import annotations

from kloudsync.model.state import Lease
from kloudsync.stores.sql.session import Role

_KNOW = "INSERT INTO lease (name, fence, expires_at) VALUES (?, 0, 0) ON CONFLICT DO NOTHING"
_TAKE = """
UPDATE lease SET fence = CASE WHEN owner = ? THEN fence ELSE fence + 1 END, owner = ?, expires_at = ?
WHERE name = ? AND (owner IS NULL OR owner = ? OR expires_at <= ?)
"""
_FENCE = "SELECT fence FROM lease WHERE name = ?"
_RELEASE = "UPDATE lease SET owner = NULL WHERE name = ? AND fence = ?"


class Leases(Role):
    """The part of a store in which workers agree on who may write."""

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease that is free, expired, or already the owner's; None if another holds it."""
        with self._database.writing() as session:
            session.run(_KNOW, name)
            if not session.run(_TAKE, owner, owner, now + ttl, name, owner, now):
                return None
            row = session.one(_FENCE, name)
            fence = row[0] if row else 0
        return Lease(name=name, owner=owner, fence=fence, expires_at=now + ttl)

    def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing if it was overtaken."""
        with self._database.writing() as session:
            session.run(_RELEASE, lease.name, lease.fence)
