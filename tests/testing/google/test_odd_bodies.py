"""Whatever is sent to the fake is answered, and nothing that it took makes it fail later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.testing.google.caller import Caller
from tests.testing.oddities import ODD, json_values, oddities, sample

from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.routes import ROUTES
from kloudsync.testing.google.shapes import BODIES
from kloudsync.testing.shapes import Shape

SAMPLES: Mapping[str, Any] = {
    "start": {"dateTime": "2026-03-02T09:00:00Z", "timeZone": "Europe/Paris"},
    "end": {"dateTime": "2026-03-02T10:00:00Z", "timeZone": "Europe/Paris"},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
    "iCalUID": "uid-1@example.com",
    "scope": {"type": "user", "value": "friend@example.com"},
    "role": "reader",
    "type": "web_hook",
    "address": "https://hooks.example.com/",
    "timeMin": "2026-01-01T00:00:00Z",
    "timeMax": "2026-02-01T00:00:00Z",
    "id": "primary",
    "status": "confirmed",
}
QUERIES: tuple[Mapping[str, str], ...] = (
    {},
    {"singleEvents": "true", "orderBy": "startTime", "showDeleted": "true"},
    {"singleEvents": "true", "timeMin": "2026-01-01T00:00:00Z", "timeMax": "2026-06-01T00:00:00Z"},
    {"q": "x", "timeZone": "Asia/Tokyo", "maxAttendees": "1"},
    {"privateExtendedProperty": "a=b", "iCalUID": "x", "eventTypes": "default"},
)
FREE = {"timeMin": "2026-01-01T00:00:00Z", "timeMax": "2026-03-01T00:00:00Z"}


def plain(operation: str) -> dict[str, Any]:
    """Make up a body that is no more than needed, so that each oddity stands alone."""
    names = {
        "events": ("start", "end", "recurrence", "iCalUID"),
        "acl": ("scope", "role"),
        "channels": ("id", "resourceId"),
        "freebusy": ("timeMin", "timeMax", "items"),
    }.get(operation.partition(".")[0], ("summary",))
    if operation.endswith(".watch"):
        names = ("id", "type", "address")
    shape = cast("Mapping[str, Shape]", BODIES[operation])
    return {name: sample(shape[name], SAMPLES, name) for name in names}


def answer_to(caller: Caller, operation: str, body: object) -> int:
    """Send a body to a method; answers with the status."""
    verb, pattern = next(route for route, (name, _) in ROUTES.items() if name == operation)
    path = pattern.replace("calendars/{}", "calendars/primary").format("series", "series")
    text = json.dumps(body).encode()
    headers = {"Authorization": "Bearer any"}
    return caller.fake.handle(verb, f"/calendar/v3/{path}", headers, text).status


def check_sanity(caller: Caller) -> None:
    """Everything that reads the calendar still can."""
    for query in QUERIES:
        assert caller.call("GET", query=query).status == 200, query
    asked = FREE | {"items": [{"id": "primary"}]}
    assert caller.send("POST", "freeBusy", body=asked).status == 200
    assert caller.send("GET", "users/me/calendarList").status == 200


def world() -> Caller:
    """A calendar with a series."""
    fake = FakeGoogle()
    fake.calendar().create(
        "Series", fake.clock.now(), recurrence="RRULE:FREQ=DAILY;COUNT=4", event="series"
    )
    return Caller(fake)


@pytest.mark.parametrize("operation", sorted(BODIES))
def test_every_member_may_be_odd(operation: str) -> None:
    """Each is refused or taken, and what was taken can be read."""
    shape = cast("Mapping[str, Shape]", BODIES[operation])
    base = plain(operation)
    bodies = [
        *ODD,
        *(
            base | {name: odd}
            for name in shape
            for odd in oddities(sample(shape[name], SAMPLES, name))
        ),
    ]
    statuses = set[int]()
    caller = world()
    for body in bodies:
        status = answer_to(caller, operation, body)
        statuses.add(status)
        if status < 300:
            check_sanity(caller)
            caller = world()
    assert max(statuses) < 500
    assert 400 in statuses


@given(operation=st.sampled_from(sorted(BODIES)), data=st.data())
def test_any_json_is_answered(operation: str, data: st.DataObject) -> None:
    """Bodies of known members with any value at all."""
    caller = world()
    shape = cast("Mapping[str, Shape]", BODIES[operation])
    members = st.dictionaries(st.sampled_from(sorted(shape)), json_values, max_size=4)
    body = plain(operation) | data.draw(members)
    assert answer_to(caller, operation, body) < 500
    check_sanity(caller)


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"5", b'"x"', b"NaN", b'{"a":NaN}', b'{"summary":"\\ud800"}', b"[" * 100_000])  # fmt: skip
def test_what_is_no_object_is_refused(body: bytes) -> None:
    """Broken JSON, JSON of another kind, text that is none, and depth without measure."""
    headers = {"Authorization": "Bearer any"}
    path = "/calendar/v3/calendars/primary/events"
    assert FakeGoogle().handle("POST", path, headers, body).status == 400
