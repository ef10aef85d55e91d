"""The outside world of engines, mirrors and planners: a caller, stores, and a clock.

Over a blocking caller it never suspends, so that `drive.run` finishes a coroutine over it in one
step; over an awaiting one it calls stores in worker threads.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, TypeVar

from attrs import frozen

from kloudsync.errors import UsageError
from kloudsync.http.caller import AnyCaller
from kloudsync.http.operation import Operation
from kloudsync.http.setting import Watch
from kloudsync.runtime.local import AsyncLocal, Local
from kloudsync.runtime.step import Step

P = ParamSpec("P")
T = TypeVar("T")


@frozen
class Drive:
    """Performs, stores and waits in the colour of a caller."""

    caller: AnyCaller | Local | AsyncLocal

    async def send(self, described: Operation[T] | Step[T], watch: Watch | None = None) -> T:
        """Perform an operation, or a step; `watch` hears of each try of an operation.

        Raises:
            UsageError: It is a call, and there is no client to send it; or it is neither.
        """
        if isinstance(described, Step):
            return await self.caller.run(described.do)
        if not isinstance(described, Operation):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(
                "sources and sinks describe what is to be done by a Step or an Operation, and not by "
                f"{type(described).__name__}"
            )
        if isinstance(self.caller, Local | AsyncLocal):
            raise UsageError(
                f"{described.name} is an HTTP call; it needs a client, not {self.caller}"
            )
        return (await self.caller.perform(described, watch)).value

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        return await self.caller.run(method, *args, **kwargs)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self.caller.ports.sleep(seconds)

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self.caller.ports.now()

    def chance(self) -> float:
        """Return a random number in [0, 1) that guards nothing."""
        return self.caller.ports.chance()
