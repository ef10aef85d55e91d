from __future__ import annotations

import pytest

from kloudsync.stores import MemoryStore
from kloudsync.sync.ports import Store
from kloudsync.testing.stores import StoreContract


class TestMemoryStore(StoreContract):
    """The store in memory keeps the contract."""

    @pytest.fixture
    def store(self) -> Store:
        """Return an empty store."""
        return MemoryStore()
