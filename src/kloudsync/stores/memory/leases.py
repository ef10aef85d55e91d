"""Leases with fences."""

from __future__ import annotations

from kloudsync.errors import LeaseLost
from kloudsync.model.state import Lease
from kloudsync.stores.memory.role import Role, Tenure


class Leases(Role):
    """The part of the store that lets one worker at a time write."""

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease that is free, expired, or already the owner's; None if another holds it."""
        with self._lock:
            tenure = self._tenures.get(name, Tenure(0, None))
            holder = tenure.holder
            renewal = holder is not None and holder.owner == owner
            if holder is not None and holder.expires_at > now and not renewal:
                return None
            fence = tenure.fence if renewal else tenure.fence + 1
            lease = Lease(name=name, owner=owner, fence=fence, expires_at=now + ttl)
            self._tenures[name] = Tenure(fence, lease)
            return lease

    def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing if it was overtaken."""
        with self._lock:
            if self._holds(lease):
                self._tenures[lease.name] = Tenure(lease.fence, None)

    def _admit(self, lease: Lease) -> None:
        if not self._holds(lease):
            raise LeaseLost(
                f"the lease on {lease.name} with fence {lease.fence} was given back or taken over "
                "by another worker; nothing was written"
            )

    def _holds(self, lease: Lease) -> bool:
        tenure = self._tenures.get(lease.name)
        return tenure is not None and tenure.holder is not None and tenure.fence == lease.fence
