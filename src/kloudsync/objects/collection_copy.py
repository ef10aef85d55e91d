"""Lists besides events, read from their local copies: which calendars exist, who may read them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import ClassVar, Generic, Protocol, TypeVar

from attrs import frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import FeedKind, FeedRecord
from kloudsync.model.told import Told
from kloudsync.objects.fitting import LIST, Shape
from kloudsync.objects.held_copy import HeldCopy
from kloudsync.runtime.colour import Awaits, Blocks, C_co
from kloudsync.runtime.twin import twin, twin_iterator
from kloudsync.sync.ports import Store
from kloudsync.sync.source import SourceDescription

M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)


class Members(SourceDescription, Protocol[M_co]):
    """A list whose members are no events."""

    def member(self, record: EventRecord) -> M_co:
        """Build the typed member of a record."""
        ...


@frozen(kw_only=True)
class MemberChange(Told, Generic[M_co]):
    """What happened to a member of a list.

    Attributes:
        position: Its place in the store's feed; rises, with gaps.
        calendar: The list that changed.
        recorded_at: When the change was committed to the store, in UTC.
        kind: Whether it was added, updated or deleted.
        id: The member's id.
        before: As it was held; None where it is new, or cannot be read.
        after: As it is held now; None where it is gone, or cannot be read.
        problem: Why it cannot be read as it is now, or as it was where it is gone; None where it can.
    """

    position: int
    calendar: CalendarKey
    recorded_at: datetime
    kind: FeedKind
    id: str
    before: M_co | None = None
    after: M_co | None = None
    problem: str | None = None


class HeldCollection(HeldCopy[C_co, M, MemberChange[M]], Generic[C_co, M]):
    """What a store holds of a list, in either colour."""

    _shape: ClassVar[Shape] = LIST

    def __init__(self, source: Members[M], store: Store) -> None:
        """Read a list's copy; see `HeldCopy`."""
        super().__init__(source, store)
        self._list = source

    @property
    def copy(self) -> CollectionCopy[M]:
        """The same copy with blocking methods, for worker threads."""
        return CollectionCopy(self._list, self._store)

    @twin_iterator
    async def members(self) -> AsyncIterator[M]:
        """Yield the members held now, by id; what cannot be read is left out."""
        for member in await self.colour.each(self._members):
            yield member

    @twin
    async def member(self, member_id: str) -> M | None:
        """Return the member with an id, or None."""
        return await self.colour.run(self._find, member_id)

    def _member(self, record: EventRecord) -> M:
        return self._list.member(record)

    def _told(self, entries: list[FeedRecord]) -> list[MemberChange[M]]:
        return [self._change(entry) for entry in entries]

    def _change(self, entry: FeedRecord) -> MemberChange[M]:
        named = entry.after or entry.before
        assert named is not None, "members are neither split nor truncated"  # noqa: S101 - the store's contract
        before, after = (
            None if record is None else self._read(record) for record in (entry.before, entry.after)
        )
        told = before if entry.kind is FeedKind.DELETED else after
        return MemberChange(
            position=entry.position,
            calendar=entry.key,
            recorded_at=datetime.fromtimestamp(entry.recorded_at, UTC),
            kind=entry.kind,
            id=named.id,
            before=None if isinstance(before, Malformed) else before,
            after=None if isinstance(after, Malformed) else after,
            problem=told.reason if isinstance(told, Malformed) else None,
        )


class CollectionCopy(HeldCollection[Blocks, M]):
    """What a store holds of a list. Blocking, and free of any network."""


class AsyncCollectionCopy(HeldCollection[Awaits, M]):
    """What a store holds of a list, from within an event loop."""
