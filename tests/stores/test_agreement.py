from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from kloudsync.stores import SQLiteStore
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.agreement import Agreement


class SQLiteAgreement(Agreement):
    """SQLite against memory."""

    def open_store(self) -> Store:
        """Return an empty store."""
        return SQLiteStore(":memory:")


def test_sqlite() -> None:
    """MemoryStore and SQLiteStore answer alike, whatever happens."""
    run_state_machine_as_test(
        SQLiteAgreement, settings=settings(max_examples=40, stateful_step_count=25, deadline=None)
    )


@pytest.mark.long
def test_sqlite_for_long() -> None:
    """MemoryStore and SQLiteStore answer alike, for longer."""
    run_state_machine_as_test(
        SQLiteAgreement, settings=settings(max_examples=2000, stateful_step_count=50, deadline=None)
    )
