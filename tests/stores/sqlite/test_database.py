from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import OnConnect

from kloudsync.errors import StoreError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import StagedRecord
from kloudsync.stores import SQLiteStore
from kloudsync.stores.sqlite.database import IDLE_READERS, MUCH, SQLiteDatabase
from kloudsync.stores.sqlite.session import SQLiteSession
from kloudsync.testing.stores.records import added, deleted, single, updated
from kloudsync.testing.stores.worker import KEY, Worker, read_all

FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store is."""
    return tmp_path / "calendars.db"


def ask(path: Path, sql: str) -> int:
    """Return the number with which the file answers a question."""
    with closing(sqlite3.connect(path)) as connection:
        number: int = connection.execute(sql).fetchone()[0]
        return number


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_private_files(path: Path) -> None:
    """The file and its companions are for their owner alone, whatever the umask."""
    before = os.umask(0)
    try:
        with SQLiteStore(path) as store:
            Worker(store).sync(added(single("a")))
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {f"calendars.db{suffix}": 0o600 for suffix in ("", "-wal", "-shm")}


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_durable(path: Path, *, durable: bool, level: int) -> None:
    """What has to survive a power failure is synced to the disk, and nothing else waits for it."""
    database = SQLiteDatabase(path, timeout=1.0)
    with database.writing(durable=durable) as session:
        assert session.one("PRAGMA synchronous") == (level,)
    with pytest.raises(StoreError), database.writing(durable=durable):
        raise sqlite3.Error
    with database.writing() as session:
        assert session.one("PRAGMA synchronous") == (1,)
    database.close()


class Waiting(SQLiteDatabase):
    """A database that remembers what had to be durable."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, timeout=1.0)
        self.waited: list[bool] = []

    @contextmanager
    def writing(self, *, durable: bool = False) -> Generator[SQLiteSession]:
        """Note it, and write."""
        self.waited.append(durable)
        with super().writing(durable=durable) as session:
            yield session


def test_commits_wait_for_the_disk(path: Path) -> None:
    """Positions of the feed are durable before anybody sees them; what is staged need not be."""

    class Store(SQLiteStore):
        def __init__(self) -> None:
            self._database = self.waiting = Waiting(path)

    with Store() as store:
        worker = Worker(store)
        worker.begin()
        worker.stage(added(single("a")))
        assert not any(store.waiting.waited)
        worker.commit()
        assert store.waiting.waited[-1]


def test_path_kinds(path: Path) -> None:
    """A path may be text or a path object."""
    with SQLiteStore(str(path)) as store:
        Worker(store).sync(added(single("a")))
    with SQLiteStore(path) as store:
        assert [record.id for record in store.events(KEY)] == ["a"]


def test_nothing_left_behind(path: Path) -> None:
    """A closed store is one file."""
    with SQLiteStore(path) as store:
        Worker(store).sync(added(single("a")))
    assert list(path.parent.iterdir()) == [path]


def test_readers_do_not_wait(path: Path) -> None:
    """Readers answer while a page is being staged."""
    with SQLiteStore(path) as store:
        worker = Worker(store)
        worker.sync(added(single("a")))
        worker.begin()

        def page() -> Iterator[StagedRecord]:
            with ThreadPoolExecutor(1) as reader:
                assert reader.submit(worker.ids).result(10) == ["a"]
                assert reader.submit(store.window, KEY, 0, 10**9).result(10)
            yield added(single("b"))

        store.stage(KEY, worker.lease, page(), checkpoint=worker.checkpoint, since=worker.state)
        worker.commit()
        assert worker.ids() == ["a", "b"]


def test_snapshot(path: Path) -> None:
    """All that is read in one session is as of its first answer."""
    question = "SELECT passes FROM calendar"
    with SQLiteStore(path) as store, closing(SQLiteDatabase(path, timeout=1)) as database:
        worker = Worker(store)
        worker.sync(added(single("a")))
        with database.reading() as session:
            assert session.one(question) == (1,)
            worker.sync(added(single("b")))
            assert session.one(question) == (1,)
        with database.reading() as session:
            assert session.one(question) == (2,)


def test_idle_readers(path: Path) -> None:
    """Of many readers at once a few are kept for the next ones, and the others closed."""
    with closing(SQLiteDatabase(path, timeout=1)) as database:
        with ExitStack() as stack:
            for _ in range(IDLE_READERS + 2):
                stack.enter_context(database.reading())
            assert database._idle == []
        kept = set(map(id, database._idle))
        assert len(kept) == IDLE_READERS
        with database.reading():
            assert len(database._idle) == IDLE_READERS - 1
        assert set(map(id, database._idle)) == kept


