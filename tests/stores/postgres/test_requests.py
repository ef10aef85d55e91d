from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.requests import CountingStore, RequestContract


class TestPostgresRequest(RequestContract):
    """The store in PostgreSQL keeps the contract."""

    @pytest.fixture
    def store(self, conninfo: str, new_schema: Callable[[], str]) -> Iterator[CountingStore]:
        """Return an empty store."""
        with PostgresStore(conninfo, clock="workers", schema=new_schema()) as store:
            yield store
