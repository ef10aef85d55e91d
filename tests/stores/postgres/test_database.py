from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import overload

import pytest

from kloudsync.errors import StoreBusy, StoreCorrupt, StoreError, StoreTooNew, UsageError
from kloudsync.model.state import SeriesLink
from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, OTHER, Worker, read_all

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
PostgresDatabase = pytest.importorskip("kloudsync.stores.postgres.database").PostgresDatabase


@pytest.fixture
def schema(new_schema: Callable[[], str]) -> str:
    """Return a schema that is not there yet."""
    return new_schema()


@pytest.fixture
def store(conninfo: str, schema: str) -> Iterator[PostgresStore]:
    """Return a store that waits for nobody for long."""
    with PostgresStore(conninfo, clock="workers", schema=schema, timeout=0.2) as store:
        yield store


def tell(conninfo: str, *statements: str, schema: str = "public") -> None:
    """Run statements in a schema as another program would."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(b"SELECT set_config('search_path', %s, false)", (f'"{schema}"',))
        for statement in statements:
            connection.execute(statement.encode())


def test_another_program(conninfo: str, schema: str) -> None:
    """A schema with tables of another program is refused and left as it is."""
    tell(conninfo, f'CREATE SCHEMA "{schema}"', "CREATE TABLE event (theirs TEXT)", schema=schema)
    with pytest.raises(StoreCorrupt, match="another program"):
        PostgresStore(conninfo, clock="workers", schema=schema)
    tell(conninfo, "SELECT theirs FROM event", schema=schema)


def test_newer_schema(conninfo: str, schema: str) -> None:
    """A schema of a newer kloudsync is refused, with the advice to upgrade."""
    PostgresStore(conninfo, clock="workers", schema=schema).close()
    tell(conninfo, "UPDATE kloudsync_schema SET version = 99", schema=schema)
    with pytest.raises(StoreTooNew, match="upgrade kloudsync"):
        PostgresStore(conninfo, clock="workers", schema=schema)


def test_lost_table(conninfo: str, schema: str, store: PostgresStore) -> None:
    """A schema that lost a table is reported as damaged."""
    tell(conninfo, "DROP TABLE link", schema=schema)
    with pytest.raises(StoreCorrupt, match="lacks"):
        store.links(KEY)


def test_schemas_are_apart(
    conninfo: str, store: PostgresStore, new_schema: Callable[[], str]
) -> None:
    """Two schemas of one database are two stores, whatever their names hold."""
    with PostgresStore(conninfo, clock="workers", schema=f'{new_schema()} "; DROP') as other:
        Worker(other).sync(added(single("a")))
        assert store.calendars() == []
        assert other.calendars() == [KEY]


def test_unreachable() -> None:
    """A server that does not answer is an error of the store, without the password."""
    conninfo = "postgresql://user:planted-secret@127.0.0.1:1/calendars"
    with pytest.raises(StoreError, match=r"calendars at 127\.0\.0\.1") as caught:
        PostgresStore(conninfo)
    assert "planted-secret" not in f"{caught.value} {caught.value.__cause__}"


def test_unreadable_conninfo() -> None:
    """A connection string that cannot be read is a usage error that does not repeat it."""
    with pytest.raises(UsageError, match="expected one such as") as caught:
        PostgresStore("postgresql://user:planted-secret@db.example.com/?color=blue")
    assert "planted-secret" not in str(caught.value)


def test_closed(store: PostgresStore) -> None:
    """A closed store says that it is closed, and may be closed again."""
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.calendars()


def test_snapshot(conninfo: str, schema: str, store: PostgresStore) -> None:
    """All that is read in one session is as of its first answer."""
    question = "SELECT passes FROM calendar"
    worker = Worker(store)
    worker.sync(added(single("a")))
    with closing(PostgresDatabase(conninfo, schema=schema, timeout=1)) as database:
        with database.reading() as session:
            assert session.one(question) == (1,)
            worker.sync(added(single("b")))
            assert session.one(question) == (1,)
        with database.reading() as session:
            assert session.one(question) == (2,)


def test_broken_connections(conninfo: str, store: PostgresStore) -> None:
    """Connections that the server ended are replaced without anybody noticing."""
    worker = Worker(store)
    worker.sync(added(single("a")))
    tell(
        conninfo,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
    assert worker.ids() == ["a"]
    worker.sync(added(single("b")))
    assert worker.ids() == ["a", "b"]


def test_locked_too_long(conninfo: str, schema: str, store: PostgresStore) -> None:
    """A writer that waits longer than its timeout says so; readers do not wait at all."""
    worker = Worker(store)
    worker.sync(added(single("a")))
    with psycopg.connect(conninfo) as other:
        other.execute(b"SELECT set_config('search_path', %s, false)", (f'"{schema}"',))
        other.execute(b"SELECT 1 FROM lease FOR UPDATE")
        with pytest.raises(StoreBusy, match="longer timeout"):
            worker.begin()
        assert worker.ids() == ["a"]
    worker.begin()


def test_unstorable(store: PostgresStore) -> None:
    """What PostgreSQL cannot hold is named, and the store stays as before."""
    worker = Worker(store)
    worker.begin()
    for record in (single("nul-\0"), single("\ud800"), single("a", start=2**70)):
        with pytest.raises(StoreError, match="cannot be stored"):
            worker.stage(added(record))
    worker.stage(added(single("a")))
    worker.commit()
    assert worker.ids() == ["a"]


def test_statistics_keep_up(conninfo: str, schema: str, store: PostgresStore) -> None:
    """The planner knows how large the table has become while a first pass is still being staged."""
    worker = Worker(store)
    worker.begin(full=True)
    worker.stage(*(added(single(f"{number:04}", raw="x" * 500)) for number in range(3000)))
    with psycopg.connect(conninfo) as other:
        row = other.execute(
            b"SELECT reltuples FROM pg_class WHERE relname = 'event' AND relnamespace = %s::regnamespace",
            (f'"{schema}"',),
        ).fetchone()
    assert row == (3000,)


class Interruption(Sequence[SeriesLink]):
    """A list of links that does something while it is read."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act

    @overload
    def __getitem__(self, index: int) -> SeriesLink: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[SeriesLink]: ...
    def __getitem__(self, index: int | slice) -> SeriesLink | Sequence[SeriesLink]:
        self.act()
        raise IndexError(index)

    def __len__(self) -> int:
        return 0


