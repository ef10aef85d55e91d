"""Errors as programs meet them: each function does what ends in one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from kloudsync import Google, PushIntake, Salesloft, SyncEngine
from kloudsync.calls import RefreshedToken, Retry
from kloudsync.errors import KloudsyncError
from kloudsync.google import Event, google_endpoint
from kloudsync.kloudless import Webhook
from kloudsync.recurrence import Recurrence
from kloudsync.runs import Progress
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing import (
    FakeAuthorisationServer,
    FakeGoogle,
    FakeSalesloft,
    Fault,
    FaultKind,
    ManualClock,
)

PATH: Final = "calendars.db"
NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
BODY: Final[dict[str, Any]] = {
    "id": "abcdef",
    "start": {"dateTime": "2026-01-05T10:00:00Z"},
    "end": {"dateTime": "2026-01-05T11:00:00Z"},
}


def client(fake: FakeGoogle | None = None, token: Any = "any-token") -> Google:
    """Return a client of a fake that tries once."""
    http = httpx.Client(transport=(fake or FakeGoogle()).transport())
    return Google(token, http_client=http, clock=ManualClock(), retry=Retry(attempts=1))


def listed(kind: FaultKind, seconds: float = 1.0) -> None:
    """List while something goes wrong."""
    fake = FakeGoogle()
    fake.faults.add(Fault(kind, times=None, seconds=seconds))
    client(fake).events.list("primary")


def naive_window() -> None:
    """Ask for a window without zones."""
    engine = SyncEngine(client().calendar(), MemoryStore())
    engine.occurrences(datetime(2026, 1, 1), datetime(2026, 1, 2))


def unknown_frequency() -> None:
    """Pass in a rule that no calendar knows."""
    Recurrence.parse(["RRULE:FREQ=FORTNIGHTLY"], NOW)


def endless_count() -> None:
    """Count what has no end."""
    Recurrence.parse(["RRULE:FREQ=DAILY"], NOW).count()


def foreign_page_token() -> None:
    """Ask for a page that was never offered."""
    client().events.list("primary", page_token="nosuch")


def unconnected_calendar() -> None:
    """Write to a calendar that Salesloft does not know."""
    http = httpx.Client(transport=FakeSalesloft().transport())
    record = {"calendar_id": "nosuch", "id": "1", "i_cal_uid": "1", "status": "confirmed"}
    times = {"start_time": NOW.isoformat(), "end_time": NOW.isoformat()}
    Salesloft("any-token", http_client=http).calendar_events.upsert(record | times)


def clear_text_address() -> None:
    """Open a channel to an address that anybody on the way can read."""
    channel = {"id": "abc", "type": "web_hook", "address": "http://hooks.example.com/g"}
    client().events.watch(channel, "primary")


def expired_token() -> None:
    """Call with a token that the service does not know."""
    client(FakeGoogle(tokens={"good": "owner@example.com"})).events.list("primary")


def lapsed_grant() -> None:
    """Renew by a refresh token that is good no more."""
    pages = httpx.Client(transport=FakeAuthorisationServer().transport())
    endpoint = google_endpoint("id", "secret")
    token = RefreshedToken(endpoint, "lapsed", keep=lambda _: None)
    Google(token, http_client=pages, clock=ManualClock()).events.list("primary")


def unknown_event() -> None:
    """Get what does not exist."""
    client().events.get("primary", "nosuchevent")


def taken_id() -> None:
    """Create something else under an id that is taken."""
    google = client()
    google.events.insert("primary", BODY | {"summary": "Review"})
    google.events.insert("primary", BODY | {"summary": "Demo"})


def deleted_twice() -> None:
    """Delete what was deleted."""
    fake = FakeGoogle()
    event = fake.calendar().create("Review", NOW, NOW + timedelta(hours=1))
    fake.calendar().delete(event)
    client(fake).events.delete("primary", event)


def dead_cursor() -> None:
    """List by a token that has expired."""
    fake = FakeGoogle()
    token = client(fake).events.list("primary").next_sync_token
    fake.expire_sync_tokens()
    client(fake).events.list("primary", sync_token=token or None)


def changed_meanwhile() -> None:
    """Write over a version that is not the newest one."""
    fake = FakeGoogle()
    event = fake.calendar().create("Review", NOW, NOW + timedelta(hours=1))
    google = client(fake)
    old = google.events.get("primary", event)
    fake.calendar().edit(event, summary="Demo")
    google.events.patch("primary", event, Event(location="Room B"), if_match=old.etag or "")


def another_person() -> None:
    """Sync two people's calendars under one name."""
    store = MemoryStore()
    for address in ("ann@example.com", "bo@example.com"):
        SyncEngine(client(FakeGoogle(address)).calendar(), store).sync()


