"""Erasing: what is forgotten leaves nothing, and nobody takes part of what comes after for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kloudsync.errors import LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import CalendarState
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import added, bad, exception, series, single, updated
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

    def test_forget(self, worker: Worker) -> None:
        """A forgotten calendar is as if it had never been synced; the others stay."""
        other = Worker(worker.store, OTHER)
        worker.sync(added(series("s")), added(exception("s_1", "s", 1)))
        worker.begin()
        worker.stage(updated(series("s")), seen=["s_1"], quarantined=[bad("q")])
        worker.commit()
        other.sync(added(single("o")))
        worker.store.changes("crm", limit=10, key=KEY)
        worker.store.changes("all", limit=10)
        last = worker.feed()[-1].position
        worker.begin(full=True)
        worker.stage(added(single("never seen")))
        worker.store.forget(KEY, worker.lease)
        assert worker.store.state(KEY) == CalendarState()
        assert worker.store.calendars() == [OTHER]
        assert (worker.ids(), worker.feed(), worker.store.quarantined(KEY)) == ([], [], [])
        assert [one.name for one in worker.store.consumers()] == ["all"]
        assert other.ids() == ["o"]
        assert [entry.key for entry in worker.store.changes("all", limit=10)] == [OTHER]
        again = Worker(worker.store)
        again.sync(added(single("again")))
        assert again.ids() == ["again"]
        assert again.feed()[0].position > last

    def test_forget_needs_the_lease(self, worker: Worker) -> None:
        """Whoever was overtaken forgets nothing; a calendar never seen does no harm."""
        worker.sync(added(single("a")))
        stale = worker.lease
        take(worker.store, str(KEY), "thief", now=1000.0)
        with pytest.raises(LeaseLost):
            worker.store.forget(KEY, stale)
        assert worker.ids() == ["a"]

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
