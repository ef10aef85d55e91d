"""What a fleet is made with, and fleets of different settings on one store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.fleet.following import Drive, Told, World

from kloudsync import Fleet
from kloudsync.errors import UsageError
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import MemoryStore


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ((object(), print), {}, "needs a store"),
        ((MemoryStore(), "connect"), {}, "connect is no function"),
        ((MemoryStore(), print), {"address": "http://hooks.example.com"}, "https"),
        ((MemoryStore(), print), {"budget": 0}, "budget of 0"),
        ((MemoryStore(), print), {"mirrors": {"crm": None}}, "crm is no function"),
    ],
)
def test_what_makes_no_fleet(
    arguments: tuple[Any, ...], options: dict[str, Any], said: str
) -> None:
    """What cannot work is refused when the fleet is made."""
    with pytest.raises(UsageError, match=said):
        Fleet(*arguments, **options)


def test_a_budget(drive: Drive) -> None:
    """Once most of a day's requests are made, polls wait for the next day; pushes do not."""
    world = World(drive, MemoryStore(), budget=10, address=None)
    world.person("ann")
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    for _ in range(40):
        world.later(3600.0)
    counts = world.store.requests_of_all(
        first=datetime(2000, 1, 1, tzinfo=UTC).date(), last=datetime(2100, 1, 1, tzinfo=UTC).date()
    )
    days = {
        one.day
        for one in world.store.requests(
            "google",
            "ann",
            first=datetime(2000, 1, 1, tzinfo=UTC).date(),
            last=datetime(2100, 1, 1, tzinfo=UTC).date(),
        )
    }
    assert sum(counts.values()) <= 10 * len(days)
    assert set(counts) == {"first", "poll"}


def test_two_fleets_of_which_one_has_a_mirror() -> None:
    """A fleet without a mirror, such as a version before it, ends none of another fleet's."""
    store, told = MemoryStore(), Told()

    def make(_engine: Any, _account: Account) -> Told:
        return told

    world = World("blocking", store, mirrors={"team": make})
    without = world.beside(address=None)
    world.person("ann")
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    assert told.pushes == 1
    world.clock.advance(timedelta(days=2))
    without.once()
    world.later(86_400.0)
    assert told.pushes == 2


def channels(world: World) -> int:
    """Return how many channels an account has."""
    return len(world.store.channels("google", "ann"))


def test_two_fleets_of_which_one_has_an_address() -> None:
    """A fleet that only polls opens no channels, and keeps no other fleet from its own."""
    world = World("blocking", MemoryStore())
    polling = world.beside(address=None)
    world.person("ann")
    polling.fleet.enrol("google", "ann", calendars=["primary"])
    polling.once()
    polling.later(10.0)
    assert channels(world) == 0
    world.later(900.0 * 1.5)
    world.later(10.0)
    assert channels(world) == 1
    for _ in range(30 * 24):
        polling.later(1800.0)
        world.later(1800.0)
    assert channels(world) == 1
    asked = len([one for one in world.fakes["ann"].requests if one.path.endswith("/watch")])
    assert asked <= 10


def test_two_fleets_of_which_one_prunes() -> None:
    """A fleet that keeps all of the feed prunes nothing, and keeps no other one from pruning."""
    store = MemoryStore()
    world = World("blocking", store)
    keeping = world.beside(policy=FleetPolicy(spread=0.0, feed_kept=None))
    keeping.once()
    assert store.due("kloudsync", "fleet") == []
    world.once()
    (before,) = store.due("kloudsync", "fleet")
    keeping.later(86_400.0)
    (left,) = store.due("kloudsync", "fleet")
    assert left.at == pytest.approx(before.at + 60.0)
    world.later(60.0)
    (pruned,) = store.due("kloudsync", "fleet")
    far = world.clock.now().date() - timedelta(days=93)
    key = CalendarKey("google", "ann", "primary")
    for days in (0, 2):
        store.count_requests(key, {"poll": 1}, day=far + timedelta(days=days))
    assert pruned.at == pytest.approx(left.at + 86_400.0)
    world.later(86_400.0)
    kept = store.requests("google", "ann", first=far, last=world.clock.now().date())
    assert [one.day for one in kept] == [far + timedelta(days=2)]
