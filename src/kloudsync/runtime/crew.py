"""Several jobs at once, in threads or in tasks: started, waited for, and told to stop.

What a worker decides is one coroutine; what it starts runs beside it. Over threads such a
coroutine never suspends, and its jobs are finished by `drive.run` each in a thread of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from threading import Condition, Thread
from typing import Any, ParamSpec, Protocol, TypeVar

from kloudsync.runtime.drive import run
from kloudsync.runtime.threads import in_thread

P = ParamSpec("P")
T = TypeVar("T")

Job = Callable[[], Coroutine[Any, Any, None]]
"""What one of the crew does; it raises nothing that anybody has to hear of."""


class Crew(Protocol):
    """Does jobs at the same time, in either colour."""

    def start(self, job: Job) -> None:
        """Begin a job beside whatever else is running."""
        ...

    async def wait(self, seconds: float) -> None:
        """Wait until a job has ended, the crew is woken, or so much time has passed."""
        ...

    def wake(self) -> None:
        """End the present wait, or the next one if there is none; from any thread."""
        ...

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        ...

    async def leave(self, seconds: float) -> int:
        """Wait so long for what is running, start nothing more, and return how many jobs remain."""
        ...


class ThreadCrew:
    """A crew of threads, one for each job, that no process waits for at its end.

    Threads of a pool would be waited for, however long what one of them calls may hang.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._woken = False
        self._running = 0

    def start(self, job: Job) -> None:
        """Begin a job in a thread."""
        with self._changed:
            self._running += 1
        Thread(target=self._do, args=(job,), name="kloudsync-job", daemon=True).start()

    async def wait(self, seconds: float) -> None:
        """Block until a job has ended, the crew is woken, or so much time has passed."""
        with self._changed:
            self._changed.wait_for(lambda: self._woken, seconds)
            self._woken = False

    def wake(self) -> None:
        """End the present wait, or the next one."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method."""
        return method(*args, **kwargs)

    async def leave(self, seconds: float) -> int:
        """Wait so long for what is running; threads that are still at work are left behind."""
        with self._changed:
            self._changed.wait_for(lambda: not self._running, seconds)
            return self._running

    def _do(self, job: Job) -> None:
        try:
            run(job())
        finally:
            with self._changed:
                self._running -= 1
            self.wake()


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
