from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.agreement import Agreement
from kloudsync.testing.stores.worker import take


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


def test_leases_agree_beside_forgetting() -> None:
    """One that was there before another was forgotten goes on alike, above what went."""
    fences = [fences_beside_forgetting(store) for store in (MemoryStore(), SQLiteStore(":memory:"))]
    assert fences == [[1, 4], [1, 4]]


def fences_beside_forgetting(store: MemoryStore | SQLiteStore) -> list[int]:
    """Return the fences of a lease before and after a calendar was forgotten that changed hands often."""
    key = CalendarKey("google", "owner", "gone")
    with store:
        before = take(store, "stays")
        taken = [take(store, str(key), now=now) for now in (0.0, 100.0, 200.0)]
        store.forget(key, taken[-1])
        return [before.fence, take(store, "stays", now=100.0).fence]


@pytest.mark.long
def test_sqlite_for_long() -> None:
    """MemoryStore and SQLiteStore answer alike, for longer."""
    run_state_machine_as_test(
        SQLiteAgreement, settings=settings(max_examples=2000, stateful_step_count=50, deadline=None)
    )
