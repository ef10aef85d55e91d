"""Lists besides events, kept in step with a store: which calendars exist, who may read them.

```python
from kloudsync import CollectionEngine

calendars = CollectionEngine(google.collections.calendars(), store)
calendars.sync()
for change in calendars.changes("crm"):
    ...
```
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Generic, Protocol, TypeVar

from attrs import frozen

from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.model.record import EventRecord
from kloudsync.model.state import FeedKind, FeedRecord
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.runtime.feed_walk import walk, walk_awaiting
from kloudsync.runtime.threads import in_thread
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Source, SourceDescription, Store
from kloudsync.sync.progress import Hook, silence
from kloudsync.sync.report import SyncReport

Caller_co = TypeVar("Caller_co", covariant=True)
M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)

_CHUNK = 200


class Members(SourceDescription, Protocol[M_co]):
    """A list whose members are no events."""

    def member(self, record: EventRecord) -> M_co:
        """Build the typed member of a record."""
        ...


class CollectionSource(Source[Caller_co], Protocol[Caller_co, M_co]):
    """A list whose members are no events, with the caller that reaches it."""

    def member(self, record: EventRecord) -> M_co:
        """Build the typed member of a record."""
        ...


@frozen(kw_only=True)
class MemberChange(Generic[M_co]):
    """What happened to a member of a list.

    Attributes:
        position: Its place in the store's feed; rises, with gaps.
        recorded_at: When the change was committed to the store, in UTC.
        kind: Whether it was added, updated or deleted.
        id: The member's id.
        before: As it was held; None where it is new.
        after: As it is held now; None where it is gone.
    """

    position: int
    recorded_at: datetime
    kind: FeedKind
    id: str
    before: M_co | None = None
    after: M_co | None = None


class CollectionCopy(Generic[M]):
    """What a store holds of a list. Blocking, and free of any network.

    Args:
        source: Translates the provider's own text.
        store: Holds the copy.
    """

    def __init__(self, source: Members[M], store: Store) -> None:
        self._source = source
        self._store = store

    def members(self) -> Iterator[M]:
        """Yield the members held now, by id."""
        return map(self._source.member, self._store.events(self._source.key))

    def member(self, member_id: str) -> M | None:
        """Return the member with an id, or None."""
        record = self._store.records(self._source.key, [member_id]).get(member_id)
        return None if record is None else self._source.member(record)

    def changes(self, consumer: str) -> Iterator[MemberChange[M]]:
        """Yield what happened since this consumer's last acknowledgement, oldest first.

        Args:
            consumer: Any stable name.
        """
        return walk(partial(self.chunk, consumer))

    def chunk(self, consumer: str, after: int | None = None) -> list[MemberChange[M]]:
        """Return the next few changes behind a position, or behind the acknowledged one."""
        key = self._source.key
        entries = self._store.changes(consumer, limit=_CHUNK, key=key, after=after)
        return [self._change(entry) for entry in entries]

    def acknowledge(self, consumer: str, change: MemberChange[M]) -> None:
        """Move a consumer's position behind a change; never backwards."""
        self._store.acknowledge(consumer, change.position, self._source.key)

    def dismiss(self, consumer: str) -> None:
        """Forget a consumer of this list, so that pruning the feed does not wait for it."""
        self._store.dismiss(consumer, self._source.key)

    def pending(self) -> list[M]:
        """Return the members that a full listing lacked and nobody said are gone, by id.

        These are held, and part of the copy, until `MassDeletion.confirm` lets them go, the
        service shows them again, or says that they are gone.
        """
        ids = self._store.pending(self._source.key)
        held = self._store.records(self._source.key, ids)
        return [self._source.member(held[one]) for one in ids if one in held]

    def _change(self, entry: FeedRecord) -> MemberChange[M]:
        named = entry.after or entry.before
        assert named is not None, "members are neither split nor truncated"  # noqa: S101 - the store's contract
        return MemberChange(
            position=entry.position,
            recorded_at=datetime.fromtimestamp(entry.recorded_at, UTC),
            kind=entry.kind,
            id=named.id,
            before=None if entry.before is None else self._source.member(entry.before),
            after=None if entry.after is None else self._source.member(entry.after),
        )


