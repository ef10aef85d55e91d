"""Every store counts requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.stores.requests import CountingStore, RequestContract


class TestMemoryRequest(RequestContract):
    """The store in memory keeps the contract."""

    @pytest.fixture
    def store(self) -> CountingStore:
        """Return an empty store."""
        return MemoryStore()


class TestSQLiteRequest(RequestContract):
    """The store in a file keeps the contract."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[CountingStore]:
        """Open an empty file."""
        with SQLiteStore(tmp_path / "c.db") as store:
            yield store
