"""A dry run's store: reads what is held, keeps what is staged to itself, commits nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import define, evolve, field

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, StagedRecord
from kloudsync.model.staging import StagedPass
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


@define
class Rehearsal:
    """The roles of a store that a pass writes to, over a store that is only read.

    It holds the staged records of the pass in memory.
    """

    store: Store
    _state: CalendarState
    _under_way: StagedPass = field(factory=StagedPass, init=False)

    def state(self, key: CalendarKey) -> CalendarState:  # noqa: ARG002 - the port's shape
        """Return the calendar's state, without any pass under way."""
        return evolve(self._state, checkpoint=None)

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease:
        """Grant: nothing is written that others could disturb."""
        return Lease(name=name, owner=owner, fence=0, expires_at=now + ttl)

    def release(self, lease: Lease) -> None:
        """Do nothing."""

    def begin(self, key: CalendarKey, lease: Lease, checkpoint: Checkpoint) -> None:  # noqa: ARG002
        """Forget what is staged."""
        self._under_way = StagedPass()

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Forget nothing: this is a rehearsal."""

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
        checkpoint: Checkpoint,  # noqa: ARG002
    ) -> None:
        """Keep records in memory."""
        self._under_way.stage(staged, seen, quarantined)

    def met(self, key: CalendarKey, ids: Sequence[str]) -> set[str]:  # noqa: ARG002
        """Return which of these ids the pass met."""
        return self._under_way.met().intersection(ids)

    def unseen(self, key: CalendarKey, limit: int) -> list[str]:
        """Return ids that the pass did not meet."""
        return self._under_way.unseen(self._visible(key), limit)

    def orphans(self, key: CalendarKey, limit: int) -> list[str]:
        """Return occurrences of series that the pass deletes."""
        return self._under_way.orphans(self._visible(key), limit)

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

    def moved_beyond(self, key: CalendarKey, series: str, start: int) -> list[str]:
        """Return exceptions and cancelled occurrences of a series from a slot on."""
        return self.store.moved_beyond(key, series, start)

    def _visible(self, key: CalendarKey) -> dict[str, EventRecord]:
        return {record.id: record for record in self.store.events(key)}
