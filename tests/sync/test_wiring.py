"""Engines refuse what they cannot work with when they are made, not when they are used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from attrs import evolve

from kloudsync import (
    AsyncCollectionEngine,
    AsyncFleet,
    AsyncGoogle,
    AsyncMirror,
    AsyncPushIntake,
    AsyncSalesloft,
    AsyncSyncEngine,
    AsyncWatcher,
    CollectionEngine,
    Fleet,
    Google,
    Mirror,
    PushIntake,
    Salesloft,
    SyncEngine,
    Watcher,
    async_copy_of,
    copy_of,
)
from kloudsync.errors import UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.objects.calendar_copy import AsyncCalendarCopy, CalendarCopy
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


STORE = MemoryStore()
SINK = Salesloft("token", http_client=httpx.Client()).calendar(
    "6f0c7a52-5b1e-4d7c-9d0a-1a2b3c4d5e6f"
)
ASYNC_SINK = AsyncSalesloft("token", http_client=httpx.AsyncClient()).calendar(
    "6f0c7a52-5b1e-4d7c-9d0a-1a2b3c4d5e6f"
)
ENGINE = SyncEngine(BLOCKING.calendar(), STORE)
SLOW = AsyncSyncEngine(AWAITING.calendar(), STORE)
LIST = BLOCKING.collections.calendars()
LISTED = CollectionEngine(LIST, STORE)
KEY = CalendarKey("google", "default", "primary")
HOOK = "https://hooks.example.com/google"
TOPIC = Topic(KEY, "acl")


def made_of(cls: Any) -> Any:
    """Return a class as one that takes anything."""
    return cls


async def later(*_: object) -> None:
    """Do something, in an event loop."""


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (
            lambda: made_of(CollectionEngine)(AWAITING.collections.calendars(), STORE),
            "of a blocking client",
        ),
        (
            lambda: made_of(AsyncCollectionEngine)(BLOCKING.collections.calendars(), STORE),
            "of an Async",
        ),
        (
            lambda: made_of(CollectionEngine)(BLOCKING.calendar(), STORE),
            "CollectionEngine needs a list",
        ),
        (lambda: made_of(CalendarCopy)(BLOCKING, STORE), "CalendarCopy needs a calendar"),
        (lambda: made_of(CalendarCopy)(LIST, STORE), "CalendarCopy needs a calendar"),
        (lambda: made_of(SyncEngine)(LIST, STORE), "SyncEngine needs a calendar"),
        (lambda: made_of(SyncEngine)(SINK, STORE), "SyncEngine needs a calendar"),
        (lambda: made_of(CollectionEngine)(LISTED, STORE), "CollectionEngine needs"),
        (lambda: made_of(copy_of)(STORE, BLOCKING.push), "copy_of needs the key of a copy"),
        (lambda: made_of(copy_of)(STORE, KEY, provider="google"), "needs a provider, .* not str"),
        (lambda: copy_of(STORE, evolve(KEY, provider="orkut")), "no provider is called 'orkut'"),
        (lambda: async_copy_of(STORE, evolve(KEY, provider="orkut")), "is called 'orkut'"),
        (lambda: copy_of(STORE, evolve(KEY, provider="salesloft")), "offers no calendars"),
        (lambda: made_of(Mirror)({}, SINK, STORE), "needs a copy of a calendar, .* not dict"),
        (lambda: made_of(Mirror)(LISTED, SINK, STORE), "a copy of a calendar, .* not Collection"),
        (
            lambda: made_of(Watcher)(BLOCKING.push, STORE, ENGINE, address=HOOK),
            "Watcher needs engines, such as .* not SyncEngine",
        ),
        (
            lambda: made_of(Watcher)(BLOCKING.push, STORE, [LISTED], address=HOOK),
            "Watcher needs an engine, .* not CollectionEngine",
        ),
        (
            lambda: made_of(Watcher)(BLOCKING.push, STORE, [], address=HOOK, also=[later]),
            "needs functions by topic, .* not list",
        ),
        (
            lambda: made_of(Watcher)(BLOCKING.push, STORE, [], address=HOOK, also={"acl": print}),
            "needs topics, .* not str",
        ),
        (lambda: made_of(Fleet)("calendars.db", print), "Fleet needs a store, .* not str"),
        (lambda: made_of(Fleet)(STORE, BLOCKING), "connect is no function, but Google"),
        (
            lambda: made_of(Fleet)(STORE, BLOCKING, mirrors={"connect": print}),
            "connect is no function, but Google",
        ),
        (lambda: made_of(Fleet)(STORE, print, mirrors=[print]), "functions by name, .* not list"),
        (
            lambda: made_of(Fleet)(STORE, print, mirrors={"crm": SINK}),
            "crm is no function, but SalesloftCalendar",
        ),
        (lambda: Fleet(STORE, print).intake("orkut"), "no provider is called 'orkut'"),
        (lambda: made_of(PushIntake)(STORE, unwrap=3), "unwrap is no function, but int"),
        (
            lambda: made_of(Mirror)(ENGINE, ASYNC_SINK, STORE),
            "Mirror needs .* of a blocking client",
        ),
        (
            lambda: made_of(AsyncMirror)(SLOW, SINK, STORE),
            "AsyncMirror needs .* of an Async client",
        ),
        (
            lambda: made_of(Mirror)(ENGINE, BLOCKING.calendar(), STORE),
            "needs a calendar to write to",
        ),
        (lambda: made_of(Mirror)(BLOCKING.calendar(), SINK, STORE), "needs a copy of a calendar"),
        (lambda: made_of(Mirror)(ENGINE, SINK, "calendars.db"), "Mirror needs a store, .* not str"),
        (lambda: made_of(Watcher)(AWAITING.push, STORE, [], address=HOOK), "of a blocking client"),
        (
            lambda: made_of(AsyncWatcher)(BLOCKING.push, STORE, [], address=HOOK),
            "of an Async client",
        ),
        (
            lambda: made_of(Watcher)(BLOCKING.push, STORE, [SLOW], address=HOOK),
            "needs an engine of a block",
        ),
        (
            lambda: made_of(AsyncWatcher)(AWAITING.push, STORE, [ENGINE], address=HOOK),
            "of an Async client",
        ),
        (
            lambda: made_of(Watcher)(BLOCKING, STORE, [], address=HOOK),
            "needs an account that can be watch",
        ),
        (
            lambda: made_of(Watcher)(BLOCKING.push, STORE, [], address=HOOK, also={TOPIC: later}),
            "is an async function; Watcher takes plain ones",
        ),
        (lambda: made_of(PushIntake)("calendars.db"), "PushIntake needs a store, .* not str"),
        (lambda: made_of(AsyncPushIntake)(MemoryStore), "AsyncPushIntake needs a store"),
    ],
)
def test_every_object_refuses_what_does_not_fit(made: Callable[[], Any], problem: str) -> None:
    """The wrong shape or the wrong colour, by name, when it is made."""
    with pytest.raises(UsageError, match=problem):
        made()


class Awaited:
    """An object that is called, and has to be awaited."""

    async def __call__(self, *_: object) -> None:
        """Do something, in an event loop."""


@pytest.mark.parametrize("function", [later, partial(later), Awaited()], ids=type)
@pytest.mark.parametrize(
    ("made", "of", "keyword"),
    [
        (SyncEngine, (BLOCKING.calendar(), STORE), "hook"),
        (AsyncSyncEngine, (AWAITING.calendar(), STORE), "hook"),
        (CollectionEngine, (LIST, STORE), "hook"),
        (Mirror, (ENGINE, SINK, STORE), "progress"),
        (Fleet, (STORE,), "connect"),
        (Fleet, (STORE, print), "hook"),
        (AsyncFleet, (STORE, print), "on_state"),
        (PushIntake, (STORE,), "unwrap"),
    ],
)
def test_what_nobody_would_await_is_refused(
    made: Any, of: tuple[Any, ...], keyword: str, function: Any
) -> None:
    """A coroutine function would be called, and nothing of it done."""
    with pytest.raises(UsageError, match=f"{keyword} is a coroutine function, which"):
        made(*of, **{keyword: function})


@pytest.mark.parametrize(("made", "keyword"), [(AsyncFleet, "mirrors"), (Fleet, "alerts")])
def test_what_a_fleet_would_not_await_is_refused(made: Any, keyword: str) -> None:
    """By the name that the program gave it."""
    with pytest.raises(UsageError, match="crm is a coroutine function, which"):
        made(STORE, print, **{keyword: {"crm": later}})


def test_what_is_awaited_may_be_a_coroutine_function() -> None:
    """A fleet of an event loop awaits its way to an account, and whom it tells."""
    AsyncFleet(STORE, Awaited(), alerts={"mail": later})
    AsyncFleet(STORE, print, alerts={"mail": print})


def test_mirrors_take_engines_of_either_colour() -> None:
    """What is mirrored is the copy, which both have."""
    for engine in (ENGINE, SLOW):
        assert "google:default:primary to salesloft" in repr(Mirror(engine, SINK, STORE))
        assert repr(AsyncMirror(engine, ASYNC_SINK, STORE)).startswith("AsyncMirror(")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SyncEngine, AsyncSyncEngine),
        (CollectionEngine, AsyncCollectionEngine),
        (CalendarCopy, AsyncCalendarCopy),
        (Mirror, AsyncMirror),
        (Watcher, AsyncWatcher),
        (PushIntake, AsyncPushIntake),
        (Google, AsyncGoogle),
        (Salesloft, AsyncSalesloft),
    ],
)
def test_both_colours_have_the_same_names(one: type, other: type) -> None:
    """What one can do, the other can."""
    assert {name for name in dir(one) if not name.startswith("_")} == {
        name for name in dir(other) if not name.startswith("_")
    }


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
    with pytest.raises(UsageError, match="may run out"):
        engine(client.calendar(), MemoryStore(), lease_ttl=float("nan"))
    engine(client.calendar(), MemoryStore(), lease_ttl=210.0)
