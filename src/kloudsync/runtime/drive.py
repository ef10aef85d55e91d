"""Finish a coroutine that never suspends, without an event loop.

Everything that kloudsync does is written once, as coroutines over ports. Over
ports that block, such a coroutine runs from start to end in a single step.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from kloudsync.errors import UsageError

T = TypeVar("T")


async def done(result: Any) -> Any:
    """Return what a call came to, in whichever colour it was made: what has to be awaited is."""
    told: Any = result
    return await told if isinstance(result, Awaitable) else told


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine whose ports block, and return its result.

    Raises:
        UsageError: The coroutine tried to suspend: something asynchronous, such as
            an awaiting store or source, was given to a blocking client.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise UsageError(
        "a blocking client was given something asynchronous; "
        "use the Async client, or pass a plain function"
    )
