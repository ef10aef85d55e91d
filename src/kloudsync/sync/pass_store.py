"""What the engine asks of a store: to stage a pass unseen, to tell of it, and to commit it as a whole."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, StagedRecord
from kloudsync.model.state import (
    CalendarState,
    Checkpoint,
    Cursor,
    Lease,
    Quarantined,
    SeriesLink,
    StagedCounts,
)


class PassStore(Protocol):
    """Where passes are staged and committed.

    What is staged is invisible to every reader until `commit`, which makes the whole
    pass visible at once. Of two staged records with one id, the later one counts, in the
    place of the first. Iterators show one moment, whatever is written meanwhile; exhaust or
    close them, since a database keeps that moment for them.
    """

    @abstractmethod
    def state(self, key: CalendarKey) -> CalendarState:
        """Return a calendar's state; the default state for one never seen."""
        ...

    @abstractmethod
    def begin(
        self, key: CalendarKey, lease: Lease, checkpoint: Checkpoint, *, since: CalendarState
    ) -> None:
        """Throw away whatever is staged and start a pass at a checkpoint.

        Args:
            key: The calendar.
            lease: The right to write.
            checkpoint: Where the pass begins. From now on something may be staged; where a
                calendar has no checkpoint, nothing is.
            since: The state that the pass goes on from.

        Raises:
            LeaseLost: The lease was overtaken, or the calendar has another state: another
                cursor or checkpoint, or more passes.
        """
        ...

    @abstractmethod
    def misread(self, key: CalendarKey, version: str) -> list[Quarantined]:
        """Return what other versions than this one could not understand, or could not either."""
        ...

    @abstractmethod
    def records(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the visible records with these ids; absent ids are left out."""
        ...

    @abstractmethod
    def stage(
        self,
        key: CalendarKey,
        lease: Lease,
        staged: Iterable[StagedRecord],
        *,
        seen: Iterable[str] = (),
        quarantined: Iterable[Quarantined] = (),
        checkpoint: Checkpoint,
        since: CalendarState,
    ) -> None:
        """Stage records and move the checkpoint on, together.

        Args:
            key: The calendar.
            lease: The right to write.
            staged: Records with their verdicts, in the order in which they arrived. A
                tombstone has the verdict DELETED.
            seen: Ids that a full pass met unchanged, so that they are not swept. What an earlier
                call staged for them is taken back.
            quarantined: What could not be understood. A quarantined id counts as seen.
            checkpoint: How far the pass has come with this.
            since: The state that the pass goes on from; `LeaseLost` where it is another.

        The iterables may be consumed within the transaction: they may ask readers of the store,
        but not write to it. What they raise comes through, and nothing of the call is kept.
        """
        ...

    @abstractmethod
    def delete_missing(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of whatever is visible and not met, if the pass under way is full.

        Where its checkpoint says since when it lists, what ended before then is left alone.
        """
        ...

    @abstractmethod
    def hold_missing(self, key: CalendarKey, lease: Lease, *, now: float) -> None:
        """Note as pending what `delete_missing` would delete, which readers go on to see.

        What is pending already stays so from when it was noted first, and what was refused stays
        refused. A commit ends both for whatever the pass staged, saw, or could not understand.

        Args:
            key: The calendar.
            lease: The right to write.
            now: Seconds since 1970.
        """
        ...

    @abstractmethod
    def delete_pending(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of what is pending."""
        ...

    @abstractmethod
    def refuse_pending(self, key: CalendarKey, lease: Lease) -> int:
        """Note whatever is pending as refused, and return how much that is.

        What is refused is pending no more, and no later listing that lacks it makes it so: it
        stays until a pass meets it.
        """
        ...

    @abstractmethod
    def pending_counts(self, key: CalendarKey) -> StagedCounts:
        """Return what deleting whatever is pending would do: `deleted`, `implied` and `held`.

        And how much is `refused`, but for what the pass met.
        """
        ...

    @abstractmethod
    def delete_orphans(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of what `orphans` names, but for what ended before the listing begins."""
        ...

    @abstractmethod
    def delete_beyond(self, key: CalendarKey, lease: Lease, ends: Mapping[str, int]) -> None:
        """Stage the deletion of visible occurrences that a pass has not met.

        These are the exceptions and cancelled occurrences of some series whose `original` is not
        before the instant, in seconds since 1970, that is given for their series. The time that
        this takes grows with the number of series, and not with that times what the calendar holds.
        """
        ...

    @abstractmethod
    def staged(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the records that this pass staged so far for these ids, tombstones included."""
        ...

    @abstractmethod
    def met(self, key: CalendarKey, ids: Sequence[str]) -> set[str]:
        """Return which of these ids this pass staged, saw unchanged or could not understand."""
        ...

    @abstractmethod
    def unseen(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` ids that are visible but that this pass has not met, by id."""
        ...

    @abstractmethod
    def orphans(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` occurrences that a series leaves behind which is none any more.

        These are visible exceptions and cancelled occurrences that this pass has not met, and
        whose series it staged as deleted or as a single event, by id.
        """
        ...

    @abstractmethod
    def occurrences_of(self, key: CalendarKey, series: Sequence[str]) -> list[str]:
        """Return the exceptions and cancelled occurrences that these series have so far, by id.

        They are counted as they would be if the pass were committed now: as staged, or as visible
        where nothing is staged for them.
        """
        ...

    @abstractmethod
    def bare_cancellations(self, key: CalendarKey) -> list[EventRecord]:
        """Return the tombstones that this pass staged with an `original`, by id.

        Their ids name a place where a series may have an occurrence; as their `series` they have
        a lineage.
        """
        ...

    @abstractmethod
    def segments(self, key: CalendarKey, lineages: Sequence[str]) -> list[EventRecord]:
        """Return the series of these lineages as they would be if the pass were committed now.

        They come by start, then by id.
        """
        ...

    @abstractmethod
    def strays(self, key: CalendarKey) -> list[str]:
        """Return the cancelled occurrences that a commit would leave without their series, by id.

        These are those that the pass staged, and visible ones whose series it staged as deleted
        or as a single event, whether or not it met them.
        """
        ...

    @abstractmethod
    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield each series that this pass staged as added or updated: as visible now, and as staged.

        They come in staging order. What is visible now may be of another kind.
        """
        ...

    @abstractmethod
    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield series that belong together by `lineage` or by `created`.

        A family has at least two members, as they will be after the commit, of which at
        least one was staged in this pass as added or updated. Families by `created` have at
        most 50 members: more than that is an import, and no evidence. Families by `lineage`
        come first; one by `created` whose members all share one lineage is not repeated.
        Members come by start.
        """
        ...

    @abstractmethod
    def counts(self, key: CalendarKey) -> StagedCounts:
        """Return what committing now would do."""
        ...

    @abstractmethod
    def tell_ahead(self, key: CalendarKey, lease: Lease, *, now: float, limit: int) -> bool:
        """Write up to `limit` of the entries of the feed that the commit will show, if that helps anybody.

        Where all who write wait for each other, a commit that has a million entries to write
        would keep them waiting for all of that time. Once a pass of several pages is complete
        that brings a calendar that holds nothing its first records, a store may write the entries
        in many short transactions; others do nothing. Nobody is shown them before the commit,
        and none is kept that is not what the commit would write: staging anything more, beginning
        anew, throwing the pass away or committing it at another time takes them back.

        Args:
            key: The calendar.
            lease: The right to write.
            now: Seconds since 1970, as the commit will be given it.
            limit: How many entries are written at most.

        Returns:
            Whether there may be more to write.
        """
        ...

    @abstractmethod
    def commit(
        self,
        key: CalendarKey,
        lease: Lease,
        *,
        cursor: Cursor | None,
        zone: str | None,
        identity: str | None = None,
        links: Sequence[SeriesLink] = (),
        announce: Sequence[SeriesLink] = (),
        now: float,
        since: CalendarState,
    ) -> None:
        """Make the staged pass visible and write the feed, all or nothing.

        A pass that was never begun holds nothing, and is a pass. `since` is the state that the
        pass goes on from; `LeaseLost` where it is another.

        One feed entry is written per staged record whose verdict is not SILENT, in staging
        order, then one per announced link: a split, or a truncation where `new` is None.
        `links` replace stored ones with the same `old`. Tombstones remove their record; one
        for an id that is not held leaves no trace. The state afterwards has the cursor, no
        checkpoint, and `passes` raised by one. `zone` and `identity` None keep what is known.

        Of a full pass the quarantine is all there is afterwards; other passes add to it.
        What was staged well or as deleted, or seen, leaves it.
        """
        ...

    @abstractmethod
    def discard(self, key: CalendarKey, lease: Lease) -> None:
        """Throw away whatever is staged, checkpoint included."""
        ...

    @abstractmethod
    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Remove a calendar as if it had never been synced.

        Its events, cursor, links and quarantine go, its entries of the feed, and what consumers
        of this calendar alone acknowledged; its channels and what mirrors noted of it, where the
        store keeps such; and the lease, which allows no more writes. Neither positions of the
        feed nor fences are used again.
        """
        ...

    @abstractmethod
    def forget_account(self, provider: str, account: str) -> int:
        """Remove all calendars of an account as if they had never been synced.

        Nobody is waited for: whoever works at one of them loses the lease, and writes nothing
        more. What else the store keeps of the account goes, too.

        Returns:
            How many calendars went.
        """
        ...
