from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.recorded import cases
from tests.sync.test_recorded import Recording

from kloudsync.errors import UsageError
from kloudsync.http.retry import Retry
from kloudsync.model.record import StagedRecord, Verdict
from kloudsync.model.state import FeedKind
from kloudsync.objects.collection_engine import AsyncCollectionEngine, CollectionEngine
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.wire.access import AclRule, AclScope
from kloudsync.providers.google.wire.calendar_list import CalendarListEntry
from kloudsync.stores import MemoryStore
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.stores.worker import Worker, take

TEAM = "team@example.com"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def fake() -> FakeGoogle:
    """An account with two calendars."""
    fake = FakeGoogle()
    fake.add_calendar(TEAM, summary="Team")
    return fake


@pytest.fixture
def google(fake: FakeGoogle) -> Iterator[Google]:
    """A client of the fake."""
    with httpx.Client(transport=fake.transport()) as carrier:
        yield Google("token", http_client=carrier, clock=ManualClock())


def news(engine: CollectionEngine[Any]) -> list[tuple[FeedKind, str]]:
    """Read and acknowledge what is new in the feed."""
    changes = list(engine.changes("reader"))
    if changes:
        engine.acknowledge("reader", changes[-1])
    return [(change.kind, change.id) for change in changes]


def test_which_calendars_exist_is_synced(fake: FakeGoogle, google: Google, store: Store) -> None:
    """One that appears, changes or goes is a change."""
    engine = CollectionEngine(google.collections.calendars(), store)
    assert engine.sync().added == 2
    assert [entry.id for entry in engine.members()] == ["owner@example.com", TEAM]
    news(engine)
    fake.add_calendar("new@example.com", summary="New")
    google.calendar_list.patch(TEAM, CalendarListEntry(hidden=True))
    assert engine.sync().full is False
    assert news(engine) == [(FeedKind.ADDED, "new@example.com"), (FeedKind.UPDATED, TEAM)]
    fake.unshare(TEAM, "owner@example.com")
    assert engine.sync().deleted == 1
    (change,) = engine.changes("reader")
    assert (change.kind, change.after) == (FeedKind.DELETED, None)
    assert change.before
    assert (change.before.summary, change.before.hidden) == ("Team", True)
    assert engine.member(TEAM) is None


def test_a_dead_token_empties_nothing(fake: FakeGoogle, google: Google, store: Store) -> None:
    """A full pass finds what changed meanwhile, and tells nothing else; hidden ones included."""
    engine = CollectionEngine(google.collections.calendars(), store)
    google.calendar_list.patch(TEAM, CalendarListEntry(hidden=True))
    engine.sync()
    news(engine)
    fake.add_calendar("new@example.com")
    fake.expire_sync_tokens()
    report = engine.sync()
    assert (report.full, report.deleted) == (True, 0)
    assert "410" in (report.resync_reason or "")
    assert news(engine) == [(FeedKind.ADDED, "new@example.com")]


def test_who_may_read_a_calendar_is_synced(google: Google, store: Store) -> None:
    """A rule that is taken back comes as one of the role `none`, and is gone."""
    engine = CollectionEngine(google.collections.access(), store)
    engine.sync()
    news(engine)
    scope = AclScope(type="user", value="reader@example.com")
    rule = google.acl.insert("primary", AclRule(role="reader", scope=scope))
    engine.sync()
    assert news(engine) == [(FeedKind.ADDED, "user:reader@example.com")]
    held = engine.member("user:reader@example.com")
    assert held
    assert held.role == "reader"
    google.acl.delete("primary", rule.id or "")
    engine.sync()
    assert news(engine) == [(FeedKind.DELETED, "user:reader@example.com")]


def test_settings_are_synced(fake: FakeGoogle, google: Google, store: Store) -> None:
    """With the value before and after."""
    engine = CollectionEngine(google.collections.settings(), store)
    engine.sync()
    news(engine)
    fake.change_setting("weekStart", "1")
    engine.sync()
    (change,) = engine.changes("reader")
    assert change.before
    assert change.after
    assert (change.before.value, change.after.value) == ("0", "1")


