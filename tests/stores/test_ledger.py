"""Every store keeps mirrors' ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kloudsync.mirror.ports import MirrorStore
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.stores.ledger import ENTRY, LedgerContract, take


class TestMemoryLedger(LedgerContract):
    """The ledger in memory."""

    @pytest.fixture
    def store(self) -> MirrorStore:
        """Return an empty store."""
        return MemoryStore()


class TestSQLiteLedger(LedgerContract):
    """The ledger in a file."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[MirrorStore]:
        """Open an empty file."""
        with SQLiteStore(tmp_path / "c.db") as store:
            yield store


def test_a_ledger_outlives_its_process(tmp_path: Path) -> None:
    """What was entered is there when the file is opened again."""
    with SQLiteStore(tmp_path / "c.db") as store:
        store.enter("mirror", take(store), [ENTRY])
    with SQLiteStore(tmp_path / "c.db") as store:
        assert store.ledger("mirror") == {"a": ENTRY}
