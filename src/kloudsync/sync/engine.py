"""The engine: walk the pages of a calendar, judge them, and commit the pass as a whole.

Written once, as coroutines over ports. It knows no provider, no database and
no event loop; everything it decides is a pure function in `plan` and `series`,
and everything that it writes is a unit of work in `transactions`.
"""

from __future__ import annotations

from functools import cached_property, partial

from attrs import evolve, frozen

from kloudsync.errors import ResyncLoop
from kloudsync.model.page import SourcePage
from kloudsync.model.state import Checkpoint, Cursor, Lease
from kloudsync.runtime.leasing import Leasing, Tenure
from kloudsync.sync.forgetting import Forgetting, leasing_of
from kloudsync.sync.hook import Hook
from kloudsync.sync.identity import identified
from kloudsync.sync.log import log_begun_anew, log_failure, log_report
from kloudsync.sync.plan import Pass, looked_on, marked, moved_on, next_pass
from kloudsync.sync.progress import (
    CursorDropped,
    PageStaged,
    PassStarted,
    RunFailed,
    RunFinished,
)
from kloudsync.sync.refusals import Refusal
from kloudsync.sync.report import SyncReport
from kloudsync.sync.run import EnginePorts, EngineStore, Run
from kloudsync.sync.settings import Settings
from kloudsync.sync.source import SourceDescription
from kloudsync.sync.standing import Opening, Standing
from kloudsync.sync.tally import Tally
from kloudsync.sync.transactions import EngineUnit, Transactions
from kloudsync.sync.walk import CursorLost, PositionLost, pages

_ASKED = "asked for"
_NOTHING = SourcePage(records=())


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
        run = Run(
            source=self.source,
            store=self.store,
            ports=self.ports,
            settings=self.settings,
            hook=self.hook,
            leasing=self._leasing,
            transactions=self._transactions,
            tenure=tenure,
            standing=Standing(lease=opening.lease, state=opening.state),
            misread=list(opening.misread),
            tally=tally,
            wanted=_ASKED if full else None,
        )
        try:
            return await self._passes(run)
        except BaseException as error:
            log_failure(self.source.key, error)
            self.hook(RunFailed(calendar=self.source.key, error=error))
            raise

    async def _passes(self, run: Run) -> SyncReport:
        """Run passes until the copy is the calendar as it is now.

        A pass that goes on where an earlier run was cut off ends with the calendar as it
        was when that run began; the delta from there to the present follows at once.
        """
        report = await self._unrefused_pass(run)
        if not (report.resumed and report.committed):
            return report
        return report.followed_by(await self._unrefused_pass(run))

    async def _unrefused_pass(self, run: Run) -> SyncReport:
        refusal = None if run.wanted is None else Refusal(reason=run.wanted)
        run.wanted = None
        refusals = 0
        while refusals <= self.settings.most_resyncs:
            fingerprint, now = marked(self.source.fingerprint), run.seconds()
            walk = next_pass(run.standing.state, fingerprint, refusal, now=now)
            try:
                return await self._pass(walk, run)
            except PositionLost as refused:
                log_begun_anew(self.source.key, refused.error)
            except CursorLost as refused:
                refusal = refused.refusal
                refusals += 1
                self.hook(CursorDropped(calendar=self.source.key, reason=refusal.reason))
            await run.drop()
        raise ResyncLoop(
            f"{self.source.key}: the service refused its own new cursor {refusals} times in a row "
            f"(last: {refusal.reason if refusal else None}); "
            "the store keeps the last good state; try again later"
        )

    async def _pass(self, walk: Pass, run: Run) -> SyncReport:
        run.tally.begin(resumed=walk.resumed)
        self.hook(
            PassStarted(
                calendar=self.source.key,
                full=walk.checkpoint.full,
                reason=walk.checkpoint.reason,
                resumed=walk.resumed,
            )
        )
        checkpoint, page = walk.checkpoint, _NOTHING
        read = await self._reread(walk, run)
        if not checkpoint.complete:
            position, old = checkpoint.position, walk.resumed
            async for found in pages(run, walk.cursor, position, old=old):
                if checkpoint.full and not checkpoint.pages:
                    checkpoint = evolve(checkpoint, identity=await identified(run, found))
                checkpoint, page, read = moved_on(checkpoint, found), _joined(read, found), None
                if not (checkpoint.complete and checkpoint.pages == 1):
                    await run.stage(page, checkpoint)
                self._tell_page(checkpoint, page, run)
        if await self._may_have_shifted(checkpoint, run):
            checkpoint = await self._look_again(checkpoint, run)
        return await run.close(walk, page, checkpoint)

    async def _may_have_shifted(self, checkpoint: Checkpoint, run: Run) -> bool:
        """Tell whether what a full listing of several pages lacks may have moved past its reader."""
        if not (self.source.shifts and checkpoint.full and checkpoint.pages > 1):
            return False
        if checkpoint.cursor is None or run.standing.first:
            return False
        return await run.ports.run(self._transactions.lacks, self.store)

    async def _look_again(self, checkpoint: Checkpoint, run: Run) -> Checkpoint:
        """Stage what changed since the first page of a listing.

        A run that is cut off meanwhile looks again from the beginning.
        """
        cursor = Cursor(token=checkpoint.cursor or "", fingerprint=checkpoint.fingerprint)
        async for page in pages(run, cursor, None):
            checkpoint = looked_on(checkpoint, page)
            await run.stage(page, checkpoint)
        return checkpoint

    async def _reread(self, walk: Pass, run: Run) -> SourcePage | None:
        """Return what other versions could not understand, as this one reads it.

        A full listing holds it once more, unless it is gone.
        """
        misread, run.misread = run.misread, []
        if not misread or walk.resumed or walk.checkpoint.full:
            return None
        read = await run.unit(lambda unit: self._transactions.reread(unit, misread))
        if read is None:
            raise CursorLost(Refusal(reason="what can be read at last may be gone by now"))
        return read

    def _tell_page(self, checkpoint: Checkpoint, page: SourcePage, run: Run) -> None:
        self.hook(
            PageStaged(
                calendar=self.source.key,
                pages=checkpoint.pages,
                events=run.tally.events,
                total=page.total,
            )
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
