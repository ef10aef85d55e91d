"""What is done in an event loop: calling what blocks, waiting no longer than so long, several jobs at once.

Only what awaits loads it: a blocking program has no use for an event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from inspect import isawaitable
from typing import Any, ParamSpec, TypeVar

from kloudsync.runtime.crew import Job

P = ParamSpec("P")
T = TypeVar("T")


async def awaited_within(
    seconds: float, method: Callable[P, Any], *args: P.args, **kwargs: P.kwargs
) -> Any:
    """Call a function, and await what it returns if that has to be awaited.

    Raises:
        TimeoutError: It takes longer, and was cancelled.
    """
    made: Any = method(*args, **kwargs)
    if not isawaitable(made):
        return made
    async with asyncio.timeout(seconds):
        return await made


async def outcome_within(seconds: float, call: Future[T]) -> T:
    """Await what becomes of a call that somebody else makes, in whatever thread.

    Raises:
        TimeoutError: It takes longer, and goes on.
    """
    async with asyncio.timeout(seconds):
        return await asyncio.wrap_future(call)


async def in_thread(method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a method that blocks, in a worker thread.

    A call that has begun runs to its end, also if the awaiting task is cancelled, which learns
    of it only then: whoever tidies up meets no thread that is still at work.
    """
    work = partial(copy_context().run, partial(method, *args, **kwargs))
    call = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(call)
    except asyncio.CancelledError:
        await asyncio.wait((call,))
        raise


class TaskCrew:
    """A crew of tasks in the running event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, job: Job) -> None:
        """Begin a job as a task."""
        task = self._loop.create_task(job())
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def wait(self, seconds: float) -> None:
        """Suspend until a job has ended, the crew is woken, or so much time has passed."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    def wake(self) -> None:
        """End the present wait, or the next one."""
        self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method in a worker thread."""
        return await in_thread(method, *args, **kwargs)

    async def leave(self, seconds: float) -> int:
        """Wait so long for what is running, cancel the rest, and wait for that."""
        running = list(self._tasks)
        if not running:
            return 0
        _, late = await asyncio.wait(running, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._woken.set()
