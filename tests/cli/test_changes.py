"""`kloudsync changes`: what is listed is acknowledged, and what was not written out is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from kloudsync.errors import UsageError
from kloudsync.testing.google import FakeGoogle

PROGRAM = (sys.executable, "-m", "kloudsync.cli.main")


def _many(fake: FakeGoogle, number: int) -> None:
    now = fake.clock.now()
    for hour in range(number):
        fake.calendar().create(f"Talk {hour}", now + timedelta(hours=hour))


def test_all_changes_are_listed_and_none_is_acknowledged_unseen(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """However many there are, each has its line; a limit leaves the others for the next time."""
    _many(fake, 89)
    command("sync", "--db", database)
    assert command("changes", "--keep", "--db", database).count("\n  +") == 89
    some = command("changes", "--limit", "60", "--db", database)
    assert some.count("+ ") == 60
    assert "… and more" in some
    rest = command("changes", "--db", database)
    assert rest.count("+ ") == 30
    assert "more" not in rest
    assert "nothing new" in command("changes", "--db", database)


def test_changes_are_told_as_json(fake: FakeGoogle, command: Command, database: str) -> None:
    """A line each, with its type; where nothing is new there is no line."""
    _many(fake, 2)
    command("sync", "--db", database)
    told = [
        json.loads(line) for line in command("changes", "--json", "--db", database).splitlines()
    ]
    assert [one["type"] for one in told] == ["added"] * 3
    assert {one["event"]["title"] for one in told} == {"Review", "Talk 0", "Talk 1"}
    assert command("changes", "--json", "--db", database) == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_what_a_full_disk_did_not_take_is_not_acknowledged(
    fake: FakeGoogle, command: Command, database: str, form: tuple[str, ...]
) -> None:
    """The command says in a sentence that it could not write, and lists the same again."""
    _many(fake, 2)
    command("sync", "--db", database)
    line = [*PROGRAM, "changes", "--db", database, *form]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own program
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "kloudsync: UsageError: the output cannot be written: No space left on device"
    ]
    assert command("changes", "--db", database).count("+ ") == 3


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_what_nobody_reads_is_not_acknowledged(
    fake: FakeGoogle, command: Command, database: str, form: tuple[str, ...]
) -> None:
    """Where whoever reads has gone, as `head` does, the command ends and lists the same again."""
    _many(fake, 2)
    command("sync", "--db", database)
    line = [*PROGRAM, "changes", "--db", database, *form]
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(line, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own program
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert command("changes", "--db", database).count("+ ") == 3


def test_changes_of_several_copies_are_listed_and_acknowledged_copy_by_copy(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """Each copy has its name and its own position; what one was told, the others still have."""
    _many(fake, 2)
    for account in ("ann", "bo"):
        command("sync", "--account", account, "--db", database)
    command("changes", "--account", "ann", "--db", database)
    listed = command("changes", "--all", "--db", database)
    assert [line for line in listed.splitlines() if line.startswith("google:")] == [
        "google:ann:primary",
        "google:bo:primary",
    ]
    assert listed.count("  + ") == 3
    assert listed.count("nothing new") == 1
    assert command("changes", "--all", "--json", "--db", database) == ""


def test_a_copy_that_is_not_there_is_told_with_those_that_are(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """Whoever gave a calendar another account is sent to it, and not to another sync alone."""
    _many(fake, 1)
    command("sync", "--account", "ann", "--db", database)
    with pytest.raises(
        UsageError, match=r"holds google:ann:primary. Name one of them by --account"
    ):
        command("changes", "--db", database)
