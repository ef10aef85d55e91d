"""Methods that are written once, seen from objects of both colours."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from kloudsync.errors import UsageError
from kloudsync.runtime.colour import Awaits, Blocks, C_co, InColour
from kloudsync.runtime.twin import Walk, twin, twin_iterator


class Counter(InColour[C_co]):
    """Counts, in either colour."""

    def __init__(self) -> None:
        self.closed: list[str] = []

    @twin
    async def count(self, start: int, *, by: int = 1) -> int:
        """Return the next number."""
        return await self.colour.run(lambda: start + by)

    @twin_iterator
    async def numbers(self, end: int) -> AsyncIterator[int]:
        """Yield numbers."""
        try:
            for number in await self.colour.each(lambda: iter(range(end))):
                yield number
        finally:
            self.closed.append("numbers")

    @twin
    async def fail(self) -> None:
        """Raise."""
        raise LookupError("missing")

    @twin
    async def wait(self) -> None:
        """Suspend."""
        await asyncio.sleep(0)


class BlockingCounter(Counter[Blocks]):
    """Counts at once."""


class AwaitingCounter(Counter[Awaits]):
    """Counts when awaited."""


def test_a_method_answers_in_the_colour_of_its_object() -> None:
    """A value from one, a coroutine of it from the other."""
    assert BlockingCounter().count(1, by=2) == 3
    work = AwaitingCounter().count(1, by=2)
    assert inspect.iscoroutine(work)
    assert asyncio.run(work) == 3


@pytest.mark.parametrize("holder", [BlockingCounter(), AwaitingCounter()])
@pytest.mark.parametrize("name", ["count", "numbers"])
def test_a_method_keeps_its_name_signature_and_docstring(holder: object, name: str) -> None:
    """What people and tools are told is what was written once, on objects and on their classes."""
    method, unbound = getattr(holder, name), getattr(type(holder), name)
    written = inspect.signature(inspect.unwrap(unbound))
    assert method.__name__ == unbound.__name__ == name
    assert method.__doc__ == unbound.__doc__ != ""
    assert list(inspect.signature(method).parameters) == list(written.parameters)[1:]
    assert list(inspect.signature(unbound).parameters) == list(written.parameters)


def test_only_the_awaiting_method_is_a_coroutine_function() -> None:
    """Frameworks that look whether to await are told the truth."""
    assert inspect.iscoroutinefunction(AwaitingCounter().count)
    assert inspect.iscoroutinefunction(AwaitingCounter.count)
    assert not inspect.iscoroutinefunction(BlockingCounter().count)
    assert not inspect.iscoroutinefunction(BlockingCounter.count)


def test_a_method_of_a_class_takes_its_object() -> None:
    """Subclasses that call what they replace get the answer in their colour."""
    unbound: Callable[..., object] = BlockingCounter.count
    assert unbound(BlockingCounter(), 4) == 5


def test_an_iterator_is_walked_in_the_colour_of_its_object() -> None:
    """Step by step, or with `async for`."""

    async def walked() -> list[int]:
        return [number async for number in AwaitingCounter().numbers(3)]

    assert isinstance(BlockingCounter().numbers(3), Iterator)
    assert list(BlockingCounter().numbers(3)) == asyncio.run(walked()) == [0, 1, 2]


def test_what_an_awaiting_object_yields_may_be_awaited_as_a_list() -> None:
    """Whoever wants all of it writes no loop."""

    async def awaited() -> list[int]:
        return await AwaitingCounter().numbers(3)

    assert asyncio.run(awaited()) == [0, 1, 2]


def test_a_walk_that_is_left_is_tidied_up() -> None:
    """Closing an iterator ends what it holds, in both colours."""
    blocking, awaiting = BlockingCounter(), AwaitingCounter()
    steps = blocking.numbers(3)
    next(steps)
    del steps

    async def leave() -> None:
        walk = awaiting.numbers(3)
        assert isinstance(walk, Walk)
        await anext(walk)
        await walk.aclose()

    asyncio.run(leave())
    assert blocking.closed == awaiting.closed == ["numbers"]


def test_what_a_method_raises_comes_through() -> None:
    """The error is the one that was raised, in both colours."""
    with pytest.raises(LookupError, match="missing"):
        BlockingCounter().fail()
    with pytest.raises(LookupError, match="missing"):
        asyncio.run(AwaitingCounter().fail())


def test_a_blocking_object_refuses_to_suspend() -> None:
    """The mistake is named."""
    with pytest.raises(UsageError, match="asynchronous"):
        BlockingCounter().wait()
