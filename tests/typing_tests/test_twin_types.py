"""What type checkers see of objects in both colours; each `ignore` marks an error that they must find."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime
from typing import Any, assert_type

import pytest

from kloudsync import (
    AsyncCollectionEngine,
    AsyncGoogle,
    AsyncMirror,
    AsyncPushIntake,
    AsyncSalesloft,
    AsyncSyncEngine,
    AsyncWatcher,
    CollectionEngine,
    Google,
    Mirror,
    PushIntake,
    Salesloft,
    SyncEngine,
    Watcher,
)
from kloudsync.agenda import Agenda, Intervals
from kloudsync.mirror.report import PushReport
from kloudsync.model.change import Change
from kloudsync.model.event import Held
from kloudsync.model.state import CalendarState
from kloudsync.objects.collection_copy import MemberChange
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.wire.calendar_list import CalendarListEntry
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.salesloft.bulk import BulkReport
from kloudsync.push.report import ChannelReport, Round
from kloudsync.runtime.twin import Walk
from kloudsync.stores import MemoryStore
from kloudsync.sync.report import SyncReport


def blocking(engine: SyncEngine, start: datetime, end: datetime) -> None:
    """See plain values on a blocking engine."""
    assert_type(engine.sync(), SyncReport)
    assert_type(engine.sync(full=True), SyncReport)
    assert_type(engine.state(), CalendarState)
    assert_type(engine.events(), Iterator[Held])
    assert_type(engine.event("a"), Held | None)
    assert_type(engine.occurrences(start, end, limit=5), Agenda)
    assert_type(engine.busy(start, end), Intervals)
    assert_type(engine.changes("crm"), Iterator[Change])
    assert_type(engine.newest("crm"), int | None)
    assert_type(engine.copy.pending(), list[Held])


async def awaiting(engine: AsyncSyncEngine, start: datetime, end: datetime) -> None:
    """See coroutines and walks on an awaiting engine."""
    _ = assert_type(engine.sync(), Coroutine[Any, Any, SyncReport])
    assert_type(await engine.sync(full=True), SyncReport)
    assert_type(await engine.state(), CalendarState)
    assert_type(engine.events(), Walk[Held])
    assert_type(await engine.events(), list[Held])
    assert_type(await engine.event("a"), Held | None)
    assert_type(await engine.occurrences(start, end, limit=5), Agenda)
    assert_type(await engine.busy(start, end), Intervals)
    assert_type([change async for change in engine.changes("crm")], list[Change])
    assert_type(await engine.newest("crm"), int | None)
    assert_type(engine.copy.pending(), list[Held])


def lists(google: Google, store: MemoryStore) -> None:
    """See the members' type on a blocking engine of a list."""
    engine = CollectionEngine(google.collections.calendars(), store)
    assert_type(engine.sync(), SyncReport)
    assert_type(engine.member("a"), CalendarListEntry | None)
    assert_type(list(engine.members()), list[CalendarListEntry])
    assert_type(list(engine.changes("crm")), list[MemberChange[CalendarListEntry]])


async def awaiting_lists(google: AsyncGoogle, store: MemoryStore) -> None:
    """See the members' type on an awaiting engine of a list."""
    engine = AsyncCollectionEngine(google.collections.calendars(), store)
    assert_type(await engine.sync(), SyncReport)
    assert_type(await engine.member("a"), CalendarListEntry | None)
    assert_type(await engine.members(), list[CalendarListEntry])
    assert_type(await engine.changes("crm"), list[MemberChange[CalendarListEntry]])


def others(mirror: Mirror, watcher: Watcher, intake: PushIntake) -> None:
    """See plain values on blocking mirrors, watchers and intakes."""
    assert_type(mirror.push(), PushReport)
    assert_type(mirror.plan(reconciled=True), PushReport)
    assert_type(watcher.tend(), ChannelReport)
    assert_type(watcher.sync_due(), Round[SyncReport | None])
    assert_type(intake.answer({}, b""), int)


async def awaiting_others(
    mirror: AsyncMirror, watcher: AsyncWatcher, intake: AsyncPushIntake
) -> None:
    """See coroutines on awaiting mirrors, watchers and intakes."""
    assert_type(await mirror.push(), PushReport)
    assert_type(await mirror.plan(reconciled=True), PushReport)
    assert_type(await watcher.tend(), ChannelReport)
    assert_type(await watcher.sync_due(), Round[SyncReport | None])
    assert_type(await intake.answer({}, b""), int)


def clients(google: Google, salesloft: Salesloft) -> None:
    """See plain values on blocking clients."""
    with google as entered:
        assert_type(entered, Google)
    assert_type(google.with_options(), Google)
    assert_type(google.batch([Events.get("primary", "a")])[0].value, Event)
    assert_type(google.series("primary", "a").edit_all(Event()), Event)
    assert_type(salesloft.run_bulk([], name="a"), BulkReport)
    assert_type(google.close(), None)


async def awaiting_clients(google: AsyncGoogle, salesloft: AsyncSalesloft) -> None:
    """See coroutines on awaiting clients."""
    async with google as entered:
        assert_type(entered, AsyncGoogle)
    assert_type(google.with_options(), AsyncGoogle)
    assert_type((await google.batch([Events.get("primary", "a")]))[0].value, Event)
    assert_type(await google.series("primary", "a").edit_all(Event()), Event)
    assert_type(await salesloft.run_bulk([], name="a"), BulkReport)
    assert_type(await google.close(), None)


def refused(engine: SyncEngine, slow: AsyncSyncEngine, google: Google, store: MemoryStore) -> None:
    """Find wrong names, wrong types, missing arguments and the wrong colour."""
    engine.sync(1)  # type: ignore[call-arg, arg-type]
    engine.sync(whole=True)  # type: ignore[call-arg]
    engine.event()  # type: ignore[call-arg]
    engine.event(1)  # type: ignore[arg-type]
    for _ in slow.events():  # type: ignore[attr-defined]
        pass
    report: SyncReport = slow.sync()  # type: ignore[assignment]
    del report
    AsyncSyncEngine(google.calendar(), store)  # type: ignore[arg-type]
    Watcher(google.push, store, [slow], address="https://example.com")  # type: ignore[list-item]


@pytest.mark.parametrize(
    "seen",
    [
        blocking,
        awaiting,
        lists,
        awaiting_lists,
        others,
        awaiting_others,
        clients,
        awaiting_clients,
        refused,
    ],
)
def test_the_cases_are_for_type_checkers(seen: Callable[..., object]) -> None:
    """They are checked with the rest of the tests by four type checkers, and never run."""
    assert seen.__annotations__
