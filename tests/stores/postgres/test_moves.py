"""A schema that is dumped and restored into another cluster, with or without its sequences."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import count

import pytest
from tests.stores.postgres.server import Server, started
from tests.stores.throng import Reader
from tests.sync.world import World

from kloudsync.errors import LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import PostgresStore
from kloudsync.testing.google import RandomUser, populate
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, OTHER, Worker, read_all

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

NUMBERS = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return the cluster that everything was in."""
    with started() as made:
        yield made


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Server]:
    """Return a cluster that knows nothing of it."""
    with started() as made:
        yield made


@pytest.fixture
def schema() -> str:
    """Return a schema that is not there yet."""
    return f"moved-{next(NUMBERS)}"


@pytest.fixture
def store(server: Server, schema: str) -> Iterator[PostgresStore]:
    """Return an empty store."""
    with PostgresStore(server.get_uri(), clock="workers", schema=schema) as store:
        yield store


def move(server: Server, elsewhere: Server, schema: str, *, sequences: bool) -> PostgresStore:
    """Dump a schema, restore it into another cluster, and open it there."""
    dump = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [server.bin_path / "pg_dump", "--inserts", f"--schema={schema}", server.get_uri()],
        check=True,
        capture_output=True,
        text=True,
    )
    plain = [line for line in dump.stdout.splitlines() if not line.startswith("\\")]
    set_on = [line for line in plain if "setval(" in line]
    assert len(set_on) == 2
    kept = plain if sequences else [line for line in plain if line not in set_on]
    with psycopg.connect(elsewhere.get_uri(), autocommit=True) as connection:
        connection.execute("\n".join(kept).encode())
    return PostgresStore(elsewhere.get_uri(), clock="workers", schema=schema)


@pytest.mark.parametrize("sequences", [True, False], ids=["all", "without sequences"])
def test_what_is_held_is_there(
    server: Server, elsewhere: Server, store: PostgresStore, schema: str, *, sequences: bool
) -> None:
    """Events, feed, positions, leases and what was acknowledged go on where they were."""
    worker, other = Worker(store), Worker(store, OTHER)
    worker.sync(added(single("a")))
    other.sync(added(single("b")))
    read_all(store)
    read_all(store, "one", KEY)
    worker.sync(updated(single("a", raw="2")))
    unread = store.changes("crm", limit=9)
    assert len(unread) == 1
    fence = worker.lease.fence
    with move(server, elsewhere, schema, sequences=sequences) as moved:
        assert moved.consumers() == store.consumers()
        assert moved.changes("crm", limit=9) == unread
        assert moved.state(KEY) == worker.state
        again = Worker(moved, lease=worker.lease)
        again.sync(added(single("c")))
        assert [one.after.raw for one in moved.changes("crm", limit=9) if one.after] == ["2", "{}"]
        assert [one.position for one in again.feed()] == [1, 2, 3]
        moved.release(worker.lease)
        lease = moved.acquire(str(KEY), "heir", ttl=60.0, now=0.0)
        assert lease is not None
        assert lease.fence > fence
        with pytest.raises(LeaseLost):
            again.begin()


@pytest.mark.parametrize("sequences", [True, False], ids=["all", "without sequences"])
def test_engine_and_readers_go_on(
    server: Server, elsewhere: Server, store: PostgresStore, schema: str, *, sequences: bool
) -> None:
    """A reader who had read some of a feed reads the rest of it there, and the copy is the calendar."""
    reader, of_all = Reader(), Reader()
    with World("blocking", store, page_size=9) as world:
        fake, user = world.fake, RandomUser(world.calendar, 7)
        populate(world.calendar, events=40, seed=1)
        world.sync()
        key = world.copy.key
        follow(store, key, (reader, of_all), limit=25)
        for _ in range(20):
            user.act()
            world.sync()
    follow(store, key, (reader, of_all), limit=9)
    with (
        move(server, elsewhere, schema, sequences=sequences) as moved,
        World("blocking", moved, fake=fake, page_size=9) as world,
    ):
        assert not world.sync().full
        for number in range(20):
            user.act()
            world.sync(full=number in (7, 19))
        Worker(moved, OTHER).sync(added(single("theirs")))
        assert world.is_in_step()
        follow(moved, key, (reader, of_all), limit=10_000)
        assert reader.held[key].keys() == world.truth().keys()
        assert of_all.held.keys() == {key, OTHER}
        assert of_all.held[key] == reader.held[key]
        assert [record.id for record in moved.events(OTHER)] == ["theirs"]


def follow(
    store: PostgresStore, key: CalendarKey, readers: tuple[Reader, Reader], *, limit: int
) -> None:
    """Let a reader of one calendar and one of all of them read so many entries."""
    of_one, of_all = readers
    for entry in store.changes("one", limit=limit, key=key):
        of_one.read(entry)
        store.acknowledge("one", entry.position, key)
    for entry in store.changes("all", limit=limit):
        of_all.read(entry)
        assert entry.token is not None
        store.acknowledge("all", entry.token)
