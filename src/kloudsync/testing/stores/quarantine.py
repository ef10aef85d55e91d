"""What could not be understood, and how it leaves again."""

from __future__ import annotations

from kloudsync.testing.stores.records import added, bad, deleted, single, updated
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, Worker


class QuarantineContract(Suite):
    """What `quarantined` holds, pass by pass."""

    def test_committed_with_the_pass(self, worker: Worker) -> None:
        """Payloads are kept as they came once the pass is committed."""
        worker.begin()
        worker.stage(quarantined=[bad("a"), bad(None, "[1"), bad(None, "[2")])
        worker.commit()
        kept = worker.store.quarantined(KEY)
        assert {(one.id, one.raw) for one in kept} == {("a", "{"), (None, "[1"), (None, "[2")}
        assert bad("a") in kept

    def test_counts_as_seen(self, worker: Worker) -> None:
        """A visible id that arrives broken is not swept, and stays as it was."""
        worker.sync(added(single("a")), added(single("b")))
        worker.begin(full=True)
        worker.stage(quarantined=[bad("a")])
        assert worker.store.unseen(KEY, 10) == ["b"]
        worker.commit()
        assert worker.events()[0] == single("a")

    def test_replaced(self, worker: Worker) -> None:
        """A later payload of an id, or the same text without an id, replaces the earlier one."""
        worker.begin()
        worker.stage(quarantined=[bad("a"), bad(None)])
        worker.commit()
        worker.begin()
        worker.stage(quarantined=[bad("a", "{{"), bad(None)])
        worker.commit()
        assert len(worker.store.quarantined(KEY)) == 2
        assert bad("a", "{{") in worker.store.quarantined(KEY)

    def test_delta_adds(self, worker: Worker) -> None:
        """A pass of changes adds to the quarantine."""
        for id_ in "ab":
            worker.begin()
            worker.stage(quarantined=[bad(id_)])
            worker.commit()
        assert worker.store.quarantined(KEY) == [bad("a"), bad("b")]

    def test_full_pass_replaces(self, worker: Worker) -> None:
        """A full pass replaces the quarantine: what it did not meet is gone at the provider."""
        worker.begin()
        worker.stage(quarantined=[bad("a"), bad("b"), bad(None)])
        worker.commit()
        worker.begin(full=True)
        worker.stage(quarantined=[bad("b")])
        worker.commit()
        assert worker.store.quarantined(KEY) == [bad("b")]

    def test_arrives_well(self, worker: Worker) -> None:
        """An id leaves the quarantine when it is staged well, seen unchanged, or deleted."""
        worker.sync(added(single("b")))
        worker.begin()
        worker.stage(quarantined=[bad(id_) for id_ in "abcd"])
        worker.commit()
        worker.begin()
        worker.stage(added(single("a")), deleted("c"), seen=["b"])
        worker.commit()
        assert worker.store.quarantined(KEY) == [bad("d")]

    def test_well_within_the_pass(self, worker: Worker) -> None:
        """An id that the same pass also stages well is not quarantined."""
        worker.begin()
        worker.stage(quarantined=[bad("a")])
        worker.stage(added(single("a")))
        worker.commit()
        assert worker.store.quarantined(KEY) == []
        assert worker.ids() == ["a"]

    def test_breaks_again(self, worker: Worker) -> None:
        """An id that was well may be quarantined later, beside its last good record."""
        worker.sync(added(single("a")))
        worker.begin()
        worker.stage(quarantined=[bad("a")])
        worker.commit()
        assert worker.store.quarantined(KEY) == [bad("a")]
        assert worker.events() == [single("a")]
        worker.sync(updated(single("a", raw="well")))
        assert worker.store.quarantined(KEY) == []

    def test_discarded_with_the_pass(self, worker: Worker) -> None:
        """What a discarded pass could not understand is forgotten with it."""
        worker.begin()
        worker.stage(quarantined=[bad("a")])
        worker.discard()
        worker.begin()
        worker.commit()
        assert worker.store.quarantined(KEY) == []
