from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kloudsync.mirror.ports import MirrorStore
from kloudsync.stores import PostgresStore
from kloudsync.testing.stores import LedgerContract


class TestPostgresLedger(LedgerContract):
    """The ledger in PostgreSQL keeps the contract."""

    @pytest.fixture
    def store(self, conninfo: str, new_schema: Callable[[], str]) -> Iterator[MirrorStore]:
        """Return an empty store."""
        with PostgresStore(conninfo, clock="workers", schema=new_schema()) as store:
            yield store
