from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kloudsync.stores import SQLiteStore
from kloudsync.sync.ports import Store
from kloudsync.testing.stores import DurableStoreContract, StoreContract


class TestSQLiteFile(StoreContract, DurableStoreContract):
    """The store in a file keeps both contracts."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """Return an empty store."""
        with SQLiteStore(tmp_path / "calendars.db") as store:
            yield store

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Callable[[], Store]:
        """Return a function that opens one and the same file."""
        return lambda: SQLiteStore(tmp_path / "calendars.db")


class TestSQLiteMemory(StoreContract):
    """The store in SQLite's memory keeps the contract."""

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        """Return an empty store."""
        with SQLiteStore(":memory:") as store:
            yield store
