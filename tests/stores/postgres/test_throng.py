"""Many threads over one store in PostgreSQL lose nothing, tell nothing twice and end right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.stores.throng import EDITS, Throng, live_on

from kloudsync.stores import PostgresStore


@pytest.fixture
def open_store(conninfo: str, new_schema: Callable[[], str]) -> Callable[[], PostgresStore]:
    """Return a function that opens an empty store."""
    return lambda: PostgresStore(conninfo, clock="workers", schema=new_schema(), timeout=60)


def test_a_throng_loses_nothing(open_store: Callable[[], PostgresStore]) -> None:
    """Copies are the calendars, feeds and reports tell the same, and every unit of work is there."""
    with open_store() as store:
        assert Throng(store, seed=1).live(EDITS)["syncs"]


@pytest.mark.long
def test_a_throng_loses_nothing_for_long(open_store: Callable[[], PostgresStore]) -> None:
    """As many histories as there is patience for."""
    live_on(open_store)
