"""A stored row of which no event can be made: in nobody's way, told, and mended by a full listing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cases import expect_right, programs
from tests.sync.world import World

from kloudsync.errors import DecodeError
from kloudsync.model.change import Added, Deleted, Unreadable, Updated
from kloudsync.model.record import EventRecord, StagedRecord, Verdict
from kloudsync.model.state import Cursor, FeedKind
from kloudsync.testing.stores.worker import Worker, take
from kloudsync.text import changes

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
JANUARY = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
TEXTS = {
    "no times": '{"id": "x"}',
    "odd times": '{"id": "x", "start": {"dateTime": "soon"}, "end": {"dateTime": "later"}}',
    "no object": "[]",
    "no JSON": "{",
    "nothing": "",
    "deep": "[" * 100_000,
    "huge": '{"id": "x", "start": {"date": "99999-01-01"}, "end": {"date": "99999-01-02"}}',
}


@pytest.fixture
def ids(world: World) -> list[str]:
    """Return the ids of three meetings that are in the store."""
    made = [
        world.calendar.create(
            f"e{day}", MONDAY + timedelta(days=day), MONDAY + timedelta(days=day, hours=1)
        )
        for day in range(3)
    ]
    world.sync()
    return made


def spoil(world: World, event_id: str, text: str, verdict: Verdict = Verdict.SILENT) -> None:
    """Let a row have another text, as a damaged disk or another version may leave it."""
    store, key = world.store, world.copy.key
    record: EventRecord = store.records(key, [event_id])[event_id]._replace(raw=text)
    state = store.state(key)
    assert state.cursor is not None
    worker = Worker(store, key, lease=take(store, "spoiler"))
    worker.begin()
    worker.stage(StagedRecord(record, verdict))
    cursor: Cursor = state.cursor
    now = state.synced_at or 0.0
    since = worker.state
    store.commit(key, worker.lease, cursor=cursor, zone=None, now=now, since=since)
    store.release(worker.lease)


@pytest.mark.parametrize("text", TEXTS)
def test_readers_go_on(world: World, ids: list[str], text: str) -> None:
    """Whoever reads gets the others, and the one by its times; it is named where somebody asks."""
    spoil(world, ids[1], TEXTS[text])
    copy = world.copy
    assert {one.id for one in copy.events()} == {ids[0], ids[2]}
    assert [one.id for one in copy.unreadable()] == [ids[1]]
    assert {one.id for one in copy.occurrences(*JANUARY)} == set(ids)
    assert len(copy.busy(*JANUARY)) == 3
    assert len(copy.busy(*JANUARY, tentative=False)) == 3
    with pytest.raises(DecodeError):
        copy.event(ids[1])


def test_the_feed_goes_on(world: World, ids: list[str]) -> None:
    """A consumer hears that something happened which nobody can show, and steps over it."""
    spoil(world, ids[1], TEXTS["no times"], Verdict.UPDATED)
    world.calendar.create("after", MONDAY, MONDAY + timedelta(hours=1))
    world.sync()
    told = list(world.copy.changes("crm"))
    assert [type(one) for one in told] == [Added, Added, Added, Unreadable, Added]
    lost = told[3]
    assert isinstance(lost, Unreadable)
    assert (lost.id, lost.kind, lost.calendar) == (ids[1], FeedKind.UPDATED, world.copy.key)
    assert "expected a time" in lost.reason
    assert str(lost) == f"updated {ids[1]}, which cannot be read"
    assert f"updated: «{ids[1]}», which cannot be read" in changes([lost], zone="UTC")
    world.copy.acknowledge("crm", lost)
    assert world.changes("crm") == told[4:]


@pytest.mark.parametrize("text", TEXTS)
def test_what_changes_is_read_anew(world: World, ids: list[str], text: str) -> None:
    """An edit at the service replaces the row, and is told as something new."""
    world.changes()
    spoil(world, ids[1], TEXTS[text])
    world.calendar.edit(ids[1], summary="moved on")
    assert world.sync().updated == 1
    (change,) = world.changes()
    assert isinstance(change, Added)
    assert change.event.id == ids[1]
    assert world.is_in_step()


@pytest.mark.parametrize("text", TEXTS)
def test_a_full_listing_mends(world: World, ids: list[str], text: str) -> None:
    """A run that lists everything replaces what cannot be read, and leaves the rest alone."""
    world.changes()
    spoil(world, ids[1], TEXTS[text])
    report = world.sync(full=True)
    assert (report.updated, report.added, report.deleted) == (1, 0, 0)
    assert [one.id for one in world.changes() if isinstance(one, Added)] == [ids[1]]
    assert world.copy.unreadable() == []
    assert world.is_in_step()


def test_a_deletion(world: World, ids: list[str]) -> None:
    """What could never be shown is told as gone by its id."""
    world.changes()
    spoil(world, ids[1], TEXTS["nothing"])
    for one in ids[1:]:
        world.calendar.delete(one)
    world.sync()
    told = {one.id: one for one in world.changes() if isinstance(one, Deleted | Unreadable)}
    assert isinstance(told[ids[2]], Deleted)
    lost = told[ids[1]]
    assert isinstance(lost, Unreadable)
    assert lost.kind is FeedKind.DELETED


def test_a_change_of_what_can_be_read_again(world: World, ids: list[str]) -> None:
    """Where both versions can be read, an update is an update."""
    world.changes()
    world.calendar.edit(ids[1], summary="another")
    world.sync()
    assert [type(one) for one in world.changes()] == [Updated]


@pytest.mark.parametrize("program", programs("engine/f30_unreadable_row"))
def test_the_published_case(program: Path) -> None:
    """One row that cannot be read stops nobody."""
    expect_right(program)
