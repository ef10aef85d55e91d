"""Leases, held while somebody works: taken, renewed, and given back whatever happens."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import ParamSpec, Protocol, TypeAlias, TypeVar

from attrs import define, frozen

from kloudsync.errors import LeaseHeld, LeaseLost
from kloudsync.model.state import Lease

logger: logging.Logger = logging.getLogger("kloudsync.leases")

P = ParamSpec("P")
T = TypeVar("T")


class LeaseStore(Protocol):
    """Where workers agree on who may write."""

    @abstractmethod
    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease that is free or expired; None if anybody holds it, whatever they are called.

        Each success raises the fence. Until somebody takes it over or it is given back, an
        expired lease still allows writes.
        """
        ...

    @abstractmethod
    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease | None:
        """Hold a lease for longer, expired or not; None if it was given back or is another owner's."""
        ...

    @abstractmethod
    def release(self, lease: Lease) -> None:
        """Give a lease back, which allows no more writes; does nothing if it is another owner's."""
        ...


class LeasePorts(Protocol):
    """What holding a lease needs of the outside world, in either colour."""

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


@define
class Tenure:
    """A lease for the time of a block of work.

    Attributes:
        lease: The right to write.
        is_over: Whether the work gave it back already, in a transaction of its own.
    """

    lease: Lease
    is_over: bool = False


Take: TypeAlias = Callable[[str], Lease | None]
"""Takes a lease for an owner; None if somebody holds it."""


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
    async def held(self, owner: str, take: Take | None = None) -> AsyncGenerator[Tenure, None]:
        """Hold the lease for a block of work, and give it back unless the block did.

        Giving back is a politeness: where it fails, that is logged, others wait until the lease
        runs out, and neither the work nor its error is lost.

        Args:
            owner: Names this run; no two runs may share a name.
            take: Takes the lease for an owner as `LeaseStore.acquire` does, with whatever else
                belongs into that transaction; `acquire` alone by default.

        Raises:
            LeaseHeld: Another worker holds it.
        """
        taken: list[Tenure] = []

        def note() -> None:
            """Take the lease and note it at once, so that a run cancelled at this moment gives it back."""
            lease = (take or partial(self.acquire, self.store))(owner)
            taken.extend(() if lease is None else (Tenure(lease),))

        try:
            await self.ports.run(note)
            if not taken:
                raise LeaseHeld(
                    f"another worker {self.work}; try again when it is done, "
                    f"or after {self.ttl:.0f} s if it died"
                )
            yield taken[0]
        finally:
            for tenure in taken:
                if not tenure.is_over:
                    await self._give_back(tenure.lease)

    def acquire(self, store: LeaseStore, owner: str) -> Lease | None:
        """Take the lease in a store, or in a transaction of it; None if somebody holds it."""
        return store.acquire(self.name, owner, ttl=self.ttl, now=self._now())

    async def renew(self, lease: Lease) -> None:
        """Hold a lease for longer.

        Raises:
            LeaseLost: It ran out, and another worker took over.
        """
        if await self.ports.run(self.store.renew, lease, ttl=self.ttl, now=self._now()) is None:
            raise LeaseLost(
                f"the lease on {self.name} ran out and another worker took over; {self.loss}"
            )

    async def _give_back(self, lease: Lease) -> None:
        try:
            await self.ports.run(self.store.release, lease)
        except Exception as error:  # noqa: BLE001 - whatever it is, the work is done
            logger.warning(
                "a lease could not be given back (%s); others wait for up to %.0f s",
                type(error).__name__,
                self.ttl,
            )

    def _now(self) -> float:
        return self.ports.now().timestamp()
