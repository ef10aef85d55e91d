"""A server that dies in the middle of commits, and that strangers keep transactions open on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import overload

import pytest
from tests.stores.postgres.server import Server, kill, started

from kloudsync.errors import StoreError
from kloudsync.model.channel import Topic
from kloudsync.model.state import SeriesLink
from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, OTHER, Worker, read_all

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a server that nobody else uses, which takes prepared transactions."""
    with started() as made:
        made.psql("ALTER SYSTEM SET max_prepared_transactions = 4")
        kill(made)
        yield made


NUMBERS = count(1)


@pytest.fixture
def schema() -> str:
    """Return a schema that is not there yet."""
    return f"outage-{next(NUMBERS)}"


@pytest.fixture
def store(server: Server, schema: str) -> Iterator[PostgresStore]:
    """Return an empty store."""
    with PostgresStore(server.get_uri(), clock="workers", schema=schema) as store:
        yield store


class Meanwhile(Sequence[SeriesLink]):
    """A list of links that does something while a commit reads it, and that holds nothing then."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act

    @overload
    def __getitem__(self, index: int) -> SeriesLink: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[SeriesLink]: ...
    def __getitem__(self, index: int | slice) -> SeriesLink | Sequence[SeriesLink]:
        self.act()
        raise IndexError(index)

    def __len__(self) -> int:
        return 1


def told(worker: Worker) -> list[str]:
    """Return the ids that the calendar's feed tells, in order."""
    return [one.after.id for one in worker.feed() if one.after]


@pytest.mark.parametrize("late", [False, True])
def test_killed_in_the_middle_of_a_commit(
    server: Server, store: PostgresStore, *, late: bool
) -> None:
    """The commit fails, nothing of it is there, and the same one made again is whole."""
    worker = Worker(store)
    worker.sync(added(single("a")))
    worker.begin()
    worker.stage(updated(single("a", raw="2")), added(single("b")))
    before = worker.state
    deadly = Meanwhile(lambda: kill(server))
    with pytest.raises(StoreError):
        # Links are written when the feed is.
        worker.commit(links=deadly if late else (), announce=() if late else deadly)
    assert (worker.state, worker.ids(), told(worker)) == (before, ["a"], ["a"])
    worker.commit()
    assert [record.raw for record in worker.events()] == ["2", "{}"]
    assert told(worker) == ["a", "a", "b"]
    assert [one.position for one in worker.feed()] == [1, 2, 3]


def test_killed_between_transactions(server: Server, store: PostgresStore) -> None:
    """Whatever was committed is there, and calls go on over new connections by themselves."""
    worker = Worker(store)
    worker.begin()
    kill(server)
    worker.stage(added(single("a")))
    kill(server)
    worker.commit()
    kill(server)
    assert worker.state.passes == 1
    assert store.renew(worker.lease, ttl=60.0, now=0.0) is not None
    assert (worker.ids(), told(worker)) == (["a"], ["a"])
    assert [one.after.id for one in store.changes("crm", limit=9) if one.after] == ["a"]


def test_killed_while_somebody_reads(server: Server, store: PostgresStore) -> None:
    """An iterator ends in an error of the store, and never as if there were no more."""
    worker = Worker(store)
    worker.sync(*(added(single(f"{number:04}")) for number in range(2000)))
    records = store.events(KEY)
    next(records)
    kill(server)
    with pytest.raises(StoreError):
        list(records)
    assert len(worker.ids()) == 2000


def test_killed_within_a_claim(server: Server, store: PostgresStore) -> None:
    """What was to be taken is still to be taken."""
    topic = Topic(KEY)
    store.make_due(topic, lane=0, now=1.0)

    def work(unit: PostgresStore) -> None:
        assert unit.claim_due("dead", lane=0, limit=1, ttl=60.0, now=2.0)
        kill(server)
        unit.make_due(topic, lane=0, now=2.0)

    with pytest.raises(StoreError):
        store.unit(work)  # type: ignore[arg-type]
    (claim,) = store.claim_due("heir", lane=0, limit=1, ttl=60.0, now=2.0)
    assert claim.fence == 1


def test_a_prepared_transaction_holds_nothing_back(
    server: Server, store: PostgresStore, schema: str
) -> None:
    """What a stranger prepared and left alone delays nobody's changes, and they are pruned as ever."""
    worker, other = Worker(store), Worker(store, OTHER)
    worker.sync(added(single("a")), now=10.0)
    with psycopg.connect(server.get_uri(), autocommit=True) as stranger:
        stranger.execute('CREATE TABLE IF NOT EXISTS "public".theirs (a INTEGER)')
        stranger.execute("BEGIN")
        stranger.execute("INSERT INTO theirs VALUES (1)")
        for table in ("feed", "batch", "head"):
            stranger.execute(f'SELECT * FROM "{schema}".{table}')  # noqa: S608 - names of our own
        stranger.execute(f"PREPARE TRANSACTION '{schema}'")
        other.sync(added(single("b")), now=20.0)
        worker.sync(added(single("c")), now=30.0)
        entries = store.changes("crm", limit=9)
        assert [one.after.id for one in entries if one.after] == ["a", "b", "c"]
        read_all(store)
        assert worker.prune(25.0) == 2
        kill(server)
    with psycopg.connect(server.get_uri(), autocommit=True) as stranger:
        stranger.execute(f"COMMIT PREPARED '{schema}'")
    worker.sync(added(single("d")), now=40.0)
    assert [one.after.id for one in store.changes("crm", limit=9) if one.after] == ["d"]
