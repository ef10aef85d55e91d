"""Where budgets are kept that several callers share."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Protocol


class BudgetStore(Protocol):
    """A few short texts, each changed by one caller at a time."""

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
        self._lock = Lock()
        self._texts: dict[str, str] = {}

    def change_budget(self, name: str, change: Callable[[str | None], str]) -> None:
        """Replace a text by what `change` makes of it."""
        with self._lock:
            self._texts[name] = change(self._texts.get(name))
