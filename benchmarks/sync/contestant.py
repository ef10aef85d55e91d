"""One full sync, measured from inside its own process.

    python benchmarks/sync/contestant.py NAME BASE_URL FILE

prints a line of JSON: seconds, CPU seconds, MB of memory above the imports, events kept.
What a process does once comes before the clock, for every contestant: imports, and
reading the certificates for TLS, which aiohttp does while it is imported.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


def floor(base_url: str, file: Path) -> Callable[[], int]:
    """httpx, json and sqlite3 by hand: no model, no cursor, no comparison, no feed."""
    import sqlite3

    import httpx

    client = httpx.Client()

    def work() -> int:
        db = sqlite3.connect(file)
        db.execute("pragma journal_mode=wal")
        db.execute("pragma synchronous=normal")
        db.execute(
            "create table event (id text primary key, status text, start text, end text, "
            "zone text, series text, uid text, updated text, etag text, raw text)"
        )
        with client:
            token: str | None = None
            while True:
                parameters = {"maxResults": "2500", **({"pageToken": token} if token else {})}
                page = client.get(
                    f"{base_url}/calendars/primary/events",
                    params=parameters,
                    headers={"Authorization": "Bearer token"},
                ).json()
                rows = [
                    (
                        item["id"],
                        item.get("status"),
                        str(item["start"].get("dateTime")),
                        str(item["end"].get("dateTime")),
                        item["start"].get("timeZone"),
                        item.get("recurringEventId"),
                        item.get("iCalUID"),
                        item.get("updated"),
                        item.get("etag"),
                        json.dumps(item),
                    )
                    for item in page["items"]
                ]
                db.executemany("insert or replace into event values (?,?,?,?,?,?,?,?,?,?)", rows)
                db.commit()
                token = page.get("nextPageToken")
                if token is None:
                    break
        return int(db.execute("select count(*) from event").fetchone()[0])

    return work


def kloudsync(base_url: str, file: Path) -> Callable[[], int]:
    """The engine: cursors, comparison, split detection, change feed."""
    # All that is loaded when first needed, which is within the clock.
    import kloudsync.http.drives
    import kloudsync.objects.keeping
    import kloudsync.providers.google.resources.events
    import kloudsync.providers.google.source
    import kloudsync.sync.change_feed
    import kloudsync.sync.engine
    import kloudsync.sync.halves
    import kloudsync.sync.ports
    import kloudsync.sync.splits  # noqa: F401

    with suppress(ImportError):
        import msgspec  # noqa: F401
    from kloudsync.objects.sync_engine import SyncEngine
    from kloudsync.providers.google.client import Google
    from kloudsync.stores import SQLiteStore

    google = Google(token="token", base_url=base_url)

    def work() -> int:
        with google, SQLiteStore(file) as store:
            return SyncEngine(google.calendar("primary"), store).sync().added

    return work


def bare_loop(base_url: str, file: Path) -> Callable[[], int]:
    """The floor over the engine's own tables: what those cost, whoever fills them."""
    import sqlite3
    from datetime import datetime

    import httpx

    from kloudsync.stores import SQLiteStore
    from kloudsync.stores.sql.columns import LOADED

    client, columns = httpx.Client(), ("calendar", "born", *LOADED)
    insert = f"insert into event ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"

    def row(item: dict[str, Any]) -> tuple[Any, ...]:
        first, last = item["start"], item["end"]
        start, end = (
            int(datetime.fromisoformat(one["dateTime"]).timestamp()) for one in (first, last)
        )
        what = (1, 1, 1, 0, end, item["id"], 1, json.dumps(item), start, end, end, 0)
        rest = (first.get("timeZone"), 1, 0, None, item.get("recurringEventId"), None, 0)
        return (*what, *rest, item.get("iCalUID"), None, None)

    def work() -> int:
        SQLiteStore(file).close()
        db = sqlite3.connect(file)
        db.execute("pragma synchronous=normal")
        with client:
            token: str | None = None
            while True:
                parameters = {"maxResults": "2500", **({"pageToken": token} if token else {})}
                page = client.get(
                    f"{base_url}/calendars/primary/events",
                    params=parameters,
                    headers={"Authorization": "Bearer token"},
                ).json()
                db.executemany(insert, map(row, page["items"]))
                db.commit()
                token = page.get("nextPageToken")
                if token is None:
                    break
        db.execute(
            "insert into feed (calendar, position, kind, recorded_at, after_ref) "
            "select calendar, ref, 1, 0, ref from event"
        )
        db.commit()
        return int(db.execute("select count(*) from event").fetchone()[0])

    return work


def gcal_sync(base_url: str, file: Path) -> Callable[[], int]:  # noqa: ARG001 - keeps all in memory
    """The peer, with its own store in memory."""
    import asyncio

    import aiohttp
    from gcal_sync.api import GoogleCalendarService
    from gcal_sync.auth import AbstractAuth
    from gcal_sync.store import InMemoryCalendarStore
    from gcal_sync.sync import CalendarEventSyncManager

    class Auth(AbstractAuth):
        async def async_get_access_token(self) -> str:
            return "token"

    async def run() -> int:
        store = InMemoryCalendarStore()
        async with aiohttp.ClientSession() as session:
            service = GoogleCalendarService(Auth(session, base_url))
            await CalendarEventSyncManager(service, "primary", store).run()
        stored = await store.async_load() or {}
        return sum(len(part.get("items", {})) for part in _parts(stored))

    def _parts(stored: dict[str, object]) -> list[dict[str, dict[str, object]]]:
        found: list[dict[str, dict[str, object]]] = []
        for value in stored.values():
            if isinstance(value, dict):
                found += [value] if "items" in value else _parts(value)
        return found

    return lambda: asyncio.run(run())


def main() -> None:
    """Run one contestant."""
    name, base_url, file = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    contestants = (floor, bare_loop, kloudsync, gcal_sync)
    work = {one.__name__: one for one in contestants}[name](base_url, file)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, wall = time.process_time(), time.perf_counter()
    events = work()
    figures = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
        "events": events,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
