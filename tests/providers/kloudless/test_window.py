from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from tests.providers.kloudless.world import BASE_URL, Drive, client_of
from tests.sync.world import replayed

from kloudsync.errors import DecodeError, NotFound, TransportError, UsageError
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.retry import Retry
from kloudsync.model.change import Added, Change, Deleted, Updated
from kloudsync.model.event import SeriesException, SingleEvent
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.window import KloudlessWindow
from kloudsync.stores import MemoryStore
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.sync.report import SyncReport
from kloudsync.sync.source import Source
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import RandomUser
from kloudsync.testing.kloudless import FakeKloudless

DAY = timedelta(days=1)
BACK, AHEAD = 2 * DAY, 14 * DAY
BOLD = MassDeletion(confirm=lambda _: True)


class Windowed:
    """A window of a calendar behind Kloudless, four occurrences to a page, and an engine for it.

    Args:
        drive: The colour of client and engine.
        store: Holds the copy.
        rules: What is inferred of listings.
    """

    def __init__(
        self,
        drive: Drive = "blocking",
        store: Store | None = None,
        rules: Rules = Rules(page_size=4),
    ) -> None:
        self.fake = FakeKloudless()
        self.calendar = self.fake.google.calendar()
        assert isinstance(self.fake.clock, ManualClock)
        self.clock = self.fake.clock
        self._store, self._rules = store or MemoryStore(), rules
        self.sync: Callable[[], SyncReport] = (
            self._blocking() if drive == "blocking" else self._awaiting()
        )

    def _blocking(self) -> Callable[[], SyncReport]:
        source = client_of(self.fake).window(back=BACK, ahead=AHEAD, rules=self._rules)
        self.copy = CalendarCopy(source, self._store)
        return SyncEngine(source, self._store, mass_deletion=BOLD).sync

    def _awaiting(self) -> Callable[[], SyncReport]:
        client = AsyncKloudless(
            "token",
            base_url=BASE_URL,
            http_client=httpx.AsyncClient(transport=self.fake.transport()),
            clock=self.clock,
            retry=Retry(attempts=4),
        )
        source = client.window(back=BACK, ahead=AHEAD, rules=self._rules)
        self.copy = CalendarCopy(source, self._store)
        engine = AsyncSyncEngine(source, self._store, mass_deletion=BOLD)
        return lambda: asyncio.run(engine.sync())

    def news(self) -> list[Change]:
        """Read and acknowledge what is new in the feed."""
        changes = list(self.copy.changes("reader"))
        if changes:
            self.copy.acknowledge("reader", changes[-1])
        return changes

    def shown(self) -> set[str]:
        """Return the ids of what the service shows in the window now."""
        now = self.clock.now()
        found = self.calendar.occurrences(now - BACK, now + AHEAD)
        return {self.fake.event_id(one.id) for one in found}

    def held(self) -> dict[str, Any]:
        """Return the raw events of the copy by id."""
        return {event.id: dict(event.raw) for event in self.copy.events()}


def scripted_engine(
    answer: Callable[[httpx.Request], httpx.Response],
) -> tuple[SyncEngine, ManualClock]:
    """Return an engine for a window whose listing is a function, with its clock."""
    clock = ManualClock()
    client = Kloudless(
        "token",
        base_url=BASE_URL,
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
        clock=clock,
    )
    window = client.window(back=BACK, ahead=AHEAD, rules=Rules(reads_calendar=False))
    return SyncEngine(window, MemoryStore()), clock


@pytest.fixture(params=["blocking", "awaiting"])
def world(request: pytest.FixtureRequest, store: Store) -> Windowed:
    """A window in both colours, over every store."""
    return Windowed(cast("Drive", request.param), store)


def test_the_copy_is_the_window(world: Windowed) -> None:
    """Occurrences without their series, page by page of the same range, a day wider on each side."""
    start, calendar = world.clock.now(), world.calendar
    calendar.create("Daily", start, recurrence=["RRULE:FREQ=DAILY"])
    calendar.create("Once", start + DAY)
    calendar.create("Just before", start - BACK - timedelta(hours=5))
    calendar.create("Just behind", start + AHEAD)
    report = world.sync()
    assert set(world.held()) == world.shown()
    assert {type(event) for event in world.copy.events()} == {SingleEvent, SeriesException}
    asked = [line.query for line in world.fake.requests if line.operation == "events.list"]
    windows = {(query["start"], query["end"]) for query in asked}
    assert windows == {("2026-01-02T09:00:00Z", "2026-01-20T09:00:00Z")}
    assert (report.full, len(asked)) == (True, 5)


def test_neither_activity_nor_a_subscription_is_asked_for(world: Windowed) -> None:
    """The calendar is read for its zone, and then only listed."""
    world.fake.switch_off("gone")
    world.calendar.create("Once", world.clock.now())
    world.sync()
    operations = [line.operation for line in world.fake.requests]
    assert operations == ["calendars.get", "events.list"]
    assert len(world.held()) == 1


