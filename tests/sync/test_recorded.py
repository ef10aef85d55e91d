"""Recorded traffic of real calendars, replayed through client, engine and store."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import httpx
import pytest
from tests.recorded import cases, rows
from tests.sync.world import World

from kloudsync.model.change import Added, Deleted, SeriesSplit
from kloudsync.model.event import CancelledOccurrence
from kloudsync.model.record import Kind
from kloudsync.recurrence import GOOGLE, ICALENDAR

JSON = dict[str, Any]

PAGES = {row["id"]: row["page"] for row in rows("google_pages.json")}
RESOURCES = {row["id"]: row for row in rows("google_resources.json")}


class Recording:
    """A service that answers with recorded exchanges, in order.

    A second look at what changed since a listing, which the recorded clients did not take, finds
    nothing.

    Args:
        exchanges: What is expected and what is answered.
    """

    def __init__(self, exchanges: list[JSON] | None = None) -> None:
        self.exchanges = exchanges or []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer the next request, which has to be the expected one."""
        asked = dict(request.url.params)
        if not self.exchanges:
            return httpx.Response(200, json={"items": [], "nextSyncToken": asked["syncToken"]})
        exchange = self.exchanges.pop(0)
        expected = exchange["request"]
        for name in ("syncToken", "pageToken"):
            assert asked.get(name) == expected[name]
        for name in expected.get("absent", ()):
            assert name not in asked
        return self._answer(exchange["response"])

    def _answer(self, response: JSON) -> httpx.Response:
        if "page" in response:
            return httpx.Response(200, json=PAGES[response["page"]])
        resource = RESOURCES.get(response.get("resource", ""), {})
        body = resource.get("body", response.get("body"))
        content = b"" if body in (None, "") else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        return httpx.Response(response["status"], content=content, headers=headers)


def events_sequences() -> list[Any]:
    """Return the histories of single calendars that begin without a cursor."""
    return [
        case
        for case in cases("google_sync_sequences.json")
        if case.id == "absent"
        or (
            case.values[0]["resource"] == "events"
            and case.values[0]["steps"][0]["exchanges"][0]["request"]["syncToken"] is None
            # A search is listed in full each time, whatever token it was answered with.
            and "q" not in case.values[0]["steps"][0]["exchanges"][0]["request"]
        )
    ]


@pytest.mark.parametrize("sequence", events_sequences())
def test_a_recorded_history_ends_in_the_recorded_states(
    make_world: Callable[..., World], sequence: JSON
) -> None:
    """After each step of a real history the copy, the cursor and the changes are as recorded."""
    recording = Recording()
    world = make_world(transport=httpx.MockTransport(recording))
    for step in sequence["steps"]:
        recording.exchanges = list(step["exchanges"])
        world.sync()
        assert recording.exchanges == []
        check(
            world,
            step["expect"],
            sequence["calendarTimeZone"] if "window" in step["expect"] else "",
        )


def check(world: World, expect: JSON, zone: str) -> None:
    """Compare the copy with what a step expects of it; what is not listed is not compared."""
    state = world.copy.state()
    if "cursor" in expect:
        assert state.cursor is not None
        assert state.cursor.token == expect["cursor"]
    held = list(world.copy.events())
    live = sorted(one.id for one in held if not isinstance(one, CancelledOccurrence))
    if "live" in expect:
        assert live == sorted(expect["live"])
    cancelled = sorted(one.id for one in held if isinstance(one, CancelledOccurrence))
    if "cancelled_instances" in expect:
        assert cancelled == sorted(expect["cancelled_instances"])
    changes = world.changes()
    added = [
        c.id
        for c in changes
        if isinstance(c, Added) and not isinstance(c.event, CancelledOccurrence)
    ]
    removed = [c.id for c in changes if isinstance(c, Deleted)]
    if "added" in expect:
        assert sorted(added) == sorted(expect["added"])
    if "removed" in expect:
        assert sorted(removed) == sorted(expect["removed"])
    for split in expect.get("splits", ()):
        segments = world.copy.lineage(split["to"])
        assert segments[segments.index(split["to"]) - 1] == split["from"]
    if "splits" in expect:
        told = {(c.old, c.new) for c in changes if isinstance(c, SeriesSplit)}
        known = [*expect["splits"], *expect.get("splits_optional", ())]
        assert told <= {(split["from"], split["to"]) for split in known}
    if "window" in expect:
        check_window(world, expect["window"], zone)


def check_window(world: World, window: JSON, zone: str) -> None:
    """Compare the occurrences of a window, as instants."""
    assert zone
    start, end = (datetime.fromisoformat(window[name]) for name in ("timeMin", "timeMax"))
    found = [
        (str(time(one.start)), str(time(one.end)), one.id)
        for one in world.copy.occurrences(start, end)
    ]
    expected = [
        (str(time(read(one["start"]))), str(time(read(one["end"]))), one["id"])
        for one in window["expected"]
    ]
    assert sorted(found) == sorted(expected)


def read(text: str) -> date:
    """Read a date or an instant."""
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def time(value: date) -> date:
    """Return an instant in UTC, and a date as it is."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@pytest.mark.parametrize("calendar", cases("google_splits.json"))
def test_the_segments_of_a_recorded_calendar_are_linked(
    make_world: Callable[..., World], calendar: JSON
) -> None:
    """A first sync of a real calendar links every certain pair, and no decoy."""
    page = {
        "items": calendar["events"],
        "nextSyncToken": "t",
        "timeZone": calendar["calendarTimeZone"],
    }
    world = make_world(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=page)))
    report = world.sync()
    assert report.splits == ()
    links = {(link.old, link.new) for link in world.store.links(world.copy.key)}
    expected = calendar["expected"]
    sure = {
        (pair["from"], pair["to"])
        for pair in expected["pairs"]
        if pair.get("certain")
        or (pair.get("same_created") and pair.get("until_is_end_of_day_before_to_start"))
    }
    assert sure <= links
    decoys = {(pair["from"], pair["to"]) for pair in expected.get("not_pairs", ())}
    assert not decoys & links
    for chain in expected.get("chains", ()):
        certain = all(pair in sure for pair in pairwise(chain))
        if certain:
            assert world.copy.lineage(chain[-1])[-len(chain) :] == chain


def variants() -> list[Any]:
    """Return every calendar as recorded, and with its EXDATEs told as cancelled occurrences."""
    return [
        pytest.param(case.values[0], variant, marks=case.marks, id=f"{case.id}-{variant}")
        for case in cases("google_scenarios.json")
        for variant in ("events", "events_with_cancelled_instances")
        if case.id == "absent" or variant in case.values[0]
    ]


@pytest.mark.parametrize(("scenario", "variant"), variants())
def test_the_windows_of_a_recorded_calendar_are_as_stated(
    make_world: Callable[..., World], scenario: JSON, variant: str
) -> None:
    """Synced through client, engine and store, a calendar shows what its windows state."""
    page = {
        "items": scenario[variant],
        "nextSyncToken": "t",
        "timeZone": scenario["calendarTimeZone"],
    }
    # The values of this one were computed by software for iCalendar data.
    reading = ICALENDAR if scenario.get("id") == "sc-096" else GOOGLE
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=page))
    world = make_world(transport=transport, reading=reading)
    report = world.sync()
    assert report.quarantined == ()
    assert all(record.kind != Kind.TOMBSTONE for record in world.store.events(world.copy.key))
    for window in scenario["queries"]:
        check_window(world, window, scenario["calendarTimeZone"])
