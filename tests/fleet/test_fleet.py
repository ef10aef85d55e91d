"""A fleet over fake accounts: enrolled, followed, pushed, revoked, retired; in both colours."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from kloudsync import AsyncFleet, AsyncGoogle, Fleet, Google
from kloudsync.errors import ConsentRequired, UsageError
from kloudsync.fleet import topics
from kloudsync.fleet.accounts import Account, Line
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import Note, State, Status
from kloudsync.model.calendar import CalendarKey
from kloudsync.objects.push_intake import PushIntake
from kloudsync.stores import MemoryStore, SQLiteStore
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
        self.clock = ManualClock()
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


@pytest.fixture(params=["blocking", "awaiting"])
def drive(request: pytest.FixtureRequest) -> Drive:
    """Both colours, one after the other."""
    chosen: Drive = request.param
    return chosen


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A store of either kind."""
    if request.param == "memory":
        yield MemoryStore()
        return
    with SQLiteStore(tmp_path / "fleet.db") as store:
        yield store


@pytest.fixture
def world(drive: Drive, store: Any) -> World:
    """A fleet without accounts."""
    return World(drive, store)


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


def test_running_until_told_to_stop() -> None:
    """A fleet of threads runs in the background, hears of a notification, and ends when it is told."""
    fake = FakeGoogle()
    store = MemoryStore()
    fake.calendar().create("First", STARTS, STARTS + HOUR)

    def connect(account: Account) -> Google:
        return Google(
            "t", account=account.name, http_client=httpx.Client(transport=fake.transport())
        )

    fleet = Fleet(store, connect, policy=FleetPolicy(look=0.02))
    left: list[int] = []
    thread = threading.Thread(target=lambda: left.append(fleet.run()))
    thread.start()
    fleet.enrol("google", "ann", calendars=["primary"])
    wait_until(lambda: bool(store.calendars()))
    with pytest.raises(UsageError, match="is running already"):
        fleet.run_once()
    fleet.stop()
    thread.join(10.0)
    assert left == [0]


def test_running_in_an_event_loop() -> None:
    """A fleet of tasks does the same, and is cancelled like any task."""
    fake = FakeGoogle()
    store = MemoryStore()
    fake.calendar().create("First", STARTS, STARTS + HOUR)

    async def connect(account: Account) -> AsyncGoogle:
        client = httpx.AsyncClient(transport=fake.transport())
        return AsyncGoogle("t", account=account.name, http_client=client)

    async def story() -> int:
        async with AsyncFleet(store, connect, policy=FleetPolicy(look=0.02)) as fleet:
            running = asyncio.ensure_future(fleet.run())
            await fleet.enrol("google", "ann", calendars=["primary"])
            await asyncio.to_thread(wait_until, lambda: bool(store.calendars()))
            fleet.stop()
            return await running

    assert asyncio.run(asyncio.wait_for(story(), 20.0)) == 0


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


def test_a_process_ends_though_a_job_hangs() -> None:
    """Whatever a job waits for, the process that was told to stop ends."""
    script = """
import threading
from kloudsync import Fleet
from kloudsync.fleet.accounts import Line
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.stores import MemoryStore

begun = threading.Event()

def hang(_):
    begun.set()
    threading.Event().wait()

fleet = Fleet(MemoryStore(), lambda _: Line(calendar=hang), policy=FleetPolicy(grace=0.1))
fleet.enrol("google", "ann", calendars=["primary"])
threading.Thread(target=lambda: (begun.wait(), fleet.stop()), daemon=True).start()
print(fleet.run())
"""
    ended = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", script], capture_output=True, timeout=60.0, check=True
    )
    assert ended.stdout.split() == [b"1"]


class Told:
    """A mirror that counts how often it was pushed."""

    def __init__(self) -> None:
        self.pushes = 0
        self.created = self.updated = self.cancelled = ()

    def push(self) -> Told:
        """Count."""
        self.pushes += 1
        return self


def test_two_fleets_of_which_one_has_a_mirror() -> None:
    """A fleet without a mirror, such as a version before it, ends none of another fleet's."""
    store, told = MemoryStore(), Told()

    def make(_engine: Any, _account: Account) -> Told:
        return told

    world = World("blocking", store, mirrors={"team": make})
    without = World("blocking", store)
    without.clock, without.fakes = world.clock, world.fakes
    without.fleet = Fleet(store, without.connect, clock=world.clock)
    world.person("ann")
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    assert told.pushes == 1
    world.clock.advance(timedelta(days=2))
    without.once()
    world.later(86_400.0)
    assert told.pushes == 2
