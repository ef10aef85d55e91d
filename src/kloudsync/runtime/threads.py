"""Calling what blocks from within an event loop, and what may never return."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from inspect import isawaitable
from threading import Thread
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def left_behind_after(
    seconds: float, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call a method that may never return, in a thread that no process waits for at its end.

    Raises:
        TimeoutError: It takes longer; its thread is left to itself.
    """
    told: Future[T] = Future()

    def call() -> None:
        try:
            told.set_result(method(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            told.set_exception(error)

    Thread(target=copy_context().run, args=(call,), name="kloudsync-waited", daemon=True).start()
    return told.result(seconds)


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
