"""What type checkers see of the Google clients; each `ignore` marks an error that they must find."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, assert_type

import pytest

from kloudsync.http.operation import Answer, Operation
from kloudsync.http.pages import AwaitingPages, BlockingPages
from kloudsync.http.unset import UNSET
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.wire.access import AclRule
from kloudsync.providers.google.wire.calendar_list import CalendarListEntry
from kloudsync.providers.google.wire.channel import Channel
from kloudsync.providers.google.wire.colors import Palettes
from kloudsync.providers.google.wire.event import Event, EventsPage, EventStatus
from kloudsync.providers.google.wire.settings import Setting


def blocking(google: Google, channel: Channel) -> None:
    """See values, answers and iterators on the blocking client."""
    assert_type(google.events.list("primary", single_events=True), EventsPage)
    assert_type(google.events.get("primary", "e1"), Event)
    assert_type(google.events.delete("primary", "e1", if_match='"1"'), None)
    assert_type(google.events.watch(channel, "primary", max_results=5), Channel)
    assert_type(google.events.iterate("primary"), BlockingPages[Event])
    assert_type(iter(google.acl.iterate("primary")), Iterator[AclRule])
    assert_type(list(google.calendar_list.iterate()), list[CalendarListEntry])
    assert_type(google.with_raw_response.events.get("primary", "e1"), Answer[Event])
    with google as entered:
        assert_type(entered, Google)
    assert_type(google.with_options(), Google)


async def awaiting(google: AsyncGoogle, channel: Channel) -> None:
    """See coroutines and async iterators on the awaiting client."""
    reading = google.events.list("primary")
    _ = assert_type(reading, Coroutine[Any, Any, EventsPage])
    assert_type(await reading, EventsPage)
    assert_type(await google.settings.watch(channel), Channel)
    assert_type(google.events.iterate_instances("primary", "s1"), AwaitingPages[Event])
    assert_type(aiter(google.settings.iterate()), AsyncIterator[Setting])
    assert_type(await google.with_raw_response.colors.get(), Answer[Palettes])
    async with google as entered:
        assert_type(entered, AsyncGoogle)


def fields(event: Event) -> None:
    """Narrow absent and null values away."""
    if event.status is not UNSET and event.status is not None:
        assert_type(event.status, EventStatus | str)
    if event.summary:
        assert_type(event.summary, str)
    if event.attendees:
        assert_type(event.attendees[0].comment or None, str | None)


def refused(google: Google, channel: Channel) -> None:
    """Find wrong names, wrong types, missing arguments and closed vocabularies."""
    google.events.list()  # type: ignore[call-arg]
    google.events.list("primary", maxResults=5)  # type: ignore[call-arg]
    google.events.list("primary", max_results="5")  # type: ignore[arg-type]
    google.events.list("primary", order_by="start")  # type: ignore[arg-type]
    google.events.delete("primary", "e1", send_updates="some")  # type: ignore[arg-type]
    google.events.watch(channel, "primary", maximum=5)  # type: ignore[call-arg]
    google.events.insert("primary", "Lunch")  # type: ignore[arg-type]
    Event(summary=5)  # type: ignore[arg-type]
    Event(created=None)  # type: ignore[arg-type]
    Event(title="x")  # type: ignore[call-arg]
    Google(token=5)  # type: ignore[arg-type]


def test_descriptions_on_the_class_are_operations() -> None:
    """On the class a method describes, and needs no client."""
    listing = Events.list("primary")

    assert_type(listing, Operation[EventsPage])
    assert listing.name == "events.list"


@pytest.mark.parametrize("seen", [blocking, awaiting, fields, refused])
def test_the_cases_are_for_type_checkers(seen: Callable[..., object]) -> None:
    """They are checked with the rest of the tests by mypy and pyright, and never run."""
    assert seen.__annotations__
