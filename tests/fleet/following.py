"""Accounts at fake services, and a fleet that follows them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import httpx

from kloudsync import AsyncFleet, AsyncGoogle, Fleet, Google
from kloudsync.errors import ConsentRequired
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import State, Status
from kloudsync.model.calendar import CalendarKey
from kloudsync.objects.push_intake import PushIntake
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import FakeGoogle

Drive = Literal["blocking", "awaiting"]
TEAM = "team@example.com"
HOUR = timedelta(hours=1)
ADDRESS = "https://hooks.example.com/google"
STARTS = datetime(2026, 1, 5, 9, tzinfo=UTC)


class World:
    """Accounts at fake services, and a fleet that follows them."""

    def __init__(self, drive: Drive, store: Any, **options: Any) -> None:
        self.drive: Drive = drive
        self.store = store
        self.clock: ManualClock = options.pop("clock", None) or ManualClock()
        self.fakes: dict[str, FakeGoogle] = {}
        self.connected: list[str] = []
        self.revoked: set[str] = set()
        self.turned: list[Status] = []
        kind: Any = Fleet if drive == "blocking" else AsyncFleet
        self.fleet = kind(
            store,
            self.connect,
            address=options.pop("address", ADDRESS),
            policy=options.pop("policy", FleetPolicy(spread=0.0)),
            on_state=self.turned.append,
            clock=self.clock,
            **options,
        )

    def beside(self, **options: Any) -> World:
        """Return another fleet of the same accounts, on the same store."""
        other = type(self)(self.drive, self.store, clock=self.clock, **options)
        other.fakes, other.revoked = self.fakes, self.revoked
        return other

    def connect(self, account: Account) -> Any:
        """Return a client of an account, unless its grant was revoked."""
        self.connected.append(account.name)
        if account.name in self.revoked:
            raise ConsentRequired(
                "revoked", status=400, provider="google", operation="token", reason="invalid_grant"
            )
        transport = self.fakes[account.name]
        if self.drive == "blocking":
            client = httpx.Client(transport=transport.transport())
            return Google("t", account=account.name, http_client=client, clock=self.clock)
        awaiting = httpx.AsyncClient(transport=transport.transport())
        return AsyncGoogle("t", account=account.name, http_client=awaiting, clock=self.clock)

    def person(self, name: str) -> FakeGoogle:
        """Return a new account with one event in its calendar."""
        fake = self.fakes[name] = FakeGoogle(clock=self.clock)
        fake.calendar().create("First", STARTS, STARTS + HOUR)
        return fake

    def do(self, made: Any) -> Any:
        """Return what a method of the fleet comes to, in either colour."""

        async def awaited() -> Any:
            return await made

        return made if self.drive == "blocking" else asyncio.run(awaited())

    def once(self) -> None:
        """Work off what is due."""
        if self.drive == "blocking":
            self.fleet.run_once()
            return

        async def work() -> None:
            await self.fleet.run_once()
            await self.fleet.close()

        asyncio.run(work())

    def later(self, seconds: float) -> None:
        """Let time pass, and work off what is due then."""
        self.clock.advance(timedelta(seconds=seconds))
        self.once()

    def states(self, *account: str) -> dict[str, State]:
        """Return how the calendars of an account, or of all, stand."""

        async def listed() -> list[Status]:
            return [one async for one in self.fleet.status(*account)]

        told = (
            list(self.fleet.status(*account)) if self.drive == "blocking" else asyncio.run(listed())
        )
        return {
            f"{one.topic.key.account}/{one.topic.key.calendar}": one.state
            for one in told
            if one.topic.collection == "events"
        }

    def held(self, account: str, calendar: str) -> int:
        """Return how many events are held of a calendar."""
        return len(list(self.store.events(CalendarKey("google", account, calendar))))


def into(intake: PushIntake) -> Callable[[str, Any, bytes], Reply]:
    """Return what hands messages to an intake."""
    return lambda _, headers, body: Reply(intake.answer(headers, body), {}, b"")


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, for as long as a slow machine may take."""
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to hold")


class Told:
    """A mirror that counts how often it was pushed."""

    def __init__(self) -> None:
        self.pushes = 0
        self.created = self.updated = self.cancelled = ()

    def push(self) -> Told:
        """Count."""
        self.pushes += 1
        return self
