from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from tests.sync.world import replayed

from kloudsync.errors import UsageError
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.model.change import Added, Change, Deleted, Updated
from kloudsync.model.event import SeriesException, SingleEvent
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.window import GoogleWindow
from kloudsync.stores import MemoryStore
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.sync.source import Source
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle, RandomUser

DAY = timedelta(days=1)
BACK, AHEAD = 2 * DAY, 14 * DAY


@pytest.fixture
def clock() -> ManualClock:
    """Stands at 09:00 UTC on Monday, 5 January 2026."""
    return ManualClock()


@pytest.fixture
def fake(clock: ManualClock) -> FakeGoogle:
    """An empty fake."""
    return FakeGoogle(time_zone="UTC", clock=clock)


@pytest.fixture
def google(fake: FakeGoogle, clock: ManualClock) -> Iterator[Google]:
    """A client of the fake."""
    carrier = httpx.Client(transport=fake.transport())
    with carrier, Google("token", http_client=carrier, clock=clock) as google:
        yield google


@pytest.fixture
def engine(google: Google, store: Store) -> SyncEngine:
    """An engine that syncs the window, three occurrences to a page."""
    bold = MassDeletion(confirm=lambda _: True)
    source = google.window(back=BACK, ahead=AHEAD, page_size=3)
    return SyncEngine(source, store, mass_deletion=bold)


@pytest.fixture
def news(engine: SyncEngine) -> Callable[[], list[Change]]:
    """Reads and acknowledges what is new in the feed."""

    def read() -> list[Change]:
        changes = list(engine.changes("reader"))
        if changes:
            engine.acknowledge("reader", changes[-1])
        return changes

    return read


def shown(fake: FakeGoogle) -> dict[str, Any]:
    """Draw up what the service shows in the window now."""
    now = fake.clock.now()
    found = fake.calendar().occurrences(now - BACK, now + AHEAD)
    return {one.id: one.resource for one in found}


def held(engine: SyncEngine) -> dict[str, Any]:
    """Return the raw events of the copy by id."""
    return {event.id: dict(event.raw) for event in engine.events()}


def test_the_copy_is_the_window(fake: FakeGoogle, engine: SyncEngine) -> None:
    """Occurrences without their series, page by page of the same window."""
    start = fake.clock.now()
    fake.calendar().create("Daily", start, recurrence=["RRULE:FREQ=DAILY"])
    fake.calendar().create("Once", start + DAY)
    fake.calendar().create("Long ago", start - 9 * DAY)
    fake.calendar().create("Far away", start + 90 * DAY)
    report = engine.sync()
    assert held(engine) == shown(fake)
    kinds = {type(event) for event in engine.events()}
    assert kinds == {SingleEvent, SeriesException}
    windows = {(line.query["timeMin"], line.query["timeMax"]) for line in fake.requests}
    assert windows == {("2026-01-03T09:00:00Z", "2026-01-19T09:00:00Z")}
    assert (report.full, report.pages) == (True, 5)


