"""What type checkers see of the Kloudless clients; each `ignore` marks an error that they must find."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Callable, Coroutine
from typing import Any, assert_type

import pytest

from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.pages import AwaitingPages, BlockingPages
from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
from kloudsync.providers.kloudless.resources.events import Events
from kloudsync.providers.kloudless.wire.account import VerifiedToken
from kloudsync.providers.kloudless.wire.activity import Activity, ActivityPage
from kloudsync.providers.kloudless.wire.calendar import Calendar
from kloudsync.providers.kloudless.wire.event import Event, EventsPage
from kloudsync.sync.source import Source


def blocking(kloudless: Kloudless) -> None:
    """See values, answers, iterators and the engine's source on the blocking client."""
    assert_type(kloudless.events.list(page_size=5), EventsPage)
    assert_type(kloudless.activity.iterate(cursor=0), BlockingPages[Activity])
    assert_type(kloudless.events.delete("e"), None)
    assert_type(kloudless.oauth.verify("token"), VerifiedToken)
    assert_type(kloudless.with_raw_response.calendars.get(), Answer[Calendar])
    source: Source[Blocking] = kloudless.calendar("primary", account=7)
    assert_type(source.caller, Blocking)
    assert_type(kloudless.acting_as("user"), Kloudless)


async def awaiting(kloudless: AsyncKloudless) -> None:
    """See coroutines, async iterators and the engine's source on the awaiting client."""
    reading = kloudless.activity.list("99", cursor="5")
    _ = assert_type(reading, Coroutine[Any, Any, ActivityPage])
    assert_type(await reading, ActivityPage)
    assert_type(kloudless.events.iterate("primary"), AwaitingPages[Event])
    source: Source[Awaiting] = kloudless.calendar()
    assert_type(source.caller, Awaiting)


def refused(kloudless: Kloudless) -> None:
    """Find wrong names, wrong types and missing arguments."""
    kloudless.events.list(pageSize=5)  # type: ignore[call-arg]
    kloudless.events.create("Lunch")  # type: ignore[arg-type]
    kloudless.events.get()  # type: ignore[call-arg]
    kloudless.calendar(account=["1", "2"])  # type: ignore[arg-type]
    Event(all_day="yes")  # type: ignore[arg-type]


def test_the_class_describes() -> None:
    """On the class, an endpoint describes its call and performs nothing."""
    describe: Callable[..., Operation[Event]] = Events.get
    assert describe("event_a").name == "events.get"


@pytest.mark.parametrize("seen", [blocking, awaiting, refused])
def test_type_checkers_have_read_these(seen: Callable[..., object]) -> None:
    """The functions above are for mypy and pyright, and are never called."""
    assert seen.__doc__
