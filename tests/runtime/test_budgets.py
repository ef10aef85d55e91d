from threading import Thread

from kloudsync.runtime.budgets import BudgetStore, ProcessBudgets


def counted(text: str | None) -> str:
    """Count one more."""
    return str(int(text or 0) + 1)


class Kept:
    """A change that remembers what it was given."""

    def __init__(self) -> None:
        self.texts: list[str | None] = []

    def __call__(self, text: str | None) -> str:
        """Remember the text."""
        self.texts.append(text)
        return "kept"


def test_budgets_are_changed_by_one_thread_at_a_time() -> None:
    """No change is lost where threads meet."""
    budgets: BudgetStore = ProcessBudgets()

    def work() -> None:
        for _ in range(200):
            budgets.change_budget("team", counted)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = Kept()
    budgets.change_budget("team", held)
    assert held.texts == ["800"]


def test_budgets_are_told_apart_by_name() -> None:
    """Each name is a budget of its own, absent at first."""
    budgets = ProcessBudgets()
    held = Kept()
    for name in ("one", "two", "one"):
        budgets.change_budget(name, held)
    assert held.texts == [None, None, "kept"]
