"""What a run did, and why."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Quarantined, SeriesLink, StagedCounts
from kloudsync.model.times import Time, from_epoch
from kloudsync.model.told import Told


@frozen(kw_only=True)
class Split(Told):
    """A series that became two.

    Attributes:
        old: The id of the series that now ends earlier.
        new: The id of the series that goes on.
        at: The slot at which they part.
        evidence: What tied them together: `id`, `created` or `trim`.
    """

    old: str
    new: str
    at: Time
    evidence: str

    @classmethod
    def of(cls, link: SeriesLink, zone: str | None = None) -> Split | None:
        """Read a split from a link, its slot in a zone; None if the link is a truncation."""
        if link.new is None:
            return None
        at = from_epoch(link.at, all_day=link.all_day, zone=zone)
        return cls(old=link.old, new=link.new, at=at, evidence=link.evidence)


@frozen(kw_only=True)
class Truncation(Told):
    """A series that ends earlier, with none going on.

    Attributes:
        series: The id of the series.
        at: The first occurrence that no longer takes place.
    """

    series: str
    at: Time

    @classmethod
    def of(cls, link: SeriesLink, zone: str | None = None) -> Truncation:
        """Read a truncation from a link, its slot in a zone."""
        return cls(series=link.old, at=from_epoch(link.at, all_day=link.all_day, zone=zone))


@frozen(kw_only=True)
class SyncReport(Told):
    """One run of the engine, explained.

    Attributes:
        calendar: The calendar that was synced.
        committed: Whether the store has a new state; False for dry runs.
        full: Whether the whole calendar was listed.
        added: How many events, exceptions and cancelled occurrences are new.
        updated: How many have other contents than before.
        deleted: How many are gone.
        unchanged: How many were received without meaning anything new.
        splits: Series that became two.
        truncations: Series that were cut without a second half.
        resync_reason: Why a full pass was needed, or None for a delta.
        quarantined: What could not be understood; the next version will try again.
        held: What deleting would do that nobody said, and that waits to be confirmed; None if
            nothing does.
        refused: How many events stay though a listing lacked them, because their deletion was
            refused.
        pages: How many pages were read, those before a crash included.
        requests: How many requests were sent, retries included.
        retries: How many of them were retries.
        waited: Seconds spent waiting between tries.
        resumed: Whether the run went on where an earlier one was cut off.
        started_at: When the run began, in UTC.
        finished_at: When it ended, in UTC.
        lag: Seconds since the commit before this one; None on the first sync.
        passes: How many passes of the calendar were committed by now, those of other runs included;
            more than one more than after the run before if others committed in between.
    """

    calendar: CalendarKey
    committed: bool
    full: bool
    started_at: datetime
    finished_at: datetime
    added: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    splits: tuple[Split, ...] = ()
    truncations: tuple[Truncation, ...] = ()
    resync_reason: str | None = None
    quarantined: tuple[Quarantined, ...] = ()
    held: StagedCounts | None = None
    refused: int = 0
    pages: int = 0
    requests: int = 0
    retries: int = 0
    waited: float = 0.0
    resumed: bool = False
    lag: float | None = None
    passes: int = 0

    def followed_by(self, later: SyncReport) -> SyncReport:
        """Return the report of a run of two passes; requests are counted over the run already."""
        return evolve(
            later,
            committed=self.committed or later.committed,
            full=self.full or later.full,
            added=self.added + later.added,
            updated=self.updated + later.updated,
            deleted=self.deleted + later.deleted,
            unchanged=self.unchanged + later.unchanged,
            splits=self.splits + later.splits,
            truncations=self.truncations + later.truncations,
            quarantined=self.quarantined + later.quarantined,
            resync_reason=later.resync_reason or self.resync_reason,
            pages=self.pages + later.pages,
            resumed=True,
            lag=self.lag,
        )

    def __str__(self) -> str:
        """Say in a line what readers of the copy get, and what waits to be confirmed."""
        told = [f"{self.added} added", f"{self.updated} updated", f"{self.deleted} deleted"]
        for count, what in (
            (len(self.splits), "split"),
            (len(self.truncations), "truncated"),
            (len(self.quarantined), "not understood"),
        ):
            told += [f"{count} {what}"] if count else []
        if self.held is not None:
            told.append(
                f"held: {self.pending} of {self.held.held} events are lacking and stay until "
                "it is confirmed with MassDeletion(confirm=…), or refused with refuse_deletions()"
            )
        if self.refused:
            told.append(f"{self.refused} kept whose deletion was refused")
        return ", ".join(told) if self.committed else f"not committed: {', '.join(told)}"

    @property
    def pending(self) -> int:
        """How many deletions wait to be confirmed that nobody said; their events stay visible."""
        return 0 if self.held is None else self.held.deleted

    @property
    def changed(self) -> bool:
        """Whether readers of the feed have something new."""
        return bool(self.added or self.updated or self.deleted or self.splits or self.truncations)