def test_nothing_new_makes_no_change(fake: FakeGoogle, engine: SyncEngine) -> None:
    """Though each run is a full pass."""
    fake.calendar().create("Daily", fake.clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    engine.sync()
    report = engine.sync()
    assert (report.full, report.added, report.updated, report.deleted) == (True, 0, 0, 0)


def test_what_happens_in_the_window_is_told(
    fake: FakeGoogle, engine: SyncEngine, news: Callable[[], list[Change]]
) -> None:
    """One change for each occurrence that came, changed or went."""
    start, calendar = fake.clock.now(), fake.calendar()
    series = calendar.create("Weekly", start, recurrence=["RRULE:FREQ=WEEKLY"])
    once = calendar.create("Once", start + DAY)
    engine.sync()
    news()
    calendar.cancel_occurrence(series, start)
    calendar.edit_this(series, start + 7 * DAY, start=start + 8 * DAY)
    calendar.edit(once, summary="Twice")
    calendar.create("New", start + 2 * DAY)
    engine.sync()
    assert sorted(type(change).__name__ for change in news()) == [
        "Added",
        "Deleted",
        "Updated",
        "Updated",
    ]
    assert held(engine) == shown(fake)


def test_time_that_passes_deletes_nothing(
    fake: FakeGoogle,
    clock: ManualClock,
    engine: SyncEngine,
    news: Callable[[], list[Change]],
) -> None:
    """What has passed stays as it was; what comes within reach is told as added."""
    calendar = fake.calendar()
    calendar.create("Daily", clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    calendar.create("Holiday", date(2026, 1, 6))
    engine.sync()
    first = held(engine)
    assert len(news()) == 15
    clock.advance(5 * DAY)
    report = engine.sync()
    assert (report.added, report.updated, report.deleted) == (5, 0, 0)
    assert {type(change) for change in news()} == {Added}
    assert held(engine) == first | shown(fake)


def test_a_long_pause_is_no_mass_deletion(
    fake: FakeGoogle, clock: ManualClock, google: Google, store: Store
) -> None:
    """Nothing that was held is in the window any more, and nothing is held back."""
    engine = SyncEngine(google.window(back=BACK, ahead=AHEAD), store)
    fake.calendar().create("Daily", clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    engine.sync()
    clock.advance(90 * DAY)
    report = engine.sync()
    assert (report.committed, report.deleted) == (True, 0)


def test_what_was_deleted_is_told_though_time_passes(
    fake: FakeGoogle,
    clock: ManualClock,
    engine: SyncEngine,
    news: Callable[[], list[Change]],
) -> None:
    """Of what is still within reach; what has passed is looked at no more."""
    calendar, start = fake.calendar(), clock.now()
    past, present = calendar.create("Past", start), calendar.create("Present", start + 9 * DAY)
    engine.sync()
    news()
    calendar.delete(past)
    calendar.delete(present)
    clock.advance(5 * DAY)
    engine.sync()
    (change,) = news()
    assert (type(change), isinstance(change, Deleted) and change.id) == (Deleted, present)
    assert set(held(engine)) == {past}


def test_all_day_events_pass_where_their_day_ends(
    fake: FakeGoogle, clock: ManualClock, google: Google
) -> None:
    """East of Greenwich that is before midnight in UTC, and no deletion."""
    fake.add_calendar("east@example.com", time_zone="Pacific/Auckland")
    east = fake.calendar("east@example.com")
    east.create("Holiday", date(2026, 1, 5))
    source = google.window("east@example.com", back=timedelta(0), ahead=AHEAD)
    engine = SyncEngine(source, MemoryStore())
    engine.sync()
    clock.advance(timedelta(hours=3))
    assert engine.sync().deleted == 0
    assert len(held(engine)) == 1


def test_a_division_is_told_by_occurrence(
    fake: FakeGoogle, engine: SyncEngine, news: Callable[[], list[Change]]
) -> None:
    """Windows know no series, and so no split; ids of occurrences stay."""
    start, calendar = fake.clock.now(), fake.calendar()
    series = calendar.create("Daily", start, recurrence=["RRULE:FREQ=DAILY"])
    engine.sync()
    news()
    calendar.edit_following(series, start + 7 * DAY, summary="Renamed")
    engine.sync()
    assert {type(change) for change in news()} == {Updated}
    assert held(engine) == shown(fake)


def test_a_pass_that_breaks_off_is_resumed_with_its_window(
    fake: FakeGoogle, clock: ManualClock, engine: SyncEngine
) -> None:
    """A page token is good for the same bounds only."""
    fake.calendar().create("Daily", clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    fake.faults = Faults([Fault(FaultKind.FORBIDDEN, nth=3)])
    with pytest.raises(Exception, match="forbidden"):
        engine.sync()
    clock.advance(DAY / 2)
    assert engine.sync().resumed
    windows = [line.query["timeMin"] for line in fake.requests]
    # To its end with the old window, and then on to the present.
    assert windows == sorted(windows)
    assert windows.count("2026-01-03T09:00:00Z") == 6
    assert shown(fake).items() <= held(engine).items()


def test_a_dead_page_token_starts_the_pass_anew(
    fake: FakeGoogle, clock: ManualClock, engine: SyncEngine
) -> None:
    """With a window of the present."""
    fake.calendar().create("Daily", clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    fake.faults = Faults([Fault(FaultKind.FORBIDDEN, nth=3)])
    with pytest.raises(Exception, match="forbidden"):
        engine.sync()
    fake.expire_page_tokens()
    clock.advance(DAY)
    assert engine.sync().committed
    assert held(engine) == shown(fake)


@pytest.mark.parametrize("seed", range(6))
def test_any_history_ends_in_the_window(
    fake: FakeGoogle,
    clock: ManualClock,
    engine: SyncEngine,
    news: Callable[[], list[Change]],
    seed: int,
) -> None:
    """The copy shows the window, and a reader of the feed holds what the copy holds."""
    user = RandomUser(fake.calendar(), seed)
    changes: list[Change] = []
    for _ in range(6):
        for _ in range(8):
            user.act()
        clock.advance(timedelta(hours=9))
        engine.sync()
        changes += news()
        assert shown(fake).keys() <= held(engine).keys()
    engine.sync()
    assert replayed(changes).keys() == held(engine).keys()


def test_the_fingerprint_stays_as_the_window_moves(google: Google, clock: ManualClock) -> None:
    """Other lengths or filters make another copy of it."""
    window = google.window(back=BACK, ahead=AHEAD)
    before = window.fingerprint
    clock.advance(DAY)
    assert window.fingerprint == before
    others = [
        google.window(back=BACK, ahead=BACK),
        google.window(back=BACK, ahead=AHEAD, q="lunch"),
        google.window("team@example.com", back=BACK, ahead=AHEAD),
    ]
    assert len({before, *(other.fingerprint for other in others)}) == 4
    assert window.key != google.calendar().key


def test_an_empty_window_is_refused(google: Google) -> None:
    """It could never hold anything."""
    with pytest.raises(UsageError, match="holds nothing"):
        google.window(back=timedelta(0), ahead=timedelta(0))


def test_a_window_is_a_source(google: Google) -> None:
    """In both colours, to every type checker."""
    blocking: Source[Blocking] = google.window()
    distant = AsyncGoogle("token", http_client=httpx.AsyncClient())
    awaiting: Source[Awaiting] = distant.window()
    assert isinstance(blocking, GoogleWindow)
    assert isinstance(awaiting, GoogleWindow)
