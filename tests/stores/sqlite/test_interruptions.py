"""What comes in between: signal handlers, finalizers, Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Self

import pytest

from kloudsync.errors import StoreError
from kloudsync.model.record import StagedRecord
from kloudsync.stores import SQLiteStore
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, Worker


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SQLiteStore]:
    """Return a store in a file, and one in memory."""
    place = tmp_path / "calendars.db" if request.param == "file" else ":memory:"
    with SQLiteStore(place, timeout=0.1) as store:
        yield store


NESTED: dict[str, Callable[[Worker], object]] = {
    "acknowledge": lambda worker: worker.store.acknowledge("crm", 1, KEY),
    "begin": lambda worker: worker.begin(),
    "close": lambda worker: worker.store.close(),
}


@pytest.mark.parametrize("nested", NESTED)
def test_a_write_within_a_write_is_refused(store: SQLiteStore, nested: str) -> None:
    """It is refused before it touches anything; readers are answered, and the outer write goes on."""
    worker = Worker(store)
    worker.sync(added(single("a")))
    worker.begin()

    def page() -> Iterator[StagedRecord]:
        yield updated(single("a", raw="2"))
        with pytest.raises(StoreError, match="by this very thread"):
            NESTED[nested](worker)
        assert worker.ids() == ["a"]
        yield added(single("b"))

    store.stage(KEY, worker.lease, page(), checkpoint=worker.checkpoint, since=worker.state)
    worker.commit()
    assert worker.ids() == ["a", "b"]
    assert len(store.changes("crm", limit=10)) == 3


class Moment:
    """Does something at one of the steps that a program takes in some files.

    Args:
        number: At which step; steps are lines, counted from 1.
        act: What to do there.
        part: What the names of the files hold.
    """

    def __init__(self, number: int, act: Callable[[], None], part: str) -> None:
        self.left = number
        self._act = act
        self._part = part

    def __enter__(self) -> Self:
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if self._part not in frame.f_code.co_filename:
            return None
        if event == "line":
            self.left -= 1
            if not self.left:
                sys.settrace(None)
                self._act()
        return self._trace


def interrupt() -> None:
    """Do what Ctrl-C does."""
    raise KeyboardInterrupt


def steps(work: Callable[[], object], part: str) -> int:
    """Return how many steps some work takes."""
    with Moment(10**9, interrupt, part) as moment:
        work()
    return 10**9 - moment.left


PART = str(Path("kloudsync", "stores", "sqlite"))


def test_an_interrupt_at_any_step_leaves_all_or_nothing(store: SQLiteStore) -> None:
    """Whatever step of a commit is the last, the store goes on, with the whole pass or none of it."""
    worker = Worker(store)
    worker.begin()
    worker.stage(added(single("0")))
    for number in range(1, steps(worker.commit, PART) + 1):
        before = len(worker.ids()), len(worker.feed())
        assert before[0] == before[1]
        worker.begin()
        worker.stage(added(single(f"{number}")))
        with Moment(number, interrupt, PART) as moment:
            try:
                worker.commit()
            except KeyboardInterrupt:
                assert moment.left == 0
        worker.discard()
    assert len(worker.ids()) == len(worker.feed()) >= 1
    worker.sync(added(single("last")))
    assert "last" in worker.ids()


def test_a_handler_at_any_step_writes_or_is_refused(store: SQLiteStore) -> None:
    """A signal handler that acknowledges in the middle of a commit leaves the commit whole."""
    worker = Worker(store)
    worker.sync(added(single("0")))
    first = worker.feed()[0].position
    refused = 0

    def acknowledge() -> None:
        nonlocal refused
        try:
            store.acknowledge("handler", first, KEY)
        except StoreError:
            refused += 1

    worker.begin()
    worker.stage(added(single("measured")))
    last = steps(worker.commit, PART)
    for number in range(1, last + 1):
        worker.begin()
        worker.stage(added(single(f"{number}")))
        with Moment(number, acknowledge, PART):
            worker.commit()
    assert len(worker.ids()) == len(worker.feed()) == last + 2
    assert 0 < refused < last
