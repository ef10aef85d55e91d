"""The engine: walk the pages of a calendar, judge them, and commit the pass as a whole.

Written once, as coroutines over ports. It knows no provider, no database and
no event loop; everything it decides is a pure function in `plan` and `series`,
and everything that it writes is a unit of work in `transactions`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime
from functools import cached_property, partial
from typing import ParamSpec, Protocol, TypeVar

from attrs import define, evolve, frozen

from kloudsync.errors import (
    APIError,
    DecodeError,
    IdentityMismatch,
    LeaseLost,
    ResyncLoop,
    ServiceUnavailable,
    StoreBusy,
    StoreFull,
)
from kloudsync.http.operation import Operation
from kloudsync.http.perform import Attempt, Watch
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SourcePage
from kloudsync.model.state import CalendarState, Checkpoint, Cursor, Lease, Quarantined
from kloudsync.runtime.leasing import Leasing, Tenure
from kloudsync.runtime.step import Step
from kloudsync.sync.forgetting import ForgetfulStore, Forgetting, leasing_of
from kloudsync.sync.log import log_begun_anew, log_failure, log_report
from kloudsync.sync.plan import Pass, marked, next_pass
from kloudsync.sync.progress import (
    CursorDropped,
    Hook,
    PageStaged,
    PassStarted,
    RunFailed,
    RunFinished,
    TryMade,
)
from kloudsync.sync.refusals import Refusal, blames_position, refusal_of
from kloudsync.sync.report import SyncReport
from kloudsync.sync.settings import Settings
from kloudsync.sync.source import SourceDescription
from kloudsync.sync.tally import Tally
from kloudsync.sync.transactions import (
    Closed,
    Ending,
    EngineUnit,
    ListingCutOff,
    Opening,
    Standing,
    Transactions,
)

P = ParamSpec("P")
T = TypeVar("T")

_ASKED = "asked for"

_NOT_TOLD = frozenset({400, 403, 404})

_MOST_FAILURES = 2
"""After so many failures of one kind in a row, a pass is begun anew."""


class EngineStore(ForgetfulStore, Protocol):
    """What the engine itself asks of a store, besides units of work."""

    def unit(self, work: Callable[[EngineUnit], T], *, durable: bool = False) -> T:
        """Run a function within one transaction."""
        ...

    def refuse_pending(self, key: CalendarKey, lease: Lease) -> int:
        """Note whatever is pending as refused, and return how much that is."""
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


@frozen
class _CursorRefused(Exception):
    refusal: Refusal


@frozen
class _PositionRefused(Exception):
    error: APIError


@define
class _Run:
    """One run of the engine.

    Attributes:
        tenure: The lease, for the time of the run.
        standing: How far the calendar has come.
        misread: What other versions could not understand, and this one has not tried yet.
        tally: What the run has counted.
        wanted: Why its first pass has to be a full one, or None.
    """

    tenure: Tenure
    standing: Standing
    misread: list[Quarantined]
    tally: Tally
    wanted: str | None = None


@frozen(kw_only=True)
class Engine:
    """One calendar, one store, one worker."""

    source: SourceDescription
    store: EngineStore
    ports: EnginePorts
    settings: Settings
    hook: Hook

    async def sync(self, *, full: bool = False) -> SyncReport:
        """Bring the store to the calendar's present state.

        Args:
            full: Whether to list everything, though the cursor may be good.

        Raises:
            LeaseHeld: Another worker is syncing this calendar.
            LeaseLost: The lease ran out and another worker took over.
            ResyncLoop: The service refused its own new cursors.
            APIError: The service answered with a lasting error.
            TransportError: No answer arrived, after the last try.
            StoreError: The store failed. In every case it is as after its last commit.
        """
        tally, opened = Tally(self.ports.now()), list[Opening]()
        take = partial(self._open, opened)
        async with self._leasing.held(self.settings.owner(), take) as tenure:
            report = await self._run(opened[0], tenure, tally, full=full)
        log_report(report)
        self.hook(RunFinished(calendar=self.source.key, report=report))
        return report

    async def forget(self) -> None:
        """Remove the calendar from the store as if it had never been synced, and all copies of it.

        The copy of a part of a calendar goes alone.

        Raises:
            LeaseHeld: A worker is syncing it.
            StoreError: The store failed; copies that it did not come to are as before.
        """
        forgetting = Forgetting(
            store=self.store,
            ports=self.ports,
            owner=self.settings.owner,
            lease_ttl=self.settings.lease_ttl,
        )
        await forgetting.forget(self.source.key)

    async def refuse_deletions(self) -> int:
        """Keep what is pending until the source names it, and return how much that is.

        Raises:
            LeaseHeld: A worker is syncing the calendar.
        """
        async with self._leasing.held(self.settings.owner()) as tenure:
            key = self.source.key
            return await self.ports.run(self.store.refuse_pending, key, tenure.lease)

    @cached_property
    def _leasing(self) -> Leasing:
        return leasing_of(
            self.source.key,
            store=self.store,
            ports=self.ports,
            lease_ttl=self.settings.lease_ttl,
        )

    @cached_property
    def _transactions(self) -> Transactions:
        return Transactions(source=self.source, settings=self.settings)

    def _open(self, opened: list[Opening], owner: str) -> Lease | None:
        """Take the lease and look at what the run begins with, in one transaction."""

        def work(unit: EngineUnit) -> Opening | None:
            lease = self._leasing.acquire(unit, owner)
            return None if lease is None else self._transactions.open(unit, lease)

        opening = self.store.unit(work)
        if opening is None:
            return None
        opened.append(opening)
        return opening.lease

    async def _run(
        self, opening: Opening, tenure: Tenure, tally: Tally, *, full: bool
    ) -> SyncReport:
        standing = Standing(lease=opening.lease, state=opening.state)
        run = _Run(tenure, standing, list(opening.misread), tally, _ASKED if full else None)
        try:
            return await self._passes(run)
        except BaseException as error:
            log_failure(self.source.key, error)
            self.hook(RunFailed(calendar=self.source.key, error=error))
            raise

    async def _passes(self, run: _Run) -> SyncReport:
        """Run passes until the copy is the calendar as it is now.

        A pass that goes on where an earlier run was cut off ends with the calendar as it
        was when that run began; the delta from there to the present follows at once.
        """
        report = await self._unrefused_pass(run)
        if not (report.resumed and report.committed):
            return report
        return report.followed_by(await self._unrefused_pass(run))

    async def _unrefused_pass(self, run: _Run) -> SyncReport:
        refusal = None if run.wanted is None else Refusal(reason=run.wanted)
        run.wanted = None
        refusals = 0
        while refusals <= self.settings.most_resyncs:
            now = self.ports.now().timestamp()
            walk = next_pass(run.standing.state, marked(self.source.fingerprint), refusal, now=now)
            try:
                return await self._pass(walk, run)
            except _PositionRefused as refused:
                log_begun_anew(self.source.key, refused.error)
            except _CursorRefused as refused:
                refusal = refused.refusal
                refusals += 1
                self.hook(CursorDropped(calendar=self.source.key, reason=refusal.reason))
            await self._drop(run)
        raise ResyncLoop(
            f"{self.source.key}: the service refused its own new cursor {refusals} times in a row "
            f"(last: {refusal.reason if refusal else None}); "
            "the store keeps the last good state; try again later"
        )

    async def _pass(self, walk: Pass, run: _Run) -> SyncReport:
        run.tally.begin(resumed=walk.resumed)
        self.hook(
            PassStarted(
                calendar=self.source.key,
                full=walk.checkpoint.full,
                reason=walk.checkpoint.reason,
                resumed=walk.resumed,
            )
        )
        checkpoint, page = walk.checkpoint, SourcePage(records=())
        read = await self._reread(walk, run)
        if not checkpoint.complete:
            position, old = checkpoint.position, walk.resumed
            async for found in self._pages(walk.cursor, position, run, old=old):
                if checkpoint.full and not checkpoint.pages:
                    checkpoint = evolve(checkpoint, identity=await self._identified(found, run))
                checkpoint, page, read = _moved_on(checkpoint, found), _joined(read, found), None
                if not (checkpoint.complete and checkpoint.pages == 1):
                    await self._stage(page, checkpoint, run)
                self._tell_page(checkpoint, page, run)
        if await self._may_have_shifted(checkpoint, run):
            checkpoint = await self._look_again(checkpoint, run)
        return await self._close(walk, page, checkpoint, run)

    async def _identified(self, page: SourcePage, run: _Run) -> str | None:
        """Return whose calendar a listing shows, as far as the service says so.

        Raises:
            IdentityMismatch: It is not whose the copy is.
        """
        known = run.standing.state.identity
        if page.label is None:
            return known
        told = self.source.owner(page.label)
        if told is None or told != (known or told):
            told = await self._asked_owner(run) or told
        if told is not None and told != (known or told):
            raise IdentityMismatch(
                f"{self.source.key} is the copy of another person's calendar than this client "
                'reads; give each account a name of its own, as in Google(account="crm-17")'
            )
        return told or known

    async def _asked_owner(self, run: _Run) -> str | None:
        try:
            return await self.ports.send(self.source.ask_owner(), run.tally.count)
        except APIError as error:
            # Not every token may ask; what is not known is not compared.
            if error.status in _NOT_TOLD:
                return None
            raise

    async def _may_have_shifted(self, checkpoint: Checkpoint, run: _Run) -> bool:
        """Tell whether what a full listing of several pages lacks may have moved past its reader."""
        if not (self.source.shifts and checkpoint.full and checkpoint.pages > 1):
            return False
        if checkpoint.cursor is None or run.standing.first:
            return False
        return await self._unit(self._transactions.lacks)

    async def _look_again(self, checkpoint: Checkpoint, run: _Run) -> Checkpoint:
        """Stage what changed since the first page of a listing.

        A run that is cut off meanwhile looks again from the beginning.
        """
        cursor = Cursor(token=checkpoint.cursor or "", fingerprint=checkpoint.fingerprint)
        async for page in self._pages(cursor, None, run):
            checkpoint = _looked_on(checkpoint, page)
            await self._stage(page, checkpoint, run)
        return checkpoint

    async def _reread(self, walk: Pass, run: _Run) -> SourcePage | None:
        """Return what other versions could not understand, as this one reads it.

        A full listing holds it once more, unless it is gone.
        """
        misread, run.misread = run.misread, []
        if not misread or walk.resumed or walk.checkpoint.full:
            return None
        read = await self._unit(lambda unit: self._transactions.reread(unit, misread))
        if read is None:
            raise _CursorRefused(Refusal(reason="what can be read at last may be gone by now"))
        return read

    def _tell_page(self, checkpoint: Checkpoint, page: SourcePage, run: _Run) -> None:
        self.hook(
            PageStaged(
                calendar=self.source.key,
                pages=checkpoint.pages,
                events=run.tally.events,
                total=page.total,
            )
        )

    async def _pages(
        self, cursor: Cursor | None, position: str | None, run: _Run, *, old: bool = False
    ) -> AsyncIterator[SourcePage]:
        """Yield the pages of a walk, each once what the one before held is staged.

        Args:
            cursor: Where the delta begins; None in a full pass.
            position: Where the first of them is; None for the service's own first one.
            run: Counts the tries.
            old: Whether the position is where an earlier run was cut off.
        """
        visited = {position}
        page = await self._fetch(cursor, position, run, old=old)
        yield page
        while page.next is not None:
            await self._expect_end(page.next, visited, run)
            await self._leasing.renew(run.standing.lease)
            page = await self._fetch(cursor, page.next, run)
            yield page

    async def _expect_end(self, position: str, visited: set[str | None], run: _Run) -> None:
        """Refuse a walk in circles or without end, of which nothing is kept: the next run begins anew."""
        checkpoint, most = run.standing.state.checkpoint, self.settings.longest_walk
        endless = checkpoint is not None and checkpoint.pages >= most
        if position not in visited and not endless:
            visited.add(position)
            return
        await self._drop(run)
        named = f"more pages after {most}" if endless else "a page that was read before"
        raise DecodeError(f"{self.source.key}: the service named {named}; the listing has no end")

    async def _fetch(
        self, cursor: Cursor | None, position: str | None, run: _Run, *, old: bool = False
    ) -> SourcePage:
        """Fetch a page.

        Args:
            cursor: Where the delta begins; None in a full pass.
            position: Where the page is; None for the first one.
            run: Counts the tries.
            old: Whether the position is where an earlier run was cut off.
        """

        def watch(attempt: Attempt) -> None:
            run.tally.count(attempt)
            self.hook(TryMade(calendar=self.source.key, attempt=attempt))

        try:
            page = await self.ports.send(self.source.page(cursor, position), watch)
        except APIError as error:
            if old:
                await self._expect_other_position(error, run)
            now = self.ports.now().timestamp()
            refusal = refusal_of(error, self.source, cursor, position, now=now)
            if refusal is None:
                raise
            raise _CursorRefused(refusal) from error
        run.tally.events += len(page.records)
        return page

    async def _expect_other_position(self, error: APIError, run: _Run) -> None:
        """Give up where a pass that was cut off would have gone on, if the service refuses it.

        A service that is down refuses everything; what lasts is refused again by the next run.
        """
        if blames_position(error):
            raise _PositionRefused(error) from error
        if isinstance(error, ServiceUnavailable):
            await self._note_failure(run, error)

    async def _stage(self, page: SourcePage, checkpoint: Checkpoint, run: _Run) -> None:
        """Stage a page of several; what it held is forgotten before the next one arrives."""
        standing = run.standing
        run.tally.take(
            await self._unit(
                lambda unit: self._transactions.stage(unit, standing, page, checkpoint)
            )
        )
        run.standing = standing.at(checkpoint)

    async def _close(
        self, walk: Pass, page: SourcePage, checkpoint: Checkpoint, run: _Run
    ) -> SyncReport:
        before, steps = run.standing, self._transactions
        now = self.ports.now().timestamp()
        ending = Ending(checkpoint=checkpoint, now=now, last=not walk.resumed)

        def work(unit: EngineUnit) -> Closed:
            if checkpoint.pages == 1 and not walk.resumed:
                return steps.close_page(unit, before, page, ending)
            return steps.close(unit, before, ending)

        def close() -> Closed:
            closed = self.store.unit(work, durable=True)
            # Noted at once: whatever happens now, the lease is not ours any more.
            run.tenure.is_over = ending.last
            return closed

        try:
            closed = await self.ports.run(close)
        except ListingCutOff:
            await self._drop(run)
            raise DecodeError(
                f"{self.source.key}: the listing ended without a cursor, and lacks events that "
                "are held; nothing was taken for deleted, and the next run lists it again"
            ) from None
        except (LeaseLost, StoreBusy, StoreFull):
            raise
        except Exception as error:
            await self._note_failure(run, error)
            raise
        run.tally.take(closed.taken)
        run.standing = evolve(before, state=closed.state)
        return self._report(before.state, checkpoint, closed, run.tally)

    async def _note_failure(self, run: _Run, error: Exception) -> None:
        """Count a failure of what is staged, and throw it away where it fails twice in one way.

        The cursor stays, and the next run begins anew: what a fresh walk finds may not fail.
        """
        standing = run.standing
        if standing.state.checkpoint is None:
            return
        failed = standing.state.checkpoint.failed(type(error).__name__)
        with suppress(Exception):
            if failed.failures < _MOST_FAILURES:
                await self._unit(lambda unit: self._transactions.note(unit, standing, failed))
            else:
                log_begun_anew(self.source.key, error)
                await self._drop(run)

    async def _drop(self, run: _Run) -> None:
        """Throw away what is staged, if anything is."""
        standing = run.standing
        if standing.state.checkpoint is not None:
            await self._unit(lambda unit: self._transactions.drop(unit, standing))
            run.standing = standing.at(None)

    async def _unit(self, work: Callable[[EngineUnit], T]) -> T:
        return await self.ports.run(self.store.unit, work)

    def _report(
        self, before: CalendarState, checkpoint: Checkpoint, closed: Closed, tally: Tally
    ) -> SyncReport:
        return tally.report(
            self.source.key,
            checkpoint,
            closed,
            committed=not self.settings.rehearsed,
            finished_at=self.ports.now(),
            lag=_lag(before.synced_at, closed.state.synced_at),
        )


def _lag(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _moved_on(checkpoint: Checkpoint, page: SourcePage) -> Checkpoint:
    """Return how far a pass has come with a page."""
    return evolve(
        checkpoint,
        position=page.next,
        pages=checkpoint.pages + 1,
        complete=page.next is None,
        cursor=page.cursor,
        zone=page.zone or checkpoint.zone,
        since=page.since,
    )


def _looked_on(checkpoint: Checkpoint, page: SourcePage) -> Checkpoint:
    """Return how far a pass has come that is complete but for what changed meanwhile."""
    return evolve(
        checkpoint,
        pages=checkpoint.pages + 1,
        cursor=page.cursor or checkpoint.cursor,
        zone=page.zone or checkpoint.zone,
    )


def _joined(read: SourcePage | None, page: SourcePage) -> SourcePage:
    """Return a page with what was read again in front of it."""
    if read is None:
        return page
    return evolve(
        page,
        records=[*read.records, *page.records],
        malformed=[*read.malformed, *page.malformed],
    )
