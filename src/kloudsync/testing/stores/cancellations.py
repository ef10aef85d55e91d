"""What is asked about cancellations once a pass is complete."""

from __future__ import annotations

from kloudsync.testing.stores.records import (
    added,
    bare,
    cancelled,
    deleted,
    exception,
    series,
    single,
    updated,
)
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, Worker


class CancellationContract(Suite):
    """What `bare_cancellations`, `segments` and `strays` promise."""

    def test_bare_cancellations(self, worker: Worker) -> None:
        """Tombstones that name a place come by id, as this pass staged them last."""
        worker.sync(added(series("s", lineage="s")))
        worker.begin()
        worker.stage(bare("s_2", "s", 2000), bare("s_1", "s", 1000), deleted("x"))
        worker.stage(bare("s_3", "s", 3000), added(cancelled("s_2", "s", 2000)))
        assert worker.store.bare_cancellations(KEY) == [
            bare("s_1", "s", 1000).record,
            bare("s_3", "s", 3000).record,
        ]

    def test_bare_cancellations_leave_no_trace(self, worker: Worker) -> None:
        """They are tombstones like any other where nobody settles them."""
        worker.sync(added(series("s", lineage="s")), bare("s_1", "s", 1000))
        assert worker.ids() == ["s"]
        assert worker.store.bare_cancellations(KEY) == []

    def test_segments(self, worker: Worker) -> None:
        """Series of a lineage are as after the commit: new ones there, deleted ones gone."""
        worker.sync(*(added(series(id_, lineage="l")) for id_ in "abc"), added(single("d")))
        worker.begin()
        moved = series("a", 9000, lineage="l")
        worker.stage(updated(moved), deleted("b"), added(series("e", 500, lineage="l")))
        worker.stage(added(series("f", lineage="m")))
        assert worker.store.segments(KEY, ["l"]) == [
            series("e", 500, lineage="l"),
            series("c", lineage="l"),
            moved,
        ]
        assert worker.store.segments(KEY, ["m", "none"]) == [series("f", lineage="m")]
        assert worker.store.segments(KEY, []) == []

    def test_strays_of_a_deleted_series(self, worker: Worker) -> None:
        """A cancelled occurrence goes with its series, whether or not the pass met it."""
        worker.sync(
            added(series("s")),
            *(added(cancelled(f"c{n}", "s", n)) for n in range(3)),
            added(exception("x", "s", 7)),
        )
        worker.begin()
        worker.stage(updated(cancelled("c0", "s", 0)), deleted("s"), seen=["c1", "x"])
        assert worker.store.strays(KEY) == ["c0", "c1", "c2"]

    def test_strays_of_a_series_that_is_a_single_event(self, worker: Worker) -> None:
        """What is no series any more has no occurrences."""
        worker.sync(added(series("s")), added(cancelled("c", "s", 1)))
        worker.begin()
        worker.stage(updated(single("s")), seen=["c"])
        assert worker.store.strays(KEY) == ["c"]

    def test_strays_without_a_series(self, worker: Worker) -> None:
        """One that comes where no series is, is one; where its series comes, too, it is none."""
        worker.begin()
        worker.stage(added(cancelled("c", "s", 1)), added(cancelled("d", "t", 1)))
        worker.stage(added(series("t")))
        assert worker.store.strays(KEY) == ["c"]

    def test_no_strays(self, worker: Worker) -> None:
        """Occurrences of series that stay are left alone."""
        worker.sync(added(series("s")), added(cancelled("c", "s", 1)))
        worker.begin()
        worker.stage(updated(series("s", 2000)), added(cancelled("d", "s", 2)), seen=["c"])
        assert worker.store.strays(KEY) == []
