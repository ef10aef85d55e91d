"""A store as a fleet's jobs see it: what a worker leases lives as long as the worker does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from attrs import field, frozen

from kloudsync.errors import StoreError
from kloudsync.model.state import Lease

T = TypeVar("T")


@frozen
class WorkerLeases:
    """The leases that the jobs of one worker hold: short ones, renewed with its heartbeat.

    An engine or a mirror of its own takes a lease that outlasts its longest call, since nobody
    else knows whether it lives. A job of a fleet is known to live by its worker's heartbeat, so
    that nobody has to wait for minutes once that has ended: neither the next worker of the same
    topic, nor another calendar's mirror to the same sink. The fence keeps a worker that was only
    slow from writing, as ever.

    Attributes:
        ttl: The longest lease, in seconds.
    """

    ttl: float
    _held: dict[tuple[str, int, str], tuple[Lease, Any]] = field(
        factory=dict[tuple[str, int, str], tuple[Lease, Any]], repr=False
    )

    def over(self, store: Any) -> ClaimedStore:
        """Return a store whose leases are these."""
        return ClaimedStore(store, self)

    def renew(self, *, now: float) -> None:
        """Hold all of them for longer; each by itself, since one may be waited for that commits.

        Args:
            now: Seconds since 1970.

        Raises:
            StoreError: A store failed, once all others were asked; the first one's error.
        """
        failures: list[StoreError] = []
        for place, (lease, store) in list(self._held.items()):
            try:
                if store.renew(lease, ttl=self.ttl, now=now) is None:
                    # Given back by a transaction that was not seen to, or overtaken: its job will hear.
                    self._held.pop(place, None)
            except StoreError as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def note(self, lease: Lease, store: Any) -> None:
        """Keep a lease that was taken, for good."""
        self._held[lease.name, lease.fence, lease.owner] = lease, store

    def forget(self, lease: Lease) -> None:
        """Let a lease go that was given back."""
        self._held.pop((lease.name, lease.fence, lease.owner), None)


class ClaimedStore:
    """A store whose leases are a worker's.

    Args:
        store: The store, or a unit of work of it.
        leases: The worker's.
        keep: Hears of each lease that is taken, in place of the worker's leases; for a unit of
            work, which may not be committed.
    """

    def __init__(
        self, store: Any, leases: WorkerLeases, keep: Callable[[Lease], object] | None = None
    ) -> None:
        self._store = store
        self._leases = leases
        self._keep = keep or partial(leases.note, store=store)
        self._besides: Callable[[Any], object] | None = None

    def asking(self, besides: Callable[[Any], object]) -> ClaimedStore:
        """Return the store for one job, whose first transaction asks something besides, beforehand.

        A job that opens a transaction in any case need not open another one for a question.
        """
        store = type(self)(self._store, self._leases)
        store._besides = besides  # noqa: SLF001 - of its own kind
        return store

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease as the store does, for less long."""
        short = min(ttl, self._leases.ttl)
        lease: Lease | None = self._store.acquire(name, owner, ttl=short, now=now)
        if lease is not None:
            self._keep(lease)
        return lease

    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease | None:
        """Hold a lease as the store does, for less long."""
        short = min(ttl, self._leases.ttl)
        renewed: Lease | None = self._store.renew(lease, ttl=short, now=now)
        return renewed

    def release(self, lease: Lease) -> None:
        """Give a lease back as the store does."""
        self._leases.forget(lease)
        self._store.release(lease)

    def unit(self, work: Callable[[Any], T], *, durable: bool = False) -> T:
        """Run a function within one transaction, whose leases are as short."""
        taken: list[Lease] = []

        def within(unit: Any) -> T:
            taken.clear()
            if self._besides is not None:
                self._besides(unit)
            return work(type(self)(unit, self._leases, taken.append))

        done: T = self._store.unit(within, durable=durable)
        # Not before: a fence that was rolled back is the next holder's, and what nobody knows to be
        # held has to run out.
        for lease in taken:
            self._keep(lease)
        self._besides = None
        return done

    def __getattr__(self, name: str) -> Any:
        """Return all else as the store has it."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._store, name)

    def __repr__(self) -> str:
        return repr(self._store)
