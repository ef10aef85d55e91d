"""Every store keeps budgets that processes share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kloudsync.providers.salesloft.limiter import TeamBudget
from kloudsync.runtime.budgets import BudgetStore, ProcessBudgets
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.stores.budgets import BudgetContract


class TestProcessBudgets(BudgetContract):
    """Budgets of one process, without a store."""

    @pytest.fixture
    def store(self) -> BudgetStore:
        """Return an empty one."""
        return ProcessBudgets()


class TestMemoryBudgets(BudgetContract):
    """Budgets in memory."""

    @pytest.fixture
    def store(self) -> BudgetStore:
        """Return an empty store."""
        return MemoryStore()


class TestSQLiteBudgets(BudgetContract):
    """Budgets in a file."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[BudgetStore]:
        """Open an empty file."""
        with SQLiteStore(tmp_path / "c.db") as store:
            yield store


def test_two_processes_spend_from_one_budget(tmp_path: Path) -> None:
    """Limiters over one file know of each other, as they would in two processes."""
    with SQLiteStore(tmp_path / "c.db") as one, SQLiteStore(tmp_path / "c.db") as other:
        first, second = (TeamBudget(10, store=store, team="acme") for store in (one, other))
        assert first.reserve(first.enter(6, 100.0), 100.0) == 0
        assert second.reserve(second.enter(6, 100.0), 100.0) == 61
