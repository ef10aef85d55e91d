"""What a listing lacks and a program is asked about: pending, and refused."""

from __future__ import annotations

import pytest
from attrs import evolve

from kloudsync.errors import LeaseLost
from kloudsync.model.state import StagedCounts
from kloudsync.testing.stores.records import (
    added,
    bad,
    cancelled,
    deleted,
    exception,
    series,
    single,
    updated,
)
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, OTHER, Worker


class PendingContract(Suite):
    """What `hold_missing`, `delete_pending` and `refuse_pending` promise."""

    def test_hold_missing(self, worker: Worker) -> None:
        """What a full listing lacks is pending, stays visible, and is counted as a deletion is."""
        worker.sync(
            *(added(single(id_)) for id_ in "abc"),
            added(series("s")),
            added(exception("s_1", "s", 1)),
            added(exception("t_1", "t", 1)),
            added(cancelled("t_2", "t", 2)),
        )
        worker.begin(full=True)
        worker.stage(updated(single("b", raw="2")), seen=["a"], quarantined=[bad("c")])
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        assert worker.store.pending(KEY) == ["s", "s_1", "t_1", "t_2"]
        expected = StagedCounts(deleted=4, implied=2, held=7)
        assert worker.store.pending_counts(KEY) == expected
        assert worker.counts == StagedCounts(updated=1, held=7)
        worker.commit()
        assert worker.ids() == ["a", "b", "c", "s", "s_1", "t_1", "t_2"]
        assert worker.store.pending(KEY) == ["s", "s_1", "t_1", "t_2"]
        assert worker.store.pending(OTHER) == []

    def test_pending_ends(self, worker: Worker) -> None:
        """Whatever a pass meets is pending no more; what it throws away ends nothing."""
        worker.sync(*(added(single(id_)) for id_ in "abcde"))
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        worker.begin()
        worker.stage(deleted("a"), updated(single("b")), seen=["c"], quarantined=[bad("d")])
        assert worker.store.pending(KEY) == ["e"]
        worker.discard()
        assert worker.store.pending(KEY) == ["a", "b", "c", "d", "e"]
        worker.begin()
        worker.stage(deleted("a"), updated(single("b")), seen=["c"], quarantined=[bad("d")])
        worker.commit()
        worker.sync()
        assert worker.store.pending(KEY) == ["e"]

    def test_delete_pending(self, worker: Worker) -> None:
        """What is pending goes like any other deletion, and is told."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        worker.begin(full=True)
        worker.stage(seen=["a"])
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        worker.begin()
        worker.stage(updated(single("b", raw="2")))
        worker.store.delete_pending(KEY, worker.lease)
        assert worker.counts == StagedCounts(updated=1, deleted=1, held=3)
        worker.commit()
        assert worker.ids() == ["a", "b"]
        assert [entry.kind.value for entry in worker.feed()[3:]] == ["updated", "deleted"]
        assert worker.store.pending(KEY) == []

    def test_refuse_pending(self, worker: Worker) -> None:
        """What is refused stays, whatever later listings lack, and is counted apart."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        worker.begin(full=True)
        worker.stage(seen=["a", "b"])
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        assert worker.store.refuse_pending(KEY, worker.lease) == 1
        assert worker.store.refuse_pending(KEY, worker.lease) == 0
        assert worker.store.refused(KEY) == ["c"]
        assert worker.store.refused(OTHER) == worker.store.pending(KEY) == []
        worker.begin(full=True)
        worker.stage(seen=["a"])
        worker.store.hold_missing(KEY, worker.lease, now=6.0)
        assert worker.store.pending(KEY) == ["b"]
        expected = StagedCounts(deleted=1, held=3, refused=1)
        assert worker.store.pending_counts(KEY) == expected
        worker.store.delete_pending(KEY, worker.lease)
        worker.commit()
        assert worker.ids() == ["a", "c"]
        assert worker.store.refused(KEY) == ["c"]
        assert worker.store.pending_counts(KEY) == StagedCounts(held=2, refused=1)

    def test_refused_ends(self, worker: Worker) -> None:
        """Whatever a pass meets is refused no more, and is pending if a later listing lacks it."""
        worker.sync(*(added(single(id_)) for id_ in "abcde"))
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        worker.store.refuse_pending(KEY, worker.lease)
        worker.begin()
        worker.stage(deleted("a"), updated(single("b")), seen=["c"], quarantined=[bad("d")])
        assert worker.store.refused(KEY) == ["e"]
        worker.discard()
        assert worker.store.refused(KEY) == ["a", "b", "c", "d", "e"]
        worker.begin()
        worker.stage(deleted("a"), updated(single("b")), seen=["c"], quarantined=[bad("d")])
        worker.commit()
        assert worker.store.refused(KEY) == ["e"]
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=6.0)
        worker.commit()
        assert worker.store.pending(KEY) == ["b", "c", "d"]
        assert worker.store.refused(KEY) == ["e"]

    def test_refused_members_imply_nothing(self, worker: Worker) -> None:
        """A pending occurrence goes with its series only where its series goes."""
        worker.sync(added(series("s")), added(exception("s_1", "s", 1)))
        worker.begin(full=True)
        worker.stage(seen=["s_1"])
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        worker.store.refuse_pending(KEY, worker.lease)
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=6.0)
        expected = StagedCounts(deleted=1, held=2, refused=1)
        assert worker.store.pending_counts(KEY) == expected

    def test_met_members_imply_nothing(self, worker: Worker) -> None:
        """A pending occurrence does not go with a series that a pass met."""
        worker.sync(added(series("s")), added(exception("s_1", "s", 1)))
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        assert worker.store.pending_counts(KEY) == StagedCounts(deleted=2, implied=1, held=2)
        worker.begin()
        worker.stage(seen=["s"])
        assert worker.store.pending_counts(KEY) == StagedCounts(deleted=1, held=2)

    def test_only_the_holder_refuses(self, worker: Worker) -> None:
        """Without the lease, nothing is refused."""
        worker.sync(added(single("a")))
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        lost = evolve(worker.lease, fence=worker.lease.fence + 1)
        with pytest.raises(LeaseLost):
            worker.store.refuse_pending(KEY, lost)
        assert worker.store.pending(KEY) == ["a"]

    def test_a_delta_holds_nothing(self, worker: Worker) -> None:
        """A delta lacks nothing, nor does a pass that was not begun."""
        worker.sync(added(single("a")))
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.begin()
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        assert worker.store.pending(KEY) == []
