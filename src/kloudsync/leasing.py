"""Leases, held while somebody works: taken, renewed, and given back whatever happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from attrs import frozen

from kloudsync.errors import LeaseHeld, LeaseLost
from kloudsync.model.state import Lease

P = ParamSpec("P")
T = TypeVar("T")


class LeaseStore(Protocol):
    """Where workers agree on who may write."""

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease that is free, expired, or already the owner's; None if another holds it.

        Each success raises the fence, except a renewal by the same owner. Until somebody takes
        it over or it is given back, an expired lease still allows writes.
        """
        ...

    def release(self, lease: Lease) -> None:
        """Give a lease back, which allows no more writes; does nothing if it was overtaken."""
        ...


class LeasePorts(Protocol):
    """What holding a lease needs of the outside world, in either colour."""

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


@frozen(kw_only=True)
class Leasing:
    """The right to do one kind of work, one worker at a time.

    Attributes:
        store: Where workers agree.
        ports: The outside world.
        name: What is leased.
        ttl: Seconds after which a silent worker's lease may be taken over.
        work: What the holder does, as in "another worker …".
        loss: What it means to lose the lease, for whoever reads the error.
    """

    store: LeaseStore
    ports: LeasePorts
    name: str
    ttl: float
    work: str
    loss: str

    @asynccontextmanager
    async def held(self, owner: str) -> AsyncGenerator[Lease, None]:
        """Hold the lease for a block of work.

        Args:
            owner: Names this run; no two runs may share a name.

        Raises:
            LeaseHeld: Another worker holds it.
        """
        taken: list[Lease] = []

        def take() -> None:
            # Noted at once, so that a run cancelled at this very moment gives it back.
            lease = self._acquire(owner)
            taken.extend(() if lease is None else (lease,))

        try:
            await self.ports.run(take)
            if not taken:
                raise LeaseHeld(
                    f"another worker {self.work}; try again when it is done, "
                    f"or after {self.ttl:.0f} s if it died"
                )
            yield taken[0]
        finally:
            for lease in taken:
                await self.ports.run(self.store.release, lease)

    async def renew(self, lease: Lease) -> None:
        """Hold a lease for longer.

        Raises:
            LeaseLost: It ran out, and another worker took over.
        """
        renewed = await self.ports.run(self._acquire, lease.owner)
        if renewed is not None and renewed.fence != lease.fence:
            # Whoever took over is done already; nobody shall wait for a lease taken by mistake.
            await self.ports.run(self.store.release, renewed)
            renewed = None
        if renewed is None:
            raise LeaseLost(
                f"the lease on {self.name} ran out and another worker took over; {self.loss}"
            )

    def _acquire(self, owner: str) -> Lease | None:
        now = self.ports.now().timestamp()
        return self.store.acquire(self.name, owner, ttl=self.ttl, now=now)
