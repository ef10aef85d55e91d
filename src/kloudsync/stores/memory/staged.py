"""Questions about a pass under way: what it holds, and what it would leave behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord
from kloudsync.model.state import Quarantined, StagedCounts
from kloudsync.stores.memory.role import Role


class Staged(Role):
    """The part of the store that answers questions about the pass under way."""

    def misread(self, key: CalendarKey, version: str) -> list[Quarantined]:
        """Return what other versions than this one could not understand."""
        held = sorted(self._shelf(key).quarantine.items())
        return [one for _, one in held if one.version != version]

    def records(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the visible records with these ids; absent ids are left out."""
        visible = self._shelf(key).visible
        return {id_: visible[id_] for id_ in ids if id_ in visible}

    def staged(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the records that this pass staged so far for these ids."""
        return self._shelf(key).under_way.records(ids)

    def met(self, key: CalendarKey, ids: Sequence[str]) -> set[str]:
        """Return which of these ids this pass staged, saw unchanged or could not understand."""
        return self._shelf(key).under_way.met().intersection(ids)

    def unseen(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` ids that are visible but that this pass has not met."""
        shelf = self._shelf(key)
        return shelf.under_way.unseen(shelf.visible)[:limit]

    def orphans(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` occurrences that a deleted series leaves behind."""
        shelf = self._shelf(key)
        return shelf.under_way.orphans(shelf.visible)[:limit]

    def bare_cancellations(self, key: CalendarKey) -> list[EventRecord]:
        """Return the tombstones that this pass staged with an `original`, by id."""
        return self._shelf(key).under_way.bare_cancellations()

    def segments(self, key: CalendarKey, lineages: Sequence[str]) -> list[EventRecord]:
        """Return the series of these lineages as they would be if the pass were committed now."""
        shelf = self._shelf(key)
        return shelf.under_way.segments(shelf.visible, set(lineages))

    def strays(self, key: CalendarKey) -> list[str]:
        """Return the cancelled occurrences that a commit would leave without their series."""
        shelf = self._shelf(key)
        return shelf.under_way.strays(shelf.visible)

    def occurrences_of(self, key: CalendarKey, series: Sequence[str]) -> list[str]:
        """Return the exceptions and cancelled occurrences that these series have so far."""
        shelf = self._shelf(key)
        return shelf.under_way.occurrences_of(shelf.visible, set(series))

    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield each series that this pass staged as added or updated: as visible now, and as staged."""
        shelf = self._shelf(key)
        changed = shelf.under_way.changed_series()
        return iter([(shelf.visible.get(one.id), one) for one in changed])

    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield series that belong together by `lineage`, then those by `created` alone."""
        shelf = self._shelf(key)
        return iter(list(shelf.under_way.families(shelf.visible)))

    def counts(self, key: CalendarKey) -> StagedCounts:
        """Return what committing now would do."""
        shelf = self._shelf(key)
        return shelf.under_way.counts(shelf.visible)
