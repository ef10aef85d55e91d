"""Units of work: several calls in one transaction, and never one within another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attrs import evolve

from kloudsync.errors import LeaseLost, StoreError
from kloudsync.model.record import StagedRecord
from kloudsync.model.state import CalendarState, Checkpoint, Cursor
from kloudsync.sync.ports import Store, Unit
from kloudsync.testing.stores.records import added, series, single, updated
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, Worker, take

BEGUN = Checkpoint(full=False, fingerprint="query")
_WORD = "next"
NEXT = Cursor(token=_WORD, fingerprint="query")


class UnitContract(Suite):
    """What `unit` promises."""

    def test_answer(self, store: Store) -> None:
        """A unit returns what its function returns."""
        assert store.unit(lambda unit: unit.state(KEY)) == CalendarState()
        assert store.unit(lambda _: 5, durable=True) == 5

    def test_whole(self, store: Store) -> None:
        """A run of one page is one unit: taken, staged, committed and given back."""

        def run(unit: Unit) -> int:
            lease = take(unit, str(KEY))
            state = unit.state(KEY)
            unit.begin(KEY, lease, BEGUN, since=state)
            begun = unit.state(KEY)
            page = [added(single("a")), added(series("s"))]
            unit.stage(KEY, lease, page, checkpoint=BEGUN, since=begun)
            assert unit.counts(KEY).added == 2
            assert [after for _, after in unit.staged_series(KEY)] == [series("s")]
            unit.commit(KEY, lease, cursor=NEXT, zone=None, now=5.0, since=begun)
            assert [one.id for one in unit.events(KEY)] == ["a", "s"]
            unit.release(lease)
            return lease.fence

        fence = store.unit(run)
        assert [one.id for one in store.events(KEY)] == ["a", "s"]
        assert store.state(KEY) == CalendarState(passes=1, cursor=NEXT, synced_at=5.0)
        assert len(store.changes("crm", limit=10)) == 2
        assert take(store, str(KEY)).fence == fence + 1

    def test_nothing(self, worker: Worker) -> None:
        """What a unit wrote before it failed leaves no trace, and the error comes through."""
        worker.sync(added(single("a")))
        before = worker.state, worker.feed(), worker.store.consumers()

        def fail(unit: Unit) -> None:
            unit.begin(KEY, worker.lease, BEGUN, since=unit.state(KEY))
            page = [updated(single("a", raw="2"))]
            since = unit.state(KEY)
            unit.stage(KEY, worker.lease, page, checkpoint=BEGUN, since=since)
            unit.commit(KEY, worker.lease, cursor=NEXT, zone=None, now=5.0, since=since)
            unit.changes("crm", limit=1)
            unit.release(worker.lease)
            raise KeyError("the last line")

        with pytest.raises(KeyError, match="the last line"):
            worker.store.unit(fail)
        assert (worker.state, worker.feed(), worker.store.consumers()) == before
        assert worker.events() == [single("a")]
        worker.begin()

    def test_nested(self, worker: Worker) -> None:
        """Writing to the store within a unit is refused before it begins; the unit goes on."""

        def nest(unit: Unit) -> None:
            with pytest.raises(StoreError, match="this very thread"):
                worker.store.release(worker.lease)
            with pytest.raises(StoreError, match="this very thread"):
                worker.store.unit(lambda inner: inner.state(KEY))
            unit.begin(KEY, worker.lease, BEGUN, since=unit.state(KEY))

        worker.store.unit(nest)
        assert worker.state.checkpoint == BEGUN
        worker.discard()

    def test_nested_in_a_page(self, worker: Worker) -> None:
        """A page whose records write to the store while they are made is refused as a whole."""
        worker.begin()
        before = worker.state

        def page() -> Iterator[StagedRecord]:
            worker.store.release(worker.lease)
            yield added(single("b"))

        with pytest.raises(StoreError, match="this very thread"):
            worker.store.stage(KEY, worker.lease, page(), checkpoint=BEGUN, since=before)
        assert worker.state == before
        worker.stage(added(single("c")))

    def test_over(self, worker: Worker) -> None:
        """What a unit was given is of no use once the unit is done."""
        kept = worker.store.unit(lambda unit: unit)
        with pytest.raises(StoreError, match="over"):
            kept.state(KEY)
        with pytest.raises(StoreError, match="over"):
            kept.release(worker.lease)
        worker.begin()


class CompareAndSetContract(Suite):
    """What writes promise that name the state they go on from."""

    @pytest.mark.parametrize("write", ["begin", "stage", "commit"])
    def test_moved_on(self, worker: Worker, write: str) -> None:
        """Whoever holds the lease and knows an older state writes nothing."""
        worker.sync(added(single("a")))
        worker.begin()
        older = worker.state
        worker.stage(added(single("b")))
        before = worker.state, worker.counts, worker.events()
        with pytest.raises(LeaseLost, match="moved"):
            _write(worker, write, older)
        assert (worker.state, worker.counts, worker.events()) == before
        worker.commit()
        assert worker.ids() == ["a", "b"]

    @pytest.mark.parametrize("write", ["begin", "stage", "commit"])
    def test_committed_meanwhile(self, worker: Worker, write: str) -> None:
        """A pass that somebody else committed is not committed upon."""
        older = worker.state
        worker.sync(added(single("a")))
        before = worker.state, worker.feed()
        with pytest.raises(LeaseLost, match="moved"):
            _write(worker, write, older)
        assert (worker.state, worker.feed()) == before

    @pytest.mark.parametrize("write", ["begin", "stage", "commit"])
    def test_another_cursor(self, worker: Worker, write: str) -> None:
        """A calendar that was forgotten and synced again is another one."""
        worker.sync()
        older = evolve(worker.state, cursor=Cursor(token=_WORD, fingerprint="another"))
        with pytest.raises(LeaseLost, match="moved"):
            _write(worker, write, older)

    def test_never_begun(self, worker: Worker) -> None:
        """A pass that staged nothing needs no beginning to be committed."""
        worker.sync(added(single("a")))
        worker.commit(cursor="second", now=7.0)
        assert (worker.state.passes, worker.state.synced_at) == (2, 7.0)
        assert (worker.ids(), len(worker.feed())) == (["a"], 1)


def _write(worker: Worker, write: str, since: CalendarState) -> None:
    store, lease = worker.store, worker.lease
    if write == "begin":
        store.begin(KEY, lease, worker.checkpoint, since=since)
    elif write == "stage":
        page = [added(single("c"))]
        store.stage(KEY, lease, page, checkpoint=worker.checkpoint, since=since)
    else:
        store.commit(KEY, lease, cursor=None, zone=None, now=0.0, since=since)