def test_commits_of_different_calendars_do_not_wait(
    conninfo: str, schema: str, store: PostgresStore
) -> None:
    """What is committed meanwhile is told first, and what was begun earlier is missed by nobody."""
    one = Worker(store)
    with PostgresStore(conninfo, clock="workers", schema=schema, timeout=0.1) as second:
        two = Worker(second, OTHER)
        for worker in (one, two):
            worker.begin()
            worker.stage(added(single("a")))

        def overtake() -> None:
            two.commit()
            assert [entry.key for entry in second.changes("crm", limit=10)] == [OTHER]
            assert waiting(conninfo) == 0

        one.commit(announce=Interruption(overtake))
        assert [entry.key for entry in second.changes("crm", limit=10)] == [OTHER, KEY]


def waiting(conninfo: str) -> int:
    """Return how many transactions wait for another one."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(b"SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return int(row[0])


SEQUENCES = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences
WHERE schemaname = current_schema()
"""


def test_the_feed_rests_on_no_sequence(conninfo: str, schema: str, store: PostgresStore) -> None:
    """A database that was copied without its sequences goes on where its rows are."""
    worker = Worker(store)
    worker.sync(*(added(single(id_)) for id_ in "abc"))
    for key in (None, KEY):
        read_all(store, "crm", key)
    store.close()
    tell(conninfo, SEQUENCES, schema=schema)
    with PostgresStore(conninfo, clock="workers", schema=schema) as moved:
        worker = Worker(moved, lease=worker.lease)
        worker.sync(updated(single("b", raw="2")))
        Worker(moved, OTHER).sync(added(single("z")))
        assert len(moved.changes("crm", limit=10, key=KEY)) == 1
        assert [entry.key for entry in moved.changes("crm", limit=10)] == [KEY, OTHER]
        assert worker.ids() == ["a", "b", "c"]


