from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.stores.moving import Lived, rows

from kloudsync import copy_of
from kloudsync.errors import StoreCorrupt, UsageError
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.stores.sql.session import Session


def test_a_copy_goes_on_as_the_store_would_have(tmp_path: Path) -> None:
    """Every row goes along: cursors, consumers, positions, lineage."""
    with SQLiteStore(tmp_path / "old.db") as old, SQLiteStore(tmp_path / "new.db") as new:
        lived = Lived(old)
        old.copy_to(new)
        assert rows(new) == rows(old)
        lived.goes_on(new)


def test_only_what_holds_nothing_is_copied_to(tmp_path: Path) -> None:
    """Neither a store in use, nor the store itself, nor one without tables takes a copy."""
    with SQLiteStore(tmp_path / "old.db") as old, SQLiteStore(tmp_path / "new.db") as new:
        Lived(old)
        Lived(new)
        before = rows(new)
        with pytest.raises(UsageError, match="holds something"):
            old.copy_to(new)
        assert rows(new) == before
        with pytest.raises(UsageError, match="another"):
            old.copy_to(old)
        with pytest.raises(UsageError, match="MemoryStore"):
            old.copy_to(MemoryStore())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_names_of_a_strangers_tables_reach_no_database(tmp_path: Path) -> None:
    """A file with a table of a name that is a statement is refused, and nothing is copied."""
    with SQLiteStore(tmp_path / "old.db") as old, SQLiteStore(tmp_path / "new.db") as new:
        Lived(old)
        with closing(sqlite3.connect(tmp_path / "old.db")) as stranger:
            stranger.execute('CREATE TABLE "event; DROP TABLE lease; --" (a)')
            stranger.commit()
        before = rows(new)
        with pytest.raises(StoreCorrupt, match="other tables"):
            old.copy_to(new)
        assert rows(new) == before


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks the copy off, the new store is as it was made."""
    with SQLiteStore(tmp_path / "old.db") as old, SQLiteStore(tmp_path / "new.db") as new:
        Lived(old)
        before = rows(new)
        with new._database.reading() as session:
            kind = type(session)
        whole = kind.refill

        def until_leases(self: Session, table: str, *rest: object) -> None:
            if table == "lease":
                raise OSError("the disk has gone")
            whole(self, table, *rest)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

        monkeypatch.setattr(kind, "refill", until_leases)
        with pytest.raises(OSError, match="gone"):
            old.copy_to(new)
        assert rows(new) == before
        assert [copy_of(new, key) for key in new.calendars()] == []
