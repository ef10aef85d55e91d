"""Leases with fences."""

from __future__ import annotations

from attrs import evolve

from kloudsync.errors import LeaseLost
from kloudsync.model.state import Lease
from kloudsync.stores.memory.content import Tenure
from kloudsync.stores.memory.role import Role


class Leases(Role):
    """The part of the store in which workers agree on who may write."""

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease that is free or expired; None if anybody holds it."""
        with self._turn():
            tenure = self._content.tenures.get(name, Tenure(0, None))
            if tenure.holder is not None and tenure.holder.expires_at > now:
                return None
            # Above all that were forgotten too, as where nobody can tell whether this one was.
            fence = max(tenure.fence, self._content.fence) + 1
            lease = Lease(name=name, owner=owner, fence=fence, expires_at=now + ttl)
            self._let(lease.name, Tenure(lease.fence, lease))
            return lease

    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease | None:
        """Hold a lease for longer; None if it was given back or overtaken."""
        with self._turn():
            if not self._took(lease):
                return None
            renewed = evolve(lease, expires_at=now + ttl)
            self._let(lease.name, Tenure(lease.fence, renewed))
            return renewed

    def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing if it was overtaken."""
        with self._turn():
            if self._took(lease):
                self._let(lease.name, Tenure(lease.fence, None))

    def _let(self, name: str, tenure: Tenure) -> None:
        self._put(tenures={**self._content.tenures, name: tenure})

    def _admit(self, lease: Lease) -> None:
        if not self._holds(lease):
            raise LeaseLost(
                f"the lease on {lease.name} with fence {lease.fence} was given back or taken over "
                "by another worker; nothing was written"
            )

    def _holds(self, lease: Lease) -> bool:
        tenure = self._content.tenures.get(lease.name)
        return tenure is not None and tenure.holder is not None and tenure.fence == lease.fence

    def _took(self, lease: Lease) -> bool:
        # A fence whose transaction was rolled back is the next holder's.
        holder = self._content.tenures.get(lease.name, Tenure(0, None)).holder
        return holder is not None and (holder.fence, holder.owner) == (lease.fence, lease.owner)
