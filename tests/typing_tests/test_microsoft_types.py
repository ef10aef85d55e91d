"""What type checkers see of the Microsoft clients; each `ignore` marks an error that they must find."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, assert_type

import pytest

from kloudsync.http.batching import BatchAnswer
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.pages import AwaitingPages, BlockingPages
from kloudsync.http.unset import UNSET
from kloudsync.model.series_edit import SeriesEdit
from kloudsync.providers.microsoft.client import AsyncMicrosoft, Microsoft
from kloudsync.providers.microsoft.resources.events import Events
from kloudsync.providers.microsoft.rules import Following, Rules
from kloudsync.providers.microsoft.window import MicrosoftWindow
from kloudsync.providers.microsoft.wire.calendar import Calendar
from kloudsync.providers.microsoft.wire.event import Event, EventsPage, FreeBusyStatus
from kloudsync.providers.microsoft.wire.mailbox import MailboxSettings
from kloudsync.providers.microsoft.wire.subscription import Subscription
from kloudsync.sync.source import Source


def blocking(microsoft: Microsoft, at: datetime) -> None:
    """See values, answers, iterators and the engine's sources on the blocking client."""
    assert_type(microsoft.events.list(top=5, select=["id", "subject"]), EventsPage)
    assert_type(microsoft.events.get("e", expand=["exceptionOccurrences"]), Event)
    assert_type(microsoft.events.delete("e"), None)
    assert_type(microsoft.events.iterate_view(start=at, end=at), BlockingPages[Event])
    assert_type(microsoft.calendars.iterate(top=5), BlockingPages[Calendar])
    assert_type(microsoft.with_raw_response.mailboxes.settings(), Answer[MailboxSettings])
    assert_type(microsoft.batch([Events.get("a")]), list[BatchAnswer[Event]])
    assert_type(microsoft.window(ahead=timedelta(days=7)), MicrosoftWindow[Blocking])
    source: Source[Blocking] = microsoft.calendar(rules=Rules(following=Following.EVENTS))
    assert_type(source.caller, Blocking)
    edit = microsoft.series("s").edit_this_and_following(at, Event(subject="x"))
    assert_type(edit, SeriesEdit[Event, dict[str, Any]])
    assert_type(microsoft.series("s", "c").delete_this_and_following(at), Event | None)
    with microsoft as entered:
        assert_type(entered, Microsoft)


async def awaiting(microsoft: AsyncMicrosoft, at: datetime) -> None:
    """See coroutines, async iterators and the engine's source on the awaiting client."""
    reading = microsoft.events.list("c")
    _ = assert_type(reading, Coroutine[Any, Any, EventsPage])
    assert_type(await reading, EventsPage)
    assert_type(await microsoft.subscriptions.renew("s", at), Subscription)
    assert_type(microsoft.events.iterate_instances("s", start=at, end=at), AwaitingPages[Event])
    assert_type(await microsoft.batch([Events.get("a")]), list[BatchAnswer[Event]])
    assert_type(await microsoft.series("s").edit_this(at, Event(subject="x")), Event)
    source: Source[Awaiting] = microsoft.calendar()
    assert_type(source.caller, Awaiting)


def fields(event: Event) -> None:
    """Narrow absent and null values away; enums are open."""
    if event.show_as is not UNSET and event.show_as is not None:
        assert_type(event.show_as, FreeBusyStatus | str)
    if event.subject:
        assert_type(event.subject, str)


def refused(microsoft: Microsoft, at: datetime) -> None:
    """Find wrong names, wrong types, missing arguments and closed vocabularies."""
    microsoft.events.list(maxResults=5)  # type: ignore[call-arg]
    microsoft.events.list(select=["title"])  # type: ignore[list-item]
    microsoft.events.get()  # type: ignore[call-arg]
    microsoft.events.insert("Lunch")  # type: ignore[arg-type]
    microsoft.events.calendar_view(start=at)  # type: ignore[call-arg]
    microsoft.series("s").edit_this("monday", Event())  # type: ignore[arg-type]
    microsoft.calendar(rules="all")  # type: ignore[arg-type]
    Event(subject=5)  # type: ignore[arg-type]
    Event(title="x")  # type: ignore[call-arg]
    Rules(following="events")  # type: ignore[arg-type]
    Microsoft(token=5)  # type: ignore[arg-type]


def test_the_class_describes() -> None:
    """On the class, an endpoint describes its call and performs nothing."""
    describe: Callable[..., Operation[Event]] = Events.get
    assert describe("e").name == "events.get"


@pytest.mark.parametrize("seen", [blocking, awaiting, fields, refused])
def test_type_checkers_have_read_these(seen: Callable[..., object]) -> None:
    """The functions above are for mypy and pyright, and are never called."""
    assert seen.__doc__
