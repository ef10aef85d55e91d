"""Whatever is sent to the fake is answered, and nothing that it took makes it fail later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.testing.oddities import ODD, json_values, oddities, sample

from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.kloudless.routes import ROUTES
from kloudsync.testing.kloudless.shapes import BODIES
from kloudsync.testing.shapes import Shape

SAMPLES: Mapping[str, Any] = {
    "name": "Review",
    "start": "2026-03-02T09:00:00Z",
    "end": "2026-03-02T10:00:00Z",
    "start_time_zone": "Europe/Paris",
    "end_time_zone": "Europe/Paris",
    "timezone": "Europe/Paris",
    "recurrence": [{"rrule": "RRULE:FREQ=WEEKLY;COUNT=3"}],
    "status": "confirmed",
    "email": "guest@example.com",
    "visibility": "private",
    "raw": {"object": {"summary": "Review"}},
    "monitored_resources": ["primary"],
    "calendars": ["primary"],
    "meeting_duration": "PT1H",
    "all_day": False,
}
READ = (
    "cal/calendars/",
    "cal/calendars/primary/events/",
    "cal/calendars/primary/events/?start=2026-01-01T00:00:00Z&end=2026-06-01T00:00:00Z",
    "subscriptions/",
    "subscriptions/default/activity/",
    "events/",
)
PLAIN: Mapping[str, tuple[str, ...]] = {
    "events.create": ("name", "start", "end"),
    "calendars.create": ("name",),
    "availability.query": ("time_windows", "meeting_duration"),
}
"""What a body needs at least, so that each oddity stands alone."""


class World:
    """A calendar with a series, behind the fake."""

    def __init__(self) -> None:
        google = FakeGoogle()
        google.calendar().create(
            "Series", google.clock.now(), recurrence="RRULE:FREQ=DAILY;COUNT=4", event="series"
        )
        self.fake = FakeKloudless(google)

    def ask(self, verb: str, path: str, body: bytes = b"", **headers: str) -> int:
        """Send bytes below the account; answers with the status."""
        sent = {"Authorization": "Bearer any", **headers}
        return self.fake.handle(verb, f"/v1/accounts/me/{path}", sent, body).status

    def send(self, operation: str, body: object) -> int:
        """Send a body to a method; answers with the status."""
        verb, pattern = next(route for route, (name, _) in ROUTES.items() if name == operation)
        if operation == "webhooks.create":
            path, sent = "../../meta/applications/x/webhooks", {"Authorization": "APIKey test"}
            return self.fake.handle(
                verb, f"/v1/{path[6:]}/", sent, json.dumps(body).encode()
            ).status
        path = pattern.removeprefix("accounts/{account}").strip("/")
        for name in ("primary", self.fake.event_id("series")):
            number = "default" if "subscriptions" in path else name
            path = path.replace("{}", number, 1)
        return self.ask(verb, f"{path}/".lstrip("/"), json.dumps(body).encode())

    def check_sanity(self) -> None:
        """Everything that reads the account still can."""
        for path in READ:
            assert self.ask("GET", path) == 200, path


def plain(operation: str) -> dict[str, Any]:
    """Make up a body that is no more than needed."""
    shape = cast("Mapping[str, Shape]", BODIES[operation])
    return {name: sample(shape[name], SAMPLES, name) for name in PLAIN.get(operation, ())}


def test_the_samples_are_good() -> None:
    """Each method takes its whole body, or what follows would be said of refusals alone."""
    for operation, shape in BODIES.items():
        if operation == "webhooks.create":
            continue
        body = {
            name: sample(each, SAMPLES, name)
            for name, each in cast("Mapping[str, Shape]", shape).items()
        }
        assert World().send(operation, body) < 300, operation


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
    world = World()
    for body in bodies:
        status = world.send(operation, body)
        statuses.add(status)
        if status < 300:
            world.check_sanity()
            world = World()
    assert max(statuses) < 500
    assert statuses & {400, 401}


@given(operation=st.sampled_from(sorted(BODIES)), data=st.data())
def test_any_json_is_answered(operation: str, data: st.DataObject) -> None:
    """Bodies of known members with any value at all."""
    world = World()
    shape = cast("Mapping[str, Shape]", BODIES[operation])
    members = st.dictionaries(st.sampled_from(sorted(shape)), json_values, max_size=4)
    assert world.send(operation, plain(operation) | data.draw(members)) < 500
    world.check_sanity()


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"5", b'"x"', b"NaN", b'{"a":NaN}', b'{"name":"\\ud800"}', b"[" * 100_000])  # fmt: skip
def test_what_is_no_object_is_refused(body: bytes) -> None:
    """Broken JSON, JSON of another kind, text that is none, and depth without measure."""
    world = World()
    assert world.ask("POST", "cal/calendars/primary/events/", body) == 400
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert world.fake.handle("POST", "/v1/oauth/token", form, body).status == 400


@pytest.mark.parametrize("query", ["page_size=²", "page=²", "page=after-²", f"page_size={'9' * 5000}", "page=YQ"])  # fmt: skip
@pytest.mark.parametrize("numbered", [True, False])
def test_numbers_that_are_none_are_refused(query: str, numbered: bool) -> None:
    """Digits of other scripts, and more of them than a number has."""
    world = World()
    world.fake.numbered = numbered
    status = world.ask("GET", f"cal/calendars/primary/events/?{query}")
    assert status in {200, 400}
    assert status == 400 or query == "page=²"
    assert world.ask("GET", "subscriptions/default/activity/?cursor=²") == 400
