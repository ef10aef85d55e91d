"""The store in memory under Ctrl-C: each write happens whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stores.sqlite.test_interruptions import Moment, interrupt, steps

from kloudsync.stores import MemoryStore
from kloudsync.sync.ports import Unit
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, Worker, take

PART = str(Path("kloudsync", "stores", "memory"))


def test_an_interrupt_at_any_step_leaves_all_or_nothing() -> None:
    """Whatever line of a commit is the last, the store goes on, with the whole pass or none of it."""
    store = MemoryStore()
    worker = Worker(store)
    worker.begin()
    worker.stage(added(single("0")))
    for number in range(1, steps(worker.commit, PART) + 1):
        before = len(worker.ids()), len(worker.feed())
        assert before[0] == before[1]
        worker.begin()
        worker.stage(added(single(str(number))))
        with pytest.raises(KeyboardInterrupt), Moment(number, interrupt, PART):
            worker.commit()
        after = len(worker.ids()), len(worker.feed())
        assert after in {before, (before[0] + 1, before[1] + 1)}
        assert (worker.state.checkpoint is None) == (after != before)


def test_an_interrupted_unit_of_work_never_was() -> None:
    """Not one of its writes is kept, and the next one is not taken for a write within it."""
    store = MemoryStore()
    worker = Worker(store)
    worker.sync(added(single("a", raw="0")))

    def work(unit: Unit) -> None:
        unit.begin(KEY, worker.lease, worker.checkpoint, since=unit.state(KEY))
        since = unit.state(KEY)
        page = [updated(single("a", raw="1"))]
        unit.stage(KEY, worker.lease, page, checkpoint=worker.checkpoint, since=since)
        unit.commit(KEY, worker.lease, cursor=None, zone=None, now=5.0, since=since)
        take(unit, "another")
        raise KeyError

    def fail() -> None:
        with pytest.raises(KeyError):
            store.unit(work)

    before = worker.state, worker.feed()
    for number in range(1, steps(fail, PART) + 1, 3):
        with pytest.raises(KeyboardInterrupt), Moment(number, interrupt, PART):
            fail()
        assert (worker.state, worker.feed()) == before
    assert take(store, "another").fence == 1
