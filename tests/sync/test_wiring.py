"""Engines refuse what they cannot work with when they are made, not when they are used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from kloudsync import AsyncGoogle, AsyncSyncEngine, Google, SyncEngine
from kloudsync.errors import UsageError
from kloudsync.stores import MemoryStore
from kloudsync.testing.google import FakeGoogle

BLOCKING = Google("token", http_client=httpx.Client(transport=FakeGoogle().transport()))
AWAITING = AsyncGoogle("token", http_client=httpx.AsyncClient(transport=FakeGoogle().transport()))

Made = Callable[[Any, Any], object]


@pytest.mark.parametrize(
    ("engine", "source", "store", "problem"),
    [
        (SyncEngine, AWAITING.calendar(), MemoryStore(), "needs a calendar of a blocking client"),
        (
            AsyncSyncEngine,
            BLOCKING.calendar(),
            MemoryStore(),
            "needs a calendar of an Async client",
        ),
        (SyncEngine, BLOCKING, MemoryStore(), r"calendar\('primary'\), not Google"),
        (
            AsyncSyncEngine,
            AWAITING,
            MemoryStore(),
            r"calendar\('primary'\), not AsyncGoogle",
        ),
        (SyncEngine, BLOCKING.calendar(), "calendars.db", "needs a store, .* not str"),
        (AsyncSyncEngine, AWAITING.calendar(), None, "needs a store, .* not NoneType"),
    ],
)
def test_what_does_not_fit_is_named(engine: Made, source: Any, store: Any, problem: str) -> None:
    """The message says what is wanted, and what was given."""
    with pytest.raises(UsageError, match=problem):
        engine(source, store)


def test_an_awaiting_engine_says_which_calendar_it_is_and_how_far() -> None:
    """Key, view and state are those of its copy."""
    engine = AsyncSyncEngine(AWAITING.calendar(), MemoryStore())
    assert (engine.key, engine.view) == (engine.copy.key, engine.copy.view)
    assert asyncio.run(engine.state()).passes == 0


@pytest.mark.parametrize("engine", [SyncEngine, AsyncSyncEngine])
def test_a_lease_that_may_run_out_during_a_call_is_refused(engine: Callable[..., object]) -> None:
    """It is renewed between calls, and whoever waits for a slow service is not dead."""
    client = BLOCKING if engine is SyncEngine else AWAITING
    with pytest.raises(UsageError, match="may run out during one call, which may take 210 s"):
        engine(client.calendar(), MemoryStore(), lease_ttl=209.0)
    engine(client.calendar(), MemoryStore(), lease_ttl=210.0)
