"""Who is followed: enrolled, paused, resumed, retired; in both colours."""

from __future__ import annotations

from typing import Any

import pytest
from tests.fleet.following import HOUR, STARTS, TEAM, Drive, World

from kloudsync import Fleet
from kloudsync.errors import UsageError
from kloudsync.fleet.accounts import Account, Line
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import State
from kloudsync.stores import MemoryStore


def test_an_account_is_enrolled(world: World) -> None:
    """Enrolling costs no request; the next round connects once, and follows the account's list."""
    world.person("ann")
    world.do(world.fleet.enrol("google", "ann"))
    assert world.connected == []
    world.once()
    assert world.connected == ["ann"]
    ((name, state),) = world.states().items()
    assert state is State.HEALTHY
    assert world.held("ann", name.partition("/")[2]) == 1


def test_named_calendars(world: World) -> None:
    """Named calendars are followed, and no others."""
    world.person("ann").add_calendar("team@example.com")
    world.do(world.fleet.enrol(Account("google", "ann"), calendars=["team@example.com"]))
    world.once()
    assert world.states() == {"ann/team@example.com": State.HEALTHY}


def test_a_calendar_that_appears_and_goes(world: World) -> None:
    """What enters an account's list is followed by itself, and no more once it left it."""
    fake = world.person("ann")
    world.do(world.fleet.enrol("google", "ann"))
    world.once()
    fake.add_calendar("team@example.com")
    fake.calendar("team@example.com").create("Plan", STARTS, STARTS + HOUR)
    world.later(86_400.0)
    assert world.held("ann", "team@example.com") == 1
    fake.remove_calendar("team@example.com")
    world.later(86_400.0)
    world.once()
    assert world.states()["ann/team@example.com"] is State.RETIRED


@pytest.mark.parametrize("named", [["primary"], None])
@pytest.mark.parametrize("again", [False, True])
def test_an_urgent_enrolment(
    drive: Drive, store: Any, named: list[str] | None, again: bool
) -> None:
    """Somebody looks on: their first syncs go ahead of those that have waited for longer."""
    world = World(drive, store, policy=FleetPolicy(slots=1, each=1, spread=0.0), address=None)
    enrolled = ["ben", "cyd", "ann"] if again else ["ben", "cyd"]
    for name in ("ann", "ben", "cyd"):
        world.person(name)
    for name in enrolled:
        world.do(world.fleet.enrol("google", name, calendars=named))
        world.clock.advance(HOUR / 60)
    world.do(world.fleet.enrol("google", "ann", calendars=named, urgent=True))
    world.once()
    assert world.connected[0] == "ann"
    assert set(world.states().values()) == {State.HEALTHY}
    assert [causes(world, name) for name in ("ann", "ben", "cyd")] == [
        {"poll"},
        {"first"},
        {"first"},
    ]


def causes(world: World, account: str) -> set[str]:
    """Return in which lanes an account's calendars were synced, as it is counted."""
    today = world.clock.now().date()
    counted = world.store.requests("google", account, first=today, last=today)
    return {one.cause for one in counted} - {"list"}


def test_who_asks(world: World) -> None:
    """A person who asks gets what is there now, without waiting for the next look; a paused one stays so."""
    for name in ("ann", "ben"):
        world.person(name)
        world.do(world.fleet.enrol("google", name, calendars=["primary"]))
    world.do(world.fleet.ask("google", "ann"))
    world.once()
    for fake in world.fakes.values():
        fake.calendar().create("Second", STARTS, STARTS + HOUR)
    world.do(world.fleet.ask("google", "ann", calendar="another"))
    world.once()
    assert world.held("ann", "primary") == 1
    world.do(world.fleet.ask("google", "ann", calendar="primary"))
    world.do(world.fleet.pause("google", "ben"))
    world.do(world.fleet.ask(Account("google", "ben")))
    world.once()
    assert (world.held("ann", "primary"), world.held("ben", "primary")) == (2, 1)
    assert world.states() == {"ann/primary": State.HEALTHY, "ben/primary": State.PAUSED}


