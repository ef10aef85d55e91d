"""Pushing a calendar's occurrences to a sink, once per change, through crashes.

What a push does is decided by comparing levels, not by following edges: the
occurrences of the window on one side, the ledger on the other. Splits, cuts,
moved and cancelled occurrences need no cases of their own, and whatever a
crash left half-done is found by the next comparison.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from attrs import evolve, frozen

from kloudsync.mirror.delivery import Delivery
from kloudsync.mirror.difference import Difference, difference, is_doubtful, withdrawal
from kloudsync.mirror.elsewhere import Elsewhere
from kloudsync.mirror.family import Family
from kloudsync.mirror.ports import (
    Calendar,
    MirrorPorts,
    MirrorStore,
    Progress,
    Sink,
    SinkPorts,
    silence,
)
from kloudsync.mirror.reconciliation import Reconciliation, reconcile
from kloudsync.mirror.report import PushReport
from kloudsync.mirror.tenure import Tenure, TenurePorts
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.occurrence import Occurrence, Unexpanded
from kloudsync.model.state import LEASE_TTL
from kloudsync.model.writes import Action, Item, LedgerEntry
from kloudsync.runtime.leasing import Leasing


@frozen(kw_only=True)
class Mirror:
    """One calendar, one sink, one ledger."""

    calendar: Calendar
    sink: Sink
    store: MirrorStore
    ports: MirrorPorts
    owner: Callable[[], str]
    window: MirrorWindow = MirrorWindow()
    lease_ttl: float = LEASE_TTL
    progress: Progress = silence

    @property
    def name(self) -> str:
        """What this mirror is called in ledgers and the change feed."""
        return self._family.member

    @property
    def _family(self) -> Family:
        return Family(store=self.store, sink=self.sink.name, calendar=self.calendar.key)

    async def push(self) -> PushReport:
        """Bring the sink in step with the calendar.

        Raises:
            UsageError: The calendar was never synced.
            LeaseHeld: Another worker is pushing to this sink, from this calendar or another.
            LeaseLost: The lease ran out and another worker took over.
            APIError: The sink answered with an error that concerns all writes. What was
                written until then is in the ledger, and the next push goes on from there.
        """
        async with self._held() as tenure:
            return await self._push(tenure)

    async def reconcile(self) -> PushReport:
        """Compare with what the sink really shows, correct the ledger, and push.

        Raises what `push` raises.
        """
        async with self._held() as tenure:
            return await self._reconcile(tenure)

    async def withdraw(self) -> PushReport:
        """Cancel at the sink whatever is still to come; what has begun stays.

        The ledger keeps what was cancelled, so that a later push is not taken for stale.
        Raises what `push` raises; the next try goes on from there.
        """
        async with self._held() as tenure:
            return await self._withdraw(tenure)

    async def plan(self, *, reconciled: bool = False) -> PushReport:
        """Say what `push` would write, or `reconcile`, and write nothing."""
        start, end = self.window.at(self.ports.now())
        ledger = await self.ports.run(self.store.ledger, self.name)
        found = (
            await self._compared(ledger, start, end, TenurePorts(self.ports))
            if reconciled
            else Reconciliation(entries=())
        )
        ledger |= {entry.key: entry for entry in found.entries}
        elsewhere = await self.ports.run(self._family.elsewhere)
        lost: list[Unexpanded] = []
        todo = await self.ports.run(self._difference, ledger, start, end, lost, elsewhere)
        return PushReport(
            planned=todo.writes,
            unchanged=todo.unchanged,
            unexpanded=tuple(lost),
            missing=found.missing,
            unknown=found.unknown,
            abandoned=0 if reconciled else elsewhere.abandoned(ledger, int(start.timestamp())),
        )

    @asynccontextmanager
    async def _held(self) -> AsyncGenerator[Tenure, None]:
        leasing = self._leasing
        async with leasing.held(self.owner()) as held:
            yield Tenure(leasing, held.lease, self.ports.now())

    @property
    def _leasing(self) -> Leasing:
        return Leasing(
            store=self.store,
            ports=self.ports,
            # One lease for all mirrors of a sink: what each cancels follows from what the ledgers
            # of the others say, which may not change meanwhile.
            name=f"mirror:{self.sink.name}",
            ttl=self.lease_ttl,
            work=f"is pushing to {self.sink.name}",
            loss="what was sent since is the other's to repeat",
        )

    async def _push(self, tenure: Tenure) -> PushReport:
        start, end = self.window.at(self.ports.now())
        # Read before the occurrences are: what is committed in between is pushed, too, and
        # acknowledged by the next push.
        newest = await self.ports.run(self.calendar.newest, self.name)
        ledger = await self.ports.run(self.store.ledger, self.name)
        elsewhere = await self.ports.run(self._family.elsewhere)
        lost: list[Unexpanded] = []
        todo = await self.ports.run(self._difference, ledger, start, end, lost, elsewhere)
        todo = await self._without_unsent(todo, ledger, tenure)
        report = await self._delivery(tenure).deliver(todo, ledger)
        await self.ports.run(self.store.strike, self.name, tenure.lease, todo.forgotten)
        # Whatever was refused differs from the ledger, and needs no change to be found again.
        if newest is not None:
            await self.ports.run(self.calendar.acknowledge, self.name, newest)
        abandoned = elsewhere.abandoned(ledger, int(start.timestamp()))
        return evolve(report, unexpanded=tuple(lost), abandoned=abandoned)

    async def _reconcile(self, tenure: Tenure) -> PushReport:
        start, end = self.window.at(self.ports.now())
        ledger = await self.ports.run(self.store.ledger, self.name)
        found = await self._compared(ledger, start, end, TenurePorts(self.ports, tenure))
        await self.ports.run(self.store.enter, self.name, tenure.lease, found.entries)
        report = await self._push(tenure)
        # What the dead ones left at the sink is in this ledger now, and cancelled.
        await self.ports.run(self._family.bury, tenure.lease)
        return evolve(report, missing=found.missing, unknown=found.unknown, abandoned=0)

    async def _withdraw(self, tenure: Tenure) -> PushReport:
        ledger = await self.ports.run(self.store.ledger, self.name)
        now = self.ports.now().timestamp()
        elsewhere = await self.ports.run(self._family.elsewhere)
        todo = withdrawal(ledger, now=now, elsewhere=elsewhere)
        todo = await self._without_unsent(todo, ledger, tenure)
        report = await self._delivery(tenure).deliver(todo, ledger)
        await self.ports.run(self.store.strike, self.name, tenure.lease, todo.forgotten)
        await self.ports.run(self.calendar.dismiss, self.name)
        return report

    def _delivery(self, tenure: Tenure) -> Delivery:
        return Delivery(
            mirror=self.name,
            sink=self.sink,
            store=self.store,
            ports=self.ports,
            tenure=tenure,
            progress=self.progress,
        )

    async def _compared(
        self,
        ledger: dict[str, LedgerEntry],
        start: datetime,
        end: datetime,
        ports: SinkPorts,
    ) -> Reconciliation:
        low, high = int(start.timestamp()), int(end.timestamp())
        present = await self.sink.present(low, high, ports)
        elsewhere = await self.ports.run(self._family.elsewhere)
        return reconcile(present, ledger, start=low, end=high, elsewhere=elsewhere.kept)

    async def _without_unsent(
        self, todo: Difference, ledger: Mapping[str, LedgerEntry], tenure: Tenure
    ) -> Difference:
        """Leave out cancellations of records that the sink does not show, and may never have had.

        A worker that died before it sent leaves the same entry as one that died after.
        """
        doubtful = [
            write.entry
            for write in todo.writes
            if write.action is Action.CANCEL and is_doubtful(ledger[write.entry.key])
        ]
        if not doubtful:
            return todo
        # All of the window: a record that was to be moved may still be where it was.
        start, end = (int(bound.timestamp()) for bound in self.window.at(self.ports.now()))
        low = min(start, *(entry.start for entry in doubtful))
        high = max(end, *(entry.end for entry in doubtful))
        present = await self.sink.present(low, high, TenurePorts(self.ports, tenure))
        return todo.without(
            {entry.key for entry in doubtful}
            - {entry.key for entry in present if not entry.cancelled}
        )

    def _difference(
        self,
        ledger: dict[str, LedgerEntry],
        start: datetime,
        end: datetime,
        lost: list[Unexpanded],
        elsewhere: Elsewhere,
    ) -> Difference:
        occurrences = self.calendar.occurrences(start, end, skipped=lost.append)
        items = self._items(occurrences)
        since, now = int(start.timestamp()), self.ports.now().timestamp()
        untold = {one.uid for one in lost}
        return difference(items, ledger, since=since, now=now, elsewhere=elsewhere, untold=untold)

    def _items(self, occurrences: Iterable[Occurrence]) -> list[Item]:
        """Return what the sink wants of occurrences, each under a key of its own."""
        items: dict[str, Item] = {}
        for one in occurrences:
            item = self.sink.item(one)
            if item is not None and item.key in items:
                item = self.sink.item(one, apart=True)
            if item is not None:
                items[item.key] = item
        return list(items.values())
