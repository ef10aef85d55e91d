"""Somebody who holds a lease and drives passes, so that the suites can speak in steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, StagedRecord
from kloudsync.model.state import (
    CalendarState,
    Checkpoint,
    Cursor,
    FeedRecord,
    Lease,
    Quarantined,
    SeriesLink,
    StagedCounts,
)
from kloudsync.runtime.leasing import LeaseStore
from kloudsync.sync.ports import Store

KEY = CalendarKey("google", "owner", "primary")
OTHER = CalendarKey("google", "owner", "team@example.com")


def read_all(store: Store, consumer: str = "crm", key: CalendarKey | None = None) -> None:
    """Let a consumer read and acknowledge everything that there is."""
    entries = store.changes(consumer, limit=100_000, key=key)
    last = entries[-1] if entries else None
    position = None if last is None else last.position if key else last.token
    if position is not None:
        store.acknowledge(consumer, position, key)


def take(store: LeaseStore, name: str, owner: str = "worker", *, now: float = 0.0) -> Lease:
    """Acquire a lease that must be there for the taking."""
    lease = store.acquire(name, owner, ttl=60.0, now=now)
    assert lease is not None
    return lease


class Worker:
    """The holder of a calendar's lease, who knows how far the calendar has come.

    Args:
        store: The store under test.
        key: The calendar.
        lease: The right to write; taken now unless given.
        pages: How many pages of the pass under way are staged already.

    Attributes:
        full: Whether the pass under way lists the whole calendar.
        since: Since when it lists, or None where it has no such bound.
        complete: Whether its last page is staged.
    """

    def __init__(
        self, store: Store, key: CalendarKey = KEY, *, lease: Lease | None = None, pages: int = 0
    ) -> None:
        self.store = store
        self.key = key
        self.lease: Lease = lease or take(store, str(key))
        self.pages: int = pages
        self.full: bool = False
        self.since: int | None = None
        self.complete: bool = False

    @property
    def checkpoint(self) -> Checkpoint:
        """How far the pass has come."""
        position = f"page-{self.pages}" if self.pages else None
        return Checkpoint(
            full=self.full,
            fingerprint="query",
            position=position,
            pages=self.pages,
            reason="test",
            since=self.since,
            complete=self.complete,
        )

    @property
    def state(self) -> CalendarState:
        """The calendar's state."""
        return self.store.state(self.key)

    @property
    def counts(self) -> StagedCounts:
        """What committing now would do."""
        return self.store.counts(self.key)

    def begin(self, *, full: bool = False, since: int | None = None) -> None:
        """Start a pass, perhaps one that lists from an instant on."""
        self.full, self.since, self.pages, self.complete = full, since, 0, False
        self.store.begin(self.key, self.lease, self.checkpoint, since=self.state)

    def stage(
        self,
        *staged: StagedRecord,
        seen: Iterable[str] = (),
        quarantined: Iterable[Quarantined] = (),
        last: bool = False,
    ) -> None:
        """Stage a page, perhaps the last one."""
        self.pages += 1
        self.complete = last
        self.store.stage(
            self.key,
            self.lease,
            staged,
            seen=seen,
            quarantined=quarantined,
            checkpoint=self.checkpoint,
            since=self.state,
        )

    def tell_ahead(self, *, now: float = 100.0, limit: int = 1) -> None:
        """Tell the feed of what is staged, in as many steps as that takes."""
        while self.store.tell_ahead(self.key, self.lease, now=now, limit=limit):
            pass

    def commit(
        self,
        *,
        cursor: str | None = "next",
        zone: str | None = None,
        links: Sequence[SeriesLink] = (),
        announce: Sequence[SeriesLink] = (),
        now: float = 100.0,
    ) -> None:
        """Commit the pass."""
        self.store.commit(
            self.key,
            self.lease,
            cursor=None if cursor is None else Cursor(token=cursor, fingerprint="query"),
            zone=zone,
            links=links,
            announce=announce,
            now=now,
            since=self.state,
        )

    def prune(self, before: float) -> int:
        """Forget entries recorded before a second."""
        return self.store.prune(datetime.fromtimestamp(before, UTC))

    def discard(self) -> None:
        """Throw the pass away."""
        self.store.discard(self.key, self.lease)

    def sync(self, *staged: StagedRecord, now: float = 100.0) -> None:
        """Commit a pass of one page."""
        self.begin()
        self.stage(*staged)
        self.commit(now=now)

    def events(self) -> list[EventRecord]:
        """Return what readers see."""
        return list(self.store.events(self.key))

    def ids(self) -> list[str]:
        """Return the ids that readers see."""
        return [record.id for record in self.events()]

    def feed(self, after: int = 0) -> list[FeedRecord]:
        """Return this calendar's entries behind a position, without becoming a consumer."""
        return self.store.changes("onlooker", limit=10_000, key=self.key, after=after)
