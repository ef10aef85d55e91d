"""Every store knows what is due."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.stores.due import DueContract, FleetStore


class TestMemoryDue(DueContract):
    """The store in memory keeps the contract."""

    @pytest.fixture
    def store(self) -> FleetStore:
        """Return an empty store."""
        return MemoryStore()


class TestSQLiteDue(DueContract):
    """The store in a file keeps the contract."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[FleetStore]:
        """Open an empty file."""
        with SQLiteStore(tmp_path / "c.db") as store:
            yield store
