"""A dry run's store: reads what is held, keeps what is staged to itself, commits nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import define, evolve, field

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Kind, StagedRecord, Verdict
from kloudsync.model.state import (
    CalendarState,
    Checkpoint,
    Cursor,
    Lease,
    Quarantined,
    SeriesLink,
    StagedCounts,
)
from kloudsync.sync.ports import EventReader

_LARGEST_FAMILY = 50


@define
class Rehearsal:
    """The roles of a store that a pass writes to, over a store that is only read.

    It holds the staged records of the pass in memory.
    """

    store: EventReader
    _state: CalendarState
    _staged: dict[str, StagedRecord] = field(factory=dict[str, StagedRecord], init=False)
    _seen: set[str] = field(factory=set[str], init=False)

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
        self._staged.clear()
        self._seen.clear()

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Forget nothing: this is a rehearsal."""

    def discard(self, key: CalendarKey, lease: Lease) -> None:
        """Keep what is staged, for the counts of a pass that is held."""

    def records(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the visible records with these ids."""
        wanted = set(ids)
        return {record.id: record for record in self.events(key) if record.id in wanted}

    def staged(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:  # noqa: ARG002
        """Return what is staged under these ids."""
        return {id_: self._staged[id_].record for id_ in ids if id_ in self._staged}

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
        for id_ in seen:
            self._staged.pop(id_, None)
            self._seen.add(id_)
        self._staged.update((one.record.id, one) for one in staged)
        self._seen.update(one.id for one in quarantined if one.id is not None)

    def met(self, key: CalendarKey, ids: Sequence[str]) -> set[str]:  # noqa: ARG002
        """Return which of these ids the pass met."""
        return {id_ for id_ in ids if self._met(id_)}

    def unseen(self, key: CalendarKey, limit: int) -> list[str]:
        """Return ids that the pass did not meet."""
        missing = (r.id for r in self.events(key) if not self._met(r.id))
        return [id_ for id_, _ in zip(missing, range(limit), strict=False)]

    def orphans(self, key: CalendarKey, limit: int) -> list[str]:
        """Return occurrences of series that the pass deletes."""
        left = (
            record.id
            for record in self.events(key)
            if record.series is not None and not self._met(record.id) and self._ends(record.series)
        )
        return [id_ for id_, _ in zip(left, range(limit), strict=False)]

    def _met(self, id_: str) -> bool:
        return id_ in self._staged or id_ in self._seen

    def _ends(self, id_: str) -> bool:
        staged = self._staged.get(id_)
        return self._goes(id_) or (staged is not None and staged.record.kind == Kind.SINGLE)

    def _goes(self, id_: str) -> bool:
        staged = self._staged.get(id_)
        return staged is not None and staged.verdict == Verdict.DELETED

    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield the series that the pass adds or updates."""
        changed = [
            one.record
            for one in self._staged.values()
            if one.record.kind == Kind.SERIES and one.verdict in (Verdict.ADDED, Verdict.UPDATED)
        ]
        held = self.records(key, [record.id for record in changed])
        for record in changed:
            yield held.get(record.id), record

    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield series that belong together by `lineage`, then those by `created` alone."""
        after = {r.id: r for r in self.events(key) if r.id not in self._staged}
        after.update((id_, one.record) for id_, one in self._staged.items())
        series = [record for record in after.values() if record.kind == Kind.SERIES]
        yield from self._families(series, lambda record: record.lineage)
        for family in self._families(series, lambda record: record.created):
            if len(family) <= _LARGEST_FAMILY and not _one_lineage(family):
                yield family

    def _families(
        self, series: Iterable[EventRecord], trait: Callable[[EventRecord], str | None]
    ) -> Iterator[list[EventRecord]]:
        groups: defaultdict[str, list[EventRecord]] = defaultdict(list)
        for record in series:
            value = trait(record)
            if value is not None:
                groups[value].append(record)
        for _, members in sorted(groups.items()):
            if len(members) > 1 and any(self._is_news(member.id) for member in members):
                yield sorted(members, key=_by_start)

    def _is_news(self, id_: str) -> bool:
        staged = self._staged.get(id_)
        return staged is not None and staged.verdict in (Verdict.ADDED, Verdict.UPDATED)

    def counts(self, key: CalendarKey) -> StagedCounts:
        """Return what committing would do."""
        held = {record.id: record for record in self.events(key)}
        gone = [held[id_] for id_ in self._staged if id_ in held and self._goes(id_)]
        verdicts = [
            one.verdict
            for one in self._staged.values()
            if one.verdict != Verdict.DELETED or one.record.id in held
        ]
        return StagedCounts(
            added=verdicts.count(Verdict.ADDED),
            updated=verdicts.count(Verdict.UPDATED),
            deleted=verdicts.count(Verdict.DELETED),
            silent=verdicts.count(Verdict.SILENT),
            held=len(held),
            implied=sum(
                one.kind == Kind.CANCELLED
                or (one.kind == Kind.EXCEPTION and self._goes(one.series or ""))
                for one in gone
            ),
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
        """Write nothing: this is a rehearsal."""

    def events(self, key: CalendarKey) -> Iterator[EventRecord]:
        """Yield what is held."""
        return self.store.events(key)

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links."""
        return self.store.links(key)

    def quarantined(self, key: CalendarKey) -> list[Quarantined]:
        """Return what could not be understood."""
        return self.store.quarantined(key)

    def moved(
        self, keys: Sequence[CalendarKey], start: int, end: int
    ) -> list[tuple[CalendarKey, EventRecord]]:
        """Return exceptions and cancelled occurrences by where their rule put them."""
        return self.store.moved(keys, start, end)


def _by_start(record: EventRecord) -> tuple[int, str]:
    return record.start or 0, record.id


def _one_lineage(family: Sequence[EventRecord]) -> bool:
    """Tell whether a family was yielded by its stem already, perhaps with more members."""
    lineages = {record.lineage for record in family}
    return len(lineages) == 1 and None not in lineages
