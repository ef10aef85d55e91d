"""A store as a fleet's jobs see it: what a worker leases ends soon after the worker does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from kloudsync.model.state import Lease

T = TypeVar("T")


class ClaimedStore:
    """A store whose leases are no longer than a claim.

    An engine of its own takes a lease that outlasts its longest call, since nobody else knows
    whether it lives. A job of a fleet is known to live by its worker's heartbeat, which keeps
    the topic claimed: nobody takes the lease over while it is, and once the claim has ended the
    next worker must not wait for minutes. The fence keeps a worker that was only slow from
    writing, as ever.

    Args:
        store: The store, or a unit of work of it.
        ttl: The longest lease, in seconds.
    """

    def __init__(self, store: Any, ttl: float) -> None:
        self._store = store
        self._ttl = ttl

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease as the store does, for less long."""
        lease: Lease | None = self._store.acquire(name, owner, ttl=min(ttl, self._ttl), now=now)
        return lease

    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease | None:
        """Hold a lease as the store does, for less long."""
        renewed: Lease | None = self._store.renew(lease, ttl=min(ttl, self._ttl), now=now)
        return renewed

    def unit(self, work: Callable[[Any], T], *, durable: bool = False) -> T:
        """Run a function within one transaction, whose leases are as short."""

        def within(unit: Any) -> T:
            return work(type(self)(unit, self._ttl))

        done: T = self._store.unit(within, durable=durable)
        return done

    def __getattr__(self, name: str) -> Any:
        """Return all else as the store has it."""
        return getattr(self._store, name)

    def __repr__(self) -> str:
        return repr(self._store)
