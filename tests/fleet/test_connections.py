"""How a fleet reaches its accounts, and what it does where it cannot."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from tests.fleet.following import Drive, World

from kloudsync import Fleet
from kloudsync.errors import ConsentRequired, UsageError
from kloudsync.fleet.accounts import Account, Line
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import State
from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import MemoryStore


def test_one_account_fails_alone(world: World) -> None:
    """A revoked grant is the state of its calendars, costs one look per rest, and ends with consent."""
    for name in ("ann", "ben"):
        world.person(name)
        world.do(world.fleet.enrol("google", name, calendars=["primary"]))
    world.revoked.add("ann")
    world.once()
    assert world.states() == {
        "ann/primary": State.NEEDS_CONSENT,
        "ben/primary": State.HEALTHY,
    }
    asked = world.connected.count("ann")
    world.later(30.0)
    assert world.connected.count("ann") == asked
    world.revoked.clear()
    world.do(world.fleet.resume("google", "ann"))
    world.once()
    assert world.states("google", "ann") == {"ann/primary": State.HEALTHY}
    ann = CalendarKey("google", "ann", "primary")
    assert [one.state for one in world.turned if one.topic.key == ann] == [
        State.NEEDS_CONSENT,
        State.HEALTHY,
    ]


def test_a_client_under_another_name(world: World) -> None:
    """A client that keeps what it syncs under another account is refused, and mixes nothing."""
    world.person("ann")
    connect = world.connect
    world.fakes["other"] = world.fakes["ann"]
    wrong = World(world.drive, world.store)
    wrong.fakes = world.fakes

    def connect_other(_: Account) -> Any:
        return connect(Account("google", "other"))

    wrong.fleet = type(world.fleet)(world.store, connect_other, clock=world.clock)
    world.do(wrong.fleet.enrol("google", "ann", calendars=["primary"]))
    wrong.clock = world.clock
    wrong.once()
    assert wrong.states() == {"ann/primary": State.FAILING}
    assert world.store.calendars() == []


def test_a_line_without_a_list(world: World) -> None:
    """Where a service has no list of calendars to follow, the state says what to do."""
    world.person("ann")

    def line(account: Account) -> Line:
        return Line(calendar=world.connect(account).calendar)

    fleet = world.fleet = type(world.fleet)(world.store, line, clock=world.clock)
    world.do(fleet.enrol("google", "ann"))
    world.once()
    rows = [
        row for row in world.store.due("google", "ann") if row.topic.collection == "calendarList"
    ]
    assert "UsageError" in (rows[0].note or "")


def test_who_connects_and_hangs() -> None:
    """An account whose client never comes is failing, in good time, and holds up no other."""
    world = World("blocking", MemoryStore(), policy=FleetPolicy(spread=0.0, patience=0.05))
    world.person("ann")
    world.person("ben")
    reach, never = world.connect, threading.Event()

    def connect(account: Account) -> Any:
        if account.name == "ben":
            never.wait()
        return reach(account)

    fleet = Fleet(
        world.store, connect, policy=FleetPolicy(spread=0.0, patience=0.05), clock=world.clock
    )
    world.fleet = fleet
    for name in ("ann", "ben"):
        fleet.enrol("google", name, calendars=["primary"])
    world.once()
    never.set()
    assert world.states() == {"ann/primary": State.HEALTHY, "ben/primary": State.FAILING}


def test_a_coroutine_function_for_threads() -> None:
    """A fleet of threads refuses a coroutine function when it is made."""

    async def connect(_: Account) -> None:
        pass

    with pytest.raises(UsageError, match="AsyncFleet"):
        Fleet(MemoryStore(), connect)


def test_jobs_of_one_account_share_a_client(world: World) -> None:
    """Several calendars that are due at once wait for one client: a second one would cost the grant."""
    world.person("ann")
    reach = world.connect

    def slowly(account: Account) -> Any:
        time.sleep(0.05)
        return reach(account)

    async def slowly_awaited(account: Account) -> Any:
        await asyncio.sleep(0.05)
        return reach(account)

    connect: Any = slowly if world.drive == "blocking" else slowly_awaited
    world.fleet = type(world.fleet)(world.store, connect, clock=world.clock)
    for name in "bcd":
        world.fakes["ann"].add_calendar(f"{name}@example.com")
    world.do(
        world.fleet.enrol(
            "google", "ann", calendars=["primary", *(f"{name}@example.com" for name in "bcd")]
        )
    )
    world.once()
    assert world.connected == ["ann"]
    assert set(world.states().values()) == {State.HEALTHY}


def test_jobs_of_one_account_fail_together(drive: Drive) -> None:
    """Whoever waits for a client that another job asks for fails as that one does, at one request."""
    world = World(drive, MemoryStore())

    def connect(account: Account) -> Any:
        world.connected.append(account.name)
        time.sleep(0.05)
        raise ConsentRequired(
            "revoked", status=400, provider="google", operation="token", reason="invalid_grant"
        )

    async def connect_awaited(account: Account) -> Any:
        await asyncio.sleep(0.05)
        return connect(account)

    chosen: Any = connect if drive == "blocking" else connect_awaited
    world.fleet = type(world.fleet)(world.store, chosen, clock=world.clock)
    names = [f"{number}@example.com" for number in range(4)]
    world.do(world.fleet.enrol("google", "ann", calendars=names))
    world.once()
    assert world.connected == ["ann"]
    assert set(world.states().values()) == {State.NEEDS_CONSENT}


def test_a_line_of_windows(world: World) -> None:
    """A fleet may follow moving windows instead of whole calendars."""
    fake = world.person("ann")
    start = world.clock.now() + timedelta(days=1)
    fake.calendar().create("Soon", start, start + timedelta(hours=1))

    def windows(account: Account) -> Line:
        return Line(calendar=world.connect(account).window)

    world.fleet = type(world.fleet)(world.store, windows, clock=world.clock)
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    assert world.states() == {"ann/primary": State.HEALTHY}
    assert [str(key) for key in world.store.calendars()] == ["google:ann:primary?window"]
