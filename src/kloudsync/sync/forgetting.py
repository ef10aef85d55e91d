"""Forgetting a calendar: under its lease, so that nobody writes to what is going."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Protocol

from attrs import frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Lease
from kloudsync.runtime.leasing import LeasePorts, LeaseStore, Leasing


class ForgetfulStore(LeaseStore, Protocol):
    """What forgetting asks of a store."""

    @abstractmethod
    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of which a pass was committed."""
        ...

    @abstractmethod
    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Remove a calendar as if it had never been synced."""
        ...


def leasing_of(
    key: CalendarKey, *, store: LeaseStore, ports: LeasePorts, lease_ttl: float
) -> Leasing:
    """Return the right to write one calendar's copy, one worker at a time."""
    name = str(key)
    return Leasing(
        store=store,
        ports=ports,
        name=name,
        ttl=lease_ttl,
        work=f"is syncing {name}",
        loss="nothing of this run was committed",
    )


@frozen(kw_only=True)
class Forgetting:
    """Removes copies, which takes neither a client nor a network.

    Attributes:
        store: Holds the copies.
        ports: The outside world.
        owner: Names a run in leases; each call returns another name.
        lease_ttl: Seconds after which a silent worker's lease may be taken over.
    """

    store: ForgetfulStore
    ports: LeasePorts
    owner: Callable[[], str]
    lease_ttl: float

    async def forget(self, key: CalendarKey) -> None:
        """Remove a calendar as if it had never been synced, and the copies of parts of it.

        The copy of a part of a calendar goes alone.

        Raises:
            LeaseHeld: A worker is syncing it.
            StoreError: The store failed; copies that it did not come to are as before.
        """
        known = await self.ports.run(self.store.calendars)
        parts = [one for one in known if one.whole == key and one != key]
        for one in (*parts, key):
            leasing = leasing_of(one, store=self.store, ports=self.ports, lease_ttl=self.lease_ttl)
            async with leasing.held(self.owner()) as tenure:
                await self.ports.run(self.store.forget, one, tenure.lease)
