"""The client has every method that the service's metadata lists, but for those that are named here."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import unquote

import pytest

from kloudsync.http.endpoint import Resource
from kloudsync.http.operation import Operation
from kloudsync.providers.microsoft.resources import (
    calendars,
    event_actions,
    event_views,
    events,
    mailbox,
    schedules,
    subscriptions,
)
from kloudsync.providers.microsoft.wire.calendar import Calendar, CalendarGroup
from kloudsync.providers.microsoft.wire.event import Event
from kloudsync.providers.microsoft.wire.mailbox import MailboxSettings, OutlookCategory
from kloudsync.providers.microsoft.wire.schedule import MeetingTimesRequest
from kloudsync.providers.microsoft.wire.subscription import Subscription
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone

METADATA: Final = Path(__file__).parents[2] / "testing" / "microsoft" / "metadata.json"
MODULES: Final = (calendars, event_actions, event_views, events, mailbox, schedules, subscriptions)
NOON: Final = DateTimeTimeZone(date_time=datetime(2026, 3, 2, 12), time_zone="UTC")
SPAN: Final = {"start": datetime(2026, 3, 1, tzinfo=UTC), "end": datetime(2026, 3, 2, tzinfo=UTC)}
GIVEN: Final[dict[str, Any]] = {
    "event": Event(start=NOON, end=NOON),
    "calendar": Calendar(name="x"),
    "group": CalendarGroup(name="x"),
    "settings": MailboxSettings(time_zone="UTC"),
    "category": OutlookCategory(display_name="x"),
    "question": MeetingTimesRequest(),
    "subscription": Subscription(
        change_type="updated",
        notification_url="https://hooks.example.com/",
        resource="me/events",
        expiration_date_time=SPAN["end"] + timedelta(days=1),
    ),
    "to": ["a@example.com"],
    "ids": ["{}"],
    "schedules": ["a@example.com"],
    "until": SPAN["end"],
    **SPAN,
}
"""What methods take besides ids."""

LEFT_OUT: Final = {
    r".*/\$count": "lists are counted by walking them",
    r".*/extensions.*": "open extensions are kept, and can be asked for by `expand`",
    r".* events/\{\}/attachments/.*": "attachments are read as far as their metadata",
    r"POST events/\{\}/attachments": "attachments are read as far as their metadata",
    r"GET events/\{\}/instances/delta": "nobody says what it would answer",
    r".* calendarPermissions/.*": "who may see a calendar is listed, and not managed",
    r"POST calendarPermissions": "who may see a calendar is listed, and not managed",
    r"GET allowedCalendarSharingRoles.*": "who may see a calendar is listed, and not managed",
    r"POST permanentDelete": "a calendar is deleted so that it can be restored",
    r"(GET|PATCH|DELETE) calendarGroups/\{\}/calendars/\{\}": "calendars are known by their ids",
    r"PATCH calendar": "the default calendar has an id like any other",
    r"GET outlook": "it holds nothing",
    r"GET outlook/masterCategories/\{\}": "categories are listed whole",
    r"GET outlook/supportedLanguages": "it concerns no calendar",
    r"GET reminderView.*": "reminders are members of events",
    r"GET subscriptions/getVapidPublicKey": "notifications go to web hooks alone",
}
"""Which methods the client has not, and why."""


def offered() -> dict[str, Operation[Any]]:
    """Describe each method of the client with every id left open, by verb and path."""
    return {plain(one): one for one in described()}


def described() -> Iterator[Operation[Any]]:
    """Describe each method of each resource, with a calendar named and without."""
    for module in MODULES:
        for resource in resources_in(module):
            held = cast("dict[str, object]", vars(resource))
            for name, kind in held.items():
                if type(kind).__name__ == "endpoint" and name != "follow":
                    yield from calls(getattr(resource, name))


def resources_in(module: Any) -> list[Any]:
    """Return the resources that a module defines."""
    classes = [cls for _, cls in inspect.getmembers(module, inspect.isclass)]
    own = [cls for cls in classes if cls.__module__ == module.__name__]
    return [cls for cls in own if issubclass(cls, Resource)]


def calls(method: Any) -> Iterator[Operation[Any]]:
    """Describe calls of a method: with what it needs, and with the ids that it can take."""
    parameters = inspect.signature(method).parameters.values()
    needed = {one.name: GIVEN.get(one.name, "{}") for one in parameters if one.default is one.empty}
    yield method(**needed)
    ids = [one.name for one in parameters if one.name.endswith("_id") and one.name not in needed]
    for name in ids:
        yield method(**needed, **{name: "{}"})
    if any(one.name == "standard" for one in parameters):
        yield method(**needed, standard="Iana")


def plain(operation: Operation[Any]) -> str:
    """Write a call as the metadata does, below its calendar."""
    return method_of(operation.request.method, unquote(operation.request.path))


def method_of(verb: str, path: str) -> str:
    """Write a verb and a path apart from whose it is, and from arguments."""
    path = re.sub(r"^/?(me|users/\{\})/", "", path).lstrip("/")
    path = re.sub(r"^calendarGroups/\{\}/(?=calendars/\{\}/)", "", path)
    path = re.sub(r"^(calendars/\{\}|calendar)/", "", path)
    return f"{verb} {re.sub(r'[(].*[)]', '', path)}"


def listed() -> set[str]:
    """Return the methods of the metadata."""
    methods: list[str] = json.loads(METADATA.read_text())["methods"]
    return {method_of(*method.split(" ")) for method in methods}


def test_the_client_has_every_method_of_the_metadata() -> None:
    """What it has not is named with its reason, and nothing is named that it has."""
    missing = listed() - offered().keys()
    assert {one for one in missing if not _why(one)} == set()
    assert {one for one in offered() if _why(one)} == set()
    unused = [rule for rule in LEFT_OUT if not any(re.fullmatch(rule, one) for one in missing)]
    assert unused == []


def test_the_client_has_no_method_that_the_metadata_lacks() -> None:
    """But for who the user is, which is no method of calendars."""
    assert offered().keys() - listed() == {"GET me"}


@pytest.mark.parametrize(
    "method", ["GET events", "POST events/{}/accept", "PATCH subscriptions/{}"]
)
def test_a_method_that_is_missing_is_noticed(method: str) -> None:
    """None of the reasons for what is left out is so wide that it hides one that is not."""
    assert method in listed()
    assert method in offered()
    assert _why(method) is None


def _why(method: str) -> str | None:
    return next((why for rule, why in LEFT_OUT.items() if re.fullmatch(rule, method)), None)
