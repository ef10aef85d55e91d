"""A fleet's channels, and what is announced over them."""

from __future__ import annotations

import pytest
from tests.fleet.following import HOUR, STARTS, World, into

from kloudsync.fleet import topics
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.states import Note, State
from kloudsync.stores import MemoryStore


def test_channels_and_notifications(world: World) -> None:
    """Channels are opened soon after enrolling, and what is announced is fetched at once."""
    fake = world.person("ann")
    intake = world.fleet.intake()
    fake.channels.deliveries.receiver = into(intake)
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    world.later(6.0)
    fake.channels.deliveries.deliver()
    world.later(1.0)
    fake.calendar().create("Second", STARTS, STARTS + HOUR)
    fake.channels.deliveries.deliver()
    world.later(1.0)
    assert world.held("ann", "primary") == 2
    (topic,) = [one for one in world.store.due("google", "ann") if one.topic.collection == "events"]
    assert topic.at - world.clock.now().timestamp() == pytest.approx(21_600.0)


def test_channels_before_any_calendar_is_known(world: World) -> None:
    """While another worker reads an account's list, its channels are not taken for gone."""
    world.person("ann")
    world.do(world.fleet.enrol("google", "ann"))
    now = world.clock.now().timestamp()
    (listing,) = world.store.claim_due("other", lane=Lane.FIRST, limit=9, ttl=60.0, now=now)
    assert listing.topic.collection == topics.LIST
    world.later(10.0)
    (tended,) = (
        row for row in world.store.due("google", "ann") if row.topic.collection == topics.CHANNELS
    )
    assert Note.read(tended.note).state is State.HEALTHY


def test_requests_of_an_idle_calendar() -> None:
    """An idle watched calendar costs at most one and a half requests a day, its channel included."""
    world = World("blocking", MemoryStore())
    fake = world.person("ann")
    fake.channels.deliveries.receiver = into(world.fleet.intake())
    for number in range(9):
        fake.add_calendar(f"c{number}@example.com")
    world.do(world.fleet.enrol("google", "ann"))

    def live(days: int) -> int:
        before = len(fake.requests)
        for _ in range(24 * days // 6):
            world.later(6 * 3600.0)
            fake.channels.deliveries.deliver()
            world.later(1.0)
        return len(fake.requests) - before

    live(days=7)
    assert live(days=16) / (10 * 16) <= 1.5


def test_a_calendar_without_channels(world: World) -> None:
    """A calendar that the service has no channels for is in step by polling, and says why."""
    fake = world.person("ann")
    fake.channels.unwatchable.add("owner@example.com")
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    world.later(6.0)
    world.later(900.0 * 1.5)
    assert world.states() == {"ann/primary": State.UNWATCHABLE}
    fake.calendar().create("Second", STARTS, STARTS + HOUR)
    world.later(3600.0)
    assert world.held("ann", "primary") == 2