@pytest.mark.parametrize("text", ["{", "[]", '{"id": 1}'])
def test_a_member_that_cannot_be_read_is_in_nobodys_way(
    fake: FakeGoogle, google: Google, store: Store, text: str
) -> None:
    """The others are there, the feed tells it by its id, and a full listing mends it."""
    source = google.collections.settings()
    engine = CollectionEngine(source, store)
    engine.sync()
    news(engine)
    worker = Worker(store, source.key, lease=take(store, "spoiler"))
    spoilt = store.records(source.key, ["weekStart"])["weekStart"]._replace(raw=text)
    worker.sync(StagedRecord(spoilt, Verdict.UPDATED))
    readable = {one.id for one in engine.members()}
    assert readable
    assert "weekStart" not in readable
    (change,) = engine.changes("reader")
    assert (change.id, change.kind, change.after) == ("weekStart", FeedKind.UPDATED, None)
    assert change.problem
    engine.acknowledge("reader", change)
    engine.sync(full=True)
    assert {one.id for one in engine.members()} == readable | {"weekStart"}
    assert news(engine) == [(FeedKind.UPDATED, "weekStart")]


def test_lists_and_calendars_share_a_store(fake: FakeGoogle, google: Google, store: Store) -> None:
    """Under keys of their own, each with its own feed."""
    fake.calendar().create("Lunch", fake.clock.now())
    events = SyncEngine(google.calendar(), store)
    lists = [google.collections.calendars(), google.collections.settings()]
    events.sync()
    for source in lists:
        CollectionEngine(source, store).sync()
    assert len({events.key, *(source.key for source in lists)}) == 3
    assert len(list(events.events())) == 1
    assert len(list(events.changes("reader"))) == 1


def test_a_member_without_id_stops_no_page(fake: FakeGoogle, google: Google, store: Store) -> None:
    """It is quarantined, and all others are kept."""
    page = {"items": [{"summary": "?"}, "text", {"id": "good"}], "nextSyncToken": "t"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=page))
    with httpx.Client(transport=transport) as carrier:
        broken = Google("token", http_client=carrier, clock=ManualClock())
        engine = CollectionEngine(broken.collections.calendars(), store)
        assert len(engine.sync().quarantined) == 2
        assert [entry.id for entry in engine.members()] == ["good"]


def test_both_colours_sync_lists(fake: FakeGoogle, store: Store) -> None:
    """The awaiting engine has the same copy."""
    fake.faults = Faults([Fault(FaultKind.UNAVAILABLE)])
    carrier = httpx.AsyncClient(transport=fake.transport())
    google = AsyncGoogle("token", http_client=carrier, clock=ManualClock())
    engine = AsyncCollectionEngine(google.collections.calendars(), store)

    async def read() -> None:
        assert (await engine.sync()).added == 2
        members = await engine.members()
        assert members == list(engine.copy.members())
        assert await engine.member(members[0].id or "") == members[0]
        first, second = [change async for change in engine.changes("crm")]
        await engine.acknowledge("crm", first)
        assert [change async for change in engine.changes("crm")] == [second]

    asyncio.run(read())


def test_members_are_no_events(google: Google, store: Store) -> None:
    """Who reads them as events is told."""
    with pytest.raises(UsageError, match="needs a calendar"):
        SyncEngine(google.collections.calendars(), store)
    with pytest.raises(UsageError, match="no occurrences"):
        google.collections.calendars().occurrence_id("x", 0, all_day=False)


def list_sequences() -> list[Any]:
    """Return the recorded histories of calendar lists."""
    return [
        case
        for case in cases("google_sync_sequences.json")
        if case.id == "absent" or case.values[0]["resource"] == "calendarList"
    ]


@pytest.mark.parametrize("sequence", list_sequences())
def test_a_recorded_history_of_a_list_ends_as_recorded(
    store: Store, sequence: dict[str, Any]
) -> None:
    """After each step the copy and the cursor are as recorded."""
    recording = Recording()
    with httpx.Client(transport=httpx.MockTransport(recording)) as carrier:
        google = Google("token", http_client=carrier, clock=ManualClock())
        source = google.collections.calendars()
        engine = CollectionEngine(source, store)
        for step in sequence["steps"]:
            recording.exchanges = list(step["exchanges"])
            engine.sync()
            assert recording.exchanges == []
            cursor = store.state(source.key).cursor
            assert cursor
            assert cursor.token == step["expect"]["cursor"]
            assert [one.id for one in engine.members()] == step["expect"]["live"]


