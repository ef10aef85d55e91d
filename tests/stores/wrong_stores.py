"""Stores that are wrong in one place each, as a store that somebody writes may be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import Any, TypeVar

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel
from kloudsync.model.due import Claim
from kloudsync.model.positions import Position, token
from kloudsync.model.record import EventRecord, StagedRecord
from kloudsync.model.state import (
    CalendarState,
    Checkpoint,
    Consumer,
    FeedRecord,
    Lease,
    Quarantined,
)
from kloudsync.model.writes import LedgerEntry
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.stores.memory.content import Reader, Tenure
from kloudsync.stores.memory.unit import MemoryUnit

T = TypeVar("T")


class LeftOpen(SQLiteStore):
    """Goes on after it was closed."""

    def close(self) -> None:
        """Close nothing."""


class Unlocked(MemoryStore):
    """Lets a thread write within its own write."""

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext()


class Halved(MemoryStore):
    """Keeps what a unit wrote before it failed."""

    def unit(self, work: Callable[[MemoryUnit], T], *, durable: bool = False) -> T:
        """Keep the unit's contents whatever happens."""
        with self._turn():
            unit = MemoryUnit(self._content)
            try:
                return work(unit)
            finally:
                self._content = unit.finished()


class Unsorted(MemoryStore):
    """Tells the readers of one calendar before those of all."""

    def consumers(self) -> list[Consumer]:
        """Return them by name, and otherwise as it comes."""
        return sorted(super().consumers(), key=lambda one: (one.name, one.key is None))


class Unfenced(MemoryStore):
    """Lets whoever was overtaken do one thing all the same."""

    method = "commit"

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name != type(self).method:
            return found

        def call(first: Any, lease: Lease, *args: Any, **rest: Any) -> Any:
            held = self._content.tenures.get(lease.name, Tenure(lease.fence, lease)).fence
            return found(first, evolve(lease, fence=held), *args, **rest)

        return call


def unfenced(name: str) -> type[Unfenced]:
    """Return a store in which one method asks for no fence."""
    return type(f"Unfenced_{name}", (Unfenced,), {"method": name})


class Unmoved(MemoryStore):
    """Believes in one of its writes that nobody moved the calendar on."""

    method = "commit"

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name != type(self).method:
            return found

        def call(key: CalendarKey, *args: Any, since: CalendarState, **rest: Any) -> Any:
            del since
            return found(key, *args, since=self.state(key), **rest)

        return call


def unmoved(name: str) -> type[Unmoved]:
    """Return a store in which one method does not compare before it sets."""
    return type(f"Unmoved_{name}", (Unmoved,), {"method": name})


class Generous(MemoryStore):
    """Takes a lease back from whoever once had it."""

    def release(self, lease: Lease) -> None:
        """Give the lease of that name back, whoever holds it."""
        tenure = self._content.tenures.get(lease.name)
        if tenure is not None and tenure.holder is not None:
            super().release(tenure.holder)


class Renewing(MemoryStore):
    """Renews a lease for whoever calls itself like its holder."""

    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease | None:
        """Renew by name and owner."""
        held = self._content.tenures.get(lease.name, Tenure(0, None)).holder
        same = held is not None and held.owner == lease.owner
        return super().renew(held if held and same else lease, ttl=ttl, now=now)


class Fenced(MemoryStore):
    """Renews a lease for whoever knows its fence, be it one that was never committed."""

    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease | None:
        """Renew by name and fence."""
        held = self._content.tenures.get(lease.name, Tenure(0, None)).holder
        same = held is not None and held.fence == lease.fence
        return super().renew(held if held and same else lease, ttl=ttl, now=now)


class Repeating(MemoryStore):
    """Gives places in the feed again once it was pruned."""

    def prune(self, before: datetime, *, gone_since: datetime | None = None) -> int:
        """Count on from the entries that are left."""
        gone = super().prune(before, gone_since=gone_since)
        self._put(head=self._content.feed[-1][0] if self._content.feed else 0)
        return gone


class ByTheClock(MemoryStore):
    """Tells changes by when they were recorded, which clocks do not agree on."""

    def changes(
        self,
        consumer: str,
        *,
        limit: int,
        key: CalendarKey | None = None,
        after: Position | None = None,
    ) -> list[FeedRecord]:
        """Return entries in the order of their instants."""
        told = super().changes(consumer, limit=10**9, key=key, after=after)
        return sorted(told, key=lambda entry: entry.recorded_at)[:limit]


