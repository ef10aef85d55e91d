"""Two calendars that are mirrored to one sink leave each other's records alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from kloudsync.errors import LeaseHeld
from kloudsync.mirror.report import PushReport
from kloudsync.objects.mirror import Mirror
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.providers.salesloft.client import Salesloft
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeCalendar, FakeGoogle
from kloudsync.testing.salesloft import FakeSalesloft

START = datetime(2026, 1, 6, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Pair:
    """A person's own calendar and a team's, both mirrored to the person's Salesloft calendar."""

    def __init__(self) -> None:
        self.clock = clock = ManualClock()
        self.fake, self.salesloft = FakeGoogle(clock=clock), FakeSalesloft(clock=clock)
        self.google = Google(
            "token", http_client=httpx.Client(transport=self.fake.transport()), clock=clock
        )
        self.sales = Salesloft(
            "key", http_client=httpx.Client(transport=self.salesloft.transport()), clock=clock
        )
        self.store = store = MemoryStore()
        self.calendars: list[FakeCalendar] = [
            self.fake.calendar(),
            self.fake.add_calendar("team@example.com"),
        ]
        names = ("primary", "team@example.com")
        self.engines = [SyncEngine(self.google.calendar(name), store) for name in names]
        self.sink = sink = self.sales.calendar(self.salesloft.calendar_id)
        self.mirrors = [Mirror(engine, sink, store) for engine in self.engines]

    def push(self) -> int:
        """Sync and push both; return how many records were written."""
        for engine in self.engines:
            engine.sync()
        return sum(mirror.push().written for mirror in self.mirrors)

    def shown(self) -> set[str]:
        """Return the ids that the sink shows."""
        return {row["id"] for row in self.salesloft.events(self.salesloft.calendar_id)}


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two calendars with an event each, pushed."""
    made = Pair()
    for calendar in made.calendars:
        calendar.create("Meeting", START, START + HOUR)
    assert made.push() == 2
    yield made
    made.google.close()
    made.sales.close()


def test_a_push_cancels_nothing_of_another_calendar(pair: Pair) -> None:
    """Each mirror keeps a ledger of its own: what another one wrote is not gone."""
    assert len(pair.shown()) == 2
    assert pair.push() == 0
    assert len(pair.shown()) == 2


def test_a_reconciliation_leaves_alone_what_another_mirror_wrote(pair: Pair) -> None:
    """Records in another mirror's ledger are known, although this one did not write them."""
    for mirror in pair.mirrors:
        assert mirror.plan(reconciled=True).planned == ()
        report = mirror.reconcile()
        assert (report.unknown, report.written) == (0, 0)
    assert len(pair.shown()) == 2


def test_a_meeting_in_both_calendars_stays_until_both_have_lost_it(pair: Pair) -> None:
    """Copies of one meeting share their id, and so their record."""
    both = {
        calendar.create("Shared", START + HOUR, START + 2 * HOUR, event="shared0meeting")
        for calendar in pair.calendars
    }
    pair.push()
    assert both < pair.shown()
    for calendar, written, left in zip(pair.calendars, (0, 1), (both, set[str]()), strict=True):
        calendar.delete("shared0meeting")
        assert pair.push() == written
        assert pair.shown() & both == left


def test_a_meeting_that_moves_to_the_other_calendar_stays(pair: Pair) -> None:
    """The one mirror cancels its record, and the other's write of the same one outdoes that."""
    pair.calendars[0].create("Moved", START + HOUR, START + 2 * HOUR, event="movedmeeting")
    pair.push()
    pair.clock.sleep(3600)
    pair.google.events.move("primary", "movedmeeting", "team@example.com")
    pair.clock.sleep(30)
    assert pair.push() == 2
    assert "movedmeeting" in pair.shown()
    assert pair.push() == 0


