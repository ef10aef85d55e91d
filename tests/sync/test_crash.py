"""Crashes: at every single operation of the store, the next run ends as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.sync.crashing import Crash, CrashingStore
from tests.sync.world import Drive, World, replayed

from kloudsync.model.change import (
    Added,
    Change,
    Deleted,
    SeriesSplit,
    SeriesTruncated,
    Unreadable,
    Updated,
)
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.sync.ports import Store
from kloudsync.testing.google import FakeCalendar, FakeGoogle

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def told(changes: list[Change]) -> list[tuple[str, ...]]:
    """Reduce changes to what must not depend on crashes."""
    lines: list[tuple[str, ...]] = []
    for change in changes:
        match change:
            case Added() | Updated() | Deleted():
                lines.append((type(change).__name__, change.id))
            case SeriesSplit():
                lines.append(("SeriesSplit", change.old, change.new, str(change.at)))
            case SeriesTruncated():
                lines.append(("SeriesTruncated", change.series, str(change.at)))
            case Unreadable():
                raise AssertionError("a change that cannot be read")
    return lines


def live(fake: FakeGoogle, sync: Callable[[], None]) -> None:
    """Let a calendar's life pass by: a first sync, a delta of several pages, a dead cursor."""
    calendar = fake.calendar()
    series = calendar.create("Review", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=WEEKLY"])
    ids = [calendar.create(f"Event {n}", DAY + n * HOUR, DAY + n * HOUR + HOUR) for n in range(8)]
    calendar.edit_this(series, DAY + 4 * WEEK, summary="Guest")
    sync()
    second = calendar.edit_following(series, DAY + 2 * WEEK, summary="Other room")
    for event in ids[:5]:
        calendar.edit(event, summary="Renamed")
    calendar.delete(ids[7])
    sync()
    fake.expire_sync_tokens()
    calendar.truncate(second, DAY + 6 * WEEK)
    calendar.delete(ids[6])
    sync()


def make_store(kind: str, folder: Path) -> Store:
    """Open a store; a SQLite file as if by a new process."""
    return MemoryStore() if kind == "memory" else SQLiteStore(folder / "calendars.db")


def live_with_a_crash(
    drive: Drive, store: Store, fatal: int, *, after: bool
) -> tuple[dict[str, Any], list[tuple[str, ...]], int]:
    """Live through the story with one crash; return the copy, the feed, and the operations made."""
    fake = FakeGoogle()
    dying = CrashingStore(store, fatal, after=after)
    with World(drive, dying.as_store(), fake=fake, page_size=3) as mortal:

        def sync() -> None:
            with suppress(Crash):
                mortal.sync()
                return
            # Whoever takes over waits until the dead worker's lease has run out.
            mortal.clock.sleep(300)
            with World(drive, store, fake=fake, page_size=3) as heir:
                heir.sync()

        live(fake, sync)
    with World("blocking", store, fake=fake, page_size=3) as survivor:
        survivor.sync()
        changes = list(survivor.copy.changes("auditor"))
        assert survivor.is_in_step()
        assert replayed(changes).keys() == survivor.held().keys()
        return survivor.held(), told(changes), dying.calls


NEVER = 1_000_000
IN_FULL = pytest.param(1, marks=pytest.mark.long)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_crash_before_any_operation_changes_nothing(kind: str, tmp_path: Path) -> None:
    """Whichever operation of the store is never made, the heir ends with the same copy and feed."""
    crash_at_each(kind, "blocking", tmp_path, after=False)


@pytest.mark.parametrize(
    ("kind", "stride"),
    [("memory", 1), ("sqlite", 4), pytest.param("sqlite", 1, marks=pytest.mark.long)],
)
def test_a_crash_after_any_operation_changes_nothing(
    kind: str, stride: int, tmp_path: Path
) -> None:
    """Nor does it if its answer is lost: what it left is what the next one, never made, would find."""
    crash_at_each(kind, "blocking", tmp_path, after=True, stride=stride)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
@pytest.mark.parametrize("stride", [4, IN_FULL])
def test_awaiting_workers_crash_alike(kind: str, after: bool, stride: int, tmp_path: Path) -> None:
    """The engine is one text in both colours, so that a part of its operations will do each day."""
    crash_at_each(kind, "awaiting", tmp_path, after=after, stride=stride)


def crash_at_each(kind: str, drive: Drive, tmp_path: Path, *, after: bool, stride: int = 1) -> None:
    """Live once without a crash, and once with each operation, or some, as the last one."""
    calm = make_store(kind, tmp_path)
    held, feed, operations = live_with_a_crash(drive, calm, NEVER, after=after)
    calm.close()
    assert operations > 30
    for fatal in range(1, operations + 1, stride):
        folder = tmp_path / str(fatal)
        folder.mkdir()
        store = make_store(kind, folder)
        survived, told_of, _ = live_with_a_crash(drive, store, fatal, after=after)
        store.close()
        assert (survived.keys(), sorted(told_of)) == (held.keys(), sorted(feed)), fatal


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_what_goes_while_a_pass_is_cut_off_is_not_held(kind: str, tmp_path: Path) -> None:
    """Wherever a first sync dies, the heir ends with the calendar as it is by then."""
    for fatal in range(1, 20):
        folder = tmp_path / str(fatal)
        folder.mkdir()
        fake, store = FakeGoogle(), make_store(kind, folder)
        calendar = fake.calendar()
        ids = [calendar.create(f"Event {n}", DAY, DAY + HOUR) for n in range(7)]
        dying = CrashingStore(store, fatal, after=True).as_store()
        with World("blocking", dying, fake=fake, page_size=3) as mortal, suppress(Crash):
            mortal.sync()
        for event in ids[::3]:
            calendar.delete(event)
        calendar.edit(ids[1], summary="Renamed")
        with World("blocking", store, fake=fake, page_size=3) as heir:
            heir.clock.sleep(300)
            heir.sync()
            assert heir.is_in_step(), fatal
        store.close()


def forget(calendar: FakeCalendar, fake: FakeGoogle, series: str) -> None:
    """Delete a series of which the service tells nothing any more."""
    calendar.delete(series)
    fake.expire_sync_tokens()


def delete(calendar: FakeCalendar, _fake: FakeGoogle, series: str) -> None:
    """Delete a series, of which only its own id is told."""
    calendar.delete(series)


def replace(calendar: FakeCalendar, _fake: FakeGoogle, series: str) -> None:
    """Split a series and delete its second half."""
    calendar.delete(calendar.edit_following(series, DAY + timedelta(days=2), summary="New"))


@pytest.mark.parametrize("change", [forget, delete, replace])
def test_what_was_found_to_be_gone_leaves_the_pass_where_it_was(
    store: Store, change: Callable[[FakeCalendar, FakeGoogle, str], None]
) -> None:
    """A run of several pages that dies before its commit has read them all; the heir reads none again."""
    fake = FakeGoogle()
    calendar = fake.calendar()
    series = calendar.create("Review", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=DAILY"])
    calendar.edit_this(series, DAY + timedelta(days=3), summary="Guest")
    with World("blocking", store, fake=fake, page_size=2) as world:
        world.sync()
        change(calendar, fake, series)
        for number in range(4):
            calendar.create(f"Other {number}", DAY, DAY + HOUR)
        dying = CrashingStore(store, "commit", after=False).as_store()
        with World("blocking", dying, fake=fake, page_size=2) as mortal, pytest.raises(Crash):
            mortal.sync()
        world.clock.sleep(300)
        fake.requests.clear()
        report = world.sync()
        assert report.resumed
        looks = (
            1 if change is forget else 0
        )  # at what changed, since a full listing lacks something
        assert len(fake.requests) == looks + 1, "the delta from there to the present"
        assert world.is_in_step()
