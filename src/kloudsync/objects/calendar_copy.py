"""A calendar's local copy, read: events, lineage, occurrences, changes. Blocking, and free of any network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Unpack

from kloudsync.agenda import (
    MOST_OCCURRENCES,
    Agenda,
    BusyOptions,
    Intervals,
    busy,
    free,
    leave_out,
    occurrences,
)
from kloudsync.errors import UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.change import Added, Change, Deleted, SeriesSplit, SeriesTruncated, Updated
from kloudsync.model.event import Held
from kloudsync.model.occurrence import Skipped
from kloudsync.model.record import EventRecord
from kloudsync.model.state import CalendarState, FeedKind, FeedRecord, Quarantined
from kloudsync.model.times import from_epoch
from kloudsync.model.view import CalendarView
from kloudsync.runtime.feed_walk import walk
from kloudsync.sync.ports import SourceDescription, Store
from kloudsync.sync.series import chain

_CHUNK = 200


class CalendarCopy:
    """What a store holds of one calendar, in typed events.

    Args:
        source: Translates the provider's own text.
        store: Holds the copy.
    """

    def __init__(self, source: SourceDescription, store: Store) -> None:
        self._source = source
        self._store = store

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        return self._source.key

    @property
    def view(self) -> CalendarView:
        """The calendar as the agenda's functions over several calendars want it."""
        return CalendarView(self.key, self._source)

    def state(self) -> CalendarState:
        """Return how far the copy has come."""
        return self._store.state(self.key)

    def events(self) -> Iterator[Held]:
        """Yield everything held now, by id.

        Single events, series, exceptions and cancelled occurrences; of one committed pass.
        """
        return (self._source.event(record) for record in self._store.events(self.key))

    def event(self, event_id: str) -> Held | None:
        """Return what is held under an id, or None."""
        record = self._store.records(self.key, [event_id]).get(event_id)
        return None if record is None else self._source.event(record)

    def lineage(self, series_id: str) -> list[str]:
        """Return the ids of all segments of a split series, oldest first.

        A series that was never split is its own only segment. Segments that are no
        longer in the calendar stay part of the lineage.
        """
        return chain(series_id, self._store.links(self.key))

    def occurrences(
        self,
        start: datetime,
        end: datetime,
        *,
        skipped: Skipped = leave_out,
        limit: int = MOST_OCCURRENCES,
    ) -> Agenda:
        """Return everything that takes place within a window, in order of start.

        An occurrence belongs to the window if it ends after the window's start and starts
        before its end. Times and typed events are built when they are asked for.

        Args:
            start: Where the window begins, aware.
            end: Where it ends, aware, exclusive.
            skipped: Hears of each series that cannot be expanded. It is left out, and named in
                the answer's `unexpanded`; `kloudsync.agenda.refuse` raises instead.
            limit: How many occurrences of series the answer may hold; a series that has more
                than are left cannot be expanded.

        Raises:
            UsageError: A bound is naive, the window is empty, or the calendar was never synced.
            RecurrenceError: A series cannot be expanded, and `skipped` is `refuse`; an
                `UnboundedRecurrence` if it takes place more often than any calendar shows.
            StoreBusy: Syncs commit faster than the store can be read.
        """
        return occurrences(self._store, [self.view], start, end, skipped=skipped, limit=limit)

    def busy(self, start: datetime, end: datetime, **options: Unpack[BusyOptions]) -> Intervals:
        """Return the stretches of a window that are taken, merged.

        Args:
            start: Where the window begins, aware.
            end: Where it ends, aware, exclusive.
            **options: Which events count, and in which zone the answers are told; as for
                `kloudsync.agenda.busy`.

        Raises:
            UsageError: A bound is naive, the window is empty, or the calendar was never synced.
            RecurrenceError: As for `occurrences`.
            StoreBusy: Syncs commit faster than the store can be read.
        """
        return busy(self._store, [self.view], start, end, **options)

    def free(self, start: datetime, end: datetime, **options: Unpack[BusyOptions]) -> Intervals:
        """Return the stretches of a window that are not taken; see `busy`."""
        return free(self._store, [self.view], start, end, **options)

    def pending(self) -> list[Held]:
        """Return what a full listing lacked and nobody said was deleted, by id.

        These are held, and part of the copy, until `MassDeletion.confirm` lets them go, the
        service shows them again, or says that they are gone.
        """
        ids = self._store.pending(self.key)
        held = self._store.records(self.key, ids)
        return [self._source.event(held[one]) for one in ids if one in held]

    def quarantined(self) -> list[Quarantined]:
        """Return what was received and could not be understood."""
        return self._store.quarantined(self.key)

    def changes(self, consumer: str) -> Iterator[Change]:
        """Yield what happened since this consumer's last acknowledgement, oldest first.

        Every change is delivered until it is acknowledged: after a crash a consumer sees
        again what it had not acknowledged. A new consumer begins at the oldest entry kept.

        Args:
            consumer: Any stable name.
        """
        return walk(partial(self.chunk, consumer))

    def chunk(self, consumer: str, after: int | None = None) -> list[Change]:
        """Return the next few changes behind a position, or behind the acknowledged one."""
        if not consumer:
            raise UsageError("the consumer's name is empty; give each reader a stable name")
        entries = self._store.changes(consumer, limit=_CHUNK, key=self.key, after=after)
        zone = self.state().zone
        return [self._change(entry, zone) for entry in entries]

    def newest(self, consumer: str) -> int | None:
        """Return the position of the newest change that a consumer has not acknowledged."""
        newest: int | None = None
        after: int | None = None
        while entries := self._store.changes(consumer, limit=_CHUNK, key=self.key, after=after):
            newest = after = entries[-1].position
        return newest

    def acknowledge(self, consumer: str, change: Change | int) -> None:
        """Move a consumer's position behind a change; never backwards.

        Args:
            consumer: The name given to `changes`.
            change: The last change that was dealt with, or its position.

        Raises:
            UsageError: It is a change of another calendar, whose positions count other changes: some
                of this one that nobody read yet would be skipped.
        """
        if not isinstance(change, int) and change.calendar != self.key:
            raise UsageError(
                f"the change is one of {change.calendar}, and this is {self.key}; "
                "acknowledge it where it was read"
            )
        position = change if isinstance(change, int) else change.position
        self._store.acknowledge(consumer, position, self.key)

    def dismiss(self, consumer: str) -> None:
        """Forget a consumer of this calendar, so that pruning the feed does not wait for it.

        Args:
            consumer: The name given to `changes`; should it come back, it begins at the oldest
                entry kept.
        """
        self._store.dismiss(consumer, self.key)

    def _change(self, entry: FeedRecord, zone: str | None) -> Change:
        at = datetime.fromtimestamp(entry.recorded_at, UTC)
        position, key = entry.position, entry.key
        if entry.link is not None:
            link = entry.link
            slot = from_epoch(link.at, all_day=link.all_day, zone=zone)
            if link.new is None:
                return SeriesTruncated(
                    position=position, calendar=key, recorded_at=at, series=link.old, at=slot
                )
            return SeriesSplit(
                position=position,
                calendar=key,
                recorded_at=at,
                old=link.old,
                new=link.new,
                at=slot,
                evidence=link.evidence,
            )
        before, after = (self._held(record) for record in (entry.before, entry.after))
        if entry.kind is FeedKind.ADDED and after is not None:
            return Added(position=position, calendar=key, recorded_at=at, event=after)
        if entry.kind is FeedKind.DELETED and before is not None:
            return Deleted(position=position, calendar=key, recorded_at=at, event=before)
        assert before is not None, "an update names both"  # noqa: S101 - the store's contract
        assert after is not None, "an update names both"  # noqa: S101 - the store's contract
        return Updated(position=position, calendar=key, recorded_at=at, before=before, after=after)

    def _held(self, record: EventRecord | None) -> Held | None:
        return None if record is None else self._source.event(record)
