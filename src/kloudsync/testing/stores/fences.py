"""The fence: whoever lost the lease writes nothing more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kloudsync.errors import LeaseLost
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, Worker, take

WRITES: dict[str, Callable[[Worker], object]] = {
    "begin": lambda worker: worker.begin(),
    "stage": lambda worker: worker.stage(added(single("c"))),
    "delete_missing": lambda worker: worker.store.delete_missing(KEY, worker.lease),
    "hold_missing": lambda worker: worker.store.hold_missing(KEY, worker.lease, now=0.0),
    "delete_pending": lambda worker: worker.store.delete_pending(KEY, worker.lease),
    "refuse_pending": lambda worker: worker.store.refuse_pending(KEY, worker.lease),
    "delete_orphans": lambda worker: worker.store.delete_orphans(KEY, worker.lease),
    "delete_beyond": lambda worker: worker.store.delete_beyond(KEY, worker.lease, {"s": 0}),
    "tell_ahead": lambda worker: worker.store.tell_ahead(KEY, worker.lease, now=0.0, limit=1),
    "commit": lambda worker: worker.commit(),
    "discard": lambda worker: worker.discard(),
}


class FenceContract(Suite):
    """What every write promises about leases that are not held."""

    @pytest.mark.parametrize("write", WRITES)
    def test_overtaken_lease(self, worker: Worker, write: str) -> None:
        """A worker whose lease was taken over writes nothing more."""
        worker.sync(added(single("a")))
        worker.begin()
        worker.stage(added(single("b")))
        before = worker.state, worker.counts, worker.events()
        take(worker.store, str(KEY), "successor", now=1000.0)
        with pytest.raises(LeaseLost, match="fence"):
            WRITES[write](worker)
        assert (worker.state, worker.counts, worker.events()) == before

    def test_released_lease(self, worker: Worker) -> None:
        """A lease that was given back allows no more writes."""
        worker.store.release(worker.lease)
        with pytest.raises(LeaseLost):
            worker.begin()

    def test_successor_goes_on(self, worker: Worker) -> None:
        """Whoever takes the lease over finds the staged pages and may finish the pass."""
        worker.begin(full=True)
        worker.stage(added(single("a")))
        heir = Worker(worker.store, lease=take(worker.store, str(KEY), "heir", now=1000.0))
        assert heir.state.checkpoint == worker.checkpoint
        heir.stage(added(single("b")))
        heir.commit()
        assert heir.ids() == ["a", "b"]
