"""Calendars with something in them, for tests that care for other things."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from tests.sync.world import World

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fill(world: World, events: int = 30) -> list[str]:
    """Put single events into the calendar."""
    return [
        world.calendar.create(f"Event {n}", DAY + n * HOUR, DAY + (n + 1) * HOUR)
        for n in range(events)
    ]


def listing(*listings: list[Any], cursor: str | None = "next") -> httpx.MockTransport:
    """Return a service that shows a calendar whole, each time another one, and refuses cursors."""
    left = list(listings)

    def answer(request: httpx.Request) -> httpx.Response:
        if "syncToken" in request.url.params:
            return httpx.Response(410, json={})
        items = left.pop(0)
        return httpx.Response(200, json={"items": items, "nextSyncToken": cursor})

    return httpx.MockTransport(answer)


def deltas(*passes: list[list[Any]]) -> httpx.MockTransport:
    """Return a service whose runs find these pages of items, one run after the other."""
    pages = [(page, at + 1 < len(run)) for run in passes for at, page in enumerate(run)]
    left = iter(pages)

    def answer(_: httpx.Request) -> httpx.Response:
        items, goes_on = next(left)
        token = {"nextPageToken": f"p{id(items)}"} if goes_on else {"nextSyncToken": "t"}
        return httpx.Response(200, json={"items": items, "timeZone": "America/Los_Angeles"} | token)

    return httpx.MockTransport(answer)
