"""Pushing a calendar's occurrences to a sink, once per change, through crashes.

What a push does is decided by comparing levels, not by following edges: the
occurrences of the window on one side, the ledger on the other. Splits, cuts,
moved and cancelled occurrences need no cases of their own, and whatever a
crash left half-done is found by the next comparison.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import ParamSpec, Protocol, TypeVar

from attrs import define, evolve, frozen

from kloudsync.http.operation import Operation
from kloudsync.mirror.difference import Difference, difference, intent, is_doubtful, withdrawal
from kloudsync.mirror.elsewhere import Elsewhere
from kloudsync.mirror.ports import Ledger, Sink, SinkPorts
from kloudsync.mirror.reconciliation import Reconciliation, reconcile
from kloudsync.mirror.report import PushReport
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.occurrence import Occurrence, Skipped, Unexpanded
from kloudsync.model.state import Lease
from kloudsync.model.writes import Action, Item, LedgerEntry, Outcome
from kloudsync.runtime.leasing import LeaseStore, Leasing
from kloudsync.runtime.step import Step

P = ParamSpec("P")
T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Hears how many writes of how many are done."""


_RENEWALS = 20
"""How often a lease is renewed within its time, if anything is sent so often."""


def silence(done: int, total: int) -> None:
    """Take note of nothing."""


class MirrorStore(Ledger, LeaseStore, Protocol):
    """The roles of a store that a mirror uses."""

    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of which a pass was committed."""
        ...


class MirrorPorts(Protocol):
    """What a mirror needs of the outside world, in either colour."""

    async def send(self, described: Operation[T] | Step[T]) -> T:
        """Perform an operation of the sink."""
        ...

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


class Calendar(Protocol):
    """The copy that is mirrored."""

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        ...

    def occurrences(
        self, start: datetime, end: datetime, *, skipped: Skipped
    ) -> Sequence[Occurrence]:
        """Return everything that takes place within a window, but for series that it tells of.

        Raises:
            UsageError: The calendar was never synced; for an empty one everything is cancelled.
        """
        ...

    def newest(self, consumer: str) -> int | None:
        """Return the position of the newest change that a consumer has not acknowledged."""
        ...

    def acknowledge(self, consumer: str, change: int) -> None:
        """Move a consumer's position."""
        ...

    def dismiss(self, consumer: str) -> None:
        """Forget a consumer."""
        ...


@define
class _Tenure:
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


