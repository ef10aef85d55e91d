"""Crashes: at every single operation of the store, the next run ends as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.sync.crashing import Crash, crashing
from tests.sync.world import Drive, World, replayed

from kloudsync.model.change import Added, Change, Deleted, SeriesSplit, SeriesTruncated, Updated
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.sync.ports import Store
from kloudsync.testing.google import FakeGoogle

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
MOST_OPERATIONS = 200


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
) -> tuple[dict[str, Any], list[tuple[str, ...]], bool]:
    """Live through the story with one crash; return the copy, the feed, and whether it came."""
    fake = FakeGoogle()
    dying = crashing(store, fatal, after=after)
    with World(drive, dying, fake=fake, page_size=3) as mortal:

        def sync() -> None:
            with suppress(Crash):
                mortal.sync()
                return
            # Whoever takes over waits until the dead worker's lease has run out.
            fake.clock.sleep(300)
            with World(drive, store, fake=fake, page_size=3) as heir:
                heir.sync()

        live(fake, sync)
        crashed: bool = dying.crashed  # type: ignore[attr-defined] # the wrapper's own property
    with World("blocking", store, fake=fake, page_size=3) as survivor:
        survivor.sync()
        changes = list(survivor.copy.changes("auditor"))
        assert survivor.is_in_step()
        assert replayed(changes).keys() == survivor.held().keys()
        return survivor.held(), told(changes), crashed


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
def test_a_crash_at_any_operation_changes_nothing(
    kind: str, after: bool, drive: Drive, tmp_path: Path
) -> None:
    """Whichever operation of the store is the last, the heir ends with the same copy and feed."""
    expected: tuple[dict[str, Any], list[tuple[str, ...]]] | None = None
    for fatal in range(MOST_OPERATIONS, 0, -1):
        folder = tmp_path / str(fatal)
        folder.mkdir()
        store = make_store(kind, folder)
        held, feed, crashed = live_with_a_crash(drive, store, fatal, after=after)
        store.close()
        if expected is None:
            assert not crashed, "the story has more operations than this test tries"
            expected = held, feed
        if crashed or fatal == MOST_OPERATIONS:
            assert (held.keys(), sorted(feed)) == (expected[0].keys(), sorted(expected[1])), fatal
