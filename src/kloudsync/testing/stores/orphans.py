"""Occurrences that lose their series, or the part of it in which they lie."""

from __future__ import annotations

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


class OrphanContract(Suite):
    """What `orphans`, `delete_orphans`, `delete_beyond` and `occurrences_of` promise."""

    def test_delete_beyond(self, worker: Worker) -> None:
        """Occurrences go from a slot of their series on, unless the pass met them."""
        held = [
            exception("s_2", "s", 2000, start=10),
            cancelled("s_1", "s", 1000),
            exception("s_0", "s", 999, start=10**6),
            exception("s_3", "s", 3000),
            exception("s_4", "s", 4000),
            exception("t_1", "t", 2000),
            series("s", 1500),
        ]
        worker.sync(*map(added, held))
        worker.begin()
        worker.stage(updated(exception("s_3", "t", 3000)), seen=["s_4"])
        worker.store.delete_beyond(KEY, worker.lease, {"s": 1000, "t": 2001})
        worker.store.delete_beyond(OTHER, worker.lease, {"s": 0})
        assert worker.counts == StagedCounts(updated=1, deleted=2, held=7, implied=1)
        worker.commit()
        assert worker.ids() == ["s", "s_0", "s_3", "s_4", "t_1"]

    def test_orphans(self, worker: Worker) -> None:
        """Orphans are visible occurrences, neither staged nor seen, of a series staged as deleted."""
        worker.sync(
            added(series("s")),
            added(series("t")),
            *(added(exception(f"s_{number}", "s", number)) for number in range(4)),
            added(cancelled("s_9", "s", 9)),
            added(exception("t_1", "t", 1)),
            added(single("u")),
        )
        worker.begin()
        worker.stage(deleted("s"), updated(series("t")), updated(exception("s_0", "t", 0)))
        worker.stage(deleted("s_1"), seen=["s_2"])
        assert worker.store.orphans(KEY, 10) == ["s_3", "s_9"]
        assert worker.store.orphans(KEY, 1) == ["s_3"]
        worker.store.delete_orphans(KEY, worker.lease)
        worker.commit()
        assert worker.ids() == ["s_0", "s_2", "t", "t_1", "u"]

    def test_orphans_of_a_series_that_is_none_any_more(self, worker: Worker) -> None:
        """An event without its rule has no occurrences."""
        worker.sync(added(series("s")), added(exception("s_1", "s", 1)))
        worker.begin()
        worker.stage(updated(single("s")))
        assert worker.store.orphans(KEY, 10) == ["s_1"]

    def test_orphans_of_unknown_series(self, worker: Worker) -> None:
        """Occurrences of a series that was never held are orphans once it is reported deleted."""
        worker.sync(added(exception("s_1", "s", 1)))
        worker.begin()
        worker.stage(deleted("s"))
        assert worker.store.orphans(KEY, 10) == ["s_1"]

    def test_occurrences_of(self, worker: Worker) -> None:
        """They are those of some series as the pass leaves them so far, met by it or not."""
        worker.sync(
            *(added(series(name)) for name in "stu"),
            *(added(exception(f"s_{number}", "s", number)) for number in range(4)),
            added(cancelled("t_9", "t", 9)),
            added(exception("u_1", "u", 1)),
            added(single("a")),
        )
        worker.begin()
        worker.stage(deleted("s_0"), updated(exception("s_1", "u", 1)), added(single("s")))
        worker.stage(added(cancelled("s_5", "s", 5)), seen=["s_2"], quarantined=[bad("s_3")])
        assert worker.store.occurrences_of(KEY, ["s", "t"]) == ["s_2", "s_3", "s_5", "t_9"]
        assert worker.store.occurrences_of(KEY, ["u"]) == ["s_1", "u_1"]
        assert worker.store.occurrences_of(KEY, ["a", "x"]) == []
        worker.begin()
        assert worker.store.occurrences_of(KEY, ["u"]) == ["u_1"]