class CollectionEngine(CollectionCopy[M]):
    """Keeps a store in step with a list, and answers what it holds.

    Args:
        source: The list, from a blocking client.
        store: Where the copy lives; calendars may live there too.
        hook: Called with each step of a run.
        mass_deletion: When deletions that nobody said are held until confirmed.
        lease_ttl: Seconds after which a worker that died is replaced.
    """

    def __init__(
        self,
        source: CollectionSource[Blocking, M],
        store: Store,
        *,
        hook: Hook = silence,
        mass_deletion: MassDeletion | None = None,
        lease_ttl: float = 240.0,
    ) -> None:
        super().__init__(source, store)
        self._engine = SyncEngine(
            source, store, hook=hook, mass_deletion=mass_deletion, lease_ttl=lease_ttl
        )

    def sync(self, *, full: bool = False) -> SyncReport:
        """Bring the store to the list's present state; raises what `SyncEngine.sync` raises.

        Args:
            full: Whether to list everything, though changes could be asked for.
        """
        return self._engine.sync(full=full)

    def plan(self) -> SyncReport:
        """Say what `sync` would change now, and write nothing."""
        return self._engine.plan()

    def forget(self) -> None:
        """Remove the list from the store as if it had never been synced, its feed included.

        Raises:
            LeaseHeld: A worker is syncing it.
        """
        self._engine.forget()


class AsyncCollectionEngine(Generic[M]):
    """Keeps a store in step with a list from within an event loop.

    Args:
        source: The list, from an Async client.
        store: Where the copy lives; calendars may live there too.
        hook: Called with each step of a run, in the event loop.
        mass_deletion: When deletions that nobody said are held until confirmed.
        lease_ttl: Seconds after which a worker that died is replaced.

    Attributes:
        copy: What the store holds, with blocking methods.
    """

    def __init__(
        self,
        source: CollectionSource[Awaiting, M],
        store: Store,
        *,
        hook: Hook = silence,
        mass_deletion: MassDeletion | None = None,
        lease_ttl: float = 240.0,
    ) -> None:
        self.copy: CollectionCopy[M] = CollectionCopy(source, store)
        self._engine = AsyncSyncEngine(
            source, store, hook=hook, mass_deletion=mass_deletion, lease_ttl=lease_ttl
        )

    async def sync(self, *, full: bool = False) -> SyncReport:
        """Bring the store to the list's present state; see `CollectionEngine.sync`."""
        return await self._engine.sync(full=full)

    async def plan(self) -> SyncReport:
        """Say what `sync` would change now, and write nothing."""
        return await self._engine.plan()

    async def forget(self) -> None:
        """Remove the list from the store as if it had never been synced, its feed included."""
        await self._engine.forget()

    async def pending(self) -> list[M]:
        """Return the members that a full listing lacked; see `CollectionCopy.pending`."""
        return await in_thread(self.copy.pending)

    async def members(self) -> list[M]:
        """Return the members held now, by id."""
        return await in_thread(lambda: list(self.copy.members()))

    async def member(self, member_id: str) -> M | None:
        """Return the member with an id, or None."""
        return await in_thread(self.copy.member, member_id)

    def changes(self, consumer: str) -> AsyncIterator[MemberChange[M]]:
        """Yield what happened since this consumer's last acknowledgement, oldest first."""
        return walk_awaiting(lambda after: in_thread(self.copy.chunk, consumer, after))

    async def acknowledge(self, consumer: str, change: MemberChange[M]) -> None:
        """Move a consumer's position behind a change; never backwards."""
        await in_thread(self.copy.acknowledge, consumer, change)

    async def dismiss(self, consumer: str) -> None:
        """Forget a consumer of this list, so that pruning the feed does not wait for it."""
        await in_thread(self.copy.dismiss, consumer)
