"""What a pass under way has met so far, and what committing it would mean for what is held.

Stores with a database ask it such questions; whoever keeps a pass in memory asks this.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import define, field

from kloudsync.model.record import EventRecord, Kind, StagedRecord, Verdict
from kloudsync.model.state import Checkpoint, Quarantined, StagedCounts

Visible: TypeAlias = Mapping[str, EventRecord]
"""What readers of a calendar see, by id."""

LARGEST_IMPORT = 50
"""Of more series with one creation stamp than this, none is a half of another."""

_OCCURRENCES = frozenset({Kind.EXCEPTION, Kind.CANCELLED})

EASTERNMOST = 14 * 3600
"""By so many seconds midnight of a date comes before midnight in UTC at most."""


@define
class StagedPass:
    """What one pass has staged so far.

    Attributes:
        staged: Records by id, each with what it will mean.
        seen: Ids that were met as they are held.
        quarantine: What could not be understood, by what a later payload must share to replace it.
    """

    staged: dict[str, StagedRecord] = field(factory=dict[str, StagedRecord])
    seen: set[str] = field(factory=set[str])
    quarantine: dict[str, Quarantined] = field(factory=dict[str, Quarantined])

    def stage(
        self,
        records: Iterable[StagedRecord],
        seen: Iterable[str] = (),
        quarantined: Iterable[Quarantined] = (),
    ) -> None:
        """Take a page; an id that is as it was forgets what was staged for it before."""
        for id_ in seen:
            self.staged.pop(id_, None)
            self.seen.add(id_)
        self.staged.update((one.record.id, one) for one in records)
        self.quarantine.update((one.slot, one) for one in quarantined)

    def records(self, ids: Iterable[str]) -> dict[str, EventRecord]:
        """Return what is staged under some ids."""
        return {id_: self.staged[id_].record for id_ in ids if id_ in self.staged}

    def met(self) -> set[str]:
        """Return the ids that the pass came across in any way."""
        bad = {one.id for one in self.quarantine.values() if one.id is not None}
        return self.staged.keys() | self.seen | bad

    def copy(self) -> StagedPass:
        """Return another pass that has met the same."""
        return StagedPass(dict(self.staged), set(self.seen), dict(self.quarantine))

    def unseen(self, visible: Visible) -> list[str]:
        """Return the ids that are held but that the pass has not met, in order."""
        return sorted(visible.keys() - self.met())

    def missing(self, visible: Visible, checkpoint: Checkpoint | None) -> list[str]:
        """Return what a full listing lacks, but for what ended before it begins."""
        if checkpoint is None or not checkpoint.full:
            return []
        return _not_passed(self.unseen(visible), visible, checkpoint)

    def unsaid(self, visible: Visible, pending: Collection[str]) -> list[str]:
        """Return which pending deletions are still held and were not met, in order."""
        return sorted((visible.keys() & pending) - self.met())

    def unsaid_counts(
        self, visible: Visible, pending: Collection[str], refused: Collection[str]
    ) -> StagedCounts:
        """Return what deleting what is pending would do, and how much was refused."""
        gone = set(self.unsaid(visible, pending))
        implied = sum(
            visible[one].kind == Kind.CANCELLED
            or (visible[one].kind == Kind.EXCEPTION and visible[one].series in gone)
            for one in gone
        )
        kept = len(self.unsaid(visible, refused))
        return StagedCounts(deleted=len(gone), held=len(visible), implied=implied, refused=kept)

    def left(self, visible: Visible, checkpoint: Checkpoint | None) -> list[str]:
        """Return the orphans, but for what ended before the listing begins."""
        return _not_passed(self.orphans(visible), visible, checkpoint)

    def beyond(self, visible: Visible, ends: Mapping[str, int]) -> list[str]:
        """Return the occurrences of series, of each from an instant on, that the pass has not met."""
        met = self.met()
        return sorted(
            one.id
            for one in visible.values()
            if one.series is not None
            and one.series in ends
            and one.kind in _OCCURRENCES
            and one.original is not None
            and one.original >= ends[one.series]
            and one.id not in met
        )

    def orphans(self, visible: Visible) -> list[str]:
        """Return the occurrences whose series goes, or becomes a single event, in order."""
        gone = {
            one.record.id
            for one in self.staged.values()
            if one.verdict == Verdict.DELETED or one.record.kind == Kind.SINGLE
        }
        met = self.met()
        left = (one.id for one in visible.values() if one.series in gone and one.id not in met)
        return sorted(left)

    def bare_cancellations(self) -> list[EventRecord]:
        """Return the staged tombstones that name a place in a series, by id."""
        staged = (one.record for _, one in sorted(self.staged.items()))
        return [one for one in staged if one.kind == Kind.TOMBSTONE and one.original is not None]

    def segments(self, visible: Visible, lineages: Collection[str]) -> list[EventRecord]:
        """Return the series of some lineages as they are after the commit, by start."""
        found = (one for one in self._series_after(visible) if one.lineage in lineages)
        return sorted(found, key=by_start)

    def strays(self, visible: Visible) -> list[str]:
        """Return the cancelled occurrences that the commit leaves without their series, by id."""
        series = {one.id for one in self._series_after(visible)}
        staged = {id_: one.record for id_, one in self.staged.items()}
        lost = {id_ for id_ in staged if id_ in visible} - series
        told = (one for one in staged.values() if one.series not in series)
        left = (one for id_, one in visible.items() if id_ not in staged and one.series in lost)
        return sorted(one.id for one in (*told, *left) if one.kind == Kind.CANCELLED)

    def occurrences_of(self, visible: Visible, series: Collection[str]) -> list[str]:
        """Return the occurrences with records of their own that series have as things stand."""
        after = {**visible, **{id_: one.record for id_, one in self.staged.items()}}
        return sorted(
            one.id for one in after.values() if one.series in series and one.kind in _OCCURRENCES
        )

    def changed_series(self) -> Iterator[EventRecord]:
        """Yield the series that are added or updated, in staging order."""
        for record, verdict in self.staged.values():
            if record.kind == Kind.SERIES and verdict in {Verdict.ADDED, Verdict.UPDATED}:
                yield record

    def families(self, visible: Visible) -> Iterator[list[EventRecord]]:
        """Yield the series that belong together after the commit, if the pass changes one of them.

        Those that share a `lineage` come first, then those that share `created` alone.
        """
        yield from self._related(visible, lambda record: record.lineage)
        for family in self._related(visible, lambda record: record.created):
            if len(family) <= LARGEST_IMPORT and not share_lineage(family):
                yield family

    def _related(
        self, visible: Visible, trait: Callable[[EventRecord], str | None]
    ) -> Iterator[list[EventRecord]]:
        changed = {trait(record) for record in self.changed_series()}
        groups: defaultdict[str, list[EventRecord]] = defaultdict(list)
        for record in self._series_after(visible):
            value = trait(record)
            if value is not None and value in changed:
                groups[value].append(record)
        for _, members in sorted(groups.items()):
            if len(members) > 1:
                yield sorted(members, key=by_start)

    def _series_after(self, visible: Visible) -> Iterator[EventRecord]:
        for record in visible.values():
            if record.kind == Kind.SERIES and record.id not in self.staged:
                yield record
        for record, verdict in self.staged.values():
            if record.kind == Kind.SERIES and verdict != Verdict.DELETED:
                yield record

    def meaningful(self, visible: Visible) -> Iterator[StagedRecord]:
        """Yield what is staged, without tombstones of ids that are not held."""
        for one in self.staged.values():
            if one.verdict != Verdict.DELETED or one.record.id in visible:
                yield one

    def counts(self, visible: Visible) -> StagedCounts:
        """Return what committing would do."""
        tally = Counter(one.verdict for one in self.meaningful(visible))
        return StagedCounts(
            added=tally[Verdict.ADDED],
            updated=tally[Verdict.UPDATED],
            deleted=tally[Verdict.DELETED],
            silent=tally[Verdict.SILENT],
            held=len(visible),
            implied=sum(self._is_implied(visible[id_]) for id_ in self._going(visible)),
        )

    def _going(self, visible: Visible) -> Iterator[str]:
        return (id_ for id_ in self.staged if self._goes(id_) and id_ in visible)

    def _goes(self, id_: str | None) -> bool:
        staged = self.staged.get(id_ or "")
        return staged is not None and staged.verdict == Verdict.DELETED

    def _is_implied(self, held: EventRecord) -> bool:
        """Tell whether a record that goes shows nothing by itself, or goes with its series."""
        if held.kind == Kind.CANCELLED:
            return True
        return held.kind == Kind.EXCEPTION and self._goes(held.series)


def share_lineage(family: Sequence[EventRecord]) -> bool:
    """Tell whether a family is one by its lineage already, perhaps with more members."""
    lineages = {record.lineage for record in family}
    return len(lineages) == 1 and None not in lineages


def _not_passed(ids: Iterable[str], visible: Visible, checkpoint: Checkpoint | None) -> list[str]:
    since = None if checkpoint is None else checkpoint.since
    return [one for one in ids if not has_passed(visible[one], since)]


def tombstones(ids: Iterable[str]) -> Iterator[StagedRecord]:
    """Yield the deletion of records that nobody sent."""
    for id_ in ids:
        yield StagedRecord(EventRecord(id_, Kind.TOMBSTONE, ""), Verdict.DELETED)


def has_passed(record: EventRecord, since: int | None) -> bool:
    """Tell whether an event ended before an instant, wherever its days begin.

    Args:
        record: The event.
        since: Seconds since 1970; nothing ended before None.
    """
    if since is None or record.last_end is None:
        return False
    earliest = EASTERNMOST if record.all_day else 0
    return record.last_end - earliest <= since


def by_start(series: EventRecord) -> tuple[int, str]:
    """Return what sorts the series of a family."""
    return series.start or 0, series.id
