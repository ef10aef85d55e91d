from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from kloudsync.errors import StoreBusy, StoreCorrupt, StoreTooNew
from kloudsync.model.state import Checkpoint
from kloudsync.stores import SQLiteStore
from kloudsync.stores.sql.calendars import unpacked
from kloudsync.stores.sqlite import schema
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import KEY, Worker


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store is."""
    return tmp_path / "calendars.db"


def test_header(path: Path) -> None:
    """The file says whose it is, which schema it has, and has pages of 16 KB in WAL mode."""
    SQLiteStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        facts = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "page_size", "journal_mode")
        }
    assert facts == {
        "application_id": schema.APPLICATION_ID,
        "user_version": len(schema.MIGRATIONS),
        "page_size": 16384,
        "journal_mode": "wal",
    }


@pytest.mark.parametrize("content", [b"x", b"not a database" * 1000, b"SQLite format 3\0" * 40])
def test_no_database(path: Path, content: bytes) -> None:
    """A file that is no database is refused and left as it is."""
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt, match=r"calendars\.db"):
        SQLiteStore(path)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_empty_file(path: Path) -> None:
    """An empty file becomes a store."""
    path.touch()
    with SQLiteStore(path) as store:
        assert store.calendars() == []


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE theirs (a)", "PRAGMA application_id = 7", "PRAGMA user_version = 3"],
)
def test_another_program(path: Path, statement: str) -> None:
    """Another program's database is refused and left as it is."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    content = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="another program"):
        SQLiteStore(path)
    assert path.read_bytes() == content


def test_newer_schema(path: Path) -> None:
    """A file of a newer kloudsync is refused, with the advice to upgrade, and left as it is."""
    SQLiteStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    content = path.read_bytes()
    with pytest.raises(StoreTooNew, match="upgrade kloudsync"):
        SQLiteStore(path)
    assert path.read_bytes() == content


def test_migration(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of an older schema is migrated: events and feed stay, cursors are forgotten."""
    with SQLiteStore(path) as store:
        worker = Worker(store)
        worker.sync(added(single("a")))
        worker.begin()
        assert worker.state.cursor is not None
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE later (a)",)))
    with SQLiteStore(path) as store:
        assert (store.state(KEY).cursor, store.state(KEY).checkpoint) == (None, None)
        assert store.state(KEY).passes == 1
        assert [record.id for record in store.events(KEY)] == ["a"]
        assert len(store.changes("crm", limit=10)) == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM later").fetchone() == (0,)


def test_failed_migration(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that fails half-way leaves the file as it was."""
    SQLiteStore(path).close()
    current = schema.MIGRATIONS
    steps = ("CREATE TABLE later (a)", "CREATE TABLE later (a)")
    monkeypatch.setattr(schema, "MIGRATIONS", (*current, steps))
    with pytest.raises(Exception, match="later"):
        SQLiteStore(path)
    monkeypatch.setattr(schema, "MIGRATIONS", current)
    SQLiteStore(path).close()


def test_created_at_once(path: Path) -> None:
    """Several processes may create the same store at the same time."""
    script = (
        "import sys; from kloudsync.stores import SQLiteStore; SQLiteStore(sys.argv[1]).close()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(path)])  # noqa: S603 - our own constant script
        for _ in range(4)
    ]
    assert [process.wait(60) for process in processes] == [0] * 4


def test_a_store_is_created_after_whoever_writes_there(path: Path) -> None:
    """SQLite would not wait for another program's write before it sets the journal's mode."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.3, other.execute, ["ROLLBACK"])
    done.start()
    SQLiteStore(path, timeout=30).close()
    done.join()
    other.close()


def test_a_store_that_another_program_keeps_is_busy(path: Path) -> None:
    """The timeout holds for creating a store, too."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="timeout"):
        SQLiteStore(path, timeout=0.05)
    other.close()


def test_a_checkpoint_of_another_version_is_read() -> None:
    """Members of a checkpoint that this version does not know are left aside."""
    text = '{"full": true, "fingerprint": "q", "pages": 3, "invented": "later"}'
    assert unpacked(text) == Checkpoint(full=True, fingerprint="q", pages=3)
