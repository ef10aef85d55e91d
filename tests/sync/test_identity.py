"""Whose calendar a copy is of: another person's client is refused before it writes anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.sync.world import World

from kloudsync.errors import IdentityMismatch
from kloudsync.model.change import Added
from kloudsync.testing.google import FakeGoogle

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
MakeWorld = Callable[..., World]


def owned_by(make_world: MakeWorld, address: str, events: int = 4) -> World:
    """Make somebody's own calendar, and an engine that calls it `primary`."""
    world = make_world(fake=FakeGoogle(address))
    for n in range(events):
        world.calendar.create(f"{address} {n}", MONDAY + timedelta(days=n))
    return world


def test_the_copy_knows_whose_it_is(make_world: MakeWorld) -> None:
    """The service says so with every page, and no further request is made for it."""
    world = owned_by(make_world, "ada@example.com")
    report = world.sync()

    assert world.store.state(world.copy.key).identity == "ada@example.com"
    assert report.requests == 1


def test_another_persons_client_is_refused(make_world: MakeWorld) -> None:
    """Nothing is written, told or deleted, however often it tries; the copy's own goes on."""
    ada = owned_by(make_world, "ada@example.com")
    ada.sync()
    bob = owned_by(make_world, "bob@example.com")
    for _ in range(2):
        with pytest.raises(IdentityMismatch, match="name of its own"):
            bob.sync()
    ada.calendar.create("one more", MONDAY)
    ada.sync()

    assert ada.is_in_step()
    assert [type(change) for change in ada.changes()] == [Added] * 5


def test_a_person_who_renames_the_calendar_is_the_same(make_world: MakeWorld) -> None:
    """Where the title is none that tells, the calendar's id is asked for."""
    world = owned_by(make_world, "ada@example.com")
    world.sync()
    world.calendar.summary = "Work"
    world.fake.expire_sync_tokens()
    world.sync()

    assert world.is_in_step()
    assert world.store.state(world.copy.key).identity == "ada@example.com"


def test_a_renamed_calendar_is_known_by_its_id_from_the_beginning(make_world: MakeWorld) -> None:
    """Two people may call their calendars alike."""
    ada = owned_by(make_world, "ada@example.com")
    ada.calendar.summary = "Work"
    ada.sync()
    bob = owned_by(make_world, "bob@example.com")
    bob.calendar.summary = "Work"

    with pytest.raises(IdentityMismatch):
        bob.sync()


def test_what_the_service_does_not_say_is_not_compared(make_world: MakeWorld) -> None:
    """Pages without a title, and tokens that may not ask for the id, are no other person."""

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/events"):
            return httpx.Response(403, json={"error": {"code": 403, "message": "no"}})
        if "syncToken" in request.url.params:
            return httpx.Response(410, json={})
        return httpx.Response(200, json={"items": [], "nextSyncToken": "t"} | titles.pop(0))

    titles = [{}, {"summary": "Work"}, {"summary": "Home"}, {}]
    world = make_world(transport=httpx.MockTransport(answer))
    for _ in range(4):
        world.sync()

    assert world.store.state(world.copy.key).identity is None
