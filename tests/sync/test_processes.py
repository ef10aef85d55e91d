"""Several processes, and processes that die: one SQLite file, one fake service on a real port."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kloudsync.model.change import Added
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.stores import SQLiteStore
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.population import fill, populate
from kloudsync.testing.serve import serve

ROOT = Path(__file__).parents[2]


def start(base_url: str, file: Path, page_size: int, ttl: float = 240) -> subprocess.Popen[str]:
    """Start a worker."""
    command = [
        sys.executable,
        "-m",
        "tests.sync.worker",
        base_url,
        str(file),
        str(page_size),
        str(ttl),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603 - our own program


def outcome(worker: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for a worker and read what it says."""
    output, _ = worker.communicate(timeout=60)
    said: dict[str, Any] = json.loads(output)
    return said


@contextmanager
def opened(base_url: str, file: Path) -> Generator[SyncEngine]:
    """Open the copy that workers left."""
    with Google(token="token", base_url=base_url) as google, SQLiteStore(file) as store:
        yield SyncEngine(google.calendar("primary"), store)


def added(engine: SyncEngine) -> list[str]:
    """Return the ids that the feed tells as added, in order."""
    return [change.id for change in engine.changes("auditor") if isinstance(change, Added)]


def test_two_processes_that_sync_at_once_double_nothing(tmp_path: Path) -> None:
    """One works; the other waits its turn and finds nothing to do, or leaves with LeaseHeld."""
    fake, file = FakeGoogle(), tmp_path / "calendars.db"
    populate(fake.calendar(), events=200)
    with serve(fake) as base_url:
        workers = [start(base_url, file, page_size=5) for _ in range(2)]
        said = [outcome(worker) for worker in workers]
        with opened(base_url, file) as engine:
            ids = added(engine)
            assert {event.id for event in engine.events()} == fake.truth("primary").keys()
    assert sorted(one.get("added", 0) for one in said) == [0, 200]
    assert all(one.get("error", "LeaseHeld") == "LeaseHeld" for one in said)
    assert sorted(ids) == sorted(fake.truth("primary"))


@pytest.mark.parametrize("pages", [1, 7, 20, 39])
def test_a_process_killed_in_the_middle_loses_and_doubles_nothing(
    tmp_path: Path, pages: int
) -> None:
    """After `kill -9` between pages the next run goes on, and every event is told once."""
    fake, file = FakeGoogle(), tmp_path / "calendars.db"
    populate(fake.calendar(), events=200)
    with serve(fake) as base_url:
        worker = start(base_url, file, page_size=5, ttl=1)
        deadline = time.monotonic() + 30
        while len(fake.requests) < pages and time.monotonic() < deadline:
            time.sleep(0.001)
        worker.kill()
        worker.communicate()
        time.sleep(1.1)
        with opened(base_url, file) as engine:
            engine.sync()
            assert {event.id for event in engine.events()} == fake.truth("primary").keys()
            assert sorted(added(engine)) == sorted(fake.truth("primary"))


def test_memory_grows_with_the_page_and_not_with_the_calendar(tmp_path: Path) -> None:
    """Five times the events at the same page size take about the same memory."""
    peaks: list[int] = []
    for events in (5_000, 25_000):
        fake = FakeGoogle()
        fill(fake.calendar(), events=events)
        with serve(fake) as base_url:
            said = outcome(start(base_url, tmp_path / f"{events}.db", page_size=250))
        assert said["added"] == events
        peaks.append(said["peak_kb"])
    assert peaks[1] <= peaks[0] * 1.15
