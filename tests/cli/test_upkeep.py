"""Feeds are pruned and copies forgotten at the terminal, and nothing that was not meant."""

from __future__ import annotations

import json

import pytest
from tests.cli.conftest import Command

from kloudsync.errors import LeaseHeld, UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import SQLiteStore
from kloudsync.testing.google import FakeGoogle


def held(database: str) -> list[str]:
    """Return which copies a file holds."""
    with SQLiteStore(database) as store:
        return sorted(map(str, store.calendars()))


@pytest.mark.usefixtures("fake")
def test_what_everybody_has_read_is_pruned(command: Command, database: str) -> None:
    """Entries of the age that were acknowledged go; those that nobody read stay."""
    command("sync", "--db", database)
    assert "0 entries forgotten" in command("prune", "--older-than", "0h", "--db", database)
    command("changes", "--db", database)
    assert "0 entries forgotten" in command("prune", "--db", database)
    assert "1 entry forgotten" in command("prune", "--older-than", "0h", "--db", database)
    with SQLiteStore(database) as store:
        assert len(list(store.events(CalendarKey("google", "default", "primary")))) == 1


def test_who_is_gone_is_dismissed_and_named(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """A consumer who read nothing for so long is waited for no longer, and that is said."""
    command("sync", "--db", database)
    command("changes", "--consumer", "old", "--db", database)
    fake.calendar().create("Later", fake.clock.now(), fake.clock.now())
    command("sync", "--db", database)
    command("changes", "--consumer", "new", "--db", database)
    line = ("prune", "--older-than", "0h", "--db", database)
    assert "1 entry forgotten" in command(*line)
    told = command(*line, "--gone-since", "0d")
    assert "1 entry forgotten" in told
    assert "dismissed old of google:default:primary" in told


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("age", ["90", "d", "-1d", "1y", "", "999999999w", "٣d"])
def test_what_is_no_age_is_refused(command: Command, database: str, age: str) -> None:
    """Before anything is done, with what an age looks like."""
    command("sync", "--db", database)
    for option in ("--older-than", "--gone-since"):
        told = command("prune", f"{option}={age}", "--db", database, exit_code=2)
        assert option in told


@pytest.mark.usefixtures("fake")
def test_a_calendar_is_forgotten_alone(command: Command, database: str) -> None:
    """Its copy and feed go, and the copies of other accounts stay."""
    command("sync", "--db", database)
    command("sync", "--account", "ann", "--db", database)
    told = command("forget", "--calendar", "primary", "--account", "ann", "--db", database)
    assert told == "google:ann:primary forgotten\n"
    assert held(database) == ["google:default:primary"]
    with pytest.raises(UsageError, match="holds no copy of google calendar 'primary'"):
        command("forget", "--calendar", "primary", "--account", "ann", "--db", database)


@pytest.mark.usefixtures("fake")
def test_a_calendar_that_is_being_synced_is_not_forgotten(command: Command, database: str) -> None:
    """Whoever holds its lease is waited for."""
    command("sync", "--db", database)
    with SQLiteStore(database) as store:
        store.acquire("google:default:primary", "another", ttl=1e9, now=1e9)
    with pytest.raises(LeaseHeld, match="is syncing google:default:primary"):
        command("forget", "--calendar", "primary", "--db", database)
    assert held(database) == ["google:default:primary"]


@pytest.mark.usefixtures("fake")
def test_an_account_is_forgotten_once_that_is_confirmed(command: Command, database: str) -> None:
    """Without the confirmation it is said what would go, and nothing goes."""
    command("sync", "--db", database)
    command("sync", "--account", "ann", "--db", database)
    line = ("forget", "--whole-account", "--account", "ann", "--db", database)
    told = command(*line, exit_code=1)
    assert "google:ann:primary\n1 calendar of google:ann" in told
    assert "--confirm" in told
    assert len(held(database)) == 2
    assert command(*line, "--confirm") == "1 calendar of google:ann forgotten\n"
    assert held(database) == ["google:default:primary"]
    with pytest.raises(UsageError, match="nothing is held of account 'ann' at google; it holds"):
        command(*line, "--confirm")


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("more", [(), ("--calendar", "primary", "--whole-account", "--confirm")])
def test_nothing_is_forgotten_by_default(
    command: Command, database: str, more: tuple[str, ...]
) -> None:
    """What is to go has to be named, and only once."""
    command("sync", "--db", database)
    told = command("forget", *more, "--db", database, exit_code=2)
    assert "--whole-account" in told
    assert held(database) == ["google:default:primary"]


@pytest.mark.usefixtures("fake")
def test_upkeep_is_told_as_data(command: Command, database: str) -> None:
    """What went, and who; a dry run says that nothing did."""
    command("sync", "--db", database)
    command("changes", "--db", database)
    pruned = json.loads(command("prune", "--older-than", "0h", "--json", "--db", database))
    assert pruned == {"type": "pruned", "entries": 1, "dismissed": []}
    account = ("forget", "--whole-account", "--json", "--db", database)
    told = json.loads(command(*account, exit_code=1))
    assert (told["type"], told["done"]) == ("forgotten", False)
    assert [one["calendar"] for one in told["calendars"]] == ["primary"]
    assert json.loads(command(*account, "--confirm"))["done"] is True
    command("sync", "--db", database)
    one = json.loads(command("forget", "--calendar", "primary", "--json", "--db", database))
    assert [key["calendar"] for key in one["calendars"]] == ["primary"]
