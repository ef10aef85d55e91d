"""A copy becomes an iCalendar file, whole or not at all."""

from __future__ import annotations

import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from kloudsync.cli.terminal import console
from kloudsync.errors import MissingExtra, UsageError
from kloudsync.ical import read
from kloudsync.model.record import EventRecord, Kind
from kloudsync.testing.google import FakeGoogle


@pytest.fixture
def synced(fake: FakeGoogle, command: Command, database: str) -> FakeGoogle:
    """A file with the copy of a meeting and a series."""
    now = fake.clock.now()
    rule = ["RRULE:FREQ=DAILY;COUNT=3"]
    fake.calendar().create("Daily ☕", now, now + timedelta(hours=1), recurrence=rule)
    command("sync", "--db", database)
    return fake


@pytest.mark.usefixtures("synced")
def test_a_copy_is_written_to_the_output(command: Command, database: str) -> None:
    """It is an iCalendar object in UTF-8, and nothing else."""
    told = command("export", "--db", database)
    assert told.startswith("BEGIN:VCALENDAR")
    assert "SUMMARY:Daily ☕" in told
    assert "RRULE:FREQ=DAILY;COUNT=3" in told
    assert told.rstrip().endswith("END:VCALENDAR")


def test_a_copy_is_written_to_a_file(
    synced: FakeGoogle, command: Command, database: str, tmp_path: Path
) -> None:
    """Without the network, in the place of the file before, and nothing is left beside it."""
    asked = len(synced.requests)
    out = tmp_path / "out" / "team.ics"
    out.parent.mkdir()
    out.write_text("before")
    assert command("export", "--out", str(out), "--db", database) == ""
    records = list(read(out.read_bytes()))
    assert sorted(one.kind for one in records if isinstance(one, EventRecord)) == [
        Kind.SINGLE,
        Kind.SERIES,
    ]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [one.name for one in out.parent.iterdir()] == ["team.ics"]
    assert len(synced.requests) == asked


@pytest.mark.usefixtures("synced")
def test_a_file_that_cannot_be_written_is_one_sentence(
    command: Command, database: str, tmp_path: Path
) -> None:
    """A folder that is not there is told, and a folder in the file's place is left alone."""
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        command("export", "--out", str(tmp_path / "none" / "a.ics"), "--db", database)
    with pytest.raises(UsageError, match="cannot be written: Is a directory"):
        command("export", "--out", str(tmp_path), "--db", database)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device")
@pytest.mark.usefixtures("synced")
def test_a_device_is_written_to_and_not_replaced(command: Command, database: str) -> None:
    """What is no file stays what it is."""
    with pytest.raises(UsageError, match="No space left"):
        command("export", "--out", "/dev/full", "--db", database)
    assert not Path("/dev/full").is_file()


def test_a_strangers_title_steers_no_terminal(
    synced: FakeGoogle, command: Command, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file says nothing that iCalendar cannot; what is left is shown as signs on a terminal."""
    now = synced.clock.now()
    synced.calendar().create("\x1b[2J\u202eboo", now, now + timedelta(hours=1))
    command("sync", "--db", database)
    assert "SUMMARY:[2J\u202eboo" in command("export", "--db", database)
    monkeypatch.setattr(console, "_force_terminal", True)
    assert "\u202e" not in (shown := command("export", "--db", database))
    assert "SUMMARY:[2J" in shown


@pytest.mark.usefixtures("synced")
def test_without_the_extra_it_is_named(
    command: Command, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(MissingExtra, match=r"kloudsync\[ical\]"):
        command("export", "--db", database)