COUNT = """
import sys, time
from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import Worker
conninfo, schema, owner = sys.argv[1:]
store = PostgresStore(conninfo, clock="workers", schema=schema, timeout=30)
wins = 0
while wins < 20:
    lease = store.acquire("counter", owner, ttl=1000.0, now=0.0)
    if lease is None:
        time.sleep(0.001)
        continue
    worker = Worker(store, lease=lease)
    held = {record.id: record for record in worker.events()}
    count = int(held["count"].raw) if held else 0
    worker.begin()
    worker.stage((updated if held else added)(single("count", raw=str(count + 1))))
    worker.commit()
    store.release(lease)
    wins += 1
store.close()
"""


def test_processes_take_turns(conninfo: str, schema: str) -> None:
    """Processes that create the schema at once and count under one lease lose no count."""
    processes = [
        subprocess.Popen([sys.executable, "-c", COUNT, conninfo, schema, f"process-{number}"])  # noqa: S603 - our own constant script
        for number in range(3)
    ]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    with PostgresStore(conninfo, clock="workers", schema=schema) as store:
        assert [record.raw for record in store.events(KEY)] == ["60"]
        assert len(store.changes("crm", limit=1000)) == 60


FORK = """
import os, signal, sys
from kloudsync.stores import PostgresStore
store = PostgresStore(sys.argv[1], schema=sys.argv[2], timeout=30)
def work(name):
    for turn in range(200):
        lease = store.acquire(name, "me", ttl=60.0, now=1000.0 + turn)
        assert lease is not None and lease.name == name, lease
        store.release(lease)
children = []
for number in range(2):
    child = os.fork()
    if not child:
        signal.alarm(60)
        try:
            work(f"child-{number}")
            store.close()
        except BaseException as error:
            print(f"child-{number}", repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    children.append(child)
work("parent")
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
work("parent")
store.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")
def test_fork(conninfo: str, schema: str) -> None:
    """A process and its children share a store, each over connections of its own."""
    subprocess.run([sys.executable, "-c", FORK, conninfo, schema], check=True, timeout=120)  # noqa: S603 - our own constant script


@pytest.mark.parametrize("name", ["", "x" * 64, "ü" * 32, "a\0b"])
def test_impossible_name(name: str) -> None:
    """A schema that PostgreSQL would call otherwise, or not at all, is refused."""
    with pytest.raises(UsageError, match="1 to 63 bytes") as caught:
        PostgresStore("host=127.0.0.1 port=1", schema=name)
    assert "\0" not in str(caught.value)


def test_longest_name(conninfo: str, schema: str) -> None:
    """Names that differ in their last byte only are two stores."""
    longest = schema.ljust(62, "x")
    with PostgresStore(conninfo, clock="workers", schema=f"{longest}a") as one:
        Worker(one).sync(added(single("a")))
    with PostgresStore(conninfo, clock="workers", schema=f"{longest}b") as other:
        assert other.calendars() == []


@pytest.mark.parametrize("timeout", [-1.0, float("inf"), float("nan"), 1e9])
def test_impossible_timeout(timeout: float) -> None:
    """A wait that has no length, or one that the server cannot count, is refused."""
    with pytest.raises(UsageError, match="timeout has to be"):
        PostgresStore("host=127.0.0.1 port=1", timeout=timeout)


def test_missing_extra() -> None:
    """Without psycopg the store names the extra that brings it."""
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from kloudsync.errors import MissingExtra\n"
        "try:\n    from kloudsync.stores import PostgresStore\n"
        "except MissingExtra as error:\n    assert 'kloudsync[postgres]' in str(error)\n"
        "else:\n    raise SystemExit(1)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own constant script
