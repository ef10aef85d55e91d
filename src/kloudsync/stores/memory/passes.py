"""Staging: what a pass writes before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import StagedRecord
from kloudsync.model.staging import StagedPass, tombstones
from kloudsync.model.state import CalendarState, Checkpoint, Lease, Quarantined, StagedCounts
from kloudsync.stores.memory.erasure import without, without_account, without_lease
from kloudsync.stores.memory.leases import Leases
from kloudsync.stores.memory.shelf import Shelf
from kloudsync.stores.moving import expect_unmoved


class Passes(Leases):
    """The part of the store that passes are staged in."""

    def state(self, key: CalendarKey) -> CalendarState:
        """Return a calendar's state; the default state for one never seen."""
        return self._shelf(key).state

    def begin(
        self, key: CalendarKey, lease: Lease, checkpoint: Checkpoint, *, since: CalendarState
    ) -> None:
        """Throw away whatever is staged and start a pass at a checkpoint."""
        with self._turn():
            self._admit(lease)
            expect_unmoved(key, self.state(key), since)
            self._restart(key, checkpoint)

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
        """Stage records and move the checkpoint on, together."""
        with self._turn():
            self._admit(lease)
            shelf = self._shelf(key)
            expect_unmoved(key, shelf.state, since)
            under_way = shelf.under_way.copy()
            under_way.stage(list(staged), list(seen), list(quarantined))
            state = evolve(shelf.state, checkpoint=checkpoint)
            self._put(shelves=self._shelve(key, state=state, under_way=under_way))

    def delete_missing(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of what a full listing lacks."""
        self._delete(
            key, lease, lambda one: one.under_way.missing(one.visible, one.state.checkpoint)
        )

    def hold_missing(self, key: CalendarKey, lease: Lease, *, now: float) -> None:
        """Note as pending what a full listing lacks."""
        with self._turn():
            self._admit(lease)
            shelf = self._shelf(key)
            missing = shelf.under_way.missing(shelf.visible, shelf.state.checkpoint)
            lacking = (one for one in missing if one not in shelf.refused)
            pending = {**dict.fromkeys(lacking, now), **shelf.pending}
            self._put(shelves=self._shelve(key, pending=pending))

    def delete_pending(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of what is pending."""
        self._delete(key, lease, lambda one: one.unsaid)

    def refuse_pending(self, key: CalendarKey, lease: Lease) -> int:
        """Keep what is pending until a pass meets it, and return how much that is."""
        with self._turn():
            self._admit(lease)
            shelf = self._shelf(key)
            refused = shelf.refused.union(shelf.pending)
            self._put(shelves=self._shelve(key, pending={}, refused=refused))
            return len(shelf.pending)

    def pending_counts(self, key: CalendarKey) -> StagedCounts:
        """Return what deleting whatever is pending would do, and how much was refused."""
        shelf = self._shelf(key)
        return shelf.under_way.unsaid_counts(shelf.visible, shelf.pending.keys(), shelf.refused)

    def delete_orphans(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of occurrences whose series is none any more."""
        self._delete(key, lease, lambda one: one.under_way.left(one.visible, one.state.checkpoint))

    def delete_beyond(self, key: CalendarKey, lease: Lease, ends: Mapping[str, int]) -> None:
        """Stage the deletion of occurrences of series, of each from an instant on."""
        self._delete(key, lease, lambda one: one.under_way.beyond(one.visible, ends))

    def discard(self, key: CalendarKey, lease: Lease) -> None:
        """Throw away whatever is staged, checkpoint included."""
        with self._turn():
            self._admit(lease)
            self._restart(key, None)

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Remove a calendar as if it had never been synced."""
        with self._turn():
            self._admit(lease)
            self._content = without(without_lease(self._content, lease.name), key)

    def forget_account(self, provider: str, account: str) -> int:
        """Remove all calendars of an account, and whatever else is kept of it."""
        with self._turn():
            owner = (provider, account)
            known = [key for key in self._content.shelves if (key.provider, key.account) == owner]
            content = reduce(without, known, self._content)
            self._content = without_account(content, provider, account)
            return len(known)

    def _restart(self, key: CalendarKey, checkpoint: Checkpoint | None) -> None:
        state = evolve(self.state(key), checkpoint=checkpoint)
        self._put(shelves=self._shelve(key, state=state, under_way=StagedPass()))

    def _delete(self, key: CalendarKey, lease: Lease, find: Callable[[Shelf], list[str]]) -> None:
        with self._turn():
            self._admit(lease)
            shelf = self._shelf(key)
            under_way = shelf.under_way.copy()
            under_way.stage(tombstones(find(shelf)))
            self._put(shelves=self._shelve(key, under_way=under_way))
