"""Pushing a calendar's occurrences to a sink, once per change, through crashes.

What a push does is decided by comparing levels, not by following edges: the
occurrences of the window on one side, the ledger on the other. Splits, cuts,
moved and cancelled occurrences need no cases of their own, and whatever a
crash left half-done is found by the next comparison.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from attrs import evolve, frozen

from kloudsync.http.operation import Operation
from kloudsync.leasing import LeaseStore, Leasing
from kloudsync.mirror.difference import Difference, difference, intent, withdrawal
from kloudsync.mirror.elsewhere import Elsewhere
from kloudsync.mirror.ports import Ledger, Sink
from kloudsync.mirror.reconciliation import Reconciliation, reconcile
from kloudsync.mirror.report import PushReport
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.occurrence import Occurrence, Skipped, Unexpanded
from kloudsync.model.state import Lease
from kloudsync.model.writes import Action, Item, LedgerEntry, Outcome

P = ParamSpec("P")
T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Hears how many writes of how many are done."""


def silence(done: int, total: int) -> None:
    """Take note of nothing."""


class MirrorStore(Ledger, LeaseStore, Protocol):
    """The roles of a store that a mirror uses."""


class MirrorPorts(Protocol):
    """What a mirror needs of the outside world, in either colour."""

    async def send(self, operation: Operation[T]) -> T:
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


@frozen(kw_only=True)
class Mirror:
    """One calendar, one sink, one ledger."""

    calendar: Calendar
    sink: Sink
    store: MirrorStore
    ports: MirrorPorts
    owner: Callable[[], str]
    window: MirrorWindow = MirrorWindow()
    lease_ttl: float = 600.0
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
        async with self._leasing.held(self.owner()) as tenure:
            return await self._push(tenure.lease)

    async def reconcile(self) -> PushReport:
        """Compare with what the sink really shows, correct the ledger, and push.

        Raises what `push` raises.
        """
        async with self._leasing.held(self.owner()) as tenure:
            return await self._reconcile(tenure.lease)

    async def withdraw(self) -> PushReport:
        """Cancel at the sink whatever is still to come; what has begun stays.

        The ledger keeps what was cancelled, so that a later push is not taken for stale.
        Raises what `push` raises; the next try goes on from there.
        """
        async with self._leasing.held(self.owner()) as tenure:
            return await self._withdraw(tenure.lease)

    async def plan(self, *, reconciled: bool = False) -> PushReport:
        """Say what `push` would write, or `reconcile`, and write nothing."""
        start, end = self.window.at(self.ports.now())
        ledger = await self.ports.run(self.store.ledger, self.name)
        found = (
            await self._compared(ledger, start, end) if reconciled else Reconciliation(entries=())
        )
        ledger |= {entry.key: entry for entry in found.entries}
        lost: list[Unexpanded] = []
        todo = await self.ports.run(self._difference, ledger, start, end, lost)
        return PushReport(
            planned=todo.writes,
            unchanged=todo.unchanged,
            unexpanded=tuple(lost),
            missing=found.missing,
            unknown=found.unknown,
        )

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

    async def _push(self, lease: Lease) -> PushReport:
        start, end = self.window.at(self.ports.now())
        # Read before the occurrences are: what is committed in between is pushed, too, and
        # acknowledged by the next push.
        newest = await self.ports.run(self.calendar.newest, self.name)
        ledger = await self.ports.run(self.store.ledger, self.name)
        lost: list[Unexpanded] = []
        todo = await self.ports.run(self._difference, ledger, start, end, lost)
        report = await self._deliver(todo, ledger, lease)
        await self.ports.run(self.store.strike, self.name, lease, todo.forgotten)
        # Whatever was refused differs from the ledger, and needs no change to be found again.
        if newest is not None:
            await self.ports.run(self.calendar.acknowledge, self.name, newest)
        return evolve(report, unexpanded=tuple(lost))

    async def _reconcile(self, lease: Lease) -> PushReport:
        start, end = self.window.at(self.ports.now())
        ledger = await self.ports.run(self.store.ledger, self.name)
        found = await self._compared(ledger, start, end)
        await self.ports.run(self.store.enter, self.name, lease, found.entries)
        report = await self._push(lease)
        return evolve(report, missing=found.missing, unknown=found.unknown)

    async def _withdraw(self, lease: Lease) -> PushReport:
        ledger = await self.ports.run(self.store.ledger, self.name)
        now = self.ports.now().timestamp()
        elsewhere = await self.ports.run(self._elsewhere)
        todo = withdrawal(ledger, now=now, elsewhere=elsewhere)
        report = await self._deliver(todo, ledger, lease)
        await self.ports.run(self.store.strike, self.name, lease, todo.forgotten)
        await self.ports.run(self.calendar.dismiss, self.name)
        return report

    async def _compared(
        self, ledger: dict[str, LedgerEntry], start: datetime, end: datetime
    ) -> Reconciliation:
        low, high = int(start.timestamp()), int(end.timestamp())
        present = await self.sink.present(low, high, _SinkPorts(self.ports))
        elsewhere = await self.ports.run(self._elsewhere)
        return reconcile(present, ledger, start=low, end=high, elsewhere=elsewhere.kept)

    def _elsewhere(self) -> Elsewhere:
        """Return what mirrors of other calendars wrote to this sink."""
        others = [name for name in self.store.mirrors() if name.startswith(self._family)]
        ledgers = (self.store.ledger(name).values() for name in others if name != self.name)
        return Elsewhere.of(entry for entries in ledgers for entry in entries)

    def _difference(
        self,
        ledger: dict[str, LedgerEntry],
        start: datetime,
        end: datetime,
        lost: list[Unexpanded],
    ) -> Difference:
        occurrences = self.calendar.occurrences(start, end, skipped=lost.append)
        items = self._items(occurrences)
        since, now = int(start.timestamp()), self.ports.now().timestamp()
        untold = {one.uid for one in lost}
        elsewhere = self._elsewhere()
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
        self, todo: Difference, ledger: Mapping[str, LedgerEntry], lease: Lease
    ) -> PushReport:
        writes = todo.writes
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
            await self._leasing.renew(lease)

        await self.sink.deliver(writes, _SinkPorts(self.ports), note)
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
    """The mirror's outside world as sinks see it."""

    _ports: MirrorPorts

    async def send(self, operation: Operation[T]) -> T:
        return await self._ports.send(operation)

    async def sleep(self, seconds: float) -> None:
        await self._ports.sleep(seconds)

    def now(self) -> float:
        return self._ports.now().timestamp()


def _report(outcomes: Sequence[Outcome], unchanged: int) -> PushReport:
    done = Counter(one.write.action for one in outcomes if one.error is None)
    return PushReport(
        created=done[Action.CREATE],
        updated=done[Action.UPDATE],
        cancelled=done[Action.CANCEL],
        unchanged=unchanged,
        refused=tuple(one for one in outcomes if one.error is not None),
    )
