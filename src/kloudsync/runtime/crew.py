"""Several jobs at once: started, waited for, and told to stop. In threads; `tasks` has those of an event loop.

What a worker decides is one coroutine; what it starts runs beside it. Over threads such a
coroutine never suspends, and its jobs are finished by `drive.run` each in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from threading import Condition, Thread
from typing import Any, ParamSpec, Protocol, TypeVar

from kloudsync.runtime.drive import run

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
