"""What calendars are called in logs and traces."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kloudsync.model.calendar import CalendarKey
from kloudsync.runtime.nicknames import LOG_KEY_VARIABLE, nickname

KEY = CalendarKey("google", "person", "person@example.com")
PROGRAM = """
from kloudsync.model.calendar import CalendarKey
from kloudsync.runtime.nicknames import nickname
print(nickname(CalendarKey("google", "person", "person@example.com")))
"""


def elsewhere(**environment: str) -> str:
    """Return what another process calls the calendar."""
    given = {name: value for name, value in os.environ.items() if name != LOG_KEY_VARIABLE}
    run = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env=given | environment,
    )
    return run.stdout.strip()


def test_a_nickname_is_stable_and_tells_no_names() -> None:
    """The same calendar has the same name throughout a process, others have another."""
    assert nickname(KEY) == nickname(CalendarKey("google", "person", "person@example.com"))
    assert nickname(KEY) != nickname(CalendarKey("google", "other", "person@example.com"))
    assert nickname(KEY).startswith("google:")
    assert "person" not in nickname(KEY)


def test_whoever_knows_the_address_cannot_find_the_nickname() -> None:
    """Each process has a key of its own, so that no list of addresses gives the names away."""
    assert len({nickname(KEY), elsewhere(), elsewhere()}) == 3


def test_processes_with_one_key_use_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of several processes are found together where they are given a key."""
    monkeypatch.setenv(LOG_KEY_VARIABLE, "s3cret")
    assert nickname(KEY) == elsewhere(**{LOG_KEY_VARIABLE: "s3cret"})
    assert nickname(KEY) != elsewhere(**{LOG_KEY_VARIABLE: "another"})


def test_any_text_of_a_key_has_a_nickname() -> None:
    """A calendar whose id no encoding has is named all the same."""
    assert nickname(CalendarKey("google", "\ud800", "\0")) != nickname(KEY)
