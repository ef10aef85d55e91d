"""A fleet follows mailboxes at Microsoft: all their calendars, watched, and mirrored to Salesloft."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.providers.microsoft.world import BASE_URL, BERLIN, NOW, Drive, World, client_of

from kloudsync import AsyncFleet, AsyncMicrosoft, Fleet
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import State, Status
from kloudsync.model.arrival import Arrival
from kloudsync.model.calendar import CalendarKey
from kloudsync.objects.mirror import AsyncMirror, Mirror
from kloudsync.objects.push_intake import PushIntake
from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
from kloudsync.providers.salesloft.policy import Detail
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Reply
from kloudsync.testing.microsoft import FakeMicrosoft, recurring
from kloudsync.testing.salesloft import FakeSalesloft

HOUR = timedelta(hours=1)
MONDAYS = recurring("weekly", date(2026, 3, 2), days=["monday"], times=8)


def whole(_: object) -> Detail:
    """Send every meeting whole."""
    return Detail.FULL


class Followed:
    """Two mailboxes, a Salesloft calendar, and a fleet of either colour between them."""

    def __init__(self, drive: Drive) -> None:
        self.drive = drive
        self.clock = ManualClock(NOW)
        self.store = MemoryStore()
        self.salesloft = FakeSalesloft(clock=self.clock)
        self.mailboxes = {
            name: FakeMicrosoft(f"{name}@example.com", clock=self.clock, seed=seed)
            for seed, name in enumerate(("ann", "bob"))
        }
        kind: Any = Fleet if drive == "blocking" else AsyncFleet
        self.fleet = kind(
            self.store,
            self._connect,
            address="https://hooks.example.com/microsoft",
            policy=FleetPolicy(spread=0.0),
            mirrors={"salesloft": self._mirror},
            clock=self.clock,
        )
        intake = self.fleet.intake("microsoft")
        for mailbox in self.mailboxes.values():
            mailbox.subscriptions.deliveries.receiver = _into(intake)

    def _connect(self, account: Account) -> Any:
        fake = self.mailboxes[account.name]
        if self.drive == "blocking":
            return client_of(fake, account=account.name)
        http = httpx.AsyncClient(transport=fake.transport())
        return AsyncMicrosoft(
            "token", account=account.name, base_url=BASE_URL, http_client=http, clock=self.clock
        )

    def _mirror(self, engine: Any, _: Account) -> Any:
        transport = self.salesloft.transport()
        if self.drive == "blocking":
            http = httpx.Client(transport=transport)
            sales = Salesloft("key", http_client=http, clock=self.clock)
            sink = sales.calendar(self.salesloft.calendar_id, policy=whole)
            return Mirror(engine, sink, self.store)
        slow = AsyncSalesloft(
            "key", http_client=httpx.AsyncClient(transport=transport), clock=self.clock
        )
        distant = slow.calendar(self.salesloft.calendar_id, policy=whole)
        return AsyncMirror(engine.copy, distant, self.store)

    def enrol(self, name: str) -> None:
        """Follow a mailbox, with all its calendars; an awaiting fleet has to be told them."""
        if self.drive == "blocking":
            self.fleet.enrol("microsoft", name)
            return
        calendars = [calendar.id for calendar in self.mailboxes[name].mailbox()]
        asyncio.run(_awaited(self.fleet.enrol("microsoft", name, calendars=calendars)))

    def later(self, seconds: float) -> None:
        """Let time pass and messages arrive, and work off what is due then."""
        for mailbox in self.mailboxes.values():
            mailbox.subscriptions.deliveries.deliver()
        self.clock.advance(timedelta(seconds=seconds))
        if self.drive == "blocking":
            self.fleet.run_once()
        else:
            asyncio.run(self._work())

    async def _work(self) -> None:
        await self.fleet.run_once()
        await self.fleet.close()

    def states(self) -> set[State]:
        """Return how the calendars stand."""

        async def listed() -> list[Status]:
            return [one async for one in self.fleet.status()]

        told = list(self.fleet.status()) if self.drive == "blocking" else asyncio.run(listed())
        return {one.state for one in told if one.topic.collection == "events"}

    def held(self, account: str, calendar: str) -> int:
        """Return how many events are held of a calendar."""
        return len(list(self.store.events(CalendarKey("microsoft", account, calendar))))


async def _awaited(made: Any) -> None:
    await made


def _into(intake: PushIntake) -> Callable[[str, Mapping[str, str], bytes], Reply]:
    def receive(address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        query = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
        said = intake.acknowledge(Arrival(headers=headers, body=body, query=query))
        kind = {"content-type": said.content_type} if said.content_type else {}
        return Reply(said.status, kind, said.body)

    return receive


@pytest.fixture
def followed(drive: Drive) -> Followed:
    """Two mailboxes with a series each, of which one has a second calendar."""
    made = Followed(drive)
    for mailbox in made.mailboxes.values():
        start = datetime(2026, 3, 2, 11, tzinfo=BERLIN)
        mailbox.calendar().create("Weekly", start, recurrence=MONDAYS)
    made.mailboxes["ann"].add_calendar("Team").create(
        "Once", datetime(2026, 3, 4, 9, tzinfo=BERLIN)
    )
    return made


def test_a_fleet_follows_all_calendars_of_mailboxes(followed: Followed) -> None:
    """They are listed, synced, watched, and fetched at once when the service tells of a change."""
    for name in followed.mailboxes:
        followed.enrol(name)
    for _ in range(3):
        followed.later(10.0)
    ann = followed.mailboxes["ann"]
    calendars = [calendar.id for calendar in ann.mailbox()]
    assert sorted(followed.held("ann", one) for one in calendars) == [1, 1]
    assert followed.states() == {State.HEALTHY}
    assert len(list(ann.subscriptions)) == 2
    (series,) = ann.calendar().truth()
    ann.calendar().cancel_occurrence(series, date(2026, 3, 9))
    followed.later(2.0)
    assert followed.held("ann", ann.calendar().id) == 2


def test_a_fleet_mirrors_a_mailbox_to_salesloft(followed: Followed) -> None:
    """Each occurrence is a record, and a cancelled, a moved and a divided one are told as such."""
    followed.enrol("bob")
    for _ in range(3):
        followed.later(10.0)
    bob = followed.mailboxes["bob"].calendar()
    assert _records(followed) == 8
    (series,) = bob.truth()
    bob.cancel_occurrence(series, date(2026, 3, 9))
    late = datetime(2026, 3, 16, 15, tzinfo=BERLIN)
    bob.edit_this(series, date(2026, 3, 16), start=late, end=late + HOUR)
    bob.edit_following(series, date(2026, 3, 30), subject="Renamed")
    for _ in range(3):
        followed.later(10.0)
    shown = {
        (datetime.fromisoformat(row["start_time"]), row["title"])
        for row in followed.salesloft.events(followed.salesloft.calendar_id)
    }
    begun = bob.occurrences(NOW, NOW + timedelta(days=90))
    assert shown == {(one.begins, one.fields["subject"]) for one in begun}
    assert {title for _, title in shown} == {"Weekly", "Renamed"}
    assert (late, "Weekly") in shown


def _records(followed: Followed) -> int:
    return len(followed.salesloft.events(followed.salesloft.calendar_id))


def test_an_agenda_of_mixed_calendars_needs_no_service(world: World, weekly: str) -> None:
    """What is held is asked of the store alone."""
    world.sync()
    world.operations()
    assert len(world.shown()) == 10
    assert world.operations() == []