def two_workers() -> None:
    """Sync a calendar while it is synced."""
    google, store = client(), MemoryStore()

    def meanwhile(_: Progress) -> None:
        SyncEngine(google.calendar(), store).sync()

    SyncEngine(google.calendar(), store, hook=meanwhile).sync()


def closed_store() -> None:
    """Ask a store that was closed."""
    store = SQLiteStore(PATH)
    store.close()
    store.calendars()


def other_file() -> None:
    """Open what is no database."""
    with open(PATH, "w") as file:  # noqa: PTH123 - in a folder of the test's own
        file.write("nothing that SQLite knows " * 40)
    SQLiteStore(PATH)


def newer_store() -> None:
    """Open what a newer version wrote."""
    SQLiteStore(PATH).close()
    with closing(sqlite3.connect(PATH)) as other:
        other.execute("PRAGMA user_version = 99")
        other.commit()
    SQLiteStore(PATH)


def locked_store() -> None:
    """Write while another program holds the lock."""
    with SQLiteStore(PATH, timeout=0.01) as store, closing(sqlite3.connect(PATH)) as other:
        other.execute("BEGIN EXCLUSIVE")
        SyncEngine(client().calendar(), store).sync()


def unsigned() -> None:
    """Take in a notification without a signature."""
    Webhook("application", ["key"]).receive(b"account=1", {})


def unknown_channel() -> None:
    """Take in a message of a channel that nobody opened."""
    names = {"Channel-ID": "a", "Channel-Token": "b", "Resource-ID": "c", "Message-Number": "2"}
    headers = {f"X-Goog-{name}": value for name, value in names.items()}
    PushIntake(MemoryStore()).receive(headers | {"X-Goog-Resource-State": "exists"})


def no_message() -> None:
    """Take in what is no message."""
    PushIntake(MemoryStore()).receive({})


WAYS: Final[dict[str, Callable[[], None]]] = {
    "UsageError": naive_window,
    "RecurrenceError": unknown_frequency,
    "UnboundedRecurrence": endless_count,
    "ConnectFailed": lambda: listed(FaultKind.CUT_CONNECTION),
    "TimedOut": lambda: listed(FaultKind.SLOW_BODY, 300),
    "BadRequest": foreign_page_token,
    "InvalidFields": unconnected_calendar,
    "AddressRefused": clear_text_address,
    "Unauthorized": expired_token,
    "ConsentRequired": lapsed_grant,
    "PermissionDenied": lambda: listed(FaultKind.FORBIDDEN),
    "NotFound": unknown_event,
    "Conflict": taken_id,
    "Gone": deleted_twice,
    "CursorRefused": dead_cursor,
    "PreconditionFailed": changed_meanwhile,
    "RateLimited": lambda: listed(FaultKind.RETRY_AFTER_SECONDS, 120),
    "ServiceUnavailable": lambda: listed(FaultKind.UNAVAILABLE),
    "DecodeError": lambda: listed(FaultKind.HTML_200),
    "IdentityMismatch": another_person,
    "LeaseHeld": two_workers,
    "StoreError": closed_store,
    "StoreCorrupt": other_file,
    "StoreTooNew": newer_store,
    "StoreBusy": locked_store,
    "WebhookError": no_message,
    "SignatureMismatch": unsigned,
    "NotificationStale": unknown_channel,
}
"""What ends in which error. The others take a machine, a disk or a race to be met."""


def line_of(way: Callable[[], None]) -> str:
    """Provoke an error, and return the line that a log shows of it."""
    try:
        way()
    except KloudsyncError as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"
