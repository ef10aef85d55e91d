"""A lease that is kept while a mirror works: whatever is sent to the sink, is sent under it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from attrs import define, frozen

from kloudsync.http.operation import Operation
from kloudsync.mirror.ports import MirrorPorts
from kloudsync.model.state import Lease
from kloudsync.runtime.leasing import Leasing
from kloudsync.runtime.step import Step

T = TypeVar("T")

_RENEWALS = 20
"""How often a lease is renewed within its time, if anything is sent so often."""


@define
class Tenure:
    """A lease that is renewed while the work goes on, before whatever is sent.

    Attributes:
        leasing: Whose right it is.
        lease: The lease.
        renewed: When it was taken or renewed.
    """

    leasing: Leasing
    lease: Lease
    renewed: datetime

    async def keep(self) -> None:
        """Renew the lease, unless that was done a moment ago.

        Raises:
            LeaseLost: It ran out, and another worker took over.
        """
        now = self.leasing.ports.now()
        if not timedelta() <= now - self.renewed < timedelta(seconds=self.leasing.ttl / _RENEWALS):
            await self.leasing.renew(self.lease)
            self.renewed = now


@frozen
class TenurePorts:
    """The mirror's outside world as sinks see it: what they send, they send under its lease."""

    ports: MirrorPorts
    tenure: Tenure | None = None

    async def send(self, described: Operation[T] | Step[T]) -> T:
        """Perform an operation or a step."""
        await self._keep()
        return await self.ports.send(described)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._keep()
        await self.ports.sleep(seconds)

    def now(self) -> float:
        """Return seconds since 1970."""
        return self.ports.now().timestamp()

    async def _keep(self) -> None:
        if self.tenure is not None:
            await self.tenure.keep()
