"""Sample arguments, with which every method of the discovery document can be described."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args, get_origin, get_type_hints

from tests.providers.google.discovery import methods

from kloudsync.http.codec import JSONObject
from kloudsync.http.endpoint import Resource
from kloudsync.http.operation import Operation
from kloudsync.providers.google.client import GoogleResources
from kloudsync.providers.google.wire.access import AclRule
from kloudsync.providers.google.wire.calendar import Calendar
from kloudsync.providers.google.wire.calendar_list import CalendarListEntry
from kloudsync.providers.google.wire.channel import Channel
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.freebusy import FreeBusyRequest
from kloudsync.providers.google.wire.times import EventDateTime

MOMENT = datetime(2026, 1, 5, 9, tzinfo=UTC)

BODIES: dict[str, JSONObject] = {
    "AclRule": AclRule(role="reader"),
    "Calendar": Calendar(summary="Team"),
    "CalendarListEntry": CalendarListEntry(id="team@example.com"),
    "Channel": Channel(
        id="c1", type="web_hook", address="https://hooks.example.com", resource_id="r1"
    ),
    "Event": Event(
        ical_uid="u@example.com",
        start=EventDateTime(date_time=MOMENT),
        end=EventDateTime(date_time=MOMENT),
    ),
    "FreeBusyRequest": FreeBusyRequest(time_min=MOMENT, time_max=MOMENT.replace(hour=10)),
}


def snake_case(name: str) -> str:
    """Turn the vendor's `timeMin` into our `time_min`."""
    if name == "iCalUID":
        return "ical_uid"
    return re.sub(r"(?=[A-Z])", "_", name).lower()


def resource_classes() -> dict[str, type[Resource[Any]]]:
    """Return the class behind each resource of a client, by the attribute's name."""
    hints = {
        name: get_type_hints(held.fget)["return"]
        for name, held in vars(GoogleResources).items()
        if isinstance(held, property)
    }
    return {name: get_origin(hint) for name, hint in hints.items()}


def description(method: str) -> Callable[..., Operation[Any]]:
    """Return our description of a vendor's method."""
    resource, name = method.split(".")
    ours = {"import": "import_"}.get(name, snake_case(name))
    found: Callable[..., Operation[Any]] = getattr(resource_classes()[snake_case(resource)], ours)
    return found


def shape(method: str) -> Callable[..., Operation[Any]]:
    """Return the function whose signature a method has; a watch has its listing's."""
    return description(method.replace(".watch", ".list"))


def sample(parameter: dict[str, Any]) -> tuple[Any, list[str]]:
    """Return a value for a parameter, and the texts that it has to become in a query."""
    if parameter.get("repeated"):
        values = parameter.get("enum", ["one=1", "two=2"])[:2]
        return values, values
    if "enum" in parameter:
        return parameter["enum"][-1], [parameter["enum"][-1]]
    if parameter.get("format") == "date-time":
        return MOMENT, ["2026-01-05T09:00:00Z"]
    value, text = {"boolean": (True, "true"), "integer": (1, "1"), "string": ("a/b ü", "a/b ü")}[
        parameter["type"]
    ]
    return value, [text]


def described(method: str, **given: Any) -> Operation[Any]:
    """Describe a method with its required parameters and others."""
    document_of = methods()[method]
    required = {
        snake_case(name): sample(parameter)[0]
        for name, parameter in document_of.get("parameters", {}).items()
        if parameter.get("required")
    }
    arguments = {**required, **given}
    call = description(method)
    if "request" not in document_of:
        return call(**arguments)
    body = BODIES[document_of["request"]["$ref"]]
    if method.endswith(".watch"):
        return call(body, **arguments)
    return call(**arguments, **{body_name(method): body})


def body_name(method: str) -> str:
    """Return the name of the parameter that takes the body."""
    return next(
        name
        for name, hint in hints(method).items()
        for one in (hint, *get_args(hint))
        if isinstance(one, type) and issubclass(one, JSONObject)
    )


def hints(method: str) -> dict[str, Any]:
    """Return the annotations of a method's parameters."""
    found = get_type_hints(shape(method))
    del found["return"]
    return found
