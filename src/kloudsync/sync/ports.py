"""What the engine asks of the outside world: small protocols by role.

The docstrings are contracts; `kloudsync.testing.stores` holds the suites that
check a store against them. Store methods block; the Async engine calls them in
a worker thread.

Every write names the lease that allows it, and a store refuses a lease whose
fence was overtaken with `LeaseLost`. What moves a pass on names the state that it
goes on from besides, and another one is refused alike: a lease saves requests, and
what is right never hangs on it, nor on a clock. Every method is one transaction, and
`Store.unit` makes one of several: a crash inside leaves the store as it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from kloudsync.errors import APIError, CursorRefused
from kloudsync.http.operation import Operation
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.page import SeriesFacts, SourcePage
from kloudsync.model.positions import Position
from kloudsync.model.record import EventRecord, Malformed, RecurrenceId, StagedRecord
from kloudsync.model.state import (
    CalendarState,
    Checkpoint,
    Consumer,
    Cursor,
    FeedRecord,
    Lease,
    Quarantined,
    SeriesLink,
    StagedCounts,
)
from kloudsync.recurrence.reading import ICALENDAR, Reading
from kloudsync.runtime.leasing import LeaseStore
from kloudsync.runtime.step import Step

Caller_co = TypeVar("Caller_co", covariant=True)
T = TypeVar("T")


class PassStore(Protocol):
    """Where passes are staged and committed.

    What is staged is invisible to every reader until `commit`, which makes the whole
    pass visible at once. Of two staged records with one id, the later one counts, in the
    place of the first. Iterators show one moment, whatever is written meanwhile; exhaust or
    close them, since a database keeps that moment for them.
    """

    def state(self, key: CalendarKey) -> CalendarState:
        """Return a calendar's state; the default state for one never seen."""
        ...

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

    def misread(self, key: CalendarKey, version: str) -> list[Quarantined]:
        """Return what other versions than this one could not understand, or could not either."""
        ...

    def records(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the visible records with these ids; absent ids are left out."""
        ...

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

    def delete_missing(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of whatever is visible and not met, if the pass under way is full.

        Where its checkpoint says since when it lists, what ended before then is left alone.
        """
        ...

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

    def delete_pending(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of what is pending."""
        ...

    def refuse_pending(self, key: CalendarKey, lease: Lease) -> int:
        """Note whatever is pending as refused, and return how much that is.

        What is refused is pending no more, and no later listing that lacks it makes it so: it
        stays until a pass meets it.
        """
        ...

    def pending_counts(self, key: CalendarKey) -> StagedCounts:
        """Return what deleting whatever is pending would do: `deleted`, `implied` and `held`.

        And how much is `refused`, but for what the pass met.
        """
        ...

    def delete_orphans(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of what `orphans` names, but for what ended before the listing begins."""
        ...

    def delete_beyond(self, key: CalendarKey, lease: Lease, ends: Mapping[str, int]) -> None:
        """Stage the deletion of visible occurrences that a pass has not met.

        These are the exceptions and cancelled occurrences of some series whose `original` is not
        before the instant, in seconds since 1970, that is given for their series. The time that
        this takes grows with the number of series, and not with that times what the calendar holds.
        """
        ...

    def staged(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the records that this pass staged so far for these ids, tombstones included."""
        ...

    def met(self, key: CalendarKey, ids: Sequence[str]) -> set[str]:
        """Return which of these ids this pass staged, saw unchanged or could not understand."""
        ...

    def unseen(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` ids that are visible but that this pass has not met, by id."""
        ...

    def orphans(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` occurrences that a series leaves behind which is none any more.

        These are visible exceptions and cancelled occurrences that this pass has not met, and
        whose series it staged as deleted or as a single event, by id.
        """
        ...

    def occurrences_of(self, key: CalendarKey, series: Sequence[str]) -> list[str]:
        """Return the exceptions and cancelled occurrences that these series have so far, by id.

        They are counted as they would be if the pass were committed now: as staged, or as visible
        where nothing is staged for them.
        """
        ...

    def bare_cancellations(self, key: CalendarKey) -> list[EventRecord]:
        """Return the tombstones that this pass staged with an `original`, by id.

        Their ids name a place where a series may have an occurrence; as their `series` they have
        a lineage.
        """
        ...

    def segments(self, key: CalendarKey, lineages: Sequence[str]) -> list[EventRecord]:
        """Return the series of these lineages as they would be if the pass were committed now.

        They come by start, then by id.
        """
        ...

    def strays(self, key: CalendarKey) -> list[str]:
        """Return the cancelled occurrences that a commit would leave without their series, by id.

        These are those that the pass staged, and visible ones whose series it staged as deleted
        or as a single event, whether or not it met them.
        """
        ...

    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield each series that this pass staged as added or updated: as visible now, and as staged.

        They come in staging order. What is visible now may be of another kind.
        """
        ...

    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield series that belong together by `lineage` or by `created`.

        A family has at least two members, as they will be after the commit, of which at
        least one was staged in this pass as added or updated. Families by `created` have at
        most 50 members: more than that is an import, and no evidence. Families by `lineage`
        come first; one by `created` whose members all share one lineage is not repeated.
        Members come by start.
        """
        ...

    def counts(self, key: CalendarKey) -> StagedCounts:
        """Return what committing now would do."""
        ...

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

    def discard(self, key: CalendarKey, lease: Lease) -> None:
        """Throw away whatever is staged, checkpoint included."""
        ...

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Remove a calendar as if it had never been synced.

        Its events, cursor, links and quarantine go, its entries of the feed, and what consumers
        of this calendar alone acknowledged; its channels and what mirrors noted of it, where the
        store keeps such; and the lease, which allows no more writes. Neither positions of the
        feed nor fences are used again.
        """
        ...

    def forget_account(self, provider: str, account: str) -> int:
        """Remove all calendars of an account as if they had never been synced.

        Nobody is waited for: whoever works at one of them loses the lease, and writes nothing
        more. What else the store keeps of the account goes, too.

        Returns:
            How many calendars went.
        """
        ...


class EventReader(Protocol):
    """What readers of a store may ask; they see only committed passes."""

    def events(self, key: CalendarKey) -> Iterator[EventRecord]:
        """Yield every visible record of a calendar as of one commit, by id, cancelled occurrences included."""
        ...

    def window(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return single events, series and exceptions that may touch a window.

        Answered from indexed bounds: those with `start < end` of the window and
        `last_end > start` of it; events without length count when they start inside. Without
        `last_end` a series is endless, and anything else has no length. In seconds since 1970,
        the end exclusive; in no particular order.
        """
        ...

    def moved(self, key: CalendarKey, start: int, end: int) -> list[RecurrenceId]:
        """Return which exceptions and cancelled occurrences have their `original` in [start, end)."""
        ...

    def beginning(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return the series whose first start is in [start, end), in no particular order."""
        ...

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links between segments of split series, earliest slot first."""
        ...

    def quarantined(self, key: CalendarKey) -> list[Quarantined]:
        """Return what could not be understood."""
        ...

    def pending(self, key: CalendarKey) -> list[str]:
        """Return the visible ids whose deletion is pending, in order, but for what a pass met."""
        ...

    def refused(self, key: CalendarKey) -> list[str]:
        """Return the visible ids whose deletion was refused, in order, but for what a pass met."""
        ...

    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of which a pass was committed, in a stable order."""
        ...

    def calendars_of(self, provider: str, account: str) -> list[CalendarKey]:
        """Return those of one account, at a cost that goes by their number alone."""
        ...


class ChangeFeed(Protocol):
    """The durable feed of changes, read by named consumers at their own pace."""

    def changes(
        self,
        consumer: str,
        *,
        limit: int,
        key: CalendarKey | None = None,
        after: Position | None = None,
    ) -> list[FeedRecord]:
        """Return up to `limit` entries that a consumer has not acknowledged, oldest first.

        Those of one calendar come in the order of its commits. Of all calendars none is missed,
        and each calendar's come in its order; how calendars take turns is settled when
        somebody first reads them all, and stays so. No commit waits for another calendar's.

        Args:
            consumer: Any stable name; a new one begins at the oldest entry kept, and is known to
                `prune` from its first read on.
            limit: The most entries to return.
            key: Only entries of this calendar; None for all.
            after: Start behind this position instead of the acknowledged one; such a look does
                not make a consumer known. A `position` with `key`, a `token` without.

        Raises:
            UsageError: It is a token with `key`, or no token without.
        """
        ...

    def acknowledge(
        self, consumer: str, position: Position, key: CalendarKey | None = None
    ) -> None:
        """Record that a consumer is done with entries up to a position; never moves backwards.

        Positions are kept per consumer and per `key`: a consumer of one calendar and one of
        all calendars do not disturb each other.

        Raises:
            UsageError: It is a token with `key`, or no token without; or it lies beyond the newest
                entry, which nobody can have read.
        """
        ...

    def consumers(self) -> list[Consumer]:
        """Return the known consumers, by name, those of all calendars before those of one."""
        ...

    def dismiss(self, consumer: str, key: CalendarKey | None = None) -> None:
        """Forget a consumer, so that `prune` does not wait for it; one unknown does no harm.

        Args:
            consumer: Its name; should it come back, it begins at the oldest entry kept.
            key: The calendar whose changes it reads; None for a consumer of all.
        """
        ...

    def prune(self, before: datetime, *, gone_since: datetime | None = None) -> int:
        """Forget entries recorded before an instant that every known consumer has acknowledged.

        Args:
            before: An aware datetime.
            gone_since: A consumer that has acknowledged nothing since then, and has not read an
                entry that is older than that, is taken for gone: it is dismissed, and waited for no
                longer. What is compared are the times of commits, so that a consumer of a calendar
                in which nothing happens is not gone. None waits for all of them.

        Raises:
            UsageError: One of them is naive, or no datetime.

        Returns:
            How many entries were forgotten. Entries that no consumer ever read are kept.
        """
        ...


class Unit(PassStore, LeaseStore, EventReader, ChangeFeed, Protocol):
    """A store as one transaction sees it, with all its roles."""


class Store(Unit, Protocol):
    """Everything that the engine and its readers need, in one object."""

    def unit(self, work: Callable[[Unit], T], *, durable: bool = False) -> T:
        """Run a function within one transaction, and return what it returns.

        Args:
            work: Is given the open transaction as a store of its own, which sees what it wrote
                and is good until the function returns. It waits for nothing but the database;
                what it raises comes through, and nothing that it wrote is kept.
            durable: Whether what was written has to survive a power failure, with all that was
                committed before.

        Raises:
            StoreError: This thread is writing to the store already. What is begun within a
                write is refused before it begins, and the outer write goes on.
        """
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...


def _nobody() -> None:
    return None


class SourceDescription(Protocol):
    """A calendar at a provider, as the engine sees it: descriptions and pure functions.

    Sources need not inherit from it. Those that do have an answer to whatever only some providers
    offer: every pass lists in full, nothing says whose calendar it is, nobody divides series.
    """

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        ...

    @property
    def fingerprint(self) -> str:
        """A digest of account, calendar and parameters; cursors are tied to it."""
        ...

    @property
    def incremental(self) -> bool:
        """Whether the service tells what changed since a cursor.

        Where it does not, every pass lists in full and ends without a cursor, and what a listing
        lacks is gone: it matches no longer, or lies outside of what is listed.
        """
        return False

    @property
    def reading(self) -> Reading:
        """Whose reading of recurrence lines counts; a part of the fingerprint."""
        return ICALENDAR

    @property
    def shifts(self) -> bool:
        """Whether a listing pages over what goes on changing, so that what moves may be on no page.

        Before such a listing is taken for whole, what changed since its first page is read.
        """
        return False

    def page(
        self, cursor: Cursor | None, position: str | None
    ) -> Operation[SourcePage] | Step[SourcePage]:
        """Describe the fetch of a page.

        Args:
            cursor: Where the delta begins; None in a full pass.
            position: `SourcePage.next` of the page before; None for the first page.
        """
        ...

    def owner(self, label: str) -> str | None:
        """Return whose calendar it is, where what a page calls it says so by itself."""
        del label
        return None

    def ask_owner(self) -> Operation[str | None] | Step[str | None]:
        """Describe the question whose calendar it is."""
        return Step("owner", _nobody)

    def doubts(self, error: APIError) -> bool:
        """Tell whether an error of a delta may mean its cursor, though it says nothing of it."""
        del error
        return False

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> str | None:
        """Return why the service refused the cursor or page, or None if the error means something else."""
        del cursor, position
        return str(error) if isinstance(error, CursorRefused) else None

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again, as `page` does."""
        ...

    def same(self, before: EventRecord, after: EventRecord) -> bool:
        """Tell whether two records have the same contents, apart from stamps that every re-send changes."""
        return before == after

    def series_facts(self, record: EventRecord) -> SeriesFacts:
        """Read from a series what helps to link segments."""
        del record
        return SeriesFacts()

    def continuations(self, series: str, at: int) -> Sequence[str]:
        """Return under which ids a series that is cut may go on, by the provider's own editor.

        Args:
            series: The id of the series.
            at: The first slot that it loses, in seconds since 1970; of midnight UTC if all-day.

        Returns:
            Ids that nothing else has; none where the provider has no such editor.
        """
        del series, at
        return ()

    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record."""
        ...

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Return the provider's id form of an occurrence that has no row of its own."""
        ...


class Source(SourceDescription, Protocol[Caller_co]):
    """A calendar together with the caller that reaches it, which decides the engine's colour."""

    @property
    def caller(self) -> Caller_co:
        """Performs the operations."""
        ...
