from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.tokens import KeepingStore, TokenContract


class TestPostgresToken(TokenContract):
    """The store in PostgreSQL keeps the contract."""

    @pytest.fixture
    def store(self, conninfo: str, new_schema: Callable[[], str]) -> Iterator[KeepingStore]:
        """Return an empty store."""
        with PostgresStore(conninfo, clock="workers", schema=new_schema()) as store:
            yield store
