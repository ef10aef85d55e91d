"""Refused cursors: one full pass, real differences only, and never a loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.sync.world import World, replayed

from kloudsync.errors import ResyncLoop
from kloudsync.model.change import Deleted
from kloudsync.sync.ports import Store
from kloudsync.testing.faults import Fault, FaultKind, Faults

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)


def fill(world: World, events: int = 30) -> list[str]:
    """Put single events into the calendar and sync them."""
    hour = timedelta(hours=1)
    ids = [
        world.calendar.create(f"Event {n}", DAY + n * hour, DAY + (n + 1) * hour)
        for n in range(events)
    ]
    world.sync()
    world.changes()
    return ids


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("kind", [FaultKind.CURSOR_GONE, FaultKind.CURSOR_INVALID])
def test_a_cursor_refused_on_any_page_leads_to_one_full_pass(
    world: World, kind: FaultKind, nth: int
) -> None:
    """410 and 400 heal alike, on the first, a middle and the last page of a delta."""
    ids = fill(world)
    for n in ids[:25]:
        world.calendar.edit(n, summary="Renamed")
    world.calendar.delete(ids[29])
    world.fake.faults = Faults([Fault(kind, operation="events.list", nth=nth)])
    report = world.sync()
    assert report.full
    assert report.resync_reason
    assert (report.updated, report.deleted) == (25, 1)
    assert world.is_in_step()


def test_deletions_missed_while_the_cursor_was_dead_are_told(world: World) -> None:
    """A full list has no tombstones; what it lacks is told as deleted."""
    ids = fill(world)
    for gone in ids[:3]:
        world.calendar.delete(gone)
    world.fake.expire_sync_tokens()
    report = world.sync()
    assert report.deleted == 3
    changes = world.changes()
    assert sorted(c.id for c in changes if isinstance(c, Deleted)) == sorted(ids[:3])
    assert len(changes) == 3


def test_unchanged_events_make_no_change_in_a_full_pass(world: World) -> None:
    """A full pass over an unchanged calendar tells nothing."""
    fill(world)
    world.fake.expire_sync_tokens()
    report = world.sync()
    assert report.full
    assert not report.changed
    assert report.unchanged == 30
    assert world.changes() == []


GONE = {
    "error": {
        "code": 410,
        "message": "Sync token is no longer valid, a full sync is required.",
        "errors": [{"domain": "calendar", "reason": "fullSyncRequired"}],
    }
}


def test_a_service_that_refuses_its_new_cursors_ends_the_run(
    make_world: Callable[..., World], store: Store
) -> None:
    """410 for ever is an error after a bounded number of requests, and the copy stays readable."""
    world = make_world(page_size=10)
    fill(world)
    before = world.held()
    asked: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(410, json=GONE)

    refused = make_world(fake=world.fake, transport=httpx.MockTransport(refuse))
    with pytest.raises(ResyncLoop, match="refused its own new cursor"):
        refused.sync()
    assert len(asked) == 3
    assert world.held() == before
    assert store.state(world.copy.key).checkpoint is None
    world.sync()
    assert world.is_in_step()


def test_the_feed_replays_to_the_copy_over_full_passes(world: World) -> None:
    """Following the feed from zero gives the copy, through deltas and full passes."""
    ids = fill(world, 12)
    world.calendar.edit(ids[0], summary="Renamed")
    world.sync()
    world.fake.expire_sync_tokens()
    world.calendar.delete(ids[1])
    world.calendar.create("New", DAY, DAY + timedelta(hours=1))
    world.sync()
    assert replayed(list(world.copy.changes("from zero"))) == world.held()
    assert world.is_in_step()
