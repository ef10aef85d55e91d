"""What a file holds is said, and so is which version says it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Command

import kloudsync
from kloudsync import Fleet
from kloudsync.cli import commands
from kloudsync.cli.main import run
from kloudsync.errors import UsageError
from kloudsync.fleet.states import Note, State
from kloudsync.fleet.topics import HOUSE, PRUNING, of_account
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.stores import SQLiteStore
from kloudsync.testing.google import FakeGoogle


@pytest.mark.usefixtures("fake")
def test_the_copies_of_a_file_are_told(command: Command, database: str) -> None:
    """Each with what it holds and when it was synced, for people and for programs."""
    command("sync", "--db", database)
    command("sync", "--account", "ann", "--db", database)
    told = command("status", "--db", database)
    assert "google:default:primary  synced " in told
    assert " UTC  1 event\n" in told
    rows = [json.loads(row) for row in command("status", "--json", "--db", database).splitlines()]
    assert [row["calendar"]["account"] for row in rows] == ["ann", "default"]
    assert {(row["events"], row["pending"], row["quarantined"]) for row in rows} == {(1, 0, 0)}
    assert all(row["synced_at"].endswith("+00:00") for row in rows)


def test_a_name_that_misses_is_told_what_there_is(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """Whoever synced a calendar by its id finds out so."""
    fake.calendar()
    command("sync", "--account", "ann", "--db", database)
    with pytest.raises(UsageError, match="it holds google:ann:primary"):
        command("agenda", "--db", database)


def test_a_file_that_is_not_there_is_not_made(command: Command, database: str) -> None:
    """Nor is it taken for one that holds nothing."""
    with pytest.raises(UsageError, match="there is no store"):
        command("status", "--db", database)


def test_the_version_is_told(command: Command) -> None:
    """By the command, and by the package run as a program."""
    assert command("--version") == f"kloudsync {kloudsync.__version__}\n"
    line = [sys.executable, "-m", "kloudsync", "--version"]
    told = subprocess.run(line, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert told.stdout == f"kloudsync {kloudsync.__version__}\n"


def test_an_interrupted_start_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before anything has begun ends with the shells' status and no traceback."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "app", interrupted)
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 130


@pytest.mark.parametrize("port", ["taken", "99999"])
def test_a_port_that_cannot_be_used_is_one_sentence(port: str) -> None:
    """Taken or impossible: a fake that cannot be served says so, and how to get another one."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1]) if port == "taken" else port
        line = [sys.executable, "-m", "kloudsync.testing", "serve", "google", "--port", number]
        ended = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"port {number} cannot be used: ")
    assert len(ended.stderr.splitlines()) == 1


def _enrolled(database: str) -> None:
    """Let a fleet on a file follow three calendars, of which one is failing."""
    with SQLiteStore(database) as store:
        fleet = Fleet(store, lambda account: pytest.fail(f"{account} is not connected to"))
        fleet.enrol("google", "ann", calendars=["primary", "team"])
        fleet.enrol("google", "bob", calendars=["primary"])
        fleet.pause("google", "ann", calendar="team")
        failing = Note(state=State.FAILING, reason="the service \x1b[2J is down").write()
        topic = Topic(CalendarKey("google", "bob", "primary"), "events")
        now = datetime.now(UTC).timestamp()
        store.make_due(topic, lane=0, now=now, note=failing)
        store.make_due(of_account(HOUSE, PRUNING), lane=0, now=now)


@pytest.mark.usefixtures("fake")
def test_a_fleet_is_told_by_state(command: Command, database: str) -> None:
    """How many stand how, but for the fleet's own housekeeping, and which need somebody, and why."""
    command("sync", "--db", database)
    assert "fleet" not in command("status", "--db", database)
    _enrolled(database)
    told = command("status", "--db", database)
    assert "\n\nfleet  " in told
    assert " 3  new\n" in told
    assert " 1  paused\n" in told
    assert " 1  failing\n           google:bob:primary events: the service ␛[2J is down\n" in told
    assert "\x1b" not in told


@pytest.mark.usefixtures("fake")
def test_a_fleet_is_told_as_data(command: Command, database: str) -> None:
    """Each topic is an object a line behind the copies, as the fleet itself tells it."""
    command("sync", "--db", database)
    _enrolled(database)
    rows = [json.loads(row) for row in command("status", "--json", "--db", database).splitlines()]
    assert [row["type"] for row in rows] == ["copy_status", *["status"] * (len(rows) - 1)]
    with SQLiteStore(database) as store:
        told = [one.to_dict() for one in Fleet(store, lambda _: None).status()]
    assert rows[1:] == told


def test_who_watches_is_told_again(database: str) -> None:
    """What is watched is said again until Ctrl-C, which ends it with 130."""
    with SQLiteStore(database) as store:
        Fleet(store, print).enrol("google", "ann", calendars=["primary"])
    line = [sys.executable, "-m", "kloudsync", "status", "--watch", "--json", "--db", database]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as watching:  # noqa: S603 - our own program
        assert watching.stdout is not None
        try:
            states = [json.loads(watching.stdout.readline())["state"] for _ in range(4)]
            watching.send_signal(signal.SIGINT)
            assert watching.wait(60) == 130
        finally:
            watching.kill()
    assert states == ["new"] * 4


def test_a_fleet_that_is_named(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fleet of the program's own is told wherever its store is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "named_jobs.py").write_text(
        "from kloudsync import Fleet\nfrom kloudsync.stores import MemoryStore\n"
        "fleet = Fleet(MemoryStore(), print)\n"
        "fleet.enrol('google', 'ann', calendars=['primary'])\n"
    )
    assert "2  new" in command("status", "--fleet", "named_jobs:fleet")