class Backwards(MemoryStore):
    """Forgets that a consumer had come further."""

    def acknowledge(
        self, consumer: str, position: Position, key: CalendarKey | None = None
    ) -> None:
        """Keep the position given last."""
        super().acknowledge(consumer, position, key)
        number = position if isinstance(position, int) else int(position, 16)
        reader = Reader(number, self._content.consumers[consumer, key].heard_at)
        self._put(consumers={**self._content.consumers, (consumer, key): reader})


class Deaf(MemoryStore):
    """Forgets what was acknowledged."""

    def acknowledge(
        self, consumer: str, position: Position, key: CalendarKey | None = None
    ) -> None:
        """Note the consumer, and that it has read nothing."""
        del position
        super().acknowledge(consumer, token(0) if key is None else 0, key)


class Indiscreet(MemoryStore):
    """Shows readers what is staged."""

    def events(self, key: CalendarKey) -> Iterator[EventRecord]:
        """Yield visible records and those of the pass under way."""
        shelf = self._shelf(key)
        staged = {id_: one.record for id_, one in shelf.under_way.staged.items()}
        return iter([one for _, one in sorted({**shelf.visible, **staged}.items())])


class Blind(MemoryStore):
    """Does not note what a pass saw unchanged."""

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
        """Stage all but what was seen."""
        del seen
        super().stage(
            key, lease, staged, quarantined=quarantined, checkpoint=checkpoint, since=since
        )


class Leaving(MemoryStore):
    """Leaves one kind of rows behind when a calendar or an account is forgotten."""

    member = "feed"

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Forget everything else."""
        left = self._left()
        super().forget(key, lease)
        self._put(**left)

    def forget_account(self, provider: str, account: str) -> int:
        """Forget everything else."""
        left = self._left()
        known = super().forget_account(provider, account)
        self._put(**left)
        return known

    def _left(self) -> Mapping[str, Any]:
        return {self.member: getattr(self._content, self.member)}


def leaving(name: str) -> type[Leaving]:
    """Return a store that leaves rows of one kind behind."""
    return type(f"Leaving_{name}", (Leaving,), {"member": name})


class Restarting(MemoryStore):
    """Counts fences from one again once a lease was forgotten."""

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Forget how high fences were, too."""
        super().forget(key, lease)
        self._put(fence=0)


class TwiceDue(MemoryStore):
    """Hands out what is due without noting that it did."""

    def claim_due(
        self,
        owner: str,
        *,
        lane: int,
        limit: int,
        ttl: float,
        now: float,
        each: int | None = None,
        passing_over: Collection[tuple[str, str]] = (),
    ) -> list[Claim]:
        """Take topics, and leave them where they were."""
        before = self._content.timetable
        claims = super().claim_due(
            owner, lane=lane, limit=limit, ttl=ttl, now=now, each=each, passing_over=passing_over
        )
        self._put(timetable=before)
        return claims


class Overtaken(MemoryStore):
    """Takes topics back from whoever had them before."""

    def renew_claims(self, claims: Sequence[Claim], *, ttl: float, now: float) -> list[Claim]:
        """Renew with whatever fence counts now."""
        rows = [self._content.timetable.get(claim.topic) for claim in claims]
        now_held = [
            evolve(claim, fence=row.fence)
            for claim, row in zip(claims, rows, strict=True)
            if row is not None
        ]
        return super().renew_claims(now_held, ttl=ttl, now=now)


class Replacing(MemoryStore):
    """Keeps of a ledger what was entered last."""

    def enter(self, mirror: str, lease: Lease, entries: Iterable[LedgerEntry]) -> None:
        """Put entries in the place of all others."""
        self.strike(mirror, lease, list(self.ledger(mirror)))
        super().enter(mirror, lease, entries)


class Careless(MemoryStore):
    """Keeps a login whatever it was made from."""

    def keep_token(
        self, provider: str, account: str, body: bytes, *, since: int | None = None
    ) -> int | None:
        """Compare nothing."""
        del since
        return super().keep_token(provider, account, body)


class Forgetful(MemoryStore):
    """Counts requests of a day anew each time."""

    def count_requests(self, key: CalendarKey, counts: Mapping[str, int], *, day: date) -> None:
        """Replace a day's counts."""
        added = {(day, key, cause): count for cause, count in counts.items()}
        self._put(requests={**self._content.requests, **added})


class Unordered(MemoryStore):
    """Returns an account's channels by id alone."""

    def channels(self, provider: str, account: str) -> list[Channel]:
        """Return them in another order than was promised."""
        return sorted(super().channels(provider, account), key=lambda one: one.id)