def test_nothing_new_makes_no_change(world: Windowed) -> None:
    """Though each run is a full pass."""
    world.calendar.create("Daily", world.clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    world.sync()
    report = world.sync()
    assert (report.full, report.added, report.updated, report.deleted) == (True, 0, 0, 0)


def test_an_edit_is_told(world: Windowed) -> None:
    """Of one event, and of one occurrence that was moved."""
    start, calendar = world.clock.now(), world.calendar
    series = calendar.create("Weekly", start, recurrence=["RRULE:FREQ=WEEKLY"])
    once = calendar.create("Once", start + DAY)
    world.sync()
    world.news()
    calendar.edit_this(series, start + 7 * DAY, start=start + 8 * DAY)
    calendar.edit(once, summary="Twice")
    calendar.create("New", start + 2 * DAY)
    world.sync()
    told = sorted(type(change).__name__ for change in world.news())
    assert told == ["Added", "Updated", "Updated"]
    assert set(world.held()) == world.shown()


def test_a_deletion_is_told(world: Windowed) -> None:
    """Of one event, and of each occurrence of a series."""
    start, calendar = world.clock.now(), world.calendar
    once = calendar.create("Once", start + DAY)
    weekly = calendar.create("Weekly", start, recurrence=["RRULE:FREQ=WEEKLY"])
    daily = calendar.create("Daily", start + DAY, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    world.sync()
    world.news()
    calendar.delete(once)
    calendar.delete(daily)
    calendar.cancel_occurrence(weekly, start)
    world.sync()
    changes = world.news()
    assert ({type(change) for change in changes}, len(changes)) == ({Deleted}, 5)
    assert set(world.held()) == world.shown()


def test_time_that_passes_deletes_nothing(world: Windowed) -> None:
    """What slid out stays as it was; what comes within reach is told as added."""
    world.calendar.create("Daily", world.clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    world.calendar.create("Holiday", date(2026, 1, 6))
    world.sync()
    first = world.held()
    assert len(world.news()) == 15
    world.clock.advance(5 * DAY)
    report = world.sync()
    assert (report.added, report.updated, report.deleted) == (5, 0, 0)
    assert {type(change) for change in world.news()} == {Added}
    assert set(world.held()) == set(first) | world.shown()


def test_what_was_deleted_is_told_though_time_passes(world: Windowed) -> None:
    """Of what is still within reach; what has passed is looked at no more."""
    calendar, start = world.calendar, world.clock.now()
    past, present = calendar.create("Past", start), calendar.create("Present", start + 9 * DAY)
    world.sync()
    world.news()
    calendar.delete(past)
    calendar.delete(present)
    world.clock.advance(5 * DAY)
    world.sync()
    (change,) = world.news()
    assert isinstance(change, Deleted)
    assert change.id == world.fake.event_id(present)
    assert set(world.held()) == {world.fake.event_id(past)}


@pytest.mark.parametrize("hours", range(0, 49, 3))
def test_whole_days_slide_out_untold(hours: int) -> None:
    """Wherever the day begins, no hour tells it as deleted."""
    world = Windowed()
    world.calendar.create("Holiday", world.clock.now().date() - DAY)
    world.sync()
    world.clock.advance(timedelta(hours=hours))
    assert world.sync().deleted == 0
    assert len(world.held()) == 1


@pytest.mark.parametrize("begins", [timedelta(hours=20), timedelta(hours=3)])
def test_a_service_that_goes_by_beginnings_is_borne(begins: timedelta) -> None:
    """Events up to a day long are listed as long as they go on, and leave without a word."""
    started = datetime.fromisoformat("2026-01-03T09:00:00+00:00") - begins
    ends = started + DAY

    def answer(request: httpx.Request) -> httpx.Response:
        start = datetime.fromisoformat(request.url.params["start"])
        times = {"start": started.isoformat(), "end": ends.isoformat()}
        listed = [{"id": "long", **times}] if started >= start else []
        return httpx.Response(200, json={"objects": listed, "next_page": None})

    engine, clock = scripted_engine(answer)
    for _ in range(12):
        engine.sync()
        clock.advance(timedelta(hours=3))
    (change,) = engine.changes("reader")
    assert isinstance(change, Added)


def test_occurrences_that_name_no_series_stand_alone() -> None:
    """Payloads of 2019 tie them by UID alone; here is no series to tie them to."""
    world = Windowed()
    world.fake.pointers = False
    world.calendar.create("Daily", world.clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    world.sync()
    assert {type(event) for event in world.copy.events()} == {SingleEvent}
    assert set(world.held()) == world.shown()


def test_a_service_that_does_not_expand_is_an_error(world: Windowed) -> None:
    """That ranges list occurrences is inferred; the copy stays as it was where they do not."""
    start = world.clock.now()
    series = world.calendar.create("Weekly", start, recurrence=["RRULE:FREQ=WEEKLY"])
    world.sync()
    before = world.held()
    world.fake.expands_ranges = False
    with pytest.raises(DecodeError, match=world.fake.event_id(series)):
        world.sync()
    assert world.held() == before


def test_a_division_is_told_by_occurrence(world: Windowed) -> None:
    """Windows know no series, and so no split."""
    start, calendar = world.clock.now(), world.calendar
    series = calendar.create("Daily", start, recurrence=["RRULE:FREQ=DAILY"])
    world.sync()
    world.news()
    calendar.edit_following(series, start + 7 * DAY, summary="Renamed")
    world.sync()
    assert {type(change) for change in world.news()} <= {Added, Deleted, Updated}
    assert set(world.held()) == world.shown()


def test_a_pass_that_breaks_off_is_resumed_with_its_window(world: Windowed) -> None:
    """A page's name is good for the same range only; then the run goes on to the present."""
    world.calendar.create("Daily", world.clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    world.fake.faults = Faults([Fault(FaultKind.CUT_CONNECTION, nth=4, times=4)])
    with pytest.raises(TransportError):
        world.sync()
    world.clock.advance(DAY / 2)
    assert world.sync().resumed
    asked = [one.query["start"] for one in world.fake.requests if "start" in one.query]
    assert asked == sorted(asked)
    assert len(set(asked)) == 2
    assert world.shown() <= set(world.held())


def test_a_page_that_is_gone_starts_the_pass_anew() -> None:
    """A listing that is refused from its beginning is an error instead."""
    refusals = [410, 404]

    def answer(request: httpx.Request) -> httpx.Response:
        if "page" in request.url.params and refusals:
            return httpx.Response(refusals.pop(), json={"error_code": "request_failed"})
        times = {"start": "2026-01-05T10:00:00Z", "end": "2026-01-05T11:00:00Z"}
        if "page" in request.url.params:
            return httpx.Response(200, json={"objects": [{"id": "two", **times}]})
        listed = [{"id": "one", **times}]
        return httpx.Response(200, json={"objects": listed, "next_page": "more"})

    engine, _ = scripted_engine(answer)
    assert engine.sync().committed
    assert [event.id for event in engine.events()] == ["one", "two"]
    lost, _ = scripted_engine(lambda _: httpx.Response(404, json={"error_code": "not_found"}))
    with pytest.raises(NotFound):
        lost.sync()


@pytest.mark.parametrize("seed", range(4))
def test_any_history_ends_in_the_window(seed: int) -> None:
    """The copy shows the window, and a reader of the feed holds what the copy holds."""
    world = Windowed()
    user = RandomUser(world.calendar, seed)
    changes: list[Change] = []
    for _ in range(6):
        for _ in range(8):
            user.act()
        world.clock.advance(timedelta(hours=9))
        world.sync()
        changes += world.news()
        assert world.shown() <= set(world.held())
    assert replayed(changes).keys() == world.held().keys()


def test_the_zone_is_that_of_the_calendar() -> None:
    """Read before the listing, unless the rules leave it out."""
    world = Windowed()
    world.sync()
    assert world.fake.requests[0].operation == "calendars.get"
    frugal = Windowed(rules=Rules(reads_calendar=False))
    frugal.sync()
    assert [line.operation for line in frugal.fake.requests] == ["events.list"]


def test_the_fingerprint_stays_as_the_window_moves() -> None:
    """Other lengths or parameters make another copy of it."""
    fake = FakeKloudless()
    client = client_of(fake)
    window = client.window(back=BACK, ahead=AHEAD)
    before = window.fingerprint
    assert isinstance(fake.clock, ManualClock)
    fake.clock.advance(DAY)
    assert window.fingerprint == before
    others = [
        client.window(back=BACK, ahead=BACK),
        client.window(back=BACK, ahead=AHEAD, rules=Rules(list_parameters=(("q", "lunch"),))),
        client.window("team", back=BACK, ahead=AHEAD),
        client.window(back=BACK, ahead=AHEAD, account=7),
    ]
    assert len({before, *(other.fingerprint for other in others)}) == 5
    assert window.key != client.calendar().key


def test_an_empty_window_is_refused() -> None:
    """It could never hold anything."""
    with pytest.raises(UsageError, match="holds nothing"):
        client_of(FakeKloudless()).window(back=timedelta(0), ahead=timedelta(0))


def test_a_window_is_a_source() -> None:
    """In both colours, to every type checker."""
    blocking: Source[Blocking] = client_of(FakeKloudless()).window()
    distant = AsyncKloudless("token", base_url=BASE_URL, http_client=httpx.AsyncClient())
    awaiting: Source[Awaiting] = distant.window()
    assert isinstance(blocking, KloudlessWindow)
    assert isinstance(awaiting, KloudlessWindow)
