"""Series that belong together: where splits are looked for."""

from __future__ import annotations

from kloudsync.model.record import EventRecord
from kloudsync.testing.stores.records import added, deleted, series, silent, single, updated
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, OTHER, Worker


class FamilyContract(Suite):
    """What `staged_series` and `staged_families` promise."""

    def test_staged_series(self, worker: Worker) -> None:
        """Series staged as added or updated come in staging order, with what is visible now."""
        worker.sync(added(series("s")), added(series("t")), added(series("u")))
        worker.begin()
        worker.stage(updated(series("t", last_end=9000)), added(single("x")), silent(series("u")))
        worker.stage(added(series("v")), updated(series("s", last_end=8000)))
        worker.stage(deleted("u"))
        assert list(worker.store.staged_series(KEY)) == [
            (series("t"), series("t", last_end=9000)),
            (None, series("v")),
            (series("s"), series("s", last_end=8000)),
        ]

    def test_stage_while_iterating(self, worker: Worker) -> None:
        """Staging more while series are iterated over does not disturb the iteration."""
        worker.begin()
        worker.stage(*(added(series(f"s{number}", lineage="s")) for number in range(5)))
        met: list[str] = []
        for _, after in worker.store.staged_series(KEY):
            met.append(after.id)
            worker.stage(added(series(f"x{after.id}")))
        assert met == [f"s{number}" for number in range(5)]

    def test_lineage(self, worker: Worker) -> None:
        """Series of one lineage are a family, the visible and the staged ones together."""
        worker.sync(
            added(series("s", 1000, lineage="s")),
            added(series("s_R2", 2000, lineage="s")),
            added(series("t", lineage="t")),
        )
        worker.begin()
        worker.stage(added(series("s_R3", 3000, lineage="s")), updated(series("t", lineage="t")))
        assert _ids(worker) == [["s", "s_R2", "s_R3"]]

    def test_as_after_the_commit(self, worker: Worker) -> None:
        """Members are as they will be after the commit: replaced ones new, deleted ones gone."""
        worker.sync(*(added(series(id_, lineage="l")) for id_ in "abc"))
        worker.begin()
        worker.stage(updated(series("a", raw="new", lineage="l")), deleted("b"))
        families = list(worker.store.staged_families(KEY))
        assert families == [[series("a", raw="new", lineage="l"), series("c", lineage="l")]]

    def test_untouched_family(self, worker: Worker) -> None:
        """A family of which no member was added or updated is left out."""
        worker.sync(*(added(series(id_, lineage="l", created="c")) for id_ in "abc"))
        worker.begin()
        worker.stage(silent(series("a", lineage="l", created="c")), deleted("b"))
        assert _ids(worker) == []

    def test_created(self, worker: Worker) -> None:
        """Series of one creation stamp are a family."""
        worker.sync(added(series("a", 2000, created="2026")), added(series("b", created="2025")))
        worker.begin()
        worker.stage(added(series("c", 1000, created="2026")))
        assert _ids(worker) == [["c", "a"]]

    def test_lineage_before_created(self, worker: Worker) -> None:
        """Families by lineage come first; one by `created` within a single lineage is not repeated."""
        worker.begin()
        worker.stage(
            added(series("a", lineage="l", created="1")),
            added(series("b", lineage="l", created="1")),
            added(series("c", lineage="m", created="2")),
            added(series("d", lineage="n", created="2")),
        )
        assert _ids(worker) == [["a", "b"], ["c", "d"]]

    def test_lone_series(self, worker: Worker) -> None:
        """Series without lineage or stamp, and series alone, are no families."""
        worker.begin()
        worker.stage(
            added(series("a")), added(series("b")), added(series("c", lineage="c", created="1"))
        )
        assert _ids(worker) == []

    def test_only_series(self, worker: Worker) -> None:
        """Single events are in no family, whatever stamp they bear."""
        alone = single("a")._replace(created="1", lineage="l")
        worker.begin()
        worker.stage(added(alone), added(series("b", created="1", lineage="l")))
        assert _ids(worker) == []

    def test_import_is_no_evidence(self, worker: Worker) -> None:
        """Fifty series of one stamp are a family, fifty-one an import."""
        worker.begin()
        worker.stage(*(added(series(f"s{number:02}", created="1")) for number in range(50)))
        assert [len(family) for family in worker.store.staged_families(KEY)] == [50]
        worker.stage(added(series("one more", created="1")))
        assert _ids(worker) == []

    def test_lineage_has_no_limit(self, worker: Worker) -> None:
        """A lineage may be of any length."""
        worker.begin()
        worker.stage(*(added(series(f"s{number:02}", lineage="l")) for number in range(60)))
        assert [len(family) for family in worker.store.staged_families(KEY)] == [60]

    def test_calendars_are_apart(self, worker: Worker) -> None:
        """Series of another calendar are strangers."""
        Worker(worker.store, OTHER).sync(added(series("a", lineage="l", created="1")))
        worker.begin()
        worker.stage(added(series("b", lineage="l", created="1")))
        assert _ids(worker) == []


def _ids(worker: Worker) -> list[list[str]]:
    families: list[list[EventRecord]] = list(worker.store.staged_families(KEY))
    return [[record.id for record in family] for family in families]
