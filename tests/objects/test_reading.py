from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kloudsync import SyncEngine
from kloudsync.errors import UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.objects.reading import async_copy_of, copy_of
from kloudsync.objects.registry import providers
from kloudsync.runtime.provider import Provider
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.serve import serve

START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=60)
READABLE = [one for one in providers().values() if one.fake and one.calendar]


def synced(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> tuple[MemoryStore, SyncEngine]:
    """Sync a calendar of forty events of the provider's fake."""
    assert provider.fake
    assert provider.client
    assert provider.calendar
    fake = provider.fake.load()(ManualClock(), events=40)
    store = MemoryStore()
    with serve(fake) as url:
        monkeypatch.setenv(f"KLOUDSYNC_{provider.name.upper()}_BASE_URL", url)
        client = provider.client.load()("token", provider.account)
        engine = SyncEngine(provider.calendar.load()(client, "primary", provider.account), store)
        with client:
            engine.sync()
    return store, engine


@pytest.mark.parametrize("provider", READABLE, ids=lambda one: one.name)
def test_a_copy_is_read_without_a_client(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events, occurrences, busy time and changes are what the engine that made the copy tells."""
    store, engine = synced(provider, monkeypatch)
    (key,) = store.calendars()
    copy = copy_of(store, key)
    assert copy.key == engine.key
    assert list(copy.events()) == list(engine.events())
    assert [one.id for one in copy.occurrences(START, END)] == [
        one.id for one in engine.occurrences(START, END)
    ]
    assert copy.busy(START, END) == engine.busy(START, END)
    assert len(list(copy.changes("reader"))) == len(list(copy.events()))


@pytest.mark.parametrize("provider", READABLE, ids=lambda one: one.name)
def test_a_copy_is_read_from_an_event_loop(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The awaiting twin tells the same."""
    store, engine = synced(provider, monkeypatch)
    copy = async_copy_of(store, engine.key)
    assert asyncio.run(copy.busy(START, END)) == engine.busy(START, END)


def test_a_copy_of_a_provider_that_nobody_registered_is_refused() -> None:
    """The refusal names it."""
    with pytest.raises(UsageError, match="'orkut'"):
        copy_of(MemoryStore(), CalendarKey("orkut", "me", "primary"))


def test_a_provider_that_has_no_calendars_cannot_be_read() -> None:
    """Such as one that is only written to."""
    for one in providers().values():
        if one.reader is None:
            with pytest.raises(UsageError, match="offers no calendars to read"):
                copy_of(MemoryStore(), CalendarKey(one.name, "me", "primary"))


@pytest.mark.parametrize("provider", READABLE, ids=lambda one: one.name)
def test_entries_of_the_store_s_feed_are_told_by_their_copies(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of whoever reads all calendars at once, in both colours, one change for each."""
    store, engine = synced(provider, monkeypatch)
    entries = store.changes("audit", limit=100)
    told = [one for entry in entries for one in copy_of(store, entry.key).told([entry])]
    assert told == list(engine.changes("crm"))
    assert asyncio.run(async_copy_of(store, engine.key).told(entries)) == told


def test_an_entry_of_another_calendar_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose zone and reader count is told by its own copy."""
    store, _ = synced(providers()["google"], monkeypatch)
    other = copy_of(store, CalendarKey("google", "another", "primary"))
    with pytest.raises(UsageError, match=r"this is google:another:primary; ask copy_of"):
        other.told(store.changes("audit", limit=1))
