"""A worker runs the program's own fleet, and ends when it is told to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import Command

from kloudsync import Fleet
from kloudsync.errors import UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import SQLiteStore

PROGRAMS = {
    "blocking": """
from kloudsync import Fleet, Google
from kloudsync.stores import SQLiteStore

def connect(account):
    return Google("token", account=account.name)

fleet = Fleet(SQLiteStore("calendars.db"), connect)
""",
    "awaiting": """
from kloudsync import AsyncFleet, AsyncGoogle
from kloudsync.stores import SQLiteStore

async def connect(account):
    return AsyncGoogle("token", account=account.name)

fleet = AsyncFleet(SQLiteStore("calendars.db"), connect)
""",
}

SLOW = """
import asyncio
from kloudsync import AsyncFleet
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.stores import MemoryStore

store = MemoryStore()

async def connect(account):
    fleet.stop()
    await asyncio.sleep(600)

fleet = AsyncFleet(store, connect, policy=FleetPolicy(grace=0.0, look=0.01))
asyncio.run(fleet.enrol("google", "ann", calendars=["primary"]))
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, whose modules are forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    known = set(sys.modules)
    yield tmp_path
    for name in {"jobs", "bare", "slow_jobs"} - known:
        sys.modules.pop(name, None)


def line(name: str) -> list[str]:
    """Return the command line of a worker."""
    return [sys.executable, "-m", "kloudsync", "worker", name]


def ended(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a worker that has no reason to stay."""
    return subprocess.run(  # noqa: S603 - our own program
        line(name), capture_output=True, text=True, check=False, cwd=folder, timeout=60
    )


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for another process, for as long as a slow machine may take."""
    until = time.monotonic() + 60.0
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def synced(folder: Path) -> bool:
    """Tell whether a worker has made the copy."""
    with SQLiteStore(folder / "calendars.db") as store:
        return CalendarKey("google", "ann", "primary") in store.calendars()


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("colour", PROGRAMS)
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_works_until_it_is_told_to_stop(
    colour: str, asked: signal.Signals, tmp_path: Path
) -> None:
    """In either colour it does what is due, and ends with 0 and no word when it is asked to."""
    (tmp_path / "jobs.py").write_text(PROGRAMS[colour])
    with SQLiteStore(tmp_path / "calendars.db") as store:
        Fleet(store, lambda _: None).enrol("google", "ann", calendars=["primary"])
    with subprocess.Popen(  # noqa: S603 - our own program
        line("jobs:fleet"), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as worker:
        try:
            wait_until(lambda: synced(tmp_path))
            worker.send_signal(asked)
            told, _ = worker.communicate(timeout=60)
        finally:
            worker.kill()
    assert (worker.returncode, told) == (0, b"")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("jobs", "'jobs' names no fleet; write MODULE:NAME"),
        ("jobs:", "'jobs:' names no fleet"),
        (":fleet", "':fleet' names no fleet"),
        ("jobs:fleet.run", "'jobs:fleet.run' names no fleet"),
        ("nojobs:fleet", "there is no module 'nojobs' for nojobs:fleet"),
        ("jobs.more:fleet", "there is no module 'jobs.more' for jobs.more:fleet"),
        ("jobs:flet", "jobs has no 'flet'; its fleets are fleet"),
        ("bare:fleet", "bare has no 'fleet'; it has no fleet"),
        ("jobs:Fleet", "jobs:Fleet is the class Fleet; a worker runs a Fleet"),
        ("jobs:connect", "jobs:connect is of type function; a worker runs a Fleet"),
    ],
)
def test_what_is_no_fleet_is_told(command: Command, here: Path, name: str, why: str) -> None:
    """Wrong names and wrong objects are told with what would be right."""
    (here / "jobs.py").write_text(PROGRAMS["blocking"])
    (here / "bare.py").write_text("")
    with pytest.raises(UsageError) as refused:
        command("worker", name)
    assert str(refused.value).startswith(why)


def test_a_wrong_name_is_one_sentence(tmp_path: Path) -> None:
    """At the terminal it is a line without a traceback, and exit status 1."""
    worker = ended("nojobs:fleet", tmp_path)
    assert worker.returncode == 1
    assert worker.stderr == "kloudsync: UsageError: there is no module 'nojobs' for nojobs:fleet\n"


def test_errors_of_the_program_are_its_own(tmp_path: Path) -> None:
    """A module that imports what is not there ends with the traceback that names its line."""
    (tmp_path / "jobs.py").write_text("import not_installed_here\n")
    worker = ended("jobs:fleet", tmp_path)
    assert worker.returncode == 1
    assert "import not_installed_here" in worker.stderr
    assert "No module named 'not_installed_here'" in worker.stderr


def test_jobs_that_did_not_end_are_told(command: Command, here: Path) -> None:
    """Where a job outlasts the fleet's grace, the exit status says so."""
    (here / "slow_jobs.py").write_text(SLOW)
    told = command("worker", "slow_jobs:fleet", exit_code=1)
    assert told == "1 job did not end in time; other workers take over\n"


STARTING = """
from pathlib import Path
from kloudsync import Fleet
from kloudsync.errors import StoreError
from kloudsync.stores import MemoryStore

began = Path("began")
if not began.exists():
    began.touch()
    raise StoreError("the database system is starting up")
fleet = Fleet(MemoryStore(), print)
fleet.run = lambda: 0
"""


def test_a_worker_waits_for_a_store_that_starts(here: Path) -> None:
    """A worker that starts while its database starts says so, and waits for it for as long as it may."""
    (here / "starting.py").write_text(STARTING)
    hurried = subprocess.run(  # noqa: S603 - our own program
        [*line("starting:fleet"), "--wait", "0"], capture_output=True, text=True, check=False
    )
    assert hurried.returncode != 0
    (here / "began").unlink()
    patient = ended("starting:fleet", here)
    assert patient.returncode == 0
    assert "waiting for the store: the database system is starting up" in patient.stderr


def test_a_worker_whose_numbers_are_read(tmp_path: Path) -> None:
    """A worker serves its numbers at a port, and says so where that is none."""
    (tmp_path / "jobs.py").write_text(PROGRAMS["blocking"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(  # noqa: S603 - our own program
        [*line("jobs:fleet"), "--metrics", str(port)], cwd=tmp_path
    ) as worker:
        try:
            wait_until(lambda: "kloudsync_queue_age_seconds" in scraped(port))
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0
        finally:
            worker.kill()
    refused = subprocess.run(  # noqa: S603 - our own program
        [*line("jobs:fleet"), "--metrics", "here"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert refused.returncode == 1
    assert "'here' is no port" in refused.stderr


def scraped(port: int) -> str:
    """Return what is read at a port; nothing while nobody answers there."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/metrics").text
    except httpx.TransportError:
        return ""
