"""Processes that die at work, and processes that want the same thing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kloudsync.stores import SQLiteStore
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import KEY, Worker, take

PREAMBLE = """
import os, sys, signal
from kloudsync.stores import SQLiteStore
from kloudsync.testing.stores.records import added, deleted, single, updated
from kloudsync.testing.stores.worker import KEY, Worker
store = SQLiteStore(sys.argv[1], timeout=30)
"""

DIE = "os.kill(os.getpid(), signal.SIGKILL)"

IN_MID_STAGE = f"""
def page():
    for number in range(5000):
        yield added(single(f"new-{{number:05}}", raw="x" * 500))
    {DIE}
worker = Worker(store)
worker.begin()
worker.stage(updated(single("a", raw="2")))
store.stage(KEY, worker.lease, page(), checkpoint=worker.checkpoint, since=worker.state)
"""

AFTER_STAGE = f"""
worker = Worker(store)
worker.begin()
worker.stage(updated(single("a", raw="2")))
{DIE}
"""

# The trace callback runs before each statement of the commit, the last of which is COMMIT itself.
IN_MID_COMMIT = f"""
worker = Worker(store)
worker.begin()
worker.stage(updated(single("a", raw="2")), deleted("b"), added(single("c")))
statements = 0
def trace(sql):
    global statements
    statements += 1
    if statements == int(sys.argv[2]):
        {DIE}
store._database._writer.set_trace_callback(trace)
worker.commit(now=200.0)
sys.exit(3)
"""

COUNT = """
import time
owner, wins = sys.argv[2], 0
while wins < 25:
    lease = store.acquire("counter", owner, ttl=1000.0, now=0.0)
    if lease is None:
        time.sleep(0.001)
        continue
    worker = Worker(store, lease=lease)
    held = {record.id: record for record in worker.events()}
    count = int(held["count"].raw) if held else 0
    worker.begin()
    worker.stage((updated if held else added)(single("count", raw=str(count + 1))))
    worker.commit()
    store.release(lease)
    wins += 1
"""

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a store is that holds two events."""
    path = tmp_path / "calendars.db"
    with SQLiteStore(path) as store:
        worker = Worker(store)
        worker.sync(added(single("a", raw="1")), added(single("b")))
        store.release(worker.lease)
    return path


def start(script: str, path: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a process on the store."""
    command = [sys.executable, "-c", PREAMBLE + script, str(path), *arguments]
    return subprocess.Popen(command)  # noqa: S603 - our own constant scripts


def killed(script: str, path: Path, *arguments: str) -> bool:
    """Run a process on the store and tell whether it was killed."""
    return start(script, path, *arguments).wait(60) == -signal.SIGKILL


def test_killed_in_mid_stage(path: Path) -> None:
    """A page whose process died is not there, the page before it is."""
    assert killed(IN_MID_STAGE, path)
    with SQLiteStore(path) as store:
        heir = Worker(store, lease=take(store, str(KEY), "heir", now=1000.0), pages=1)
        assert [record.raw for record in store.events(KEY)] == ["1", "{}"]
        assert heir.state.checkpoint == heir.checkpoint
        assert (heir.counts.updated, heir.counts.added) == (1, 0)
        heir.commit()
        assert [record.raw for record in store.events(KEY)] == ["2", "{}"]


def test_killed_after_stage(path: Path) -> None:
    """A staged page survives its process, as invisible as before."""
    assert killed(AFTER_STAGE, path)
    with SQLiteStore(path) as store:
        assert [record.raw for record in store.events(KEY)] == ["1", "{}"]
        assert store.counts(KEY).updated == 1


def check_killed_in_mid_commit(path: Path, statement: int) -> bool:
    """Kill a commit before one of its statements; return False if it has no such statement."""
    if not killed(IN_MID_COMMIT, path, str(statement)):
        return False
    with SQLiteStore(path) as store:
        assert [record.id for record in store.events(KEY)] == ["a", "b"]
        assert len(store.changes("crm", limit=10)) == 2
        heir = Worker(store, lease=take(store, str(KEY), "heir", now=1000.0))
        heir.commit()
        assert heir.ids() == ["a", "c"]
        assert [entry.kind.value for entry in heir.feed()[2:]] == ["updated", "deleted", "added"]
    return True


@pytest.mark.parametrize("statement", [4, 9, 13])
def test_killed_in_mid_commit(path: Path, statement: int) -> None:
    """A commit that is killed has not happened, and may be made again."""
    assert check_killed_in_mid_commit(path, statement)


@pytest.mark.long
def test_killed_at_every_statement(path: Path, tmp_path: Path) -> None:
    """There is no statement of a commit at which a kill does harm, COMMIT itself included."""
    content = path.read_bytes()
    statement = 0
    more = True
    while more:
        statement += 1
        copy = tmp_path / f"killed-{statement}.db"
        copy.write_bytes(content)
        more = check_killed_in_mid_commit(copy, statement)
    assert statement > 13


def test_processes_take_turns(tmp_path: Path) -> None:
    """Processes that count under one lease lose no count, and leave one feed entry for each."""
    path = tmp_path / "calendars.db"
    processes = [start(COUNT, path, f"process-{number}") for number in range(3)]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    with SQLiteStore(path) as store:
        assert [record.raw for record in store.events(KEY)] == ["75"]
        assert len(store.changes("crm", limit=1000)) == 75