@frozen(kw_only=True)
class Mirror:
    """One calendar, one sink, one ledger."""

    calendar: Calendar
    sink: Sink
    store: MirrorStore
    ports: MirrorPorts
    owner: Callable[[], str]
    window: MirrorWindow = MirrorWindow()
    lease_ttl: float = 240.0
    progress: Progress = silence

    @property
    def name(self) -> str:
        """What this mirror is called in ledgers and the change feed."""
        return f"{self._family}{self.calendar.key}"

    @property
    def _family(self) -> str:
        """How the names of all mirrors to this sink begin."""
        return f"mirror:{self.sink.name}:"

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
            await self._compared(ledger, start, end, _SinkPorts(self.ports))
            if reconciled
            else Reconciliation(entries=())
        )
        ledger |= {entry.key: entry for entry in found.entries}
        elsewhere = await self.ports.run(self._elsewhere)
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
    async def _held(self) -> AsyncGenerator[_Tenure, None]:
        leasing = self._leasing
        async with leasing.held(self.owner()) as held:
            yield _Tenure(leasing, held.lease, self.ports.now())

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

    async def _push(self, tenure: _Tenure) -> PushReport:
        start, end = self.window.at(self.ports.now())
        # Read before the occurrences are: what is committed in between is pushed, too, and
        # acknowledged by the next push.
        newest = await self.ports.run(self.calendar.newest, self.name)
        ledger = await self.ports.run(self.store.ledger, self.name)
        elsewhere = await self.ports.run(self._elsewhere)
        lost: list[Unexpanded] = []
        todo = await self.ports.run(self._difference, ledger, start, end, lost, elsewhere)
        todo = await self._without_unsent(todo, ledger, tenure)
        report = await self._deliver(todo, ledger, tenure)
        await self.ports.run(self.store.strike, self.name, tenure.lease, todo.forgotten)
        # Whatever was refused differs from the ledger, and needs no change to be found again.
        if newest is not None:
            await self.ports.run(self.calendar.acknowledge, self.name, newest)
        abandoned = elsewhere.abandoned(ledger, int(start.timestamp()))
        return evolve(report, unexpanded=tuple(lost), abandoned=abandoned)

    async def _reconcile(self, tenure: _Tenure) -> PushReport:
        start, end = self.window.at(self.ports.now())
        ledger = await self.ports.run(self.store.ledger, self.name)
        found = await self._compared(ledger, start, end, _SinkPorts(self.ports, tenure))
        await self.ports.run(self.store.enter, self.name, tenure.lease, found.entries)
        report = await self._push(tenure)
        # What the dead ones left at the sink is in this ledger now, and cancelled.
        await self.ports.run(self._bury, tenure.lease)
        return evolve(report, missing=found.missing, unknown=found.unknown, abandoned=0)

    async def _withdraw(self, tenure: _Tenure) -> PushReport:
        ledger = await self.ports.run(self.store.ledger, self.name)
        now = self.ports.now().timestamp()
        elsewhere = await self.ports.run(self._elsewhere)
        todo = withdrawal(ledger, now=now, elsewhere=elsewhere)
        todo = await self._without_unsent(todo, ledger, tenure)
        report = await self._deliver(todo, ledger, tenure)
        await self.ports.run(self.store.strike, self.name, tenure.lease, todo.forgotten)
        await self.ports.run(self.calendar.dismiss, self.name)
        return report

    async def _compared(
        self,
        ledger: dict[str, LedgerEntry],
        start: datetime,
        end: datetime,
        ports: SinkPorts,
    ) -> Reconciliation:
        low, high = int(start.timestamp()), int(end.timestamp())
        present = await self.sink.present(low, high, ports)
        elsewhere = await self.ports.run(self._elsewhere)
        return reconcile(present, ledger, start=low, end=high, elsewhere=elsewhere.kept)

    async def _without_unsent(
        self, todo: Difference, ledger: Mapping[str, LedgerEntry], tenure: _Tenure
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
        present = await self.sink.present(low, high, _SinkPorts(self.ports, tenure))
        return todo.without(
            {entry.key for entry in doubtful}
            - {entry.key for entry in present if not entry.cancelled}
        )

    def _elsewhere(self) -> Elsewhere:
        """Return what mirrors of other calendars wrote to this sink."""
        others = [name for name in self.store.mirrors() if name.startswith(self._family)]
        dead = self._dead()
        living = [name for name in others if name not in dead and name != self.name]
        return Elsewhere.of(self._entries(living), dead=self._entries(dead))

    def _dead(self) -> list[str]:
        """Return the mirrors to this sink whose calendars nobody holds any more.

        Where the store does not hold this mirror's own calendar, the copies live elsewhere, and
        nothing follows from the absence of another one.
        """
        held = {str(key) for key in self.store.calendars()}
        if str(self.calendar.key) not in held:
            return []
        others = [name for name in self.store.mirrors() if name.startswith(self._family)]
        return [name for name in others if name.removeprefix(self._family) not in held]

    def _bury(self, lease: Lease) -> None:
        for name in self._dead():
            self.store.strike(name, lease, list(self.store.ledger(name)))

    def _entries(self, mirrors: Iterable[str]) -> Iterator[LedgerEntry]:
        for name in mirrors:
            yield from self.store.ledger(name).values()

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

    async def _deliver(
        self, todo: Difference, ledger: Mapping[str, LedgerEntry], tenure: _Tenure
    ) -> PushReport:
        writes, lease = todo.writes, tenure.lease
        if not writes:
            return PushReport(unchanged=todo.unchanged)
        await self.ports.run(
            self.store.enter, self.name, lease, [intent(write) for write in writes]
        )
        outcomes: list[Outcome] = []

        async def note(fates: Sequence[Outcome]) -> None:
            await self.ports.run(self._note, fates, ledger, lease)
            outcomes.extend(fates)
            self.progress(len(outcomes), len(writes))

        await self.sink.deliver(writes, _SinkPorts(self.ports, tenure), note)
        return _report(outcomes, todo.unchanged)

    def _note(
        self, fates: Sequence[Outcome], before: Mapping[str, LedgerEntry], lease: Lease
    ) -> None:
        """Note what the sink has now: what was written, or, where it refused, what it had before.

        What is in doubt stays what it is since before the call: an intent.
        """
        refused = [
            fate.write.entry.key for fate in fates if fate.error is not None and not fate.doubtful
        ]
        entries = [fate.write.entry for fate in fates if fate.error is None]
        entries += [before[key] for key in refused if key in before]
        self.store.enter(self.name, lease, entries)
        self.store.strike(self.name, lease, [key for key in refused if key not in before])


@frozen
class _SinkPorts:
    """The mirror's outside world as sinks see it: what they send, they send under its lease."""

    _ports: MirrorPorts
    _tenure: _Tenure | None = None

    async def send(self, described: Operation[T] | Step[T]) -> T:
        await self._keep()
        return await self._ports.send(described)

    async def sleep(self, seconds: float) -> None:
        await self._keep()
        await self._ports.sleep(seconds)

    def now(self) -> float:
        return self._ports.now().timestamp()

    async def _keep(self) -> None:
        if self._tenure is not None:
            await self._tenure.keep()


def _report(outcomes: Sequence[Outcome], unchanged: int) -> PushReport:
    done = Counter(one.write.action for one in outcomes if one.error is None)
    return PushReport(
        created=done[Action.CREATE],
        updated=done[Action.UPDATE],
        cancelled=done[Action.CANCEL],
        unchanged=unchanged,
        refused=tuple(one for one in outcomes if one.error is not None),
    )
