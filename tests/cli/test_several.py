"""Several calendars at the terminal: what there is, what takes place, when all are free."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from kloudsync.errors import UsageError
from kloudsync.testing.google import FakeGoogle

WEEK = ("--week-of", "2026-01-05")


@pytest.fixture
def two(fake: FakeGoogle, command: Command, database: str) -> str:
    """A file that holds the copies of two calendars, a meeting in each; returns the second's id."""
    team = fake.add_calendar("Team")
    now = fake.clock.now()
    team.create("Retrospective", now.replace(hour=20), now.replace(hour=21))
    for name in ("primary", team.id):
        command("sync", "--calendar", name, "--db", database)
    return team.id


def test_the_calendars_of_an_account_are_listed(fake: FakeGoogle, command: Command) -> None:
    """With the ids that --calendar takes, in words or as data."""
    team = fake.add_calendar("Team").id
    told = command("calendars")
    assert "owner@example.com" in told
    assert f"{team}  Team" in told
    rows = [json.loads(line) for line in command("calendars", "--json").splitlines()]
    assert {row["id"] for row in rows} == {"owner@example.com", team}
    assert {row["type"] for row in rows} == {"calendar"}


def test_the_agenda_draws_several(two: str, command: Command, database: str) -> None:
    """By their ids, by whole names, or all that the file holds."""
    assert "Retro" not in command("agenda", "--db", database, *WEEK)
    both = command("agenda", "--calendar", "primary", "--calendar", two, "--db", database, *WEEK)
    assert "Retro" in both
    assert "Review" in both
    assert "America/Los_Angeles" in both
    assert command("agenda", "--all", "--db", database, *WEEK).count("Re") == both.count("Re")
    name = f"google:default:{two}"
    rows = command("agenda", "--calendar", name, "--json", "--db", database, *WEEK)
    assert [json.loads(row)["event"]["title"] for row in rows.splitlines()] == ["Retrospective"]


def test_a_name_that_misses_is_told_what_there_is(
    two: str, command: Command, database: str
) -> None:
    """What the file holds is named; --all and --calendar contradict each other."""
    with pytest.raises(UsageError, match=rf"it holds .*google:default:{two}"):
        command("agenda", "--calendar", "teem", "--db", database)
    with pytest.raises(UsageError, match="leave out --calendar"):
        command("free", "--all", "--calendar", two, "--db", database)


def test_free_time_is_that_of_all(two: str, command: Command, database: str) -> None:
    """Both meetings are in the way, times are told in the zone, which is named."""
    day = ("--from-day", "2026-01-05", "--days", "1", "--db", database)
    alone = command("free", "--calendar", two, *day)
    assert alone == (
        "  Mon 05 Jan 2026 09:00-12:00 America/Los_Angeles\n"
        "  Mon 05 Jan 2026 13:00-17:00 America/Los_Angeles\n"
    )
    told = command("free", "--all", "--zone", "UTC", "--hours", "08:00-22:00", *day)
    assert [line.split()[4] for line in told.splitlines()] == [
        "08:00-09:00",
        "10:00-20:00",
        "21:00-22:00",
    ]
    rows = command("free", "--all", "--json", "--limit", "1", *day).splitlines()
    assert [json.loads(row)["type"] for row in rows] == ["interval"]
    assert "no such time" in command("free", "--all", "--duration", "23h", *day)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--duration", "soon"), ("--duration", "0m"), ("--hours", "9-17"), ("--hours", ""),
        ("--days", "0"), ("--from-day", "today"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_an_example(
    option: str, value: str, command: Command, database: str
) -> None:
    """Before anything is read."""
    assert option in command("free", f"{option}={value}", "--db", database, exit_code=2)


@pytest.fixture
def flooded(fake: FakeGoogle, command: Command, database: str) -> FakeGoogle:
    """A file with the copy of a calendar into which somebody placed a series of seconds."""
    now = fake.clock.now()
    made = fake.calendar().create("Flood", now, recurrence=["RRULE:FREQ=DAILY"])
    fake.calendar().edit(made, recurrence=["RRULE:FREQ=SECONDLY"])
    command("sync", "--db", database)
    return fake


@pytest.mark.usefixtures("flooded")
def test_a_series_that_cannot_be_expanded_is_named(command: Command, database: str) -> None:
    """The others are drawn, and free time is answered; as data it comes last."""
    drawn = command("agenda", "--db", database, *WEEK)
    assert "Review" in drawn
    assert "is left out: " in drawn
    day = ("--from-day", "2026-01-05", "--days", "1", "--db", database)
    told = command("free", *day)
    assert "counts as taken for as long as it lasts: the window holds" in told
    *_, lost = command("free", "--json", *day).splitlines()
    assert json.loads(lost)["type"] == "unexpanded"


def test_a_week_of_thousands_is_drawn_as_far_as_it_is_read(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """What is beside the grid is counted beyond a few lines, whole days as well."""
    now = fake.clock.now()
    rule = ["RRULE:FREQ=MINUTELY;INTERVAL=2"]
    fake.calendar().create("Flood", now, now + timedelta(minutes=1), recurrence=rule)
    for _ in range(20):
        fake.calendar().create("Trip", now.date(), now.date() + timedelta(days=1))
    command("sync", "--db", database)
    drawn = command("agenda", "--db", database, *WEEK)
    assert len(drawn.splitlines()) < 60
    assert "+8 more" in drawn
    assert "+349 more" in drawn


def imported(command: Command, database: str, folder: Path, zone: str, end: str) -> tuple[str, ...]:
    """Import a file with one event, and return the options that name its copy."""
    pytest.importorskip("icalendar", reason="the extra ical is not installed")
    path = folder / "team.ics"
    path.write_text(
        f"BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:{zone}\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Call\r\n"
        f"DTSTART:20260105T070000Z\r\nDTEND:{end}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    command("import", str(path), "--db", database)
    return ("--from", "ical", "--account", "files", "--calendar", "team", "--db", database)


def test_a_zone_that_nobody_knows_stops_no_answer(
    tmp_path: Path, command: Command, database: str
) -> None:
    """What a file calls its zone is its writer's word; times are those of another one then."""
    of = imported(command, database, tmp_path, "Mars/Phobos", "20260105T080000Z")
    assert "Call" in command("agenda", *of, *WEEK)
    assert "09:00-17:00 UTC" in command("free", *of, "--from-day", "2026-01-06", "--days", "1")


def test_an_event_until_the_end_of_time_is_drawn(
    tmp_path: Path, command: Command, database: str
) -> None:
    """The clock of the calendar's zone may have no such hour."""
    of = imported(command, database, tmp_path, "Asia/Tokyo", "99991231T235900Z")
    assert "Call" in command("agenda", *of, *WEEK)


@pytest.mark.usefixtures("two")
def test_an_unknown_zone_is_refused(command: Command, database: str) -> None:
    """With what a zone's name looks like."""
    with pytest.raises(UsageError, match="such as Europe/Paris"):
        command("free", "--zone", "Mars/Olympus", "--db", database)
