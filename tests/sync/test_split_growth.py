"""Passes that cut many series at once: what they cost grows with their number, not with its square."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.cases import rows
from tests.effort import steps

from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.stores import MemoryStore
from kloudsync.sync.report import Split

Items = list[dict[str, Any]]
SIZES = (100, 150, 200)
"""Of equal distance: what some more of them cost, as many more cost again, unless it is compared with them."""


def master(name: str, start: str, rule: str, second: str, title: str = "Review") -> dict[str, Any]:
    """Describe a series that was created a year ago, or begins now and was created a second ago."""
    began = f"2026-01-20T00:00:{second}.000Z" if name[0] == "t" else "2025-01-01T00:00:00.000Z"
    return {
        "id": name,
        "status": "confirmed",
        "created": began,
        "updated": f"2026-01-20T00:00:{second}.500Z" if rule.endswith("4") else began,
        "summary": title,
        "start": {"dateTime": f"{start}T09:00:00Z", "timeZone": "UTC"},
        "end": {"dateTime": f"{start}T10:00:00Z", "timeZone": "UTC"},
        "recurrence": [f"RRULE:FREQ=WEEKLY{rule}"],
    }


def told(pages: Iterator[Items]) -> SyncEngine:
    """Return an engine of a service that answers one request after another with a page."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": next(pages), "nextSyncToken": "n"})

    google = Google("t", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    return SyncEngine(google.calendar("primary"), MemoryStore())


def series(count: int, rule: str = "") -> Items:
    """Return series that all begin at once."""
    return [master(f"b{n:05}", "2026-01-05", rule, "01", f"Review {n}") for n in range(count)]


def halves(count: int, start: str, title: str) -> Items:
    """Return series that all begin at once, just created."""
    return [master(f"t{n:05}", start, "", "02", title.format(n)) for n in range(count)]


KINDS: dict[str, Callable[[int], list[Items]]] = {
    "as they were": lambda n: [
        series(n),
        series(n, ";COUNT=4") + halves(n, "2026-02-02", "Review {}"),
    ],
    "renamed": lambda n: [series(n), series(n, ";COUNT=4") + halves(n, "2026-02-02", "Retro {}")],
    "moved": lambda n: [series(n), series(n, ";COUNT=4") + halves(n, "2026-02-03", "Review {}")],
    "before their cuts": lambda n: [
        series(n) + halves(n, "2026-02-02", "Review {}"),
        series(n, ";COUNT=4"),
    ],
    "after their cuts": lambda n: [
        series(n),
        series(n, ";COUNT=4"),
        halves(n, "2026-02-02", "Review {}"),
    ],
}


def effort(pages: list[Items], splits: int) -> int:
    """Return the steps of the last sync, which tells of so many splits."""
    engine = told(iter(pages))
    for _ in pages[:-1]:
        engine.sync()
    found: list[Split] = []
    took = steps(lambda: found.extend(engine.sync().splits))
    assert len(found) == splits
    return took


def expect_straight(cost: Callable[[int], int]) -> None:
    """Expect that steps grow in a straight line, once what is read once has been read."""
    cost(SIZES[-1])
    few, some, many = map(cost, SIZES)
    assert many - some == pytest.approx(some - few, rel=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_halves_find_each_other_in_time_proportional_to_their_number(kind: str) -> None:
    """Whatever they have in common, and whichever comes first."""
    expect_straight(lambda count: effort(KINDS[kind](count), count))


def occurrences(count: int) -> Items:
    """Return twenty changed occurrences of each series, in its last weeks."""
    found: Items = []
    for n in range(count):
        for day in range(1, 21):
            at = {"dateTime": f"2026-03-{day:02}T09:00:00Z", "timeZone": "UTC"}
            fields = {"recurringEventId": f"b{n:05}", "originalStartTime": at}
            times = {"start": at, "end": {**at, "dateTime": f"2026-03-{day:02}T10:00:00Z"}}
            name = f"b{n:05}_202603{day:02}T090000Z"
            found.append({"id": name, "status": "confirmed", **fields, **times})
    return found


def test_what_lies_beyond_is_asked_of_each_series_alone() -> None:
    """Bounded series with changed occurrences, all of which end earlier now."""

    def pages(count: int) -> list[Items]:
        return [series(count, ";COUNT=30") + occurrences(count), series(count, ";COUNT=4")]

    expect_straight(lambda count: effort(pages(count), 0))


def test_a_recorded_question_of_growth_is_answered() -> None:
    """With the sizes and the room that it names."""
    asked = [row for row in rows("client_splits.json") if row["kind"] == "growth"]
    if not asked:
        pytest.skip("client_splits.json is not beside this checkout")
    for row in asked:
        few, many = (effort(KINDS["as they were"](count), count) for count in row["sizes"])
        assert many < row["most"] * few
