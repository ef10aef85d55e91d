"""A calendar that is followed at the terminal."""

from __future__ import annotations

import json

import pytest
from tests.cli.conftest import Command

from kloudsync.errors import Unauthorized
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle


def test_changes_are_printed_as_they_are_found_and_once(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """What was printed is acknowledged; the next start goes on behind it."""
    looks = ("watch", "--every", "1s", "--times", "1", "--db", database)
    assert "+ Review" in command(*looks)
    assert command(*looks) == ""
    fake.calendar().create("Later", fake.clock.now(), fake.clock.now())
    (row,) = command(*looks, "--json").splitlines()
    assert json.loads(row)["event"]["title"] == "Later"
    assert "+ Review" in command(*looks, "--consumer", "another")


def test_what_passes_is_told_and_looked_at_again(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """A service that wants to be left alone for a while ends nothing."""
    down = Fault(FaultKind.RETRY_AFTER_SECONDS, operation="events.list", seconds=3600)
    fake.faults = Faults([down])
    told = command("watch", "--every", "1s", "--times", "2", "--db", database)
    assert "looking again" in told
    assert "+ Review" in told


def test_what_does_not_pass_ends_it(fake: FakeGoogle, command: Command, database: str) -> None:
    """A token that is refused will be refused again."""
    fake.accounts.trust(lambda _: None)
    with pytest.raises(Unauthorized):
        command("watch", "--every", "1s", "--db", database)


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("every", ["0s", "60", "often", "-1s"])
def test_a_pause_that_is_none_is_refused(every: str, command: Command, database: str) -> None:
    """With what one looks like."""
    assert "--every" in command("watch", f"--every={every}", "--db", database, exit_code=2)
