from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kloudsync.errors import StoreError
from kloudsync.stores import MemoryStore, SQLiteStore, Threaded
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import KEY, Worker


class Probe:
    """A store-like object that tells which thread runs it."""

    def __init__(self) -> None:
        self.closed_in: int | None = None
        self.gate = threading.Event()

    def where(self) -> int:
        """Return the thread's number."""
        return threading.get_ident()

    def join(self, left: str, *, right: str) -> str:
        """Return two words as one."""
        return left + right

    def wait(self) -> str:
        """Wait for the gate."""
        self.gate.wait(10)
        return "through"

    def count(self, limit: int) -> Iterator[tuple[int, int]]:
        """Yield numbers with the thread that made them."""
        for number in range(limit):
            yield number, threading.get_ident()

    def fail(self) -> None:
        """Fail."""
        raise StoreError("on purpose")

    def close(self) -> None:
        """Note the thread that closes."""
        self.closed_in = threading.get_ident()


def test_one_thread() -> None:
    """Every call, closing included, runs in one thread that is not the loop's."""

    async def main() -> None:
        async with Threaded(Probe()) as store:
            places = {await store.run(store.inner.where) for _ in range(20)}
        assert places == {store.inner.closed_in}
        assert threading.get_ident() not in places

    asyncio.run(main())


def test_calls_at_once_take_turns_in_the_order_in_which_they_were_made() -> None:
    """However many there are, in a thread that a debugger shows by its name."""

    async def main() -> None:
        begun: list[int] = []

        def note(number: int) -> str:
            begun.append(number)
            return threading.current_thread().name

        async with Threaded(Probe()) as store:
            gate = asyncio.create_task(store.run(store.inner.wait))
            await asyncio.sleep(0)
            notes = [asyncio.create_task(store.run(note, number)) for number in range(9)]
            await asyncio.sleep(0.01)
            assert begun == []
            store.inner.gate.set()
            assert {*await asyncio.gather(*notes)} == {"kloudsync-store_0"}
            assert await gate == "through"
        assert begun == [*range(9)]

    asyncio.run(main())


def test_a_long_answer_is_fetched_as_it_is_needed() -> None:
    """Nobody waits for items that are not asked for."""

    async def main() -> None:
        async with Threaded(Probe()) as store:
            made: list[int] = []

            def count() -> Iterator[int]:
                for number in range(10_000):
                    made.append(number)
                    yield number

            async for number in store.iterate(count):
                if number == 300:
                    break
            assert len(made) == 512

    asyncio.run(main())


def test_arguments_and_answers() -> None:
    """Arguments go in, answers and errors come out."""

    async def main() -> None:
        async with Threaded(Probe()) as store:
            assert await store.run(store.inner.join, "a", right="b") == "ab"
            with pytest.raises(StoreError, match="on purpose"):
                await store.run(store.inner.fail)

    asyncio.run(main())


def test_loop_stays_free() -> None:
    """The event loop goes on while a call blocks."""

    async def main() -> None:
        async with Threaded(Probe()) as store:
            call = asyncio.create_task(store.run(store.inner.wait))
            await asyncio.sleep(0)
            assert not call.done()
            store.inner.gate.set()
            assert await call == "through"

    asyncio.run(main())


def test_iterate() -> None:
    """Iterating yields everything in order and advances in the store's thread."""

    async def main() -> None:
        async with Threaded(Probe()) as store:
            found = [item async for item in store.iterate(store.inner.count, 1000)]
            home = await store.run(store.inner.where)
        assert found == [(number, home) for number in range(1000)]

    asyncio.run(main())


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_real_stores(kind: str, tmp_path: Path) -> None:
    """A store filled by blocking calls is read by awaiting ones."""
    inner = MemoryStore() if kind == "memory" else SQLiteStore(tmp_path / "calendars.db")
    Worker(inner).sync(added(single("a")), added(single("b")))

    async def main() -> None:
        async with Threaded(inner) as store:
            state = await store.run(inner.state, KEY)
            assert state.passes == 1
            found = [record.id async for record in store.iterate(inner.events, KEY)]
            assert found == ["a", "b"]

    asyncio.run(main())
