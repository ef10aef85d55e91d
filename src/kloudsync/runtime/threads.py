"""Calling what blocks from within an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


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
