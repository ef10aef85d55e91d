"""What a file of version 1 becomes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.stores.version_1 import see_how_it_goes_on, see_what_is_kept

from kloudsync.errors import StoreTooNew
from kloudsync.stores import SQLiteStore
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import Worker, take

FIRST = Path(__file__).parent / "version_1.sql"


def left_by_version_1(path: Path) -> Path:
    """Make the file that version 1 made."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST.read_text())
    return path


def layout(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the columns of each table, and the terms of each index, by name."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"
        ).fetchall()
        return {
            name: connection.execute(f"PRAGMA table_xinfo({name})").fetchall()
            if kind == "table"
            else [(" ".join(sql.split()),)]
            for kind, name, sql in names
        }


def test_a_file_of_version_1(tmp_path: Path) -> None:
    """Events, feed and consumers stay; cursors are forgotten, so that the next sync reads all."""
    with SQLiteStore(left_by_version_1(tmp_path / "calendars.db")) as store:
        see_what_is_kept(store)
        see_how_it_goes_on(store)


def test_a_migrated_file_is_laid_out_as_a_new_one(tmp_path: Path) -> None:
    """Each table has the same columns in the same order, and each index the same terms."""
    SQLiteStore(left_by_version_1(tmp_path / "old.db")).close()
    SQLiteStore(tmp_path / "new.db").close()
    assert layout(tmp_path / "old.db") == layout(tmp_path / "new.db")


def test_a_migration_is_seen_by_who_has_the_file_open(tmp_path: Path) -> None:
    """A program that opened the file before a newer one migrated it writes nothing any more, and reads."""
    with SQLiteStore(tmp_path / "calendars.db") as store:
        worker = Worker(store)
        worker.sync(added(single("a")))
        worker.begin()
        worker.stage(added(single("b")))
        with closing(sqlite3.connect(tmp_path / "calendars.db")) as newer:
            newer.execute("PRAGMA user_version = 99")
        for write in (worker.commit, worker.begin, lambda: take(store, "another")):
            with pytest.raises(StoreTooNew, match="upgrade kloudsync"):
                write()
        assert worker.ids() == ["a"]
