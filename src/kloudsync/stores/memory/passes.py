"""Staging: what a pass writes before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import StagedRecord
from kloudsync.model.state import CalendarState, Checkpoint, Lease, Quarantined
from kloudsync.stores.memory.leases import Leases


class Passes(Leases):
    """The part of the store that passes are staged in."""

    def state(self, key: CalendarKey) -> CalendarState:
        """Return a calendar's state; the default state for one never seen."""
        with self._lock:
            return self._shelf(key).state

    def begin(self, key: CalendarKey, lease: Lease, checkpoint: Checkpoint) -> None:
        """Throw away whatever is staged and start a pass at a checkpoint."""
        with self._lock:
            self._admit(lease)
            self._owned(key).begin(checkpoint)

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
            shelf = self._owned(key)
            shelf.under_way.stage(list(staged), list(seen), list(quarantined))
            shelf.state = evolve(shelf.state, checkpoint=checkpoint)

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
