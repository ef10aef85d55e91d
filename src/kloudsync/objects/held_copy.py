"""What a store holds of a list, whatever its members are: how far it has come, and what changed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from kloudsync import objects
from kloudsync.errors import UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import CalendarState, FeedRecord, Quarantined
from kloudsync.objects.fitting import CHANGE, READER, STORE, Shape, expect
from kloudsync.runtime.colour import C_co, InColour
from kloudsync.runtime.feed_walk import chunks
from kloudsync.runtime.twin import twin, twin_iterator

logger: logging.Logger = logging.getLogger("kloudsync.copy")

_CHUNK = 200


class CalendarChange(Protocol):
    """Something that happened to a member of a list."""

    @property
    def position(self) -> int:
        """Its place in the store's feed; rises, with gaps."""
        ...

    @property
    def calendar(self) -> CalendarKey:
        """The list that changed."""
        ...


M = TypeVar("M")
H = TypeVar("H", bound=CalendarChange)


class HeldCopy(InColour[C_co], Generic[C_co, M, H]):
    """What a store holds of a list, in either colour: members of one type, and their changes."""

    _shape: ClassVar[Shape] = READER

    def __init__(self, source: objects.CopyReader, store: objects.Store) -> None:
        """Read a copy.

        Args:
            source: Translates the provider's own text.
            store: Holds the copy.

        Raises:
            UsageError: The source is no calendar, or no list where one is read, or the store no
                store.
        """
        expect(source, self._shape, self)
        expect(store, STORE, self)
        self._source = source
        self._store = store

    @property
    def key(self) -> CalendarKey:
        """Which calendar or list this is."""
        return self._source.key

    @twin
    async def state(self) -> CalendarState:
        """Return how far the copy has come."""
        return await self.colour.run(self._store.state, self.key)

    @twin
    async def pending(self) -> list[M]:
        """Return what a full listing lacked and nobody said was deleted, by id.

        These are held, and part of the copy, until `MassDeletion.confirm` lets them go,
        `refuse_deletions` of the engine keeps them, or the service shows them again or says that
        they are gone.
        """
        return await self.colour.run(self._listed, self._store.pending)

    @twin
    async def refused(self) -> list[M]:
        """Return what stays though a full listing lacked it, as its deletion was refused, by id.

        The service decides from here on: what it shows again, or says is gone, is refused no more.
        """
        return await self.colour.run(self._listed, self._store.refused)

    @twin
    async def unreadable(self) -> list[Malformed]:
        """Return what is held and cannot be read, by id: damaged, or kept by a version that could.

        A run that lists in full, as `sync(full=True)` does, reads it anew.
        """
        return await self.colour.run(self._unreadable)

    @twin
    async def quarantined(self) -> list[Quarantined]:
        """Return what was received and could not be understood."""
        return await self.colour.run(self._store.quarantined, self.key)

    @twin_iterator
    async def changes(self, consumer: str) -> AsyncIterator[H]:
        """Yield what happened since this consumer's last acknowledgement, oldest first.

        Every change is delivered until it is acknowledged: after a crash a consumer sees
        again what it had not acknowledged. A new consumer begins at the oldest entry kept.

        Args:
            consumer: Any stable name, of this reader alone. Two readers under one name are taken
                for one: what either acknowledges, the other never sees, and nobody is told.
        """
        read = self._chunk
        async for chunk in chunks(lambda after: self.colour.run(read, consumer, after)):
            for change in chunk:
                yield change

    @twin
    async def chunk(self, consumer: str, after: int | None = None) -> list[H]:
        """Return the next few changes behind a position, or behind the acknowledged one."""
        return await self.colour.run(self._chunk, consumer, after)

    @twin
    async def told(self, entries: Sequence[FeedRecord]) -> list[H]:
        """Return the changes that entries of the store's feed tell of, one for each.

        Args:
            entries: Some of this calendar, as `store.changes` has them of all calendars.

        Raises:
            UsageError: One of them is of another calendar.
        """
        strangers = (str(one.key) for one in entries if one.key != self.key)
        for other in strangers:
            raise UsageError(
                f"an entry is one of {other}, and this is {self.key}; ask copy_of(store, entry.key)"
            )
        return await self.colour.run(self._told, list(entries))

    @twin
    async def newest(self, consumer: str) -> int | None:
        """Return the position of the newest change that a consumer has not acknowledged."""
        newest: int | None = None
        read = self._entries
        async for entries in chunks(lambda after: self.colour.run(read, consumer, after)):
            newest = entries[-1].position
        return newest

    @twin
    async def acknowledge(self, consumer: str, change: H | int) -> None:
        """Move a consumer's position behind a change; never backwards.

        Args:
            consumer: The name given to `changes`.
            change: The last change that was dealt with, or its position.

        Raises:
            UsageError: It is no change, or one of another calendar, whose positions count other changes: some
                of this one that nobody read yet would be skipped.
        """
        if isinstance(change, bool) or not isinstance(change, int):
            expect(change, CHANGE, self)
        if not isinstance(change, int) and change.calendar != self.key:
            raise UsageError(
                f"the change is one of {change.calendar}, and this is {self.key}; "
                "acknowledge it where it was read"
            )
        position = change if isinstance(change, int) else change.position
        await self.colour.run(self._store.acknowledge, consumer, position, self.key)

    @twin
    async def dismiss(self, consumer: str) -> None:
        """Forget a consumer of this copy, so that pruning the feed does not wait for it.

        Args:
            consumer: The name given to `changes`; should it come back, it begins at the oldest
                entry kept.
        """
        await self.colour.run(self._store.dismiss, consumer, self.key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key})"

    def _member(self, record: EventRecord) -> M:
        """Build the typed member of a record."""
        raise NotImplementedError

    def _told(self, entries: list[FeedRecord]) -> list[H]:
        """Build the changes that entries of the feed tell of."""
        raise NotImplementedError

    def _members(self) -> Iterator[M]:
        return self._readable(self._store.events(self.key))

    def _unreadable(self) -> list[Malformed]:
        found = map(self._read, self._store.events(self.key))
        return [one for one in found if isinstance(one, Malformed)]

    def _find(self, member_id: str) -> M | None:
        record = self._store.records(self.key, [member_id]).get(member_id)
        return None if record is None else self._member(record)

    def _listed(self, ask: Callable[[CalendarKey], list[str]]) -> list[M]:
        ids = ask(self.key)
        held = self._store.records(self.key, ids)
        return list(self._readable(held[one] for one in ids if one in held))

    def _read(self, record: EventRecord) -> M | Malformed:
        from kloudsync.model.view import read  # noqa: PLC0415 - who only syncs reads none

        return read(self._member, record)

    def _readable(self, records: Iterable[EventRecord]) -> Iterator[M]:
        for record in records:
            member = self._read(record)
            if isinstance(member, Malformed):
                logger.warning("%s of %s is held and cannot be read", record.id, self.key)
            else:
                yield member

    def _entries(self, consumer: object, after: int | None) -> list[FeedRecord]:
        if not isinstance(consumer, str) or not consumer:
            raise UsageError(
                "the consumer's name is empty, or no text; give each reader a stable name"
            )
        return self._store.changes(consumer, limit=_CHUNK, key=self.key, after=after)

    def _chunk(self, consumer: str, after: int | None) -> list[H]:
        return self._told(self._entries(consumer, after))
