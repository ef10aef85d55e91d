"""The two colours of work: what blocks the calling thread, and what is awaited in an event loop.

The classes are nominal on purpose: a method that is written once chooses its return type by the
colour of the object that it is called on (see `kloudsync.runtime.twin`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future
from typing import Any, Generic, ParamSpec, TypeVar, get_args

from kloudsync import runtime
from kloudsync.runtime.drive import run
from kloudsync.runtime.threads import left_behind_after

P = ParamSpec("P")
T = TypeVar("T")


class Colour(ABC):
    """How work is handed to whoever asked for it, and what is done meanwhile."""

    @staticmethod
    @abstractmethod
    def finish(work: Coroutine[Any, Any, T]) -> T | Coroutine[Any, Any, T]:
        """Return what work comes to, or the work for whoever awaits it."""

    @staticmethod
    @abstractmethod
    async def run(method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks, such as a store's."""

    @staticmethod
    @abstractmethod
    async def within(
        seconds: float, method: Callable[P, Any], *args: P.args, **kwargs: P.kwargs
    ) -> Any:
        """Call a function of the program's in this colour, which may take so long.

        Raises:
            TimeoutError: It takes longer; over threads it is left behind.
        """

    @staticmethod
    @abstractmethod
    async def outcome(call: Future[T], seconds: float) -> T:
        """Wait for what becomes of a call that somebody else makes.

        Raises:
            TimeoutError: It takes longer, and goes on.
        """

    @staticmethod
    @abstractmethod
    def crew(size: int) -> runtime.Crew:
        """Return who does several jobs at once; within the event loop, where there is one."""

    @staticmethod
    @abstractmethod
    async def each(walk: Callable[[], Iterator[T]]) -> Iterable[T]:
        """Return what a walk yields, whose every step may block."""


class Blocks(Colour):
    """Everything is done in the calling thread, before a call returns."""

    @staticmethod
    def finish(work: Coroutine[Any, Any, T]) -> T:
        """Do the work, which must not suspend, and return what it comes to."""
        return run(work)

    @staticmethod
    async def run(method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method."""
        return method(*args, **kwargs)

    @staticmethod
    async def within(
        seconds: float, method: Callable[P, Any], *args: P.args, **kwargs: P.kwargs
    ) -> Any:
        """Call a function in a thread of its own, for whose end nobody has to wait."""
        return left_behind_after(seconds, method, *args, **kwargs)

    @staticmethod
    async def outcome(call: Future[T], seconds: float) -> T:
        """Block until it has ended."""
        return call.result(seconds)

    @staticmethod
    def crew(size: int) -> runtime.Crew:  # noqa: ARG004 - whoever starts jobs counts them
        """Return threads."""
        return runtime.ThreadCrew()

    @staticmethod
    async def each(walk: Callable[[], Iterator[T]]) -> Iterable[T]:
        """Return the walk; each step is taken when it is asked for."""
        return walk()


class Awaits(Colour):
    """Calls return coroutines; what blocks is done in worker threads."""

    @staticmethod
    def finish(work: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        """Return the work as it is."""
        return work

    @staticmethod
    async def run(method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method in a worker thread."""
        from kloudsync.runtime.tasks import in_thread  # noqa: PLC0415 - who blocks does without

        return await in_thread(method, *args, **kwargs)

    @staticmethod
    async def within(
        seconds: float, method: Callable[P, Any], *args: P.args, **kwargs: P.kwargs
    ) -> Any:
        """Call a function and await what it returns, if it has to be."""
        from kloudsync.runtime.tasks import awaited_within  # noqa: PLC0415 - the same

        return await awaited_within(seconds, method, *args, **kwargs)

    @staticmethod
    async def outcome(call: Future[T], seconds: float) -> T:
        """Suspend until it has ended."""
        from kloudsync.runtime.tasks import outcome_within  # noqa: PLC0415 - the same

        return await outcome_within(seconds, call)

    @staticmethod
    def crew(size: int) -> runtime.Crew:  # noqa: ARG004 - tasks cost next to nothing
        """Return tasks of the running event loop."""
        from kloudsync.runtime.tasks import TaskCrew  # noqa: PLC0415 - the same

        return TaskCrew()

    @staticmethod
    async def each(walk: Callable[[], Iterator[T]]) -> Iterable[T]:
        """Walk to the end in a worker thread."""
        from kloudsync.runtime.tasks import in_thread  # noqa: PLC0415 - the same

        return await in_thread(lambda: list(walk()))


C_co = TypeVar("C_co", bound=Colour, covariant=True)


class InColour(Generic[C_co]):
    """An object that exists in both colours, and whose methods are written once.

    Attributes:
        colour: What the class is generic in, at run time.
    """

    colour: type[Colour]

    def __init_subclass__(cls) -> None:
        """Learn the colour that a class gives to what is generic in it."""
        super().__init_subclass__()
        bases: tuple[object, ...] = cls.__dict__.get("__orig_bases__", ())
        given = [one for base in bases for one in get_args(base) if isinstance(one, type)]
        for colour in (Blocks, Awaits):
            if any(issubclass(one, colour) for one in given):
                cls.colour = colour
