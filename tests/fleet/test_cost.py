"""What a fleet's run costs its store: transactions and statements, counted."""

from __future__ import annotations

from pathlib import Path

from tests.fleet.following import World

from kloudsync.fleet import topics
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.stores import SQLiteStore

CALENDARS = 20


def ask(world: World) -> None:
    """Let all calendars be due at once."""
    for number in range(CALENDARS):
        topic = topics.calendar(Account("google", "ann"), f"c{number}@group.calendar.google.com")
        now = world.clock.now().timestamp()
        world.store.make_due(topic, lane=Lane.PUSH, now=now)


def test_a_run_that_changes_nothing(tmp_path: Path, statements: list[str]) -> None:
    """It takes six transactions: asked, claimed, opened, closed, noted and given back.

    The first one only reads. Where no slot is free nothing is asked at all.
    """
    policy = FleetPolicy(slots=1, each=1, spread=0.0)
    with SQLiteStore(tmp_path / "fleet.db") as store:
        world = World("blocking", store, policy=policy, address=None)
        fake = world.person("ann")
        names = [f"c{number}@group.calendar.google.com" for number in range(CALENDARS)]
        for name in names:
            fake.add_calendar(name)
        world.fleet.enrol("google", "ann", calendars=names)
        world.once()
        ask(world)
        world.once()
        ask(world)
        statements.clear()
        world.once()
    begun = [one for one in statements if one.startswith("BEGIN")]
    around = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
    asked = [one for one in statements if not one.startswith(around)]
    assert len([one for one in begun if "IMMEDIATE" in one]) <= 5 * CALENDARS + 3
    assert len(begun) <= 6 * CALENDARS + 6
    assert len(asked) <= 24 * CALENDARS + 12, asked[-60:]
