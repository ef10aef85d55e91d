"""Workers that may die, and clocks that are wrong."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

from kloudsync.errors import StoreBusy
from kloudsync.runtime.clock import SystemClock
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock


class Skewed(SystemClock):
    """A clock that is wrong by some seconds, and moves with the true one."""

    def __init__(self, true: ManualClock, by: float) -> None:
        self._true, self._by = true, timedelta(seconds=by)

    def now(self) -> datetime:
        """Return the time as this clock shows it."""
        return self._true.now() + self._by

    def chance(self) -> float:
        """Return the true clock's, which is the same each time."""
        return self._true.chance()


class Mortal:
    """A store as a worker sees it that may die: from then on nothing reaches the store.

    Attributes:
        left: How often it is still asked before it dies.
    """

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.left = float("inf")

    def __getattr__(self, name: str) -> Any:
        """Return a method that fails once the worker is dead."""
        method = getattr(self._store, name)

        def asked(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise StoreBusy("the worker is dead")
            return method(*args, **kwargs)

        return asked


def bury() -> None:
    """Wait for the jobs of dead workers, which nothing that they do reaches any more."""
    for thread in threading.enumerate():
        if thread.name == "kloudsync-job":
            thread.join()
