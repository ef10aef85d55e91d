"""Whatever is sent to the fake is answered, and nothing that it took makes it fail later."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.testing.google.caller import Caller

from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.routes import ROUTES
from kloudsync.testing.google.shapes import BODIES, LONG, NUMBER, TEXT, Shape

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", "x", "0001-01-01T00:00:00+14:00", "9999-12-31", "\u0000",
    [], [None], ["x"], [[]], {}, {"a": 1}, {"": {}}, [{}],
)  # fmt: skip
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


def sample(shape: Shape, name: str = "") -> Any:
    """Make up a value of a shape."""
    if isinstance(shape, list):
        return SAMPLES.get(name) or [sample(shape[0])]
    if not isinstance(shape, str):
        return SAMPLES.get(name) or {each: sample(inner, each) for each, inner in shape.items()}
    return SAMPLES.get(name, {TEXT: "x", NUMBER: 1, LONG: "1"}.get(shape, True))


def oddities(value: Any) -> Iterator[Any]:
    """Yield a value with each part of it, in turn, replaced by each odd one."""
    yield from ODD
    if isinstance(value, dict):
        held = cast("dict[str, Any]", value)
        for name, inner in held.items():
            yield from (held | {name: odd} for odd in oddities(inner))
    if isinstance(value, list):
        yield from ([odd] for odd in oddities(value[0]))


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
    return {name: sample(shape[name], name) for name in names}


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
        *(base | {name: odd} for name in shape for odd in oddities(sample(shape[name], name))),
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


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


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
