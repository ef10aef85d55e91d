"""Every store keeps logins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.stores.tokens import KeepingStore, TokenContract


class TestMemoryToken(TokenContract):
    """The store in memory keeps the contract."""

    @pytest.fixture
    def store(self) -> KeepingStore:
        """Return an empty store."""
        return MemoryStore()


class TestSQLiteToken(TokenContract):
    """The store in a file keeps the contract."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[KeepingStore]:
        """Open an empty file."""
        with SQLiteStore(tmp_path / "c.db") as store:
            yield store
