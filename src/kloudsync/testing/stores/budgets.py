"""Budgets: what a store that keeps them for limiters must do."""

from __future__ import annotations

from threading import Thread

import pytest

from kloudsync.runtime.budgets import BudgetStore


class BudgetContract:
    """What `BudgetStore` promises."""

    @pytest.fixture
    def store(self) -> BudgetStore:
        """Return an empty store; subclasses override this."""
        raise NotImplementedError("override the fixture `store` so that it gives an empty store")

    def test_absent(self, store: BudgetStore) -> None:
        """A budget never used is told as None, and kept from then on, apart from others."""
        held: list[str | None] = []

        def change(text: str | None) -> str:
            held.append(text)
            return f"{text}+"

        for name in ("one", "two", "one"):
            store.change_budget(name, change)
        assert held == [None, None, "None+"]

    def test_failure(self, store: BudgetStore) -> None:
        """A change that raises changes nothing, and its exception comes through."""

        def broken(text: str | None) -> str:
            raise LookupError(text)

        store.change_budget("one", _counted)
        with pytest.raises(LookupError, match="1"):
            store.change_budget("one", broken)
        store.change_budget("one", _counted)
        assert _text(store) == "2"

    def test_threads(self, store: BudgetStore) -> None:
        """No change is lost where threads meet."""

        def work() -> None:
            for _ in range(20):
                store.change_budget("one", _counted)

        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert _text(store) == "80"


def _counted(text: str | None) -> str:
    return str(int(text or 0) + 1)


def _text(store: BudgetStore) -> str | None:
    held: list[str | None] = []

    def look(text: str | None) -> str:
        held.append(text)
        return text or ""

    store.change_budget("one", look)
    return held[0]