# Held, confirmed, forgotten


def shrunk(fake: FakeGoogle, engine: CollectionEngine[CalendarListEntry]) -> list[str]:
    """Let most calendars of a synced list go while nothing tells so; return their names."""
    names = [f"c{number:02}@group.example.com" for number in range(17)]
    for name in names:
        fake.add_calendar(name)
    engine.sync()
    for name in names[:12]:
        fake.remove_calendar(name)
    fake.expire_sync_tokens()
    return names[:12]


def test_calendars_that_a_listing_lacks_are_held_until_confirmed(
    fake: FakeGoogle, google: Google, store: Store
) -> None:
    """As events are: they stay members, are told as pending, and go when somebody says so."""
    source = google.collections.calendars()
    engine = CollectionEngine(source, store)
    gone = shrunk(fake, engine)
    engine.sync()
    assert [entry.id for entry in engine.pending()] == gone
    assert len(list(engine.members())) == 19
    sure = MassDeletion(confirm=lambda _: True)
    CollectionEngine(source, store, mass_deletion=sure).sync()
    assert engine.pending() == []
    assert len(list(engine.members())) == 7


def test_calendars_that_are_told_as_gone_are_not_held(
    fake: FakeGoogle, google: Google, store: Store
) -> None:
    """A delta's word is the service's."""
    engine = CollectionEngine(google.collections.calendars(), store)
    names = [f"c{number:02}@group.example.com" for number in range(17)]
    for name in names:
        fake.add_calendar(name)
    engine.sync()
    for name in names[:12]:
        fake.remove_calendar(name)
    assert engine.sync().deleted == 12
    assert engine.pending() == []


def test_a_list_is_planned_listed_in_full_and_forgotten(
    fake: FakeGoogle, google: Google, store: Store
) -> None:
    """As a calendar is; its feed goes with it, and it begins anew."""
    engine = CollectionEngine(google.collections.calendars(), store)
    assert engine.plan().added == 2
    assert list(engine.members()) == []
    engine.sync()
    assert engine.sync(full=True).full
    engine.forget()
    assert list(engine.members()) == []
    assert list(engine.changes("reader")) == []
    assert engine.sync().added == 2


def test_a_consumer_that_is_dismissed_holds_back_no_feed(
    fake: FakeGoogle, google: Google, store: Store
) -> None:
    """The feed is pruned without it, and should it come back it begins with what is kept."""
    engine = CollectionEngine(google.collections.calendars(), store)
    engine.sync()
    assert news(engine)
    fake.add_calendar("new@example.com")
    engine.sync()
    engine.acknowledge("other", list(engine.changes("other"))[-1])
    assert store.prune(LATER) == 2
    engine.dismiss("reader")
    assert store.prune(LATER) == 1


def test_awaiting_engines_of_lists_do_the_same(fake: FakeGoogle) -> None:
    """Planned, listed in full, told what is pending, dismissed and forgotten."""

    async def main() -> None:
        carrier = httpx.AsyncClient(transport=fake.transport())
        google = AsyncGoogle("token", http_client=carrier, clock=ManualClock())
        engine = AsyncCollectionEngine(google.collections.calendars(), MemoryStore())
        assert (await engine.plan()).added == 2
        await engine.sync()
        assert (await engine.sync(full=True)).full
        assert await engine.pending() == []
        await engine.dismiss("reader")
        await engine.forget()
        assert await engine.members() == []
        await carrier.aclose()

    asyncio.run(main())


@pytest.mark.parametrize("odd", [r"\ud800", r"a\u0000", ""])
def test_a_member_whose_id_no_store_can_keep_is_kept_aside(store: Store, odd: str) -> None:
    """It stops none of the others, on any store."""
    rules = f'{{"items":[{{"id":"{odd}"}},{{"id":"user:a@example.com"}}],"nextSyncToken":"1"}}'
    carrier = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, text=rules)))
    google = Google("token", http_client=carrier, retry=Retry(attempts=1))
    engine = CollectionEngine(google.collections.access(), store)
    report = engine.sync()
    assert (report.added, len(report.quarantined)) == (1, 1)
    assert [rule.id for rule in engine.members()] == ["user:a@example.com"]
