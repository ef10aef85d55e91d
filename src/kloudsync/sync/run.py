"""One run of the engine: what it works with, where it stands, and what it writes on its way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from attrs import define

from kloudsync.errors import DecodeError, LeaseLost, StoreBusy, StoreFull
from kloudsync.http.operation import Operation
from kloudsync.http.setting import Watch
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SourcePage
from kloudsync.model.state import CalendarState, Checkpoint, Quarantined
from kloudsync.runtime.leasing import Leasing, Tenure
from kloudsync.runtime.step import Step
from kloudsync.sync.forgetting import ForgetfulStore
from kloudsync.sync.hook import Hook
from kloudsync.sync.log import log_begun_anew
from kloudsync.sync.plan import Pass
from kloudsync.sync.report import SyncReport
from kloudsync.sync.settings import Settings
from kloudsync.sync.source import SourceDescription
from kloudsync.sync.standing import Closed, Ending, Standing
from kloudsync.sync.tally import Tally
from kloudsync.sync.transactions import EngineUnit, ListingCutOff, Transactions

P = ParamSpec("P")
T = TypeVar("T")

_MOST_FAILURES = 2
"""After so many failures of one kind in a row, a pass is begun anew."""

_TOLD_AT_ONCE = 5000
"""So many entries of the feed are written ahead in one transaction, which takes some 20 ms."""


class EngineStore(EngineUnit, ForgetfulStore, Protocol):
    """What the engine itself asks of a store, besides units of work."""

    def unit(self, work: Callable[[EngineUnit], T], *, durable: bool = False) -> T:
        """Run a function within one transaction."""
        ...


class EnginePorts(Protocol):
    """What the engine needs of the outside world, in either colour."""

    async def send(self, described: Operation[T] | Step[T], watch: Watch) -> T:
        """Perform an operation or a step."""
        ...

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


@define(kw_only=True)
class Run:
    """One run over one calendar.

    Attributes:
        source: The calendar.
        store: Where its copy is.
        ports: The outside world.
        settings: How the engine behaves.
        hook: Is told of what happens.
        leasing: Renews the lease.
        transactions: What is done in the store, each within one unit of work.
        tenure: The lease, for the time of the run.
        standing: How far the calendar has come.
        misread: What other versions could not understand, and this one has not tried yet.
        tally: What the run has counted.
        wanted: Why its first pass has to be a full one, or None.
    """

    source: SourceDescription
    store: EngineStore
    ports: EnginePorts
    settings: Settings
    hook: Hook
    leasing: Leasing
    transactions: Transactions
    tenure: Tenure
    standing: Standing
    misread: list[Quarantined]
    tally: Tally
    wanted: str | None = None

    @property
    def calendar(self) -> CalendarKey:
        """Whose copy is brought up to date."""
        return self.source.key

    def seconds(self) -> float:
        """Return the current time, in seconds since 1970."""
        return self.ports.now().timestamp()

    async def unit(self, work: Callable[[EngineUnit], T]) -> T:
        """Run a function within one transaction of the store."""
        return await self.ports.run(self.store.unit, work)

    async def renew(self) -> None:
        """Hold the lease for longer.

        Raises:
            LeaseLost: It ran out, and another worker took over.
        """
        await self.leasing.renew(self.standing.lease)

    async def stage(self, page: SourcePage, checkpoint: Checkpoint) -> None:
        """Stage a page of several; what it held is forgotten before the next one arrives."""
        standing = self.standing
        self.tally.take(
            await self.unit(lambda unit: self.transactions.stage(unit, standing, page, checkpoint))
        )
        self.standing = standing.at(checkpoint)

    async def close(self, walk: Pass, page: SourcePage, checkpoint: Checkpoint) -> SyncReport:
        """Commit a pass whose pages are all staged, or that has only this one.

        Raises:
            DecodeError: The listing was cut off; nothing of it is kept.
            StoreError: The store failed; the pass stays staged, unless it failed so before.
        """
        before = self.standing
        ending = Ending(
            checkpoint=checkpoint,
            now=self.seconds(),
            last=not walk.resumed,
            lacks=await self._may_lack(checkpoint),
        )
        try:
            closed = await self._close(ending, None if walk.resumed else page)
        except ListingCutOff:
            await self.drop()
            raise DecodeError(
                f"{self.calendar}: the listing ended without a cursor, and lacks events that "
                "are held; nothing was taken for deleted, and the next run lists it again"
            ) from None
        except (LeaseLost, StoreBusy, StoreFull):
            raise
        except Exception as error:
            await self.note_failure(error)
            raise
        self.tally.take(closed.taken)
        self.standing = Standing(lease=before.lease, state=closed.state)
        return self._report(before.state, checkpoint, closed)

    async def _may_lack(self, checkpoint: Checkpoint) -> bool:
        """Tell whether a full listing may lack anything that is held.

        It is looked at before the commit begins: the lease keeps it as it is, and in a large calendar
        it takes so long that nobody should have to wait for it.
        """
        if not (self.source.incremental and checkpoint.full and checkpoint.pages > 1):
            return True
        if self.standing.first:
            return False
        return bool(await self.ports.run(self.store.unseen, self.calendar, 1))

    async def _close(self, ending: Ending, page: SourcePage | None) -> Closed:
        """Judge and commit, with the page itself where it is the only one."""
        standing, steps = self.standing, self.transactions

        def commit(work: Callable[[EngineUnit], Closed]) -> Closed:
            closed = self.store.unit(work, durable=True)
            # Noted at once: whatever happens now, the lease is not ours any more.
            self.tenure.is_over = ending.last
            return closed

        pages = ending.checkpoint.pages
        if pages == 1 and page is not None:
            return await self.ports.run(
                commit, lambda unit: steps.close_page(unit, standing, page, ending)
            )
        if not standing.first or pages < self.settings.long_pass:
            return await self.ports.run(commit, lambda unit: steps.close(unit, standing, ending))
        # Nobody sees anything of a first pass, nor changes it while the lease is held, so that it need
        # not be judged in the transaction of the commit, which would be a very long one.
        settled = await self.ports.run(steps.settle, self.store, standing, ending)
        await self.renew()
        while await self.ports.run(
            self.store.tell_ahead,
            self.calendar,
            standing.lease,
            now=ending.now,
            limit=_TOLD_AT_ONCE,
        ):
            await self.renew()
        return await self.ports.run(
            commit, lambda unit: steps.finish(unit, standing, ending, settled)
        )

    async def note_failure(self, error: Exception) -> None:
        """Count a failure of what is staged, and throw it away where it fails twice in one way.

        The cursor stays, and the next run begins anew: what a fresh walk finds may not fail.
        """
        standing = self.standing
        if standing.state.checkpoint is None:
            return
        failed = standing.state.checkpoint.failed(type(error).__name__)
        with suppress(Exception):
            if failed.failures < _MOST_FAILURES:
                await self.unit(lambda unit: self.transactions.note(unit, standing, failed))
            else:
                log_begun_anew(self.calendar, error)
                await self.drop()

    async def drop(self) -> None:
        """Throw away what is staged, if anything is."""
        standing = self.standing
        if standing.state.checkpoint is not None:
            await self.unit(lambda unit: self.transactions.drop(unit, standing))
            self.standing = standing.at(None)

    def _report(self, before: CalendarState, checkpoint: Checkpoint, closed: Closed) -> SyncReport:
        return self.tally.report(
            self.calendar,
            checkpoint,
            closed,
            committed=not self.settings.rehearsed,
            finished_at=self.ports.now(),
            lag=_lag(before.synced_at, closed.state.synced_at),
        )


def _lag(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
