"""What a full listing lacks: found, and deleted."""

from __future__ import annotations

from kloudsync.model.state import StagedCounts
from kloudsync.testing.stores.records import (
    HOUR,
    added,
    bad,
    deleted,
    exception,
    series,
    single,
    updated,
)
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, Worker


class MissingContract(Suite):
    """What `unseen` and `delete_missing` promise."""

    def test_unseen(self, worker: Worker) -> None:
        """Unseen are the visible ids that a pass has not met, by id, up to the limit."""
        worker.sync(*(added(single(id_)) for id_ in "fedcba"))
        worker.begin(full=True)
        worker.stage(updated(single("b")), seen=["a"])
        assert worker.store.unseen(KEY, 10) == ["c", "d", "e", "f"]
        assert worker.store.unseen(KEY, 2) == ["c", "d"]

    def test_sweep(self, worker: Worker) -> None:
        """Staging tombstones for unseen ids page by page comes to an end."""
        worker.sync(*(added(single(f"id-{number:02}")) for number in range(10)))
        worker.begin(full=True)
        worker.stage(seen=["id-03"])
        for left in (4, 4, 1, 0):
            gone = worker.store.unseen(KEY, 4)
            assert len(gone) == left
            worker.stage(*(deleted(id_) for id_ in gone))
        worker.commit()
        assert worker.ids() == ["id-03"]

    def test_delete_missing(self, worker: Worker) -> None:
        """What a full listing lacks goes, by id, whatever else it met or could not understand."""
        worker.sync(*(added(single(id_)) for id_ in "fedcba"))
        worker.begin(full=True)
        worker.stage(updated(single("b", raw="2")), seen=["a"], quarantined=[bad("e")])
        worker.store.delete_missing(KEY, worker.lease)
        assert worker.counts == StagedCounts(updated=1, deleted=3, held=6)
        assert worker.store.unseen(KEY, 10) == []
        worker.commit()
        assert worker.ids() == ["a", "b", "e"]
        assert [entry.before for entry in worker.feed()[7:]] == [single(one) for one in "cdf"]

    def test_delete_nothing_missing(self, worker: Worker) -> None:
        """A delta lacks nothing, nor does a pass that was not begun."""
        worker.sync(added(single("a")))
        worker.store.delete_missing(KEY, worker.lease)
        worker.begin()
        worker.store.delete_missing(KEY, worker.lease)
        assert worker.counts == StagedCounts(held=1)

    def test_delete_missing_within_a_listing(self, worker: Worker) -> None:
        """What ended before a listing begins is not missing, wherever its days begin."""
        day = 86_400
        dated = [single(f"d{n}", n * day, day)._replace(all_day=1) for n in range(3)]
        timed = [single(f"t{n}", n * day, day) for n in range(3)]
        left = exception("x", "s", 0, start=0)
        endless = series("s", 0)
        worker.sync(*map(added, [*dated, *timed, left, endless]))
        worker.begin(full=True, since=2 * day - 14 * HOUR)
        worker.stage(deleted("s"))
        worker.store.delete_missing(KEY, worker.lease)
        worker.store.delete_orphans(KEY, worker.lease)
        worker.commit()
        assert worker.ids() == ["d0", "d1", "t0", "x"]