def test_closed_under_a_reader(path: Path) -> None:
    """A reader at work goes on when its store is closed, and leaves no connection behind."""
    database = SQLiteDatabase(path, timeout=1)
    with database.reading() as session:
        database.close()
        assert session.one("SELECT count(*) FROM calendar") == (0,)
    assert database._idle == []
    with pytest.raises(StoreError, match="closed"), database.reading():
        pass


def test_many_threads(path: Path) -> None:
    """Threads that sync calendars of their own, and threads that read all, share one store object."""
    keys = [CalendarKey("google", "owner", f"calendar-{number}") for number in range(4)]
    done = threading.Event()
    with SQLiteStore(path, timeout=30) as store:

        def sync(key: CalendarKey) -> None:
            worker = Worker(store, key)
            for turn in range(10):
                worker.begin()
                change = updated if turn else added
                worker.stage(*(change(single(id_, raw=str(turn))) for id_ in "abc"))
                worker.commit()

        def read() -> None:
            while not done.is_set():
                for key in keys:
                    texts = {record.raw for record in store.events(key)}
                    assert len(texts) <= 1

        with ThreadPoolExecutor(6) as pool:
            readers = [pool.submit(read) for _ in range(2)]
            for writer in [pool.submit(sync, key) for key in keys]:
                writer.result(60)
            done.set()
            for reader in readers:
                reader.result(60)
        assert len(store.changes("crm", limit=1000)) == 4 * 10 * 3


def test_space_is_used_again(path: Path) -> None:
    """A calendar that changes forever does not grow forever, once its feed is pruned."""
    with SQLiteStore(path) as store:
        worker = Worker(store)
        worker.sync(*(added(single(f"{number:03}", raw="0" * 2000)) for number in range(200)))
        sizes: list[int] = []
        for turn in range(12):
            raw = str(turn % 10) * 2000
            worker.sync(*(updated(single(f"{number:03}", raw=raw)) for number in range(200)))
            read_all(store, "crm")
            store.prune(FAR)
            sizes.append(ask(path, "PRAGMA page_count"))
        assert max(sizes[4:]) == max(sizes[:4])


def test_tombstones_leave_no_rows(path: Path) -> None:
    """After deletion and pruning no version is left."""
    with SQLiteStore(path) as store:
        worker = Worker(store)
        worker.sync(added(single("a")), deleted("unknown"))
        worker.sync(updated(single("a", raw="2")))
        worker.sync(deleted("a"))
        read_all(store, "crm")
        store.prune(FAR)
        assert ask(path, "SELECT count(*) FROM event") == 0


def test_a_long_journal_is_written_back_while_others_write(
    path: Path, on_connect: OnConnect
) -> None:
    """Whoever wrote much sees to it, once everybody else may write; who wrote little leaves it alone."""
    others: list[bool] = []

    def look(statement: str) -> None:
        if "wal_checkpoint" not in statement:
            return
        taken: list[object] = []
        other = threading.Thread(
            target=lambda: taken.append(store.acquire("other", "x", ttl=1.0, now=0.0))
        )
        other.start()
        other.join(20)
        others.append(len(taken) == 1)

    on_connect(lambda connection: connection.set_trace_callback(look))
    with SQLiteStore(path) as store:
        worker = Worker(store)
        worker.begin()
        worker.stage(*(added(single(f"few {number}")) for number in range(MUCH - 9)))
        assert others == []
        worker.stage(*(added(single(f"many {number}")) for number in range(MUCH + 1)))
        assert others == [True]
        worker.commit()
        assert len(worker.ids()) == 2 * MUCH - 8


class Tired(sqlite3.Connection):
    """Writes no journal back."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Refuse one statement."""
        if "wal_checkpoint" in sql:
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *values)


def test_a_journal_that_cannot_be_written_back_is_left(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was committed is committed, whatever becomes of the housekeeping."""
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Tired))
    with SQLiteStore(path) as store:
        worker = Worker(store)
        worker.begin()
        worker.stage(*(added(single(f"many {number}")) for number in range(MUCH + 1)))
        worker.commit()
        assert len(worker.ids()) == MUCH + 1
