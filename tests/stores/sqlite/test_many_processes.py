"""Eight processes on one file, killed at seeded times while the calendars change."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from tests.brought_back import stands_again
from tests.sync.world import replayed

from kloudsync.errors import LeaseHeld
from kloudsync.model.change import Added, Change, Deleted, Updated
from kloudsync.model.event import Held
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.stores import SQLiteStore
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.population import populate
from kloudsync.testing.google.user import RandomUser
from kloudsync.testing.serve import serve

ROOT = Path(__file__).parents[3]
CALENDARS = ("primary", "team@example.com", "room@example.com")

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")


@frozen
class Entry:
    """A line of the workers' journal."""

    event: str
    calendar: str
    fence: int
    who: str


def service() -> FakeGoogle:
    """Return a service with three calendars of different sizes."""
    fake = FakeGoogle()
    for size, calendar in zip((150, 60, 25), CALENDARS, strict=True):
        if calendar != "primary":
            fake.add_calendar(calendar)
        populate(fake.calendar(calendar), events=size, seed=size)
    return fake


def run_crowd(fake: FakeGoogle, base_url: str, folder: Path, seed: int, kills: int) -> list[Entry]:
    """Let the workers work while users edit, and return what they noted."""
    journal = folder / "journal"
    command = [
        sys.executable,
        "-m",
        "tests.stores.sqlite.crowd",
        base_url,
        str(folder / "c.db"),
        str(journal),
    ]
    command += [str(seed), str(kills), *CALENDARS]
    users = [RandomUser(fake.calendar(name), seed=f"{seed} {name}") for name in CALENDARS]
    crowd = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own program
    while crowd.poll() is None:
        for user in users:
            user.act()
        time.sleep(0.05)
    assert crowd.returncode == 0
    return [Entry(*json.loads(line)) for line in journal.read_text().splitlines()]


def finish(engine: SyncEngine) -> None:
    """Sync once more, as soon as the leases of the dead have run out."""
    for _ in range(100):
        try:
            engine.sync()
        except LeaseHeld:
            time.sleep(0.05)
        else:
            return
    pytest.fail("a lease of a dead worker never ran out")


def contents(event: Held) -> dict[str, Any]:
    """Return what an event says, without the stamps that every re-send changes."""
    return {name: value for name, value in event.raw.items() if name not in ("etag", "updated")}


def expect_chain(changes: Sequence[Change]) -> None:
    """See that the feed rises, and that each change goes on from where the last one ended."""
    positions = [change.position for change in changes]
    assert positions == sorted(set(positions))
    last: dict[str, dict[str, Any]] = {}
    for change in changes:
        if isinstance(change, Updated):
            assert contents(change.before) == last[change.id], "lost or out of order"
            assert contents(change.after) != last[change.id], "told twice"
            last[change.id] = contents(change.after)
        elif isinstance(change, Added):
            last[change.id] = contents(change.event)
        elif isinstance(change, Deleted):
            assert contents(change.event) == last.pop(change.id), "lost or out of order"


def expect_whole(fake: FakeGoogle, base_url: str, file: Path) -> None:
    """Compare every copy with the service, and the feed's replay with the copy.

    Where users brought a slot back in time for one pass, only a full one can know it.
    """
    with Google(token="token", base_url=base_url) as google, SQLiteStore(file) as store:
        for calendar in CALENDARS:
            engine = SyncEngine(google.calendar(calendar), store)
            finish(engine)
            truth = fake.truth(calendar)
            surplus = [event for event in engine.events() if event.id not in truth]
            assert all(stands_again(fake.calendar(calendar), event) for event in surplus)
            if surplus:
                engine.sync(full=True)
            held = {event.id: dict(event.raw) for event in engine.events()}
            changes = list(engine.changes("auditor"))
            assert held == truth
            expect_chain(changes)
            assert replayed(changes).keys() == held.keys()


def expect_single_holders(journal: Sequence[Entry]) -> None:
    """See that no fence was ever given to two, and that nobody committed under another's."""
    holders: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for entry in journal:
        if entry.event == "lease":
            holders[entry.calendar, entry.fence].add(entry.who)
    assert all(len(owners) == 1 for owners in holders.values())
    for entry in journal:
        if entry.event == "commit":
            (owner,) = holders[entry.calendar, entry.fence]
            assert owner.split()[0] == entry.who


def expect_thick(journal: Sequence[Entry], kills: int) -> None:
    """See that the run had what it was made for: contention, and work that went on."""
    events = [entry.event for entry in journal]
    assert "refused" in events
    assert events.count("commit") >= kills
    assert {entry.calendar for entry in journal if entry.event == "commit"} == {
        entry.calendar for entry in journal
    }


def probe(folder: Path, seed: int, kills: int) -> None:
    """Run a crowd and check everything that has to hold afterwards."""
    fake = service()
    with serve(fake) as base_url:
        journal = run_crowd(fake, base_url, folder, seed, kills)
        expect_single_holders(journal)
        expect_whole(fake, base_url, folder / "c.db")
    expect_thick(journal, kills)


# What eight processes meet depends on the machine: one run in four or so ends in a comparison that
# is not understood yet.
@pytest.mark.long
def test_eight_processes_share_a_file_though_some_are_killed(tmp_path: Path) -> None:
    """No lease has two holders; no change is lost, doubled or out of order."""
    probe(tmp_path, seed=1, kills=12)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_eight_processes_share_a_file_through_many_deaths(tmp_path: Path, seed: int) -> None:
    """No lease has two holders; no change is lost, doubled or out of order."""
    probe(tmp_path, seed=seed, kills=300)
