"""Whatever is sent to the fake is answered, and nothing that it took makes it fail later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.testing.oddities import ODD, json_values, oddities, sample

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.salesloft.routes import ROUTES
from kloudsync.testing.salesloft.shapes import BODIES, EVENT
from kloudsync.testing.shapes import Shape

BEARER = {"Authorization": "Bearer any"}
SHAPES: Mapping[str, Shape] = {**BODIES, "calendar_events.upsert": EVENT}
SAMPLES: Mapping[str, Any] = {
    "start_time": "2026-03-02T09:00:00Z",
    "end_time": "2026-03-02T10:00:00Z",
    "updated_at": "2026-03-02T10:00:00Z",
    "canceled_at": "2026-03-02T10:00:00Z",
    "status": "confirmed",
    "upsert_key": ["id", "i_cal_uid"],
    "attendees": [{"email": "guest@example.com", "status": "accepted"}],
    "type": "calendar/events/upsert",
    "calendar_type": "external",
}
READ = (
    "/v2/calendar/events",
    "/v2/bulk_jobs",
    "/v2/bulk_jobs/70/results",
    "/v2/meetings",
    "/v2/meetings?updated_at[gt]=2026-01-01T00:00:00Z",
    "/v2/webhook_subscriptions",
    "/v2/webhook_subscriptions?enabled=true",
)
PLAIN: Mapping[str, tuple[str, ...]] = {
    "calendar_events.upsert": ("id", "i_cal_uid", "calendar_id", "start_time", "end_time"),
    "bulk_jobs.create": ("type",),
    "webhook_subscriptions.create": ("callback_url", "callback_token", "event_type"),
}
"""What a body needs at least, so that each oddity stands alone."""


class World:
    """A team with a bulk job, a meeting, and a subscription."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.fake = FakeSalesloft(clock=self.clock, per_minute=1_000_000)
        self.fake.add_meeting()
        self.ask("POST", "/v2/bulk_jobs", {"type": "calendar/events/upsert"})
        hook = {"callback_url": "https://x", "callback_token": "x"}
        kind = {"event_type": "bulk_job_completed"}
        self.ask("POST", "/v2/webhook_subscriptions", {**hook, **kind})

    def ask(self, verb: str, path: str, body: object = None) -> int:
        """Send a body; answers with the status."""
        content = b"" if body is None else json.dumps(body).encode()
        return self.fake.handle(verb, path, BEARER, content).status

    def send(self, operation: str, body: object) -> int:
        """Send a body to an operation; answers with the status."""
        verb, pattern = next(route for route, (name, _) in ROUTES.items() if name == operation)
        number = "70" if operation.startswith("bulk") else "1"
        return self.ask(verb, f"/v2/{pattern.replace('{}', number)}", body)

    def sample(self, operation: str, names: tuple[str, ...] | None = None) -> dict[str, Any]:
        """Make up a body of some members, or of all."""
        shape = cast("Mapping[str, Shape]", SHAPES[operation])
        own = {**SAMPLES, "calendar_id": self.fake.calendar_id}
        if operation == "meeting_settings.search":
            own |= {"updated_at": {"gt": SAMPLES["updated_at"]}}
        return {name: sample(shape[name], own, name) for name in names or shape}

    def check_sanity(self) -> None:
        """Everything that reads still can, and a bulk job runs whatever its rows are."""
        self.ask("PUT", "/v2/bulk_jobs/70", {"ready_to_execute": True})
        self.clock.advance(timedelta(minutes=5))
        for path in READ:
            assert self.ask("GET", path) == 200, path
        assert self.ask("POST", "/v2/meetings/settings/searches", {}) == 200


def test_the_samples_are_good() -> None:
    """Each operation takes its whole body, or what follows would be said of refusals alone."""
    for operation in SHAPES:
        world = World()
        assert world.send(operation, world.sample(operation)) < 300, operation


@pytest.mark.parametrize("operation", sorted(SHAPES))
def test_every_member_may_be_odd(operation: str) -> None:
    """Each is refused or taken, and what was taken can be read."""
    world = World()
    base = world.sample(operation, PLAIN.get(operation, ())) if operation in PLAIN else {}
    whole = world.sample(operation)
    bodies = [*ODD, *(base | {name: odd} for name in whole for odd in oddities(whole[name]))]
    statuses = set[int]()
    for body in bodies:
        status = world.send(operation, body)
        statuses.add(status)
        if status < 300:
            world.check_sanity()
            world = World()
    assert max(statuses) < 500
    assert statuses & {400, 422}


def test_rows_of_bulk_jobs_may_be_odd() -> None:
    """Each that cannot be written is an error of its own; the job runs to its end."""
    world = World()
    whole = world.sample("calendar_events.upsert")
    rows = [whole | {name: odd} for name in whole for odd in oddities(whole[name])]
    assert world.send("bulk_jobs.upload", {"data": [*rows, {}, whole]}) == 200
    world.check_sanity()
    job = world.fake.bulk.jobs[70].shown()
    assert (job["state"], job["processed"]) == ("done", len(rows) + 2)
    assert 0 < job["errors"] <= len(rows) + 1


@given(operation=st.sampled_from(sorted(SHAPES)), data=st.data())
def test_any_json_is_answered(operation: str, data: st.DataObject) -> None:
    """Bodies of known members with any value at all."""
    world = World()
    base = world.sample(operation, PLAIN.get(operation, ())) if operation in PLAIN else {}
    shape = cast("Mapping[str, Shape]", SHAPES[operation])
    members = st.dictionaries(st.sampled_from(sorted(shape)), json_values, max_size=4)
    assert world.send(operation, base | data.draw(members)) < 500
    world.check_sanity()


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"5", b'"x"', b"NaN", b'{"a":NaN}', b'{"id":"\\ud800"}', b"[" * 100_000])  # fmt: skip
def test_what_is_no_object_is_refused(body: bytes) -> None:
    """Broken JSON, JSON of another kind, text that is none, and depth without measure."""
    fake = FakeSalesloft()
    assert fake.handle("POST", "/v2/calendar/events/upsert", BEARER, body).status == 400
    assert fake.handle("POST", "/oauth/token", {}, body).status in {400, 401}
    form = BEARER | {"Content-Type": "application/x-www-form-urlencoded"}
    assert fake.handle("POST", "/v2/calendar/events/upsert", form, body).status == 422


@pytest.mark.parametrize("query", ["page=²", "page=x", f"page={'9' * 5000}", "per_page=²"])
def test_numbers_that_are_none_count_as_none(query: str) -> None:
    """Lists correct what they cannot read; only an id that is none is refused."""
    world = World()
    assert world.ask("GET", f"/v2/calendar/events?{query}") == 200
    assert world.ask("GET", "/v2/bulk_jobs?id[gt]=²") == 422
