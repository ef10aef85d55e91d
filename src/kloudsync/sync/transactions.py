"""What a run does in the store: plain functions of an open unit of work.

A run opens in one transaction and closes in another. Pages are fetched and decoded between
them; what is left for here is to compare and to write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from attrs import evolve, frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.model.state import (
    CalendarState,
    Checkpoint,
    Lease,
    Quarantined,
    SeriesLink,
    StagedCounts,
)
from kloudsync.runtime.leasing import LeaseStore
from kloudsync.sync.cancellations import read_cancelled
from kloudsync.sync.log import log_unread
from kloudsync.sync.pass_store import PassStore
from kloudsync.sync.plan import Judged, judge
from kloudsync.sync.segments import read_evidence
from kloudsync.sync.series import Evidence, Findings, Unread
from kloudsync.sync.settings import Settings
from kloudsync.sync.source import SourceDescription
from kloudsync.sync.standing import Closed, Ending, Opening, Settled, Standing, Taken


class EngineUnit(PassStore, LeaseStore, Protocol):
    """What the engine asks of an open transaction."""

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links between segments of split series."""
        ...

    def beginning(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return the series that begin in a window."""
        ...


_CANCELLATIONS = frozenset({Kind.CANCELLED, Kind.TOMBSTONE})
_NOTHING = Findings()
_STAGED_BEFORE = Taken()


class ListingCutOff(Exception):
    """A listing ended without a cursor, and lacks what is held."""


@frozen(kw_only=True)
class Transactions:
    """What a run does in the store, each method within one unit of work.

    Attributes:
        source: Reads the provider's own fields.
        settings: How the engine behaves.
    """

    source: SourceDescription
    settings: Settings

    def open(self, unit: EngineUnit, lease: Lease) -> Opening:
        """Look at what a run begins with."""
        key = self.source.key
        state = unit.state(key)
        misread = unit.misread(key, self.settings.version)
        return Opening(lease=lease, state=state, misread=misread)

    def reread(self, unit: EngineUnit, misread: Sequence[Quarantined]) -> SourcePage | None:
        """Read again what other versions could not understand; None where it may be gone by now.

        What had no id could not be told as gone, and an occurrence goes untold with its series:
        whether those are still there, only a full listing can say.
        """
        answers = [(one, self.source.reread(one.raw)) for one in misread]
        read = [(one, record) for one, record in answers if isinstance(record, EventRecord)]
        known = {record.id for _, record in read}
        known |= unit.records(
            self.source.key, sorted({record.series for _, record in read if record.series})
        ).keys()
        if any(one.id is None or _is_alone(record, known) for one, record in read):
            return None
        still = [record for _, record in answers if isinstance(record, Malformed)]
        return SourcePage(records=[record for _, record in read], malformed=still)

    def stage(
        self, unit: EngineUnit, standing: Standing, page: SourcePage, checkpoint: Checkpoint
    ) -> Taken:
        """Judge a page and stage what it means.

        Args:
            unit: The open transaction.
            standing: Where the run stands.
            page: What the page holds.
            checkpoint: How far the pass has come with it.
        """
        page = page.sifted()
        key, lease = self.source.key, standing.lease
        if checkpoint.pages == 1:
            unit.begin(key, lease, checkpoint, since=standing.state)
            standing = standing.at(checkpoint)
        held = {} if standing.first else unit.records(key, [one.id for one in page.records])
        judged = self._judged(unit, standing, page, checkpoint, held)
        quarantined = [self._quarantined(one) for one in page.malformed]
        unit.stage(
            key,
            lease,
            judged.staged,
            seen=judged.seen,
            quarantined=quarantined,
            checkpoint=checkpoint,
            since=standing.state,
        )
        strands = checkpoint.full or _may_strand(page.records, held)
        return Taken(unchanged=len(judged.seen), strands=strands, quarantined=quarantined)

    def lacks(self, unit: EngineUnit) -> bool:
        """Tell whether a full listing lacks what is held, or leaves occurrences without a series."""
        key = self.source.key
        return bool(unit.unseen(key, 1) or unit.orphans(key, 1))

    def close_page(
        self, unit: EngineUnit, standing: Standing, page: SourcePage, ending: Ending
    ) -> Closed:
        """Commit a pass of one page, of which nothing was staged before; see `close`."""
        checkpoint = ending.checkpoint
        if checkpoint.full or page.records or page.malformed or page.gone or self._asks(unit):
            taken = self.stage(unit, standing, page, checkpoint)
            standing = standing.at(checkpoint)
            if any(record.kind in _CANCELLATIONS for record in page.records):
                self._settle(unit, standing, checkpoint)
            recurs = any(record.kind == Kind.SERIES for record in page.records)
            settled = self._settled(unit, standing, ending, strands=taken.strands, recurs=recurs)
            return self.finish(unit, standing, ending, settled, taken)
        # Nothing will be staged, so that nothing has to be asked.
        if standing.state.checkpoint is not None:
            self.drop(unit, standing)
            standing = standing.at(None)
        after = self._commit(unit, standing, ending)
        return Closed(state=after, held=self._unsaid(unit))

    def close(self, unit: EngineUnit, standing: Standing, ending: Ending) -> Closed:
        """Commit a pass whose pages are staged, and give the lease back.

        Raises:
            ListingCutOff: What the pass lacks may be there all the same.
        """
        return self.finish(unit, standing, ending, self.settle(unit, standing, ending))

    def settle(self, unit: EngineUnit, standing: Standing, ending: Ending) -> Settled:
        """Find out what a pass comes to whose pages are staged, and stage what no page told.

        Raises:
            ListingCutOff: What the pass lacks may be there all the same.
        """
        self._settle(unit, standing, ending.checkpoint)
        return self._settled(unit, standing, ending)

    def finish(
        self,
        unit: EngineUnit,
        standing: Standing,
        ending: Ending,
        settled: Settled,
        taken: Taken = _STAGED_BEFORE,
    ) -> Closed:
        """Commit what is settled, and give the lease back."""
        after = self._commit(unit, standing, ending, settled.found)
        return Closed(
            state=after,
            counts=settled.counts,
            announced=settled.found.announced,
            held=settled.held,
            taken=taken,
        )

    def _settled(
        self,
        unit: EngineUnit,
        standing: Standing,
        ending: Ending,
        *,
        strands: bool = True,
        recurs: bool = True,
    ) -> Settled:
        """Sweep, and look at series where the pass may hold some."""
        key, full = self.source.key, ending.checkpoint.full
        held = self._sweep(unit, standing, ending, strands=strands)
        counts = unit.counts(key)
        evidence = Evidence(first=standing.first)
        if recurs and (counts.added or counts.updated):
            evidence = self._evidence(unit, first=standing.first)
            if evidence.ends and not full:
                self._delete_beyond(unit, standing, evidence)
                counts = unit.counts(key)
        return Settled(counts=counts, found=self._findings(evidence), held=held)

    def drop(self, unit: EngineUnit, standing: Standing) -> None:
        """Throw away what is staged."""
        unit.discard(self.source.key, standing.lease)

    def note(self, unit: EngineUnit, standing: Standing, checkpoint: Checkpoint) -> None:
        """Remember what became of a pass under way."""
        key, lease = self.source.key, standing.lease
        unit.stage(key, lease, (), checkpoint=checkpoint, since=standing.state)

    def _judged(
        self,
        unit: EngineUnit,
        standing: Standing,
        page: SourcePage,
        checkpoint: Checkpoint,
        held: Mapping[str, EventRecord],
    ) -> Judged:
        key = self.source.key
        gone = unit.occurrences_of(key, page.gone) if page.gone else ()
        left = [EventRecord(one, Kind.TOMBSTONE, "") for one in gone]
        alone = standing.first or checkpoint.pages == 1
        staged = {} if alone else unit.staged(key, [record.id for record in page.records])
        return judge([*left, *page.records], held, staged, self.source.same)

    def _quarantined(self, one: Malformed) -> Quarantined:
        return Quarantined(id=one.id, reason=one.reason, raw=one.raw, version=self.settings.version)

    def _settle(self, unit: EngineUnit, standing: Standing, checkpoint: Checkpoint) -> None:
        """Decide what cancellations mean, which no page can tell by itself."""
        key = self.source.key
        stubs = unit.bare_cancellations(key)
        held = {} if standing.first or not stubs else unit.records(key, [one.id for one in stubs])
        homes = sorted({one.series for one in held.values() if one.series is not None})
        owners = unit.records(key, homes).values() if homes else ()
        lineages = {one.series for one in stubs} | {one.lineage for one in owners}
        named = sorted(one for one in lineages if one is not None)
        series = unit.segments(key, named) if named else []
        zone, reading = checkpoint.zone or standing.state.zone, self.source.reading
        found = list(read_cancelled(stubs, series, held, zone=zone, reading=reading))
        self._restage(unit, standing, checkpoint, judge(found, held, {}, self.source.same))
        strays = [EventRecord(one, Kind.TOMBSTONE, "") for one in unit.strays(key)]
        self._restage(unit, standing, checkpoint, judge(strays, {}, {}, self.source.same))

    def _restage(
        self, unit: EngineUnit, standing: Standing, checkpoint: Checkpoint, judged: Judged
    ) -> None:
        """Put something else in the place of what is staged."""
        if judged.staged or judged.seen:
            unit.stage(
                self.source.key,
                standing.lease,
                judged.staged,
                seen=judged.seen,
                checkpoint=checkpoint,
                since=standing.state,
            )

    def _asks(self, unit: EngineUnit) -> bool:
        """Tell whether somebody is asked for what to do with pending deletions, and there are some."""
        asked = self.settings.mass_deletion.confirm is not None
        return asked and self._unsaid(unit).deleted > 0

    def _unsaid(self, unit: EngineUnit) -> StagedCounts:
        """Return what deleting would do that is pending, and how much was refused."""
        incremental = self.source.incremental
        return unit.pending_counts(self.source.key) if incremental else StagedCounts()

    def _sweep(
        self, unit: EngineUnit, standing: Standing, ending: Ending, *, strands: bool
    ) -> StagedCounts:
        """Stage the deletions that no tombstone tells, and return those that stay pending.

        A service that tells changes says at the end of a listing where they go on. One that does
        not may have stopped anywhere.
        """
        key, checkpoint = self.source.key, ending.checkpoint
        if standing.first:
            return StagedCounts()
        ends = checkpoint.cursor is not None or not self.source.incremental
        if checkpoint.full and not ends and unit.unseen(key, 1):
            raise ListingCutOff
        pending, goes = self._settle_missing(unit, standing, ending)
        if strands or goes:
            unit.delete_orphans(key, standing.lease)
        return pending

    def _settle_missing(
        self, unit: EngineUnit, standing: Standing, ending: Ending
    ) -> tuple[StagedCounts, bool]:
        """Delete what a full listing lacks, unless that is so much that somebody has to confirm it.

        Returns:
            What stays pending, and whether anything else was let go.
        """
        key, full = self.source.key, ending.checkpoint.full
        if not self.source.incremental:
            # Windows and searches lack things by nature.
            unit.delete_missing(key, standing.lease)
            return StagedCounts(), True
        if full and ending.lacks:
            unit.hold_missing(key, standing.lease, now=ending.now)
        unsaid = self._unsaid(unit)
        if not unsaid.deleted or self.settings.mass_deletion.keeps(unsaid, listed=full):
            return unsaid, False
        unit.delete_pending(key, standing.lease)
        return evolve(unsaid, deleted=0, implied=0), True

    def _evidence(self, unit: EngineUnit, *, first: bool) -> Evidence:
        """Read what a pass tells of series."""
        apart = self.settings.written_apart
        evidence = read_evidence(unit, self.source, first=first, apart=apart)
        log_unread(self.source.key, evidence.unread)
        return evidence

    def _findings(self, evidence: Evidence) -> Findings:
        """Tell splits and truncations; a comfort, whose absence stops no commit."""
        if not evidence.tells:
            return _NOTHING
        from kloudsync.sync.splits import find_splits  # noqa: PLC0415 - few passes divide a series

        try:
            return find_splits(evidence)
        except Exception as error:  # noqa: BLE001 - whatever series can look like
            log_unread(self.source.key, [Unread(series="", error=error)])
            return Findings()

    def _delete_beyond(self, unit: EngineUnit, standing: Standing, evidence: Evidence) -> None:
        """Stage the deletion of occurrences that lie beyond where their series ends now.

        Those that another segment took over came again in this pass, with their new series.
        Those that did not went with a segment that nobody here ever saw: it was split off
        and deleted between two syncs, and only its own id was told as gone.
        """
        ends = {end.series: end.beyond for end in evidence.ends}
        unit.delete_beyond(self.source.key, standing.lease, ends)

    def _commit(
        self, unit: EngineUnit, standing: Standing, ending: Ending, found: Findings = _NOTHING
    ) -> CalendarState:
        """Make what is staged visible, give the lease back, and return the state after it."""
        after = ending.after(standing.state)
        unit.commit(
            self.source.key,
            standing.lease,
            cursor=after.cursor,
            zone=ending.checkpoint.zone,
            identity=ending.checkpoint.identity,
            links=found.links,
            announce=found.announced,
            now=ending.now,
            since=standing.state,
        )
        if ending.last:
            unit.release(standing.lease)
        return after


def _may_strand(records: Iterable[EventRecord], held: Mapping[str, EventRecord]) -> bool:
    """Tell whether an occurrence may be left without its series by what a page holds.

    A tombstone of what is not held may be that of a series whose occurrences are all that is.
    """
    return any(one.kind != Kind.SINGLE for one in held.values()) or any(
        record.kind != Kind.SINGLE and (record.kind != Kind.TOMBSTONE or record.id not in held)
        for record in records
    )


def _is_alone(record: EventRecord, known: Collection[str]) -> bool:
    """Tell whether a record is an occurrence of a series that is not held."""
    return record.series is not None and record.series not in known