@pytest.mark.parametrize("work", [Mirror.push, Mirror.reconcile, Mirror.withdraw])
@pytest.mark.parametrize("moves", [True, False], ids=["moved", "deleted in both"])
def test_the_mirrors_of_one_sink_take_turns(
    pair: Pair, work: Callable[[Mirror], PushReport], moves: bool
) -> None:
    """What one cancels follows from what the other wrote, which is not to change meanwhile."""
    for calendar in pair.calendars[: 1 if moves else 2]:
        calendar.create("Shared", START + HOUR, START + 2 * HOUR, event="shared0meeting")
    pair.push()
    pair.clock.sleep(60)
    if moves:
        pair.google.events.move("primary", "shared0meeting", "team@example.com")
    else:
        for calendar in pair.calendars:
            calendar.delete("shared0meeting")
    pair.calendars[0].create("New", START + HOUR, START + 2 * HOUR)
    for engine in pair.engines:
        engine.sync()
    refused: list[str] = []

    def meanwhile(done: int, total: int) -> None:
        with pytest.raises(LeaseHeld) as error:
            work(pair.mirrors[1])
        refused.append(str(error.value))

    Mirror(pair.engines[0], pair.sink, pair.store, progress=meanwhile).push()
    assert refused
    assert f"another worker is pushing to {pair.sink.name}" in refused[0]
    pair.push()
    assert ("shared0meeting" in pair.shown()) is moves
    assert pair.push() == 0


def test_a_calendar_whose_account_is_renamed_is_shown_again(pair: Pair) -> None:
    """What was withdrawn under the old name is written under the new one, over the cancellation."""
    before = pair.shown()
    pair.clock.sleep(3600)
    assert pair.mirrors[0].withdraw().cancelled == 1
    assert pair.shown() < before
    pair.clock.sleep(60)
    http_client = httpx.Client(transport=pair.fake.transport())
    with Google("token", http_client=http_client, clock=pair.clock, account="renamed") as google:
        engine = SyncEngine(google.calendar("primary"), pair.store)
        engine.sync()
        assert Mirror(engine, pair.sink, pair.store).push().created == 1
    assert pair.shown() == before


# Mirrors whose calendars are gone


def cancelled(pair: Pair) -> list[str]:
    """Return the records that the sink keeps as cancelled."""
    rows = pair.salesloft.events(pair.salesloft.calendar_id, cancelled=True)
    return [row["id"] for row in rows if row["status"] == "cancelled"]


def renamed(pair: Pair) -> tuple[SyncEngine, Mirror]:
    """Forget the first calendar, and mirror it again under another account's name."""
    pair.engines[0].forget()
    client = httpx.Client(transport=pair.fake.transport())
    google = Google("token", account="new name", http_client=client, clock=pair.clock)
    engine = SyncEngine(google.calendar("primary"), pair.store)
    engine.sync()
    return engine, Mirror(engine, pair.sink, pair.store)


def test_a_mirror_whose_calendar_is_gone_keeps_nothing(pair: Pair) -> None:
    """A meeting that is cancelled after its account was renamed is cancelled at the sink."""
    engine, mirror = renamed(pair)
    mirror.push()
    (meeting,) = pair.calendars[0].truth()
    pair.calendars[0].delete(meeting)
    engine.sync()
    assert mirror.push().cancelled == 1
    assert cancelled(pair) == [meeting]


def test_what_a_calendar_left_behind_is_told_and_withdrawn_by_reconciliation(pair: Pair) -> None:
    """Nobody else will ever cancel it: pushes count it, and the next comparison takes it back.

    A store that forgets a calendar forgets its ledger as well; those of 0.1.0 kept it.
    """
    (meeting,) = pair.calendars[0].truth()
    (own,) = (name for name in pair.store.mirrors() if not name.endswith(str(pair.engines[1].key)))
    kept = pair.store.ledger(own).values()
    pair.engines[0].forget()
    lease = pair.store.acquire("test", "test", ttl=60, now=pair.clock.now().timestamp())
    assert lease is not None
    pair.store.enter(own, lease, kept)
    report = pair.mirrors[1].push()
    assert (report.abandoned, str(report)) == (
        1,
        "0 created, 0 updated, 0 cancelled, 1 abandoned",
    )
    assert pair.mirrors[1].plan().abandoned == 1
    assert cancelled(pair) == []
    report = pair.mirrors[1].reconcile()
    assert (report.cancelled, report.abandoned) == (1, 0)
    assert cancelled(pair) == [meeting]
    assert pair.mirrors[1].push().abandoned == 0
    assert pair.shown() == set(pair.calendars[1].truth())


def test_a_mirror_over_a_store_without_its_calendar_trusts_all_ledgers(pair: Pair) -> None:
    """Where ledgers lie apart from copies, nothing follows from a calendar that is not there."""
    ledgers, (engine, other) = MemoryStore(), pair.engines
    first, second = Mirror(engine, pair.sink, ledgers), Mirror(other, pair.sink, ledgers)
    first.push()
    assert second.push().abandoned == 0
    assert second.reconcile().cancelled == 0
    assert len(pair.shown()) == 2
