"""The engine: walk the pages of a calendar, judge them, and commit the pass as a whole.

Written once, as coroutines over ports. It knows no provider, no database and
no event loop; everything it decides is a pure function in `plan` and `series`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from attrs import evolve, frozen

from kloudsync.errors import APIError, DecodeError, ResyncLoop
from kloudsync.http.operation import Operation
from kloudsync.http.perform import Attempt, Watch
from kloudsync.leasing import LeaseStore, Leasing
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Kind, Malformed, StagedRecord, Verdict
from kloudsync.model.state import Checkpoint, Cursor, Lease, Quarantined, SeriesLink, StagedCounts
from kloudsync.sync.log import log_failure, log_report, log_unread
from kloudsync.sync.plan import MassDeletion, Pass, has_passed, judge, next_pass
from kloudsync.sync.ports import PassStore, SourceDescription
from kloudsync.sync.progress import (
    CursorDropped,
    Hook,
    PageStaged,
    PassStarted,
    RunFailed,
    RunFinished,
    TryMade,
)
from kloudsync.sync.report import Split, SyncReport, Truncation
from kloudsync.sync.segments import read_evidence
from kloudsync.sync.series import WRITTEN_APART, End
from kloudsync.sync.splits import find_splits
from kloudsync.sync.tally import Tally

P = ParamSpec("P")
T = TypeVar("T")

_SWEEP = 500
"""How many deletions are staged at once."""

_LONGEST_WALK = 100_000
"""A listing of more pages than this is a service that goes in circles."""


class EngineStore(PassStore, LeaseStore, Protocol):
    """The roles of a store that the engine itself uses."""

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links between segments of split series."""
        ...

    def quarantined(self, key: CalendarKey) -> list[Quarantined]:
        """Return what could not be understood."""
        ...

    def beginning(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return the series that begin in a window."""
        ...

    def moved_beyond(self, key: CalendarKey, series: str, start: int) -> list[str]:
        """Return exceptions and cancelled occurrences of a series from a slot on."""
        ...


class EnginePorts(Protocol):
    """What the engine needs of the outside world, in either colour."""

    async def send(self, operation: Operation[T], watch: Watch) -> T:
        """Perform an operation."""
        ...

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


@frozen(kw_only=True)
class Settings:
    """How the engine behaves.

    Attributes:
        owner: Names a run in leases; each call returns another name.
        version: The version of kloudsync, kept with what it could not understand.
        lease_ttl: Seconds after which a silent worker's lease may be taken over; renewed
            with every page.
        most_resyncs: How often one run falls back to a full pass before it gives up.
        mass_deletion: When a pass that deletes much is held.
        written_apart: So many seconds may lie between the writes of a client that divides a
            series by itself.
        rehearsed: Whether the store only rehearses, so that nothing is ever committed.
    """

    owner: Callable[[], str]
    version: str
    lease_ttl: float = 120.0
    most_resyncs: int = 2
    mass_deletion: MassDeletion = MassDeletion()
    written_apart: float = WRITTEN_APART
    rehearsed: bool = False


@frozen
class _CursorRefused(Exception):
    reason: str


@frozen(kw_only=True)
class Engine:
    """One calendar, one store, one worker."""

    source: SourceDescription
    store: EngineStore
    ports: EnginePorts
    settings: Settings
    hook: Hook

    async def sync(self) -> SyncReport:
        """Bring the store to the calendar's present state.

        Raises:
            LeaseHeld: Another worker is syncing this calendar.
            LeaseLost: The lease ran out and another worker took over.
            ResyncLoop: The service refused its own new cursors.
            APIError: The service answered with a lasting error.
            TransportError: No answer arrived, after the last try.
            StoreError: The store failed. In every case it is as after its last commit.
        """
        tally = Tally(self.ports.now())
        async with self._leasing.held(self.settings.owner()) as lease:
            report = await self._run(lease, tally)
        log_report(report)
        self.hook(RunFinished(calendar=self.source.key, report=report))
        return report

    async def forget(self) -> None:
        """Remove the calendar from the store as if it had never been synced.

        Raises:
            LeaseHeld: A worker is syncing it.
            StoreError: The store failed, and is as before.
        """
        async with self._leasing.held(self.settings.owner()) as lease:
            await self.ports.run(self.store.forget, self.source.key, lease)

    @property
    def _leasing(self) -> Leasing:
        name = str(self.source.key)
        return Leasing(
            store=self.store,
            ports=self.ports,
            name=name,
            ttl=self.settings.lease_ttl,
            work=f"is syncing {name}",
            loss="nothing of this run was committed",
        )

    async def _run(self, lease: Lease, tally: Tally) -> SyncReport:
        try:
            return await self._passes(lease, tally)
        except BaseException as error:
            log_failure(self.source.key, error)
            self.hook(RunFailed(calendar=self.source.key, error=error))
            raise

    async def _passes(self, lease: Lease, tally: Tally) -> SyncReport:
        """Run passes until the copy is the calendar as it is now.

        A pass that goes on where an earlier run was cut off ends with the calendar as it
        was when that run began; the delta from there to the present follows at once.
        """
        report = await self._unrefused_pass(lease, tally)
        if not (report.resumed and report.committed):
            return report
        return report.followed_by(await self._unrefused_pass(lease, tally))

    async def _unrefused_pass(self, lease: Lease, tally: Tally) -> SyncReport:
        refused: str | None = None
        for _ in range(self.settings.most_resyncs + 1):
            state = await self.ports.run(self.store.state, self.source.key)
            walk = next_pass(state, self.source.fingerprint, refused)
            try:
                return await self._pass(walk, lease, tally, first=state.passes == 0)
            except _CursorRefused as refusal:
                refused = refusal.reason
                self.hook(CursorDropped(calendar=self.source.key, reason=refused))
                await self.ports.run(self.store.discard, self.source.key, lease)
        raise ResyncLoop(
            f"{self.source.key}: the service refused its own new cursor "
            f"{self.settings.most_resyncs + 1} times in a row (last: {refused}); "
            "the store keeps the last good state; try again later"
        )

    async def _pass(self, walk: Pass, lease: Lease, tally: Tally, *, first: bool) -> SyncReport:
        key, checkpoint = self.source.key, walk.checkpoint
        tally.begin(resumed=walk.resumed)
        self.hook(
            PassStarted(
                calendar=key, full=checkpoint.full, reason=checkpoint.reason, resumed=walk.resumed
            )
        )
        if not walk.resumed:
            await self.ports.run(self.store.begin, key, lease, checkpoint)
            # A full listing holds what was quarantined once more, unless it is gone.
            if not checkpoint.full:
                await self._retry_quarantined(checkpoint, lease)
        checkpoint = await self._walk(walk, lease, tally, first=first)
        await self._sweep(checkpoint, lease)
        return await self._commit(checkpoint, lease, tally, first=first)

    async def _walk(self, walk: Pass, lease: Lease, tally: Tally, *, first: bool) -> Checkpoint:
        checkpoint = walk.checkpoint
        visited = {checkpoint.position}
        while not checkpoint.complete:
            checkpoint = await self._turn(walk.cursor, checkpoint, lease, tally, first=first)
            if checkpoint.position is not None:
                self._refuse_circles(checkpoint.position, visited)
                await self._leasing.renew(lease)
        return checkpoint

    async def _turn(
        self,
        cursor: Cursor | None,
        checkpoint: Checkpoint,
        lease: Lease,
        tally: Tally,
        *,
        first: bool,
    ) -> Checkpoint:
        """Fetch a page and stage it; what it held is forgotten before the next one arrives."""
        page = await self._fetch(cursor, checkpoint.position, tally)
        checkpoint = _moved_on(checkpoint, page)
        await self._stage(page, checkpoint, lease, tally, first=first)
        self.hook(
            PageStaged(
                calendar=self.source.key,
                pages=checkpoint.pages,
                events=tally.events,
                total=page.total,
            )
        )
        return checkpoint

    def _refuse_circles(self, position: str, visited: set[str | None]) -> None:
        if position in visited or len(visited) > _LONGEST_WALK:
            raise DecodeError(
                f"{self.source.key}: the service named a page that was read before; "
                "the listing has no end"
            )
        visited.add(position)

    async def _fetch(self, cursor: Cursor | None, position: str | None, tally: Tally) -> SourcePage:
        def watch(attempt: Attempt) -> None:
            tally.count(attempt)
            self.hook(TryMade(calendar=self.source.key, attempt=attempt))

        try:
            return await self.ports.send(self.source.page(cursor, position), watch)
        except APIError as error:
            reason = self.source.refused(error, cursor, position)
            if reason is None:
                raise
            raise _CursorRefused(reason) from error

    async def _stage(
        self,
        page: SourcePage,
        checkpoint: Checkpoint,
        lease: Lease,
        tally: Tally,
        *,
        first: bool,
    ) -> None:
        key = self.source.key
        ids = [record.id for record in page.records]
        left = await self._left_by(page.gone)
        held = {} if first else await self.ports.run(self.store.records, key, ids)
        staged = (
            {}
            if first or checkpoint.pages == 1
            else await self.ports.run(self.store.staged, key, ids)
        )
        judged = judge([*left, *page.records], held, staged, self.source.same)
        quarantined = [self._quarantined(one) for one in page.malformed]
        tally.events += len(ids)
        tally.unchanged += len(judged.seen)
        tally.quarantined += quarantined
        await self.ports.run(
            self.store.stage,
            key,
            lease,
            judged.staged,
            seen=judged.seen,
            quarantined=quarantined,
            checkpoint=checkpoint,
        )

    async def _left_by(self, series: Sequence[str]) -> list[EventRecord]:
        """Return tombstones for what series leave behind that end within a pass."""
        if not series:
            return []
        ids = await self.ports.run(self.store.occurrences_of, self.source.key, series)
        return [EventRecord(one, Kind.TOMBSTONE, "") for one in ids]

    def _quarantined(self, one: Malformed) -> Quarantined:
        return Quarantined(id=one.id, reason=one.reason, raw=one.raw, version=self.settings.version)

    async def _retry_quarantined(self, checkpoint: Checkpoint, lease: Lease) -> None:
        """Read again what an earlier version could not understand.

        What had no id could not be told as gone, and an occurrence goes untold with its series:
        whether those are still there, only a full listing can say.
        """
        key, version = self.source.key, self.settings.version
        held_back = await self.ports.run(self.store.quarantined, key)
        again = [(one, self.source.reread(one.raw)) for one in held_back if one.version != version]
        read = [(one, record) for one, record in again if isinstance(record, EventRecord)]
        if not read:
            return
        records = [record for _, record in read]
        wanted = {one.id for one in records} | {one.series for one in records if one.series}
        held = await self.ports.run(self.store.records, key, sorted(wanted))
        if any(one.id is None or _is_alone(record, held) for one, record in read):
            raise _CursorRefused("what can be read at last may be gone by now")
        judged = judge(records, held, {}, self.source.same)
        await self.ports.run(
            self.store.stage, key, lease, judged.staged, seen=judged.seen, checkpoint=checkpoint
        )

    async def _sweep(self, checkpoint: Checkpoint, lease: Lease) -> None:
        """Stage the deletions that no tombstone tells."""
        key = self.source.key
        if checkpoint.full and checkpoint.cursor is None and self.source.incremental:
            await self._expect_whole(lease)
        while checkpoint.full and (ids := await self.ports.run(self.store.unseen, key, _SWEEP)):
            await self._delete(await self._missed(ids, checkpoint, lease), checkpoint, lease)
        while ids := await self.ports.run(self.store.orphans, key, _SWEEP):
            await self._delete(ids, checkpoint, lease)

    async def _expect_whole(self, lease: Lease) -> None:
        """Refuse to take what a listing lacks for deleted if it ended without a cursor.

        A service that lists a calendar whole says where its changes go on. One that does not
        may have stopped anywhere.
        """
        key = self.source.key
        if await self.ports.run(self.store.unseen, key, 1):
            await self.ports.run(self.store.discard, key, lease)
            raise DecodeError(
                f"{key}: the listing ended without a cursor, and lacks events that are held; "
                "nothing was taken for deleted, and the next run lists it again"
            )

    async def _missed(
        self, ids: Sequence[str], checkpoint: Checkpoint, lease: Lease
    ) -> Sequence[str]:
        """Keep what ended before the listing begins as if it had been seen; return the others."""
        if checkpoint.since is None:
            return ids
        key = self.source.key
        held = await self.ports.run(self.store.records, key, ids)
        past = {one.id for one in held.values() if has_passed(one, checkpoint.since)}
        await self.ports.run(self.store.stage, key, lease, (), seen=past, checkpoint=checkpoint)
        return [one for one in ids if one not in past]

    async def _delete(self, ids: Sequence[str], checkpoint: Checkpoint, lease: Lease) -> None:
        gone = [StagedRecord(EventRecord(one, Kind.TOMBSTONE, ""), Verdict.DELETED) for one in ids]
        await self.ports.run(self.store.stage, self.source.key, lease, gone, checkpoint=checkpoint)

    async def _delete_beyond(
        self, ends: Sequence[End], checkpoint: Checkpoint, lease: Lease
    ) -> None:
        """Stage the deletion of occurrences that lie beyond where their series ends now.

        Those that another segment took over came again in this pass, with their new series.
        Those that did not went with a segment that nobody here ever saw: it was split off
        and deleted between two syncs, and only its own id was told as gone.
        """
        for end in ends:
            ids = await self.ports.run(self._left_beyond, end)
            if ids:
                await self._delete(ids, checkpoint, lease)

    def _left_beyond(self, end: End) -> list[str]:
        key = self.source.key
        ids = self.store.moved_beyond(key, end.series, end.beyond)
        met = self.store.met(key, ids)
        return [one for one in ids if one not in met]

    async def _commit(
        self,
        checkpoint: Checkpoint,
        lease: Lease,
        tally: Tally,
        *,
        first: bool,
    ) -> SyncReport:
        key = self.source.key
        apart = self.settings.written_apart
        evidence = await self.ports.run(
            read_evidence, self.store, self.source, first=first, apart=apart
        )
        log_unread(key, evidence.unread)
        if not checkpoint.full:
            await self._delete_beyond(evidence.ends, checkpoint, lease)
        counts = await self.ports.run(self.store.counts, key)
        if self.source.incremental and self.settings.mass_deletion.holds(counts):
            await self.ports.run(self.store.discard, key, lease)
            return self._report(tally, checkpoint, counts, held=True)
        findings = find_splits(evidence)
        state = await self.ports.run(self.store.state, key)
        now = self.ports.now().timestamp()
        await self.ports.run(
            self.store.commit,
            key,
            lease,
            cursor=_cursor(checkpoint),
            zone=checkpoint.zone,
            links=findings.links,
            announce=findings.announced,
            now=now,
        )
        lag = None if state.synced_at is None else now - state.synced_at
        report = self._report(tally, checkpoint, counts, held=False)
        zone = checkpoint.zone or state.zone
        links = findings.announced
        return evolve(
            report,
            splits=tuple(split for link in links if (split := Split.of(link, zone)) is not None),
            truncations=tuple(Truncation.of(link, zone) for link in links if link.new is None),
            lag=lag,
        )

    def _report(
        self,
        tally: Tally,
        checkpoint: Checkpoint,
        counts: StagedCounts,
        *,
        held: bool,
    ) -> SyncReport:
        return tally.report(
            self.source.key,
            checkpoint,
            counts,
            committed=not (held or self.settings.rehearsed),
            held=held,
            finished_at=self.ports.now(),
        )


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


def _is_alone(record: EventRecord, held: Mapping[str, EventRecord]) -> bool:
    """Tell whether a record is an occurrence of a series that is not held."""
    return record.series is not None and record.series not in held


def _cursor(checkpoint: Checkpoint) -> Cursor | None:
    if checkpoint.cursor is None:
        return None
    return Cursor(token=checkpoint.cursor, fingerprint=checkpoint.fingerprint)
