"""What anybody would write by hand: the same calls and two tables, without lease, comparison or feed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

COLUMNS = "calendar, id, status, start, finish, zone, series, uid, updated, etag, raw"
HEADERS = {"Authorization": "Bearer token"}

Write = Callable[[str, list[tuple[Any, ...]], str], None]
Read = Callable[[str], str | None]


def get(client: httpx.Client, url: str, calendar: str, token: str | None) -> bytes:
    """Fetch a page as bytes: the least that any client does."""
    parameters = {"maxResults": "2500", **({"syncToken": token} if token else {})}
    where = f"{url}/calendars/{calendar}/events"
    return client.get(where, params=parameters, headers=HEADERS).content


async def get_awaiting(
    client: httpx.AsyncClient, url: str, calendar: str, token: str | None
) -> bytes:
    """Fetch a page as bytes, in an event loop."""
    parameters = {"maxResults": "2500", **({"syncToken": token} if token else {})}
    where = f"{url}/calendars/{calendar}/events"
    return (await client.get(where, params=parameters, headers=HEADERS)).content


def row(calendar: str, item: dict[str, Any]) -> tuple[Any, ...]:
    """Return the row of an event."""
    return (
        calendar,
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


class ByHand:
    """One run by hand: read the cursor, fetch, write events and cursor in one transaction."""

    def __init__(self, client: httpx.Client, url: str, read: Read, write: Write) -> None:
        self._client = client
        self._url = url
        self._read = read
        self._write = write

    def sync(self, calendar: str) -> None:
        """Bring a calendar up to date."""
        token = self._read(calendar)
        page = json.loads(get(self._client, self._url, calendar, token))
        rows = [row(calendar, item) for item in page["items"]]
        self._write(calendar, rows, page["nextSyncToken"])


def in_sqlite(file: Path) -> tuple[Read, Write]:
    """Keep events in a SQLite file, as safe from a power failure as a store of ours."""
    db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = full")
    db.execute("create table cursor (calendar text primary key, token text)")
    db.execute(f"create table event ({COLUMNS}, primary key (calendar, id))")
    places = ", ".join("?" * 11)

    def read(calendar: str) -> str | None:
        found = db.execute("select token from cursor where calendar = ?", (calendar,)).fetchone()
        return None if found is None else found[0]

    def write(calendar: str, rows: list[tuple[Any, ...]], token: str) -> None:
        db.execute("begin immediate")
        db.executemany(f"insert or replace into event values ({places})", rows)
        db.execute("insert or replace into cursor values (?, ?)", (calendar, token))
        db.execute("commit")

    return read, write


def in_postgres(conninfo: str) -> tuple[Read, Write]:
    """Keep events in PostgreSQL, whose driver lets many rows travel together."""
    import psycopg

    db = psycopg.connect(conninfo, autocommit=True)
    db.execute("create schema by_hand; set search_path to by_hand")
    db.execute("create table cursor (calendar text primary key, token text)")
    columns = COLUMNS.replace(",", " text,")
    db.execute(f"create table event ({columns} text, primary key (calendar, id))".encode())
    updates = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS.split(", ")[2:])
    insert = (
        f"insert into event values ({', '.join(['%s'] * 11)}) "
        f"on conflict (calendar, id) do update set {updates}"
    ).encode()

    def read(calendar: str) -> str | None:
        asked = db.execute("select token from cursor where calendar = %s", (calendar,))
        found = asked.fetchone()
        return None if found is None else found[0]

    def write(calendar: str, rows: list[tuple[Any, ...]], token: str) -> None:
        with db.transaction(), db.cursor() as cursor:
            if rows:
                cursor.executemany(insert, rows)
            cursor.execute(
                "insert into cursor values (%s, %s) on conflict (calendar) do update set token = excluded.token",
                (calendar, token),
            )

    return read, write
