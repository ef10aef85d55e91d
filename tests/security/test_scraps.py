"""Pages of scraps, which only a service could send: items that are no events cost less than events do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.effort import steps

from kloudsync import Google, SyncEngine
from kloudsync.stores import MemoryStore

pytestmark = pytest.mark.usefixtures("decoder")


def event(number: int) -> str:
    """Return an event of the shortest kind."""
    times = '{"dateTime":"2026-01-05T09:00:00Z"}'
    return f'{{"id":"event{number:04}","start":{times},"end":{times}}}'


SCRAPS: dict[str, Callable[[int], str]] = {
    "one text": lambda _: '"the same each time"',
    "numbers": lambda number: f"{10**16 + number}",
    "texts": lambda number: f'"some text {number:08}"',
    "a member": lambda number: f'{{"a":"{number:012}"}}',
    "longer ones": lambda number: f'{{"summary":"Meeting {number}"}}',
}


def effort(item: Callable[[int], str], count: int) -> int:
    """Return the steps of the second sync of so many items."""
    text = f'{{"items":[{",".join(map(item, range(count)))}],"nextSyncToken":"n"}}'
    service = httpx.MockTransport(lambda _: httpx.Response(200, text=text))
    google = Google("t", http_client=httpx.Client(transport=service))
    engine = SyncEngine(google.calendar("c@example.com"), MemoryStore())
    engine.sync()
    return steps(lambda: engine.sync(full=True))


def each(item: Callable[[int], str]) -> float:
    """Return the steps that each item takes."""
    few, many = (effort(item, count) for count in (200, 400))
    return (many - few) / 200


@pytest.mark.parametrize("scrap", SCRAPS.values(), ids=list(SCRAPS))
def test_a_scrap_costs_less_than_an_event(scrap: Callable[[int], str]) -> None:
    """It is read, told apart, and counted: none becomes a row, but for a few."""
    effort(event, 10)
    assert each(scrap) < 0.8 * each(event)


def test_what_is_kept_of_scraps_is_bounded() -> None:
    """Of each page a few, the last of which says how many others there were."""
    pages: list[Any] = [
        {"items": [{"a": f"{page}-{n}"} for n in range(150)], "nextPageToken": f"{page}"}
        for page in range(3)
    ]
    last: dict[str, Any] = {"items": [], "nextSyncToken": "n"}
    told = iter([*pages, last])
    service = httpx.MockTransport(lambda _: httpx.Response(200, json=next(told)))
    google = Google("t", http_client=httpx.Client(transport=service))
    report = SyncEngine(google.calendar("c@example.com"), MemoryStore()).sync()
    assert len(report.quarantined) == 3 * 16
    assert sum("134 more" in one.reason for one in report.quarantined) == 3
