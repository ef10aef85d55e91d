from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kloudsync.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull
from kloudsync.model.record import EventRecord
from kloudsync.stores import SQLiteStore
from kloudsync.stores.sqlite.session import SQLiteSession
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, Worker


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store is."""
    return tmp_path / "calendars.db"


class TightStore(SQLiteStore):
    """A store on a disk that can be filled."""

    def leave(self, pages: int | None) -> None:
        """Leave room for no more than a number of pages; None for all that are needed."""
        with self._database.writing() as session:
            row = session.one("PRAGMA page_count")
            assert row is not None
            session.one(f"PRAGMA max_page_count = {2**31 if pages is None else row[0] + pages}")


@pytest.fixture
def store(path: Path) -> Iterator[TightStore]:
    """Return a store that will wait for nobody."""
    with TightStore(path, timeout=0.05) as store:
        yield store


@pytest.fixture
def worker(store: TightStore) -> Worker:
    """Return a worker on a store that holds one event."""
    worker = Worker(store)
    worker.sync(added(single("a")))
    return worker


def test_full_disk(store: TightStore, worker: Worker) -> None:
    """A full disk is reported as such; the store stays as before and works once there is room."""
    worker.begin()
    worker.stage(added(single("b")))
    before = worker.state, worker.counts, worker.events(), worker.feed()
    store.leave(2)
    big = [added(single(f"big-{number}", raw="x" * 9000)) for number in range(100)]
    with pytest.raises(StoreFull, match="free some space"):
        worker.stage(*big)
    assert (worker.state, worker.counts, worker.events(), worker.feed()) == before
    store.leave(None)
    worker.stage(*big)
    worker.commit()
    assert len(worker.ids()) == 102


def test_full_disk_at_commit(store: TightStore, worker: Worker) -> None:
    """A disk that is full at the commit leaves the pass staged, to be committed later."""
    worker.begin()
    worker.stage(*(added(single(f"{number:04}")) for number in range(3000)))
    store.leave(0)
    with pytest.raises(StoreFull):
        worker.commit()
    assert worker.ids() == ["a"]
    store.leave(None)
    worker.commit()
    assert len(worker.ids()) == 3001


def test_locked_too_long(path: Path, worker: Worker) -> None:
    """A writer that waits longer than its timeout says so; readers do not wait at all."""
    worker.begin()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="longer timeout"):
            worker.stage(updated(single("a", raw="2")))
        assert worker.events() == [single("a")]
        assert worker.store.changes("new consumer", limit=1, key=KEY, after=0)
        other.execute("ROLLBACK")
    worker.stage(updated(single("a", raw="2")))


def test_damaged_file(path: Path) -> None:
    """A store whose pages are damaged is reported as such."""
    with SQLiteStore(path) as store:
        Worker(store).sync(*(added(single(f"{number:04}", raw="x" * 5000)) for number in range(99)))
    content = bytearray(path.read_bytes())
    content[3 * 16384 :] = b"\xa5" * (len(content) - 3 * 16384)
    path.write_bytes(content)
    with SQLiteStore(path) as store, pytest.raises(StoreCorrupt, match=r"damaged|not a database"):
        list(store.events(KEY))


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that does not exist is named."""
    with pytest.raises(StoreError, match="No such file"):
        SQLiteStore(tmp_path / "none" / "calendars.db")


def test_folder_instead_of_file(tmp_path: Path) -> None:
    """A folder is no store."""
    with pytest.raises(StoreError, match="cannot be opened"):
        SQLiteStore(tmp_path)


USES: dict[str, Callable[[Worker], object]] = {
    "read": lambda worker: worker.state,
    "iterate": lambda worker: worker.events(),
    "write": lambda worker: worker.begin(),
}


@pytest.mark.parametrize("use", USES)
def test_closed(path: Path, use: str) -> None:
    """A closed store says that it is closed, and may be closed again."""
    store = SQLiteStore(path)
    worker = Worker(store)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        USES[use](worker)


def test_closed_while_reading(worker: Worker) -> None:
    """A reader under way when the store is closed reads to its end."""
    worker.sync(*(added(single(f"{number:04}")) for number in range(2000)))
    reader = worker.store.events(KEY)
    next(reader)
    worker.store.close()
    assert len(list(reader)) == 2000


@pytest.mark.parametrize("record", [single("\ud800"), single("a", start=2**70)])
def test_unstorable(worker: Worker, record: EventRecord) -> None:
    """Text that no encoding takes, and numbers beyond 64 bits, are named as unstorable."""
    worker.begin()
    with pytest.raises(StoreError, match="cannot be stored"):
        worker.stage(added(record))
    assert worker.ids() == ["a"]


class Ailing:
    """Lets one statement of those to come fail.

    Args:
        patch: Undoes it.
        code: What SQLite says.
    """

    def __init__(self, patch: pytest.MonkeyPatch, code: int) -> None:
        self.left = 0
        self._error = sqlite3.OperationalError("out of order")
        self._error.sqlite_errorcode = code
        for name in ("all", "each", "one", "run", "do", "many"):
            patch.setattr(SQLiteSession, name, self._counted(getattr(SQLiteSession, name)))

    def _counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self.left -= 1
            if not self.left:
                raise self._error
            return method(*arguments)

        return counted


@pytest.mark.parametrize(
    ("code", "expected"), [(sqlite3.SQLITE_FULL, StoreFull), (sqlite3.SQLITE_IOERR, StoreError)]
)
def test_a_fault_at_any_statement_leaves_the_store_as_before(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, code: int, expected: type[StoreError]
) -> None:
    """Whichever statement of a commit meets a full or broken disk, the pass stays staged for the next try."""
    ailing = Ailing(monkeypatch, code)
    worker.begin()
    worker.stage(updated(single("a", raw="2")), added(single("b")))
    before = worker.state, worker.counts, worker.events(), worker.feed()
    number = 0
    for number in range(1, 100):
        ailing.left = number
        try:
            worker.commit()
        except expected:
            ailing.left = 0
            assert (worker.state, worker.counts, worker.events(), worker.feed()) == before
        else:
            break
    assert number > 5
    ailing.left = 0
    assert worker.ids() == ["a", "b"]
    assert len(worker.feed()) == 3
