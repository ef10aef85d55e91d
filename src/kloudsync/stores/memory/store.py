"""The store in memory."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from kloudsync.runtime.budgets import ProcessBudgets
from kloudsync.stores.memory.unit import Roles, Units


class MemoryStore(Units, Roles, ProcessBudgets):
    """A store that lives as long as its process.

    It is quick, it is safe to use from several threads, and it forgets everything
    when the process ends.

    ```python
    with MemoryStore() as store:
        SyncEngine(google.calendar("primary"), store).sync()
    ```
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: there is nothing to release."""
