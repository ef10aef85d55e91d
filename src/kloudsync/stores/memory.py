"""The store in memory: the specification of all stores, written to be read.

It is quick, it is safe to use from several threads, and it forgets everything
when the process ends.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

from attrs import define, evolve, field, frozen

from kloudsync.errors import LeaseLost
from kloudsync.http.budgets import ProcessBudgets
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Kind, StagedRecord, Verdict
from kloudsync.model.state import (
    CalendarState,
    Checkpoint,
    Consumer,
    Cursor,
    FeedKind,
    FeedRecord,
    Lease,
    Quarantined,
    SeriesLink,
    StagedCounts,
)
from kloudsync.stores.bounds import touches
from kloudsync.stores.consumers import by_name
from kloudsync.stores.memory_channels import MemoryChannels
from kloudsync.stores.memory_ledger import MemoryLedgers
from kloudsync.stores.slots import slot

IMPORT_SIZE = 50

_FEED_KINDS = {
    Verdict.ADDED: FeedKind.ADDED,
    Verdict.UPDATED: FeedKind.UPDATED,
    Verdict.DELETED: FeedKind.DELETED,
}


@define
class _Pass:
    """What one pass has staged so far."""

    staged: dict[str, StagedRecord] = field(factory=dict[str, StagedRecord])
    seen: set[str] = field(factory=set[str])
    quarantine: dict[str, Quarantined] = field(factory=dict[str, Quarantined])

    def see(self, id_: str) -> None:
        """Note that an id is as it was, whatever was staged for it before."""
        self.staged.pop(id_, None)
        self.seen.add(id_)

    def met(self) -> set[str]:
        """Return the ids that the pass came across in any way."""
        bad = {one.id for one in self.quarantine.values() if one.id is not None}
        return self.staged.keys() | self.seen | bad


@define
class _Shelf:
    """One calendar."""

    state: CalendarState = field(factory=CalendarState)
    visible: dict[str, EventRecord] = field(factory=dict[str, EventRecord])
    links: dict[str, SeriesLink] = field(factory=dict[str, SeriesLink])
    quarantine: dict[str, Quarantined] = field(factory=dict[str, Quarantined])
    under_way: _Pass = field(factory=_Pass)

    def begin(self, checkpoint: Checkpoint | None) -> None:
        """Forget the pass under way."""
        self.under_way = _Pass()
        self.state = evolve(self.state, checkpoint=checkpoint)

    def meaningful(self) -> Iterator[StagedRecord]:
        """Yield what is staged, without tombstones of ids that are not held."""
        for one in self.under_way.staged.values():
            if one.verdict != Verdict.DELETED or one.record.id in self.visible:
                yield one

    def is_implied(self, staged: StagedRecord) -> bool:
        """Tell whether a record goes that shows nothing by itself, or goes with its series."""
        if staged.verdict != Verdict.DELETED:
            return False
        held = self.visible[staged.record.id]
        series = self.under_way.staged.get(held.series or "")
        whole = series is not None and series.verdict == Verdict.DELETED
        return held.kind == Kind.CANCELLED or (held.kind == Kind.EXCEPTION and whole)

    def series_after(self) -> Iterator[EventRecord]:
        """Yield the series as they will be after the commit."""
        staged = self.under_way.staged
        for record in self.visible.values():
            if record.kind == Kind.SERIES and record.id not in staged:
                yield record
        for record, verdict in staged.values():
            if record.kind == Kind.SERIES and verdict != Verdict.DELETED:
                yield record

    def fresh_series(self) -> Iterator[EventRecord]:
        """Yield the series that this pass staged as added or updated, in staging order."""
        for record, verdict in self.under_way.staged.values():
            if record.kind == Kind.SERIES and verdict in {Verdict.ADDED, Verdict.UPDATED}:
                yield record

    def families(self, trait: Callable[[EventRecord], str | None]) -> Iterator[list[EventRecord]]:
        """Yield the series that share a trait, if this pass touched one of them."""
        fresh = {trait(record) for record in self.fresh_series()}
        groups: defaultdict[str, list[EventRecord]] = defaultdict(list)
        for record in self.series_after():
            value = trait(record)
            if value is not None and value in fresh:
                groups[value].append(record)
        for _, members in sorted(groups.items()):
            if len(members) > 1:
                yield sorted(members, key=_by_start)

    def settle_quarantine(self) -> None:
        """Drop what the pass understood after all, and keep what it could not understand."""
        now = self.under_way
        checkpoint = self.state.checkpoint
        full = checkpoint is not None and checkpoint.full
        understood = now.staged.keys() | now.seen
        old = {} if full else self.quarantine
        kept = {name: one for name, one in old.items() if one.id not in understood}
        new = {name: one for name, one in now.quarantine.items() if one.id not in now.staged}
        self.quarantine = kept | new


@frozen
class _Grant:
    """The last fence of a lease, and who holds it now, if anybody."""

    fence: int
    holder: Lease | None


class MemoryStore(MemoryLedgers, MemoryChannels, ProcessBudgets):
    """A store that lives as long as its process.

    ```python
    with MemoryStore() as store:
        SyncEngine(google.calendar("primary"), store).sync()
    ```
    """

    def __init__(self) -> None:
        super().__init__()
        self._shelves: dict[CalendarKey, _Shelf] = {}
        self._feed: list[FeedRecord] = []
        self._head = 0
        self._consumers: dict[tuple[str, CalendarKey | None], int] = {}
        self._grants: dict[str, _Grant] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: there is nothing to release."""

    # Passes

    def state(self, key: CalendarKey) -> CalendarState:
        """Return a calendar's state; the default state for one never seen."""
        with self._lock:
            return self._shelf(key).state

    def begin(self, key: CalendarKey, lease: Lease, checkpoint: Checkpoint) -> None:
        """Throw away whatever is staged and start a pass at a checkpoint."""
        with self._lock:
            self._admit(lease)
            self._owned(key).begin(checkpoint)

    def records(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the visible records with these ids; absent ids are left out."""
        with self._lock:
            visible = self._shelf(key).visible
            return {id_: visible[id_] for id_ in ids if id_ in visible}

    def stage(
        self,
        key: CalendarKey,
        lease: Lease,
        staged: Iterable[StagedRecord],
        *,
        seen: Iterable[str] = (),
        quarantined: Iterable[Quarantined] = (),
        checkpoint: Checkpoint,
    ) -> None:
        """Stage records and move the checkpoint on, together."""
        with self._lock:
            self._admit(lease)
            records, ids, bad = list(staged), list(seen), list(quarantined)
            shelf = self._owned(key)
            for id_ in ids:
                shelf.under_way.see(id_)
            shelf.under_way.staged.update((one.record.id, one) for one in records)
            shelf.under_way.quarantine.update((slot(one), one) for one in bad)
            shelf.state = evolve(shelf.state, checkpoint=checkpoint)

    def staged(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the records that this pass staged so far for these ids."""
        with self._lock:
            staged = self._shelf(key).under_way.staged
            return {id_: staged[id_].record for id_ in ids if id_ in staged}

    def met(self, key: CalendarKey, ids: Sequence[str]) -> set[str]:
        """Return which of these ids this pass staged, saw unchanged or could not understand."""
        with self._lock:
            return self._shelf(key).under_way.met().intersection(ids)

    def unseen(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` ids that are visible but that this pass has not met."""
        with self._lock:
            shelf = self._shelf(key)
            return sorted(shelf.visible.keys() - shelf.under_way.met())[:limit]

    def orphans(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` occurrences that a deleted series leaves behind."""
        with self._lock:
            shelf = self._shelf(key)
            staged, met = shelf.under_way.staged, shelf.under_way.met()
            gone = {
                one.record.id
                for one in staged.values()
                if one.verdict == Verdict.DELETED or one.record.kind == Kind.SINGLE
            }
            found = (
                record.id
                for record in shelf.visible.values()
                if record.kind in {Kind.EXCEPTION, Kind.CANCELLED}
                and record.series in gone
                and record.id not in met
            )
            return sorted(found)[:limit]

    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield each series that this pass staged as added or updated: as visible now, and as staged."""
        with self._lock:
            shelf = self._shelf(key)
            return iter([(shelf.visible.get(one.id), one) for one in shelf.fresh_series()])

    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield series that belong together by `lineage`, then those by `created` alone."""
        with self._lock:
            shelf = self._shelf(key)
            by_lineage = list(shelf.families(lambda record: record.lineage))
            by_created = [
                family
                for family in shelf.families(lambda record: record.created)
                if len(family) <= IMPORT_SIZE and not _one_lineage(family)
            ]
        return iter(by_lineage + by_created)

    def counts(self, key: CalendarKey) -> StagedCounts:
        """Return what committing now would do."""
        with self._lock:
            shelf = self._shelf(key)
            tally = Counter(one.verdict for one in shelf.meaningful())
            implied = sum(shelf.is_implied(one) for one in shelf.meaningful())
        return StagedCounts(
            added=tally[Verdict.ADDED],
            updated=tally[Verdict.UPDATED],
            deleted=tally[Verdict.DELETED],
            silent=tally[Verdict.SILENT],
            held=len(shelf.visible),
            implied=implied,
        )

    def commit(
        self,
        key: CalendarKey,
        lease: Lease,
        *,
        cursor: Cursor | None,
        zone: str | None,
        links: Sequence[SeriesLink] = (),
        announce: Sequence[SeriesLink] = (),
        now: float,
    ) -> None:
        """Make the staged pass visible and write the feed, all or nothing."""
        with self._lock:
            self._admit(lease)
            shelf = self._owned(key)
            for one in list(shelf.meaningful()):
                self._publish(key, shelf, one, now)
            for link in announce:
                self._announce(key, link, now)
            shelf.links.update((link.old, link) for link in links)
            shelf.settle_quarantine()
            shelf.under_way = _Pass()
            shelf.state = CalendarState(
                passes=shelf.state.passes + 1,
                cursor=cursor,
                zone=zone or shelf.state.zone,
                synced_at=now,
            )

    def discard(self, key: CalendarKey, lease: Lease) -> None:
        """Throw away whatever is staged, checkpoint included."""
        with self._lock:
            self._admit(lease)
            self._owned(key).begin(None)

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Remove a calendar as if it had never been synced."""
        with self._lock:
            self._admit(lease)
            self._shelves.pop(key, None)
            self._feed = [entry for entry in self._feed if entry.key != key]
            for known in [known for known in self._consumers if known[1] == key]:
                del self._consumers[known]

    # Leases

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Take a lease that is free, expired, or already the owner's; None if another holds it."""
        with self._lock:
            grant = self._grants.get(name, _Grant(0, None))
            holder = grant.holder
            renewal = holder is not None and holder.owner == owner
            if holder is not None and holder.expires_at > now and not renewal:
                return None
            fence = grant.fence if renewal else grant.fence + 1
            lease = Lease(name=name, owner=owner, fence=fence, expires_at=now + ttl)
            self._grants[name] = _Grant(fence, lease)
            return lease

    def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing if it was overtaken."""
        with self._lock:
            if self._holds(lease):
                self._grants[lease.name] = _Grant(lease.fence, None)

    # Readers

    def events(self, key: CalendarKey) -> Iterator[EventRecord]:
        """Yield every visible record of a calendar, cancelled occurrences included, by id."""
        with self._lock:
            return iter([record for _, record in sorted(self._shelf(key).visible.items())])

    def window(
        self, keys: Sequence[CalendarKey], start: int, end: int
    ) -> list[tuple[CalendarKey, EventRecord]]:
        """Return single events, series and exceptions that may touch a window."""
        return self._select(keys, lambda record: touches(record, start, end))

    def moved(
        self, keys: Sequence[CalendarKey], start: int, end: int
    ) -> list[tuple[CalendarKey, EventRecord]]:
        """Return exceptions and cancelled occurrences whose `original` lies in [start, end)."""
        return self._select(
            keys,
            lambda record: (
                record.kind in {Kind.EXCEPTION, Kind.CANCELLED}
                and record.original is not None
                and start <= record.original < end
            ),
        )

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links between segments of split series, earliest slot first."""
        with self._lock:
            return sorted(self._shelf(key).links.values(), key=lambda link: (link.at, link.old))

    def quarantined(self, key: CalendarKey) -> list[Quarantined]:
        """Return what could not be understood."""
        with self._lock:
            return [one for _, one in sorted(self._shelf(key).quarantine.items())]

    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of which a pass was committed, in a stable order."""
        with self._lock:
            known = [key for key, shelf in self._shelves.items() if shelf.state.passes]
        return sorted(known, key=lambda key: (key.provider, key.account, key.calendar))

    # The feed

    def changes(
        self, consumer: str, *, limit: int, key: CalendarKey | None = None, after: int | None = None
    ) -> list[FeedRecord]:
        """Return up to `limit` entries that a consumer has not acknowledged, oldest first."""
        with self._lock:
            if after is None:
                after = self._consumers.setdefault((consumer, key), 0)
            found = (
                entry for entry in self._feed if entry.position > after and key in {None, entry.key}
            )
            return [entry for entry, _ in zip(found, range(limit), strict=False)]

    def acknowledge(self, consumer: str, position: int, key: CalendarKey | None = None) -> None:
        """Record that a consumer is done with entries up to a position; never moves backwards."""
        with self._lock:
            done = self._consumers.get((consumer, key), 0)
            self._consumers[consumer, key] = max(done, min(position, self._head))

    def consumers(self) -> list[Consumer]:
        """Return the known consumers, by name, those of all calendars before those of one."""
        with self._lock:
            known = [
                Consumer(name=name, key=key, position=position)
                for (name, key), position in self._consumers.items()
            ]
        return sorted(known, key=by_name)

    def dismiss(self, consumer: str, key: CalendarKey | None = None) -> None:
        """Forget a consumer, so that `prune` does not wait for it."""
        with self._lock:
            self._consumers.pop((consumer, key), None)

    def prune(self, before: float) -> int:
        """Forget entries recorded before an instant that every known consumer has acknowledged."""
        with self._lock:
            kept = [
                entry
                for entry in self._feed
                if entry.recorded_at >= before or not self._done_with(entry)
            ]
            forgotten = len(self._feed) - len(kept)
            self._feed = kept
            return forgotten

    # Behind the counter

    def _shelf(self, key: CalendarKey) -> _Shelf:
        return self._shelves.get(key) or _Shelf()

    def _owned(self, key: CalendarKey) -> _Shelf:
        return self._shelves.setdefault(key, _Shelf())

    def _holds(self, lease: Lease) -> bool:
        grant = self._grants.get(lease.name)
        return grant is not None and grant.holder is not None and grant.fence == lease.fence

    def _admit(self, lease: Lease) -> None:
        if not self._holds(lease):
            raise LeaseLost(
                f"the lease on {lease.name} with fence {lease.fence} was given back or taken over "
                "by another worker; nothing was written"
            )

    def _publish(self, key: CalendarKey, shelf: _Shelf, staged: StagedRecord, now: float) -> None:
        record, verdict = staged
        before = shelf.visible.pop(record.id, None)
        if verdict != Verdict.DELETED:
            shelf.visible[record.id] = record
        if verdict == Verdict.SILENT:
            return
        self._append(
            FeedRecord(
                position=self._head + 1,
                key=key,
                kind=_FEED_KINDS[Verdict(verdict)],
                recorded_at=now,
                before=None if verdict == Verdict.ADDED else before,
                after=None if verdict == Verdict.DELETED else record,
            )
        )

    def _announce(self, key: CalendarKey, link: SeriesLink, now: float) -> None:
        kind = FeedKind.TRUNCATED if link.new is None else FeedKind.SPLIT
        position = self._head + 1
        self._append(FeedRecord(position=position, key=key, kind=kind, recorded_at=now, link=link))

    def _append(self, entry: FeedRecord) -> None:
        self._feed.append(entry)
        self._head = entry.position

    def _select(
        self, keys: Sequence[CalendarKey], wanted: Callable[[EventRecord], bool]
    ) -> list[tuple[CalendarKey, EventRecord]]:
        with self._lock:
            return [
                (key, record)
                for key in dict.fromkeys(keys)
                for record in self._shelf(key).visible.values()
                if wanted(record)
            ]

    def _done_with(self, entry: FeedRecord) -> bool:
        readers = [
            position for (_, key), position in self._consumers.items() if key in {None, entry.key}
        ]
        return bool(readers) and min(readers) >= entry.position


def _by_start(record: EventRecord) -> tuple[int, str]:
    return record.start or 0, record.id


def _one_lineage(family: Sequence[EventRecord]) -> bool:
    lineages = {record.lineage for record in family}
    return len(lineages) == 1 and None not in lineages
