"""What people hand in by mistake is told at once, by name, and never as an error of Python's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from kloudsync import Kloudless, Microsoft, Salesloft, copy_of
from kloudsync.errors import UsageError
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.calendar import CalendarKey
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.fleet import Fleet
from kloudsync.objects.mirror import Mirror
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.objects.watcher import Watcher
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.stores import MemoryStore
from kloudsync.sync.plan import MassDeletion
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def engine() -> SyncEngine:
    """An engine whose copy is in step."""
    clock = ManualClock()
    fake = FakeGoogle(clock=clock)
    carrier = httpx.Client(transport=fake.transport())
    google = Google("planted", http_client=carrier, clock=clock)
    engine = SyncEngine(google.calendar(), MemoryStore())
    engine.sync()
    return engine


@pytest.mark.parametrize(
    "client", [Google("planted"), AsyncGoogle("planted")], ids=["sync", "async"]
)
@pytest.mark.parametrize("calendar", [None, 3, b"primary", ""])
def test_a_calendar_has_an_id_that_is_text(client: Any, calendar: Any) -> None:
    """Anything else is refused when the calendar is named, not when it is read."""
    with pytest.raises(UsageError, match="is not an id"):
        client.calendar(calendar)


@pytest.mark.parametrize("ask", ["occurrences", "busy", "free"])
@pytest.mark.parametrize(
    "window", [("2026-01-01", "2026-02-01"), (MOMENT, "2026-02-01"), (MOMENT, None), (0, 1)]
)
def test_windows_have_moments(engine: SyncEngine, ask: str, window: tuple[Any, Any]) -> None:
    """Text, numbers and nothing are told which of the bounds it is, and what to write."""
    with pytest.raises(UsageError, match=r"(start|end) is .*; give an aware datetime"):
        getattr(engine, ask)(*window)


@pytest.mark.parametrize("change", ["text", None, 1.5, True, object()])
def test_a_change_or_its_position_is_acknowledged(engine: SyncEngine, change: Any) -> None:
    """Whatever else it is, the consumer stays where it is."""
    with pytest.raises(UsageError, match="needs a change or its position"):
        engine.acknowledge("crm", change)


def test_a_key_alone_is_no_copy() -> None:
    """The message says which of the arguments is meant."""
    store = MemoryStore()
    key = Google("planted").calendar().key
    with pytest.raises(UsageError, match="needs a calendar, such as"):
        CalendarCopy(key, store)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("key", ["primary", None, CalendarKey])
def test_a_copy_is_named_by_its_key(key: Any) -> None:
    """What lists the keys is named in the refusal."""
    with pytest.raises(UsageError, match=r"copy_of needs the key of a copy, such as one of store"):
        copy_of(MemoryStore(), key)


@pytest.mark.parametrize("name", [None, "", 3, b"crm"])
def test_a_reader_of_the_feed_has_a_name_that_is_text(engine: SyncEngine, name: Any) -> None:
    """Whatever else is handed in would be a reader that nobody finds again."""
    with pytest.raises(UsageError, match="give each reader a stable name"):
        next(engine.changes(name), None)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("mass_deletion", 0.5),
        ("mass_deletion", False),
        ("mass_deletion", MassDeletion),
        ("lease_ttl", "240"),
        ("lease_ttl", None),
        ("written_apart", 5),
    ],
)
def test_an_engine_refuses_an_option_of_another_kind(name: str, given: Any) -> None:
    """The option is named, and nothing is guessed for what is false or nothing."""
    options: dict[str, Any] = {name: given}
    with pytest.raises(UsageError, match=f"SyncEngine needs .*{name}"):
        SyncEngine(Google("planted").calendar(), MemoryStore(), **options)


@pytest.mark.parametrize(
    ("name", "given"),
    [("policy", {"slots": 2}), ("policy", 0), ("policy", FleetPolicy), ("budget", "100")],
)
def test_a_fleet_refuses_an_option_of_another_kind(name: str, given: Any) -> None:
    """The option is named before anybody is enrolled."""
    options: dict[str, Any] = {name: given}
    with pytest.raises(UsageError, match=f"Fleet needs .*{name}"):
        Fleet(MemoryStore(), print, **options)


def test_a_watcher_refuses_a_policy_of_a_fleet() -> None:
    """Both are policies, and have members of the same names."""
    policy: Any = FleetPolicy()
    with pytest.raises(UsageError, match=r"Watcher needs policy=WatchPolicy\(…\)"):
        Watcher(
            Google("planted").push,
            MemoryStore(),
            [],
            address="https://hooks.example.com/",
            policy=policy,
        )


@pytest.mark.parametrize("window", [None, timedelta(days=90), MirrorWindow])
def test_a_mirror_refuses_a_window_that_is_none(engine: SyncEngine, window: Any) -> None:
    """A length alone says neither where it begins nor where it ends."""
    with pytest.raises(UsageError, match=r"Mirror needs window=MirrorWindow\(…\)"):
        Mirror(engine, Salesloft("planted").calendar("x"), MemoryStore(), window=window)


@pytest.mark.parametrize("calendar", [None, 3, ""])
def test_calendars_of_other_providers_have_ids_too(calendar: Any) -> None:
    """Kloudless, its windows, Microsoft and Salesloft refuse what is none when it is named."""
    for name in (
        Kloudless("planted").calendar,
        Kloudless("planted").window,
        Microsoft("planted").calendar,
        Salesloft("planted").calendar,
    ):
        with pytest.raises(UsageError, match=r"is not an id|no calendar is named"):
            name(calendar)
