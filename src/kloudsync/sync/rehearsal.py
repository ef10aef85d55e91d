"""A dry run's store: reads what is held, keeps what is staged to itself, commits nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from attrs import define, evolve, field

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, StagedRecord
from kloudsync.model.staging import StagedPass, tombstones
from kloudsync.model.state import (
    CalendarState,
    Checkpoint,
    Cursor,
    Lease,
    Quarantined,
    SeriesLink,
    StagedCounts,
)
from kloudsync.sync.ports import Store
from kloudsync.sync.transactions import EngineUnit

T = TypeVar("T")


@define
class Rehearsal:
    """The roles of a store that a pass writes to, over a store that is only read.

    It holds the staged records of the pass in memory.
    """

    store: Store
    _state: CalendarState
    _under_way: StagedPass = field(factory=StagedPass, init=False)
    _checkpoint: Checkpoint | None = field(default=None, init=False)
    _missing: frozenset[str] = field(default=frozenset(), init=False)

    def state(self, key: CalendarKey) -> CalendarState:  # noqa: ARG002 - the port's shape
        """Return the calendar's state, without any pass under way."""
        return evolve(self._state, checkpoint=None)

    def unit(self, work: Callable[[EngineUnit], T], *, durable: bool = False) -> T:  # noqa: ARG002
        """Run a function over what is held and rehearsed."""
        return work(self)

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease:
        """Grant: nothing is written that others could disturb."""
        return Lease(name=name, owner=owner, fence=0, expires_at=now + ttl)

    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease:
        """Grant it for longer."""
        return evolve(lease, expires_at=now + ttl)

    def release(self, lease: Lease) -> None:
        """Do nothing."""

    def begin(
        self,
        key: CalendarKey,  # noqa: ARG002 - the port's shape
        lease: Lease,  # noqa: ARG002
        checkpoint: Checkpoint,
        *,
        since: CalendarState,  # noqa: ARG002
    ) -> None:
        """Forget what is staged."""
        self._under_way, self._checkpoint = StagedPass(), checkpoint

    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of the store."""
        return self.store.calendars()

    def calendars_of(self, provider: str, account: str) -> list[CalendarKey]:
        """Return those of one account."""
        return self.store.calendars_of(provider, account)

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Forget nothing: this is a rehearsal."""

    def forget_account(self, provider: str, account: str) -> int:  # noqa: ARG002 - the port's shape
        """Forget nothing: this is a rehearsal."""
        return 0

    def discard(self, key: CalendarKey, lease: Lease) -> None:
        """Keep what is staged, for the counts of a pass that is held."""

    def records(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the visible records with these ids."""
        return self.store.records(key, ids)

    def staged(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:  # noqa: ARG002
        """Return what is staged under these ids."""
        return self._under_way.records(ids)

    def stage(
        self,
        key: CalendarKey,  # noqa: ARG002 - the port's shape
        lease: Lease,  # noqa: ARG002
        staged: Iterable[StagedRecord],
        *,
        seen: Iterable[str] = (),
        quarantined: Iterable[Quarantined] = (),
        checkpoint: Checkpoint,
        since: CalendarState,  # noqa: ARG002
    ) -> None:
        """Keep records in memory."""
        self._under_way.stage(staged, seen, quarantined)
        self._checkpoint = checkpoint

    def delete_missing(self, key: CalendarKey, lease: Lease) -> None:  # noqa: ARG002
        """Rehearse the deletion of what a full listing lacks."""
        gone = self._under_way.missing(self._visible(key), self._checkpoint)
        self._under_way.stage(tombstones(gone))

    def hold_missing(self, key: CalendarKey, lease: Lease, *, now: float) -> None:  # noqa: ARG002
        """Rehearse that what a full listing lacks is noted as pending."""
        missing = self._under_way.missing(self._visible(key), self._checkpoint)
        self._missing = frozenset(missing).difference(self.store.refused(key))

    def delete_pending(self, key: CalendarKey, lease: Lease) -> None:  # noqa: ARG002
        """Rehearse the deletion of what is pending."""
        gone = self._under_way.unsaid(self._visible(key), self._pending(key))
        self._under_way.stage(tombstones(gone))

    def refuse_pending(self, key: CalendarKey, lease: Lease) -> int:  # noqa: ARG002 - the port's shape
        """Refuse nothing: this is a rehearsal."""
        return 0

    def pending_counts(self, key: CalendarKey) -> StagedCounts:
        """Return what deleting whatever is pending would do, and how much was refused."""
        refused = self.store.refused(key)
        return self._under_way.unsaid_counts(self._visible(key), self._pending(key), refused)

    def delete_orphans(self, key: CalendarKey, lease: Lease) -> None:  # noqa: ARG002
        """Rehearse the deletion of occurrences whose series is none any more."""
        gone = self._under_way.left(self._visible(key), self._checkpoint)
        self._under_way.stage(tombstones(gone))

    def delete_beyond(
        self,
        key: CalendarKey,
        lease: Lease,  # noqa: ARG002
        ends: Mapping[str, int],
    ) -> None:
        """Rehearse the deletion of occurrences of series, of each from an instant on."""
        gone = self._under_way.beyond(self._visible(key), ends)
        self._under_way.stage(tombstones(gone))

    def misread(self, key: CalendarKey, version: str) -> list[Quarantined]:
        """Return what other versions than this one could not understand."""
        return self.store.misread(key, version)

    def met(self, key: CalendarKey, ids: Sequence[str]) -> set[str]:  # noqa: ARG002
        """Return which of these ids the pass met."""
        return self._under_way.met().intersection(ids)

    def unseen(self, key: CalendarKey, limit: int) -> list[str]:
        """Return ids that the pass did not meet."""
        return self._under_way.unseen(self._visible(key))[:limit]

    def orphans(self, key: CalendarKey, limit: int) -> list[str]:
        """Return occurrences of series that the pass deletes."""
        return self._under_way.orphans(self._visible(key))[:limit]

    def bare_cancellations(self, key: CalendarKey) -> list[EventRecord]:  # noqa: ARG002
        """Return the staged tombstones that name a place in a series."""
        return self._under_way.bare_cancellations()

    def segments(self, key: CalendarKey, lineages: Sequence[str]) -> list[EventRecord]:
        """Return the series of these lineages as they would be."""
        return self._under_way.segments(self._visible(key), set(lineages))

    def strays(self, key: CalendarKey) -> list[str]:
        """Return the cancelled occurrences that would be left without their series."""
        return self._under_way.strays(self._visible(key))

    def occurrences_of(self, key: CalendarKey, series: Sequence[str]) -> list[str]:
        """Return the occurrences that these series would have."""
        return self._under_way.occurrences_of(self._visible(key), set(series))

    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield the series that the pass adds or updates."""
        changed = list(self._under_way.changed_series())
        held = self.records(key, [record.id for record in changed])
        for record in changed:
            yield held.get(record.id), record

    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield series that belong together by `lineage`, then those by `created` alone."""
        return self._under_way.families(self._visible(key))

    def counts(self, key: CalendarKey) -> StagedCounts:
        """Return what committing would do."""
        return self._under_way.counts(self._visible(key))

    def tell_ahead(
        self,
        key: CalendarKey,  # noqa: ARG002 - the port's shape
        lease: Lease,  # noqa: ARG002
        *,
        now: float,  # noqa: ARG002
        limit: int,  # noqa: ARG002
    ) -> bool:
        """Write nothing: this is a rehearsal."""
        return False

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
        """Write nothing: this is a rehearsal."""

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links."""
        return self.store.links(key)

    def quarantined(self, key: CalendarKey) -> list[Quarantined]:
        """Return what could not be understood."""
        return self.store.quarantined(key)

    def beginning(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return the series that begin in a window."""
        return self.store.beginning(key, start, end)

    def _pending(self, key: CalendarKey) -> frozenset[str]:
        return self._missing.union(self.store.pending(key))

    def _visible(self, key: CalendarKey) -> dict[str, EventRecord]:
        return {record.id: record for record in self.store.events(key)}
