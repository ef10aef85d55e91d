import asyncio

import pytest

from kloudsync.errors import UsageError
from kloudsync.runtime.drive import run


def test_a_coroutine_that_never_suspends_is_finished_without_a_loop() -> None:
    """Its result is returned, through awaits of its own kind."""

    async def inner() -> int:
        return 2

    async def outer() -> int:
        return await inner() + 1

    assert run(outer()) == 3


def test_an_exception_passes_through_unchanged() -> None:
    """What the coroutine raises is what the caller sees."""

    async def fail() -> None:
        raise LookupError("missing")

    with pytest.raises(LookupError, match="missing"):
        run(fail())


def test_a_coroutine_that_suspends_is_stopped_and_cleaned_up() -> None:
    """The mistake is named, and what the coroutine held is let go."""
    released: list[str] = []

    async def suspend() -> None:
        future = asyncio.Future[None](loop=loop)
        try:
            await future
        finally:
            released.append("lock")

    loop = asyncio.new_event_loop()
    with pytest.raises(UsageError, match="Async client"):
        run(suspend())
    loop.close()
    assert released == ["lock"]
