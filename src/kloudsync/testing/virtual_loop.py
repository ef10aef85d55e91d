"""An event loop whose time is virtual: it passes at once, and the same way each time.

For tests and simulations of programs that wait: whatever sleeps until tomorrow wakes in the
next instant. Nothing but timers may wake anybody; sockets and threads have no place in it.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class StandsStill(RuntimeError):
    """Nothing is scheduled any more, and somebody still waits."""


class _Selector(selectors.SelectSelector):
    """Waits by moving the clock of its loop."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        """Let as much time pass as would have been waited."""
        if timeout is None:
            raise StandsStill("everybody waits for somebody else, and no timer is running")
        self.loop.moment += max(timeout, 0.0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time.

    Attributes:
        moment: Seconds since the loop began.
    """

    def __init__(self) -> None:
        self.moment: float = 0.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Return the virtual time, in seconds since the loop began."""
        return self.moment


def run_virtually(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in virtual time, and return its result.

    Raises:
        StandsStill: It waits for what nobody will ever do.
    """
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
