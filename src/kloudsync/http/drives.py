"""The outside world of engines, mirrors and planners in both colours.

The blocking side never suspends, so that `drive.run` finishes a coroutine over
it in one step; the awaiting side calls stores in worker threads.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, TypeVar

from attrs import frozen

from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.operation import Operation
from kloudsync.http.perform import Watch
from kloudsync.runtime.threads import in_thread

P = ParamSpec("P")
T = TypeVar("T")


@frozen
class BlockingDrive:
    """Performs, stores and waits in the calling thread."""

    caller: Blocking

    async def send(self, operation: Operation[T], watch: Watch | None = None) -> T:
        """Perform an operation; `watch` hears of each try."""
        return self.caller.call(operation, watch)

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        return method(*args, **kwargs)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self.caller.ports.sleep(seconds)

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self.caller.ports.now()


@frozen
class AwaitingDrive:
    """Performs and waits in the event loop, and stores in worker threads."""

    caller: Awaiting

    async def send(self, operation: Operation[T], watch: Watch | None = None) -> T:
        """Perform an operation; `watch` hears of each try."""
        return await self.caller.call(operation, watch)

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks, in a worker thread."""
        return await in_thread(method, *args, **kwargs)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self.caller.ports.sleep(seconds)

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self.caller.ports.now()
