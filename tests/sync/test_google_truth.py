"""Histories of Google calendars as users have seen them, page by page, and what has to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from tests.cases import cases

from kloudsync import Google, SyncEngine
from kloudsync.errors import UsageError
from kloudsync.model.change import Change, SeriesSplit, SeriesTruncated
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.sync.ports import Store

MOST_REQUESTS = 10

_GONE = {
    "error": {
        "errors": [{"domain": "calendar", "reason": "fullSyncRequired", "message": "Gone"}],
        "code": 410,
        "message": "Gone",
    }
}


class Served:
    """A calendar that serves the pages of one step after the other.

    Args:
        zone: The calendar's zone.

    Attributes:
        requests: How many requests the present step took.
    """

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._step: Mapping[str, Any] = {}
        self._number = 0
        self.requests = 0

    def begin(self, step: Mapping[str, Any]) -> None:
        """Go on to the next step."""
        self._step = step
        self._number += 1
        self.requests = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a request with a page of the step."""
        self.requests += 1
        asked = request.url.params
        if "syncToken" in asked and self._step.get("gone"):
            return httpx.Response(410, json=_GONE)
        name, _, place = asked.get("pageToken", "").partition(":")
        name = name or ("delta" if "syncToken" in asked and self._step.get("delta") else "pages")
        return httpx.Response(200, json=self._page(name, int(place or 0)))

    def _page(self, name: str, place: int) -> dict[str, Any]:
        pages: Sequence[Any] = self._step[name]
        last = place + 1 >= len(pages)
        follows = {"nextSyncToken": f"step-{self._number}"}
        page: dict[str, Any] = {
            "kind": "calendar#events",
            "etag": '"0"',
            "summary": "Calendar",
            "updated": "2026-01-01T00:00:00.000Z",
            "timeZone": self._zone,
            "accessRole": "owner",
            "defaultReminders": [],
            "items": pages[place] if pages else [],
        }
        return page | (follows if last else {"nextPageToken": f"{name}:{place + 1}"})


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Every history holds on both."""
    if request.param == "memory":
        yield MemoryStore()
        return
    with SQLiteStore(":memory:") as opened:
        yield opened


def filters_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Read the filters that a row chooses a calendar by."""
    given: Mapping[str, Any] = row["filters"] or {}
    return {
        name: moment(value) if name.startswith("time_") else value for name, value in given.items()
    }


def moment(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text)


def shown(start: date) -> str:
    """Write a start as the rows do: an instant in UTC, or a date."""
    if not isinstance(start, datetime):
        return start.isoformat()
    return start.astimezone(UTC).isoformat().replace("+00:00", "Z")


def told(feed: Sequence[Change]) -> list[list[str]]:
    """Write changes as the rows do: class and id."""
    return sorted([type(change).__name__, subject(change)] for change in feed)


def subject(change: Change) -> str:
    """Name what a change is about."""
    match change:
        case SeriesSplit():
            return change.old
        case SeriesTruncated():
            return change.series
        case _:
            return change.id


def check(engine: SyncEngine, expected: Mapping[str, Any]) -> None:
    """Hold what the copy shows against what a row expects."""
    listed = expected["occurrences"]
    if listed:
        found = engine.occurrences(moment(listed["from"]), moment(listed["to"]))
        assert [shown(one.start) for one in found] == listed["starts"]
    taken = expected.get("busy")
    if taken:
        busy = engine.busy(moment(taken["from"]), moment(taken["to"]))
        assert [[shown(one.start), shown(one.end)] for one in busy] == taken["intervals"]
    if expected["held"] is not None:
        assert sorted(event.id for event in engine.events()) == sorted(expected["held"])
    if expected["feed"] is not None:
        fresh = list(engine.changes("reader"))
        assert told(fresh) == sorted(expected["feed"])


def live_through(row: Mapping[str, Any], store: Store) -> None:
    """Sync a history step by step, and check each."""
    served = Served(row["zone"])
    transport = httpx.MockTransport(served.answer)
    with httpx.Client(transport=transport) as http:
        google = Google("token", http_client=http)
        engine = SyncEngine(google.calendar("primary", **filters_of(row)), store)
        for step in row["steps"]:
            served.begin(step)
            report = engine.sync()
            assert served.requests <= MOST_REQUESTS
            assert report.full is step["full"] or step["full"] is None
            assert not engine.quarantined()
            check(engine, step["expect"])
            for change in list(engine.changes("reader")):
                engine.acknowledge("reader", change)


@pytest.mark.parametrize("row", cases("google_truth.json"))
def test_a_copy_shows_what_google_shows(row: Mapping[str, Any], store: Store) -> None:
    """Occurrences, busy time, what is held and what the feed tells, after every sync."""
    try:
        live_through(row, store)
    except UsageError:
        assert row.get("or_refusal")
