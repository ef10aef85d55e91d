"""Where budgets are kept that several callers share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from threading import Lock
from typing import Protocol


class BudgetStore(Protocol):
    """A few short texts, each changed by one caller at a time."""

    @abstractmethod
    def change_budget(self, name: str, change: Callable[[str | None], str]) -> None:
        """Replace a text by what `change` makes of it, in one transaction.

        Args:
            name: Names the budget.
            change: Given the text, or None where there is none, returns the new one. It is
                quick and has no effects, as it may be called again after a collision.
        """
        ...


class ProcessBudgets:
    """Keeps budgets in memory, for the threads and tasks of this process."""

    def __init__(self) -> None:
        super().__init__()
        self._budget_lock = Lock()
        self._budgets: dict[str, str] = {}

    def change_budget(self, name: str, change: Callable[[str | None], str]) -> None:
        """Replace a text by what `change` makes of it."""
        with self._budget_lock:
            self._budgets[name] = change(self._budgets.get(name))
