"""Halves of a split that arrive apart: in two runs, in either order, with other things between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.sync.world import World

from kloudsync.model.change import SeriesSplit, SeriesTruncated

CREATED = "2026-01-02T08:00:00.000Z"
SLOT = datetime(2026, 1, 26, 9, tzinfo=UTC)


def master(name: str, start: str, rule: str, **changes: Any) -> dict[str, Any]:
    """Return a weekly master as Google sends it."""
    return {
        "kind": "calendar#event",
        "id": name,
        "status": "confirmed",
        "created": CREATED,
        "updated": "2026-01-10T08:00:00.000Z",
        "summary": "Review",
        "organizer": {"email": "owner@example.com", "self": True},
        "start": {"dateTime": f"{start}Z", "timeZone": "UTC"},
        "end": {"dateTime": f"{start[:11]}{int(start[11:13]) + 1:02d}:00:00Z", "timeZone": "UTC"},
        "recurrence": [rule],
        "iCalUID": f"{name}@google.com",
        "sequence": 0,
        **changes,
    }


WHOLE = master("head", "2026-01-05T09:00:00", "RRULE:FREQ=WEEKLY;BYDAY=MO")
TRIMMED = master("head", "2026-01-05T09:00:00", "RRULE:FREQ=WEEKLY;UNTIL=20260125T235959Z;BYDAY=MO")
SAME_STEM = master("head_R20260126T090000", "2026-01-26T09:00:00", "RRULE:FREQ=WEEKLY;BYDAY=MO")
FRESH = master("fresh", "2026-01-26T11:00:00", "RRULE:FREQ=WEEKLY;BYDAY=MO", sequence=1)
OTHER = master(
    "other", "2026-01-06T09:00:00", "RRULE:FREQ=WEEKLY;BYDAY=TU", created="2026-01-03T08:00:00.000Z"
)


TAIL: dict[str, Any] = {}
"""Stands in the orders for the second half, whichever form its id has."""

ORDERS: dict[str, list[list[dict[str, Any]]]] = {
    "one run": [[TRIMMED, TAIL]],
    "reversed": [[TAIL, TRIMMED]],
    "two runs": [[TRIMMED], [TAIL]],
    "two reversed": [[TAIL], [TRIMMED]],
    "apart": [[TRIMMED], [OTHER], [TAIL]],
    "apart reversed": [[TAIL], [OTHER], [TRIMMED]],
    "sent again": [[TRIMMED, TAIL], [TRIMMED, TAIL], [TAIL], [TRIMMED]],
}


def told(pages: list[list[dict[str, Any]]]) -> httpx.MockTransport:
    """Return a service that answers one request after another with a page of its own."""

    def answer(_: httpx.Request) -> httpx.Response:
        items = pages.pop(0)
        body = {"items": items, "nextSyncToken": f"after {len(pages)}", "timeZone": "UTC"}
        return httpx.Response(200, json=body)

    return httpx.MockTransport(answer)


@pytest.mark.parametrize("tail", [SAME_STEM, FRESH], ids=["same stem", "fresh id"])
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_halves_are_one_split_whenever_they_arrive(
    make_world: Callable[..., World],
    tail: dict[str, Any],
    order: list[list[dict[str, Any]]],
) -> None:
    """The feed has one split at the slot, and the lineage both segments, in every order."""
    pages = [[WHOLE], *([one or tail for one in page] for page in order)]

    world = make_world(transport=told(pages))
    while pages:
        world.sync()
    changes = world.changes()
    splits = [one for one in changes if isinstance(one, SeriesSplit)]
    assert [(one.old, one.new, one.at) for one in splits] == [("head", tail["id"], SLOT)]
    assert world.copy.lineage("head") == ["head", tail["id"]]
    cuts = [one for one in changes if isinstance(one, SeriesTruncated)]
    assert len(cuts) <= 1, "a cut is told at most once, before its second half is known"


@pytest.mark.parametrize(
    "bound",
    ["COUNT=99999999", "UNTIL=99991231", "UNTIL=99991231T235959", "UNTIL=99991231T235959Z"],
)
def test_a_series_cut_at_the_end_of_all_years_stops_nothing(
    make_world: Callable[..., World], bound: str
) -> None:
    """West of Greenwich the last evening of the year 9999 is beyond what Python can tell."""
    zone = {"timeZone": "America/New_York"}
    whole = master("late", "2026-01-05T23:00:00", "RRULE:FREQ=DAILY")
    whole["start"] = {"dateTime": "2026-01-05T23:00:00-05:00", **zone}
    whole["end"] = {"dateTime": "2026-01-05T23:30:00-05:00", **zone}
    cut = {**whole, "recurrence": [f"RRULE:FREQ=DAILY;{bound}"]}
    world = make_world(transport=told([[whole], [cut], [OTHER]]))
    world.sync()
    assert world.sync().updated == 1
    assert [type(one).__name__ for one in world.changes()][:2] == ["Added", "Updated"]
    assert world.sync().added == 1
    assert world.copy.lineage("late") == ["late"]


def test_an_occurrence_that_is_told_again_stays_beyond_the_cut(
    make_world: Callable[..., World],
) -> None:
    """What the service says is there is there, changed or not and wherever its series ends."""
    moved = master("head_20260202T090000Z", "2026-02-03T09:00:00", "", summary="Moved")
    del moved["recurrence"]
    moved["recurringEventId"] = "head"
    moved["originalStartTime"] = {"dateTime": "2026-02-02T09:00:00Z", "timeZone": "UTC"}
    world = make_world(transport=told([[WHOLE, moved], [TRIMMED, moved]]))
    world.sync()
    report = world.sync()
    assert len(report.truncations) == 1
    assert world.copy.event(moved["id"]) is not None
