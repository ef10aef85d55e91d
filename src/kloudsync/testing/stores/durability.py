"""Stores that outlive the object that opened them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime

import pytest

from kloudsync.errors import LeaseLost, StoreError
from kloudsync.model.state import CalendarState, SeriesLink, StagedCounts
from kloudsync.sync.ports import Store, Unit
from kloudsync.testing.stores.records import added, bad, deleted, series, single, updated
from kloudsync.testing.stores.worker import KEY, Worker, read_all, take

FAR = datetime(2100, 1, 1, tzinfo=UTC)

CALLS: dict[str, Callable[[Worker], object]] = {
    "state": lambda worker: worker.state,
    "events": lambda worker: worker.ids(),
    "window": lambda worker: worker.store.window(KEY, 0, 1),
    "calendars": lambda worker: worker.store.calendars(),
    "begin": lambda worker: worker.store.begin(
        KEY, worker.lease, worker.checkpoint, since=CalendarState()
    ),
    "commit": lambda worker: worker.store.commit(
        KEY, worker.lease, cursor=None, zone=None, now=0.0, since=CalendarState()
    ),
    "acquire": lambda worker: take(worker.store, "another"),
    "release": lambda worker: worker.store.release(worker.lease),
    "changes": lambda worker: worker.store.changes("crm", limit=1),
    "acknowledge": lambda worker: worker.store.acknowledge("crm", 0, KEY),
    "prune": lambda worker: worker.prune(0.0),
    "forget": lambda worker: worker.store.forget(KEY, worker.lease),
    "unit": lambda worker: worker.store.unit(lambda unit: unit.state(KEY)),
}
"""What may be asked of a store, of each kind of call one."""


class DurableStoreContract:
    """What a store promises that can be opened again, or twice at once."""

    @pytest.fixture
    def open_store(self) -> Callable[[], Store]:
        """Return a function that opens the same store with each call; subclasses override this."""
        raise NotImplementedError("override the fixture `open_store`")

    @pytest.fixture
    def pair(self, open_store: Callable[[], Store]) -> Iterator[tuple[Store, Store]]:
        """Open the same store twice."""
        with ExitStack() as stack:
            one, two = (stack.enter_context(closing(open_store())) for _ in range(2))
            yield one, two

    @pytest.mark.parametrize("call", CALLS)
    def test_closed(self, open_store: Callable[[], Store], call: str) -> None:
        """A store that is closed says so to whoever calls it, changes nothing, and may be closed again."""
        store = open_store()
        worker = Worker(store)
        worker.sync(added(single("a")))
        for _ in range(2):
            store.close()
        with pytest.raises(StoreError, match="closed"):
            CALLS[call](worker)
        with closing(open_store()) as again:
            assert [record.id for record in again.events(KEY)] == ["a"]
            assert again.renew(worker.lease, ttl=60.0, now=0.0) is not None

    def test_closed_within_a_unit(self, open_store: Callable[[], Store]) -> None:
        """Closing within a write is refused, like any write there, and the write goes on."""
        with closing(open_store()) as store:
            worker = Worker(store)

            def work(unit: Unit) -> None:
                with pytest.raises(StoreError):
                    store.close()
                unit.release(worker.lease)

            store.unit(work)
            assert take(store, str(KEY), "heir").fence > worker.lease.fence

    def test_everything_is_kept(self, open_store: Callable[[], Store]) -> None:
        """Events, feed, links, quarantine, consumers and state are there after opening again."""
        with closing(open_store()) as store:
            worker = Worker(store)
            worker.begin(full=True)
            worker.stage(
                added(single("a")),
                added(series("s")),
                quarantined=[bad("q")],
            )
            worker.commit(zone="Europe/Paris", links=[SeriesLink(old="s", new=None, at=5)])
            worker.sync(updated(single("a", raw="2")))
            store.acknowledge("crm", worker.feed()[0].position, KEY)
            before = _everything(store)
        with closing(open_store()) as store:
            assert _everything(store) == before

    def test_pass_is_resumed(self, open_store: Callable[[], Store]) -> None:
        """A pass under way is still under way after opening again, with all it staged."""
        with closing(open_store()) as store:
            worker = Worker(store)
            worker.sync(added(single("a")), added(single("b")))
            worker.begin(full=True)
            worker.stage(updated(single("a", raw="2")))
            worker.stage(seen=["b"])
        with closing(open_store()) as store:
            heir = Worker(store, lease=worker.lease, pages=worker.pages)
            assert heir.state.checkpoint == worker.checkpoint
            assert heir.counts == StagedCounts(updated=1, held=2)
            assert store.unseen(KEY, 10) == []
            heir.stage(added(single("c")))
            heir.commit()
            assert heir.events() == [single("a", raw="2"), single("b"), single("c")]

    def test_commits_are_seen_by_others(self, pair: tuple[Store, Store]) -> None:
        """Another store object sees a commit as soon as it is made, and nothing before."""
        one, two = pair
        worker = Worker(one)
        worker.begin()
        worker.stage(added(single("a")))
        assert list(two.events(KEY)) == []
        worker.commit()
        assert list(two.events(KEY)) == [single("a")]
        assert len(two.changes("crm", limit=10)) == 1

    def test_reader_keeps_its_commit(self, pair: tuple[Store, Store]) -> None:
        """A reader that takes its time sees one commit, whatever another object writes."""
        one, two = pair
        held = [single(f"id-{number:04}") for number in range(1500)]
        worker = Worker(one)
        worker.sync(*map(added, held))
        reader = two.events(KEY)
        first = next(reader)
        worker.sync(*(deleted(record.id) for record in held))
        read_all(one, "crm")
        one.prune(FAR)
        assert [first, *reader] == held

    def test_lease_is_shared(self, pair: tuple[Store, Store]) -> None:
        """Two objects agree on who holds a lease."""
        one, two = pair
        lease = take(one, "calendar", "a")
        assert two.acquire("calendar", "b", ttl=60.0, now=1.0) is None
        one.release(lease)
        assert take(two, "calendar", "b").fence > lease.fence

    @pytest.mark.parametrize("write", ["begin", "stage", "commit", "discard"])
    def test_overtaken_elsewhere(self, pair: tuple[Store, Store], write: str) -> None:
        """A worker overtaken through another object writes nothing more."""
        one, two = pair
        worker = Worker(one)
        worker.begin()
        worker.stage(added(single("a")))
        heir = Worker(two, lease=take(two, str(KEY), "heir", now=1000.0))
        with pytest.raises(LeaseLost):
            getattr(worker, write)()
        heir.commit()
        assert worker.ids() == ["a"]

    def test_pass_moves_between_objects(self, pair: tuple[Store, Store]) -> None:
        """A pass may be staged through one object and committed through another."""
        one, two = pair
        worker = Worker(one)
        worker.begin()
        worker.stage(added(single("a")))
        heir = Worker(two, lease=worker.lease, pages=1)
        heir.stage(added(single("b")))
        heir.commit()
        assert worker.ids() == ["a", "b"]


def _everything(store: Store) -> tuple[object, ...]:
    return (
        store.state(KEY),
        list(store.events(KEY)),
        store.changes("crm", limit=100),
        store.changes("crm", limit=100, key=KEY),
        store.links(KEY),
        store.quarantined(KEY),
        store.calendars(),
    )
