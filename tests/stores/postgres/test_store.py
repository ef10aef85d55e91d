from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from kloudsync.stores import PostgresStore
from kloudsync.sync.ports import Store
from kloudsync.testing.stores import DurableStoreContract, StoreContract
from kloudsync.testing.stores.agreement import Agreement


class TestPostgresStore(StoreContract, DurableStoreContract):
    """The store in PostgreSQL keeps both contracts."""

    @pytest.fixture
    def store(self, conninfo: str, new_schema: Callable[[], str]) -> Iterator[Store]:
        """Return an empty store."""
        with PostgresStore(conninfo, clock="workers", schema=new_schema()) as store:
            yield store

    @pytest.fixture
    def open_store(self, conninfo: str, new_schema: Callable[[], str]) -> Callable[[], Store]:
        """Return a function that opens one and the same schema."""
        schema = new_schema()
        return lambda: PostgresStore(conninfo, clock="workers", schema=schema)


@pytest.mark.parametrize("examples", [10, pytest.param(300, marks=pytest.mark.long, id="for long")])
def test_agreement(conninfo: str, new_schema: Callable[[], str], examples: int) -> None:
    """MemoryStore and PostgresStore answer alike, whatever happens."""

    class PostgresAgreement(Agreement):
        def open_store(self) -> Store:
            return PostgresStore(conninfo, clock="workers", schema=new_schema())

    run_state_machine_as_test(
        PostgresAgreement,
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None),
    )
