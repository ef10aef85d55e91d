"""First passes of many pages: what their commit would take long for is done before it begins."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from tests.sync.crashing import Crash, CrashingStore
from tests.sync.test_crash import DAY, HOUR, NEVER, make_store
from tests.sync.world import World, replayed

from kloudsync.model.change import Added
from kloudsync.stores import SQLiteStore
from kloudsync.sync import run
from kloudsync.sync.ports import Store
from kloudsync.testing.google import FakeGoogle


def filled(fake: FakeGoogle) -> FakeGoogle:
    """Fill a calendar with a divided series, occurrences of it, and single events: a dozen items."""
    calendar = fake.calendar()
    series = calendar.create("Review", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=WEEKLY"])
    calendar.edit_this(series, DAY + timedelta(weeks=1), summary="Guest")
    calendar.cancel_occurrence(series, DAY + timedelta(weeks=2))
    calendar.edit_following(series, DAY + timedelta(weeks=4), summary="Other room")
    for number in range(8):
        calendar.create(f"Event {number}", DAY + number * HOUR, DAY + (number + 1) * HOUR)
    return fake


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the feed of few entries at a time."""
    monkeypatch.setattr(run, "_TOLD_AT_ONCE", 3)


def first_sync(store: Store, fatal: int, *, after: bool) -> tuple[int, list[str]]:
    """Sync for the first time with one crash, and again; return the calls made and what the feed tells."""
    fake = filled(FakeGoogle())
    dying = CrashingStore(store, fatal, after=after)
    with World("blocking", dying.as_store(), fake=fake, page_size=1) as mortal, suppress(Crash):
        mortal.sync()
    with World("blocking", store, fake=fake, page_size=1) as heir:
        told = store.changes("early", limit=100, key=heir.copy.key)
        assert bool(told) == bool(heir.held()), "nobody is told before there is a copy"
        heir.clock.sleep(300)
        heir.sync()
        changes = list(heir.copy.changes("auditor"))
        assert heir.is_in_step()
        assert replayed(changes).keys() == heir.held().keys()
        return dying.calls, sorted(one.id for one in changes if isinstance(one, Added))


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
def test_a_crash_at_any_operation_tells_nothing_twice(
    kind: str, after: bool, tmp_path: Path
) -> None:
    """Wherever a long first pass dies, the heir has the calendar, and the feed each event once."""
    calls, told = first_sync(make_store(kind, tmp_path), NEVER, after=after)
    for fatal in range(1, calls + 1):
        folder = tmp_path / str(fatal)
        folder.mkdir()
        store = make_store(kind, folder)
        assert first_sync(store, fatal, after=after)[1] == told, fatal
        store.close()


def test_the_commit_itself_is_short(tmp_path: Path, statements: list[str]) -> None:
    """In a file where all who write wait for each other, it neither judges nor tells what was staged."""
    fake = filled(FakeGoogle())
    with (
        SQLiteStore(tmp_path / "calendars.db") as store,
        World("blocking", store, fake=fake, page_size=1) as world,
    ):
        world.sync()
        assert len(list(world.copy.changes("auditor"))) > 9
    writes = " ".join(statements).split("BEGIN IMMEDIATE")[1:]
    told = [one for one in writes if "INSERT INTO feed" in one]
    assert len(told) > 3, "a few at a time, and the rest with the commit"
    assert sum("UPDATE calendar SET passes" in one for one in told) == 1
    (commit,) = [one for one in told if "UPDATE calendar SET passes" in one]
    assert "event_lineage" not in commit
    assert "event_moved" not in commit


def test_a_full_listing_that_lacks_nothing_is_found_out_before_its_commit(
    tmp_path: Path, statements: list[str]
) -> None:
    """What is held is compared with what a resync met while others may write."""
    fake = filled(FakeGoogle())
    with (
        SQLiteStore(tmp_path / "calendars.db") as store,
        World("blocking", store, fake=fake, page_size=2) as world,
    ):
        world.sync()
        fake.expire_sync_tokens()
        statements.clear()
        assert world.sync().full
        assert world.is_in_step()
        writes = " ".join(statements).split("BEGIN")
    assert not [one for one in writes if one.startswith(" IMMEDIATE") and "INTO pending" in one]
    assert [one for one in writes if not one.startswith(" IMMEDIATE") and "FROM seen" in one]