def test_paused_and_resumed(world: World) -> None:
    """A paused calendar is left alone, whatever happens to it, until it is resumed."""
    fake = world.person("ann")
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    world.do(world.fleet.pause("google", "ann", calendar="primary"))
    fake.calendar().create("Second", STARTS, STARTS + HOUR)
    world.later(86_400.0)
    assert (world.held("ann", "primary"), world.states()) == (1, {"ann/primary": State.PAUSED})
    world.do(world.fleet.resume("google", "ann", calendar="primary"))
    world.once()
    assert (world.held("ann", "primary"), world.states()) == (2, {"ann/primary": State.HEALTHY})


def test_retired_and_enrolled_again(world: World) -> None:
    """A retired account costs nothing more, has no channels, and may be enrolled again."""
    fake = world.person("ann")
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    world.later(6.0)
    assert len(world.store.channels("google", "ann")) == 1
    world.do(world.fleet.retire("google", "ann"))
    world.once()
    assert world.store.channels("google", "ann") == []
    asked = len(fake.requests)
    world.later(30 * 86_400.0)
    assert len(fake.requests) == asked
    assert world.states() == {"ann/primary": State.RETIRED}
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    assert world.states() == {"ann/primary": State.HEALTHY}


def test_an_account_of_which_all_is_enrolled_again(world: World) -> None:
    """Calendars of the list come back with their account, but for the one retired by itself."""
    fake = world.person("ann")
    fake.add_calendar(TEAM)
    world.do(world.fleet.enrol("google", "ann"))
    world.once()
    world.do(world.fleet.retire("google", "ann", calendar=TEAM))
    world.do(world.fleet.retire("google", "ann"))
    world.once()
    assert set(world.states().values()) == {State.RETIRED}
    world.do(world.fleet.enrol("google", "ann"))
    world.once()
    assert State.RETIRED is world.states().pop(f"ann/{TEAM}")
    assert [state for name, state in world.states().items() if name != f"ann/{TEAM}"] == [
        State.HEALTHY
    ]


def test_consent_brings_nothing_back_that_was_retired(world: World) -> None:
    """Pausing and resuming an account leaves a calendar retired that was retired by itself."""
    fake = world.person("ann")
    fake.add_calendar(TEAM)
    world.do(world.fleet.enrol("google", "ann", calendars=["primary", TEAM]))
    world.do(world.fleet.retire("google", "ann", calendar=TEAM))
    world.do(world.fleet.pause("google", "ann"))
    world.do(world.fleet.resume("google", "ann"))
    world.once()
    assert world.states() == {"ann/primary": State.HEALTHY, f"ann/{TEAM}": State.RETIRED}
    world.do(world.fleet.resume("google", "ann", calendar=TEAM))
    world.once()
    assert world.states()[f"ann/{TEAM}"] is State.HEALTHY


def test_a_list_that_is_read_while_the_account_is_retired(store: Any) -> None:
    """What a list brings that was read when the program retired the account is not followed."""
    world = World("blocking", store)

    def names() -> list[str]:
        world.fleet.retire("google", "ann")
        return ["late"]

    world.fleet = Fleet(store, lambda _: Line(calendar=print, names=names), clock=world.clock)
    world.fleet.enrol("google", "ann")
    world.once()
    assert world.states() == {}


def test_whom_nobody_can_enrol() -> None:
    """An account without a name, and calendars that are a text or none, are refused."""
    fleet = Fleet(MemoryStore(), print)
    refused: list[tuple[tuple[str, ...], dict[str, Any]]] = [
        (("google",), {}),
        (("google", ""), {}),
        (("google", "ann"), {"calendars": "primary"}),
        (("google", "ann"), {"calendars": []}),
    ]
    for arguments, options in refused:
        with pytest.raises(UsageError):
            fleet.enrol(*arguments, **options)


def test_a_provider_that_is_nearly_one_is_told_at_once() -> None:
    """Not by a worker, hours later; a name of the program's own is let through."""
    store = MemoryStore()
    fleet = Fleet(store, print)
    with pytest.raises(UsageError, match="did you mean 'google'"):
        fleet.enrol("gogle", "ann")
    with pytest.raises(UsageError, match="did you mean 'microsoft'"):
        fleet.enrol(Account("Microsft", "ann"))
    assert list(fleet.status()) == []
    fleet.enrol("folder", "local")
