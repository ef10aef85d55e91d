"""Erasing: what is forgotten leaves nothing, and nobody takes part of what comes after for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kloudsync.errors import LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, OTHER, Worker, take

STRANGER = CalendarKey("google", "somebody else", "primary")

WRITES: dict[str, Callable[[Worker], object]] = {
    "begin": lambda worker: worker.begin(),
    "stage": lambda worker: worker.stage(added(single("b"))),
    "commit": lambda worker: worker.commit(),
    "forget": lambda worker: worker.store.forget(worker.key, worker.lease),
}


class ErasureContract(Suite):
    """What `forget` and `forget_account` promise."""

    @pytest.mark.parametrize("write", WRITES)
    def test_a_forgotten_lease_allows_nothing(self, worker: Worker, write: str) -> None:
        """Whoever still works at a calendar that was forgotten writes nothing more."""
        worker.sync(added(single("a")))
        worker.store.forget(KEY, worker.lease)
        with pytest.raises(LeaseLost):
            WRITES[write](worker)
        assert worker.store.calendars() == []

    def test_fences_are_not_used_again(self, worker: Worker) -> None:
        """A lease that comes back has a higher fence than all before, whatever it is called."""
        worker.sync(added(single("a")))
        worker.store.release(worker.lease)
        last = take(worker.store, str(KEY), "second")
        worker.store.forget(KEY, last)
        assert take(worker.store, str(KEY), "third").fence > last.fence

    def test_an_account_is_forgotten(self, worker: Worker) -> None:
        """All its calendars go, under way or not, and nobody else's."""
        store = worker.store
        others = [Worker(store, key) for key in (OTHER, STRANGER)]
        for one in (worker, *others):
            one.sync(added(single("a")))
            store.changes("crm", limit=10, key=one.key)
        store.changes("crm", limit=10)
        worker.begin()
        assert store.forget_account("google", "owner") == 2
        assert store.calendars() == [STRANGER]
        assert {one.key for one in store.consumers()} == {None, STRANGER}
        assert {entry.key for entry in store.changes("new", limit=10)} == {STRANGER}
        for one in (worker, others[0]):
            with pytest.raises(LeaseLost):
                one.begin()
        others[1].sync(added(single("b")))
        assert store.forget_account("google", "owner") == 0

    def test_an_account_comes_back(self, store: Store) -> None:
        """It begins anew, and is told apart from what it was."""
        Worker(store).sync(added(single("a")))
        store.forget_account("google", "owner")
        again = Worker(store)
        assert (again.ids(), again.state.passes, again.feed()) == ([], 0, [])
        again.sync(added(single("b")))
        assert again.ids() == ["b"]
