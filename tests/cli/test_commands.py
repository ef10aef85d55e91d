"""The command line, run as a person runs it, against a fake service on a real port."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.cli.conftest import TOKEN, Command

from kloudsync.cli.main import run
from kloudsync.errors import UsageError
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.serve import serve


def test_sync_reports_what_it_did_and_keeps_it(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """A sync says what was added; the next one finds nothing new."""
    assert "1 added" in command("sync", "google", "--calendar", "primary", "--db", database)
    assert "0 added" in command("sync", "google", "--db", database)
    assert len(fake.requests) == 2


def test_a_plan_writes_nothing(fake: FakeGoogle, command: Command, database: str) -> None:
    """With --plan the copy stays empty."""
    assert "1 added" in command("sync", "google", "--plan", "--db", database)
    with pytest.raises(UsageError, match="holds no copy"):
        command("changes", "--db", database)
    assert len(fake.requests) == 1


def test_a_mass_deletion_is_held_until_it_is_confirmed(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """Whoever runs it by the clock is told by the exit code, and how to go on by the message."""
    calendar = fake.calendar()
    now = fake.clock.now()
    ids = [calendar.create("Talk", now + timedelta(hours=n)) for n in range(12)]
    command("sync", "--db", database)
    for event in ids:
        calendar.delete(event)
    fake.expire_sync_tokens()
    assert "--confirm-deletions" in command("sync", "--db", database, exit_code=1)
    assert "12 deleted" in command("sync", "--confirm-deletions", "--db", database)


def test_a_mass_deletion_is_refused_at_the_terminal(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """What is kept is said, now and by every later run, which exits with 0."""
    calendar = fake.calendar()
    now = fake.clock.now()
    ids = [calendar.create("Talk", now + timedelta(hours=n)) for n in range(12)]
    command("sync", "--db", database)
    for event in ids:
        calendar.delete(event)
    fake.expire_sync_tokens()
    told = command("sync", "--db", database, exit_code=1)
    assert "--refuse-deletions" in told
    assert "12 kept" in command("sync", "--refuse-deletions", "--db", database)
    assert "12 kept" in command("sync", "--confirm-deletions", "--db", database)
    for other in ("--plan", "--confirm-deletions"):
        command("sync", "--refuse-deletions", other, "--db", database, exit_code=2)


def test_changes_are_listed_once(fake: FakeGoogle, command: Command, database: str) -> None:
    """What was listed is acknowledged, unless it is to be kept."""
    command("sync", "--db", database)
    assert "+ Review" in command("changes", "--keep", "--db", database)
    assert "+ Review" in command("changes", "--db", database)
    assert "nothing new" in command("changes", "--db", database)
    assert fake.requests


def test_times_are_told_with_their_zone(fake: FakeGoogle, command: Command, database: str) -> None:
    """Of each change the event's own, and of a week the calendar's."""
    start = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("Asia/Kolkata"))
    fake.calendar().create("Far away", start, start + timedelta(hours=1))
    command("sync", "--db", database)
    told = command("changes", "--keep", "--db", database)
    assert "Far away  Mon 05 Jan 2026 09:00 Asia/Kolkata" in told
    week = command("agenda", "--week-of", "2026-01-05", "--db", database)
    assert "Week 2 of 2026, America/Los_Angeles" in week


def test_the_agenda_is_drawn_without_the_network(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """A week is drawn from the copy, with no request."""
    command("sync", "--db", database)
    asked = len(fake.requests)
    drawn = command("agenda", "--week-of", f"{fake.clock.now():%Y-%m-%d}", "--db", database)
    assert "Review" in drawn
    assert len(fake.requests) == asked


def test_a_run_is_told_as_data(fake: FakeGoogle, command: Command, database: str) -> None:
    """With --json a sync prints its report and nothing else, and exits as it does without."""
    report = json.loads(command("sync", "--json", "--db", database))
    assert (report["type"], report["added"]) == ("sync_report", 1)
    calendar, now = fake.calendar(), fake.clock.now()
    ids = [calendar.create("Talk", now + timedelta(hours=n)) for n in range(12)]
    command("sync", "--db", database)
    for event in ids:
        calendar.delete(event)
    fake.expire_sync_tokens()
    held = json.loads(command("sync", "--json", "--db", database, exit_code=1))
    assert held["held"]["held"] == 13


def test_a_week_is_told_as_data(fake: FakeGoogle, command: Command, database: str) -> None:
    """With --json an agenda prints its occurrences, an object a line, in order."""
    start = datetime(2026, 1, 6, 9, tzinfo=ZoneInfo("Asia/Kolkata"))
    for title in ("Early", "Late"):
        fake.calendar().create(title, start, start + timedelta(hours=1))
        start += timedelta(days=1)
    command("sync", "--db", database)
    line = ("agenda", "--json", "--week-of", "2026-01-05", "--db", database)
    told = [json.loads(row) for row in command(*line).splitlines()]
    shown = [one for one in told if one["event"]["title"] != "Review"]
    assert [one["event"]["title"] for one in shown] == ["Early", "Late"]
    assert shown[0]["type"] == "occurrence"
    assert shown[0]["start"] == "2026-01-06T09:00:00+05:30"
    assert all("raw" not in one["event"] for one in told)
    whole = [json.loads(row) for row in command(*line, "--raw").splitlines()]
    assert {one["event"]["raw"]["summary"] for one in whole} >= {"Early", "Late"}
    assert "--raw goes with --json" in command("agenda", "--raw", "--db", database, exit_code=2)


def test_any_days_are_told_as_data_and_drawn_by_weeks(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """JSON tells of the days that were asked for, each once; what is drawn are their weeks."""
    start = datetime(2026, 1, 1, 9, tzinfo=ZoneInfo("America/Los_Angeles"))
    daily = ["RRULE:FREQ=DAILY;COUNT=60"]
    fake.calendar().create("Walk", start, start + timedelta(hours=1), recurrence=daily)
    command("sync", "--db", database)
    line = ("agenda", "--from-day", "2026-01-01", "--days", "31", "--db", database)
    told = [json.loads(row) for row in command(*line, "--json").splitlines()]
    walks = [one["start"][:10] for one in told if one["event"]["title"] == "Walk"]
    assert walks == [f"2026-01-{day:02}" for day in range(1, 32)]
    drawn = command(*line)
    assert [f"Week {week} of 2026" in drawn for week in range(1, 7)] == [True] * 5 + [False]
    both = command(*line, "--week-of", "2026-01-01", exit_code=2)
    assert "give either --week-of or --from-day" in " ".join(both.split())


def test_a_calendar_behind_kloudless_is_synced_and_read(
    command: Command, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kloudless is a provider as Google is; its copy is named by where it comes from."""
    service = FakeKloudless()
    now = service.clock.now()
    service.google.calendar().create("Review", now, now + timedelta(hours=1))
    with serve(service) as url:
        monkeypatch.setenv("KLOUDSYNC_KLOUDLESS_BASE_URL", url)
        monkeypatch.setenv("KLOUDSYNC_KLOUDLESS_TOKEN", TOKEN)
        assert "1 added" in command("sync", "kloudless", "--db", database)
    with pytest.raises(UsageError, match="holds no copy of google"):
        command("changes", "--db", database)
    assert "+ Review" in command("changes", "--from", "kloudless", "--db", database)
    day = f"{now:%Y-%m-%d}"
    drawn = command("agenda", "--from", "kloudless", "--week-of", day, "--db", database)
    assert "Review" in drawn


def test_a_kloudless_token_is_never_a_file(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of a Google login is refused where it cannot be used."""
    line = ["kloudsync", "sync", "kloudless", "--tokens", "login.json", "--db", database]
    monkeypatch.setattr(sys, "argv", line)
    with pytest.raises(SystemExit, match="--tokens is for what `kloudsync login` keeps"):
        run()


def test_errors_are_one_line_without_secrets(
    fake: FakeGoogle, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """A refused token ends with one line that names the error and not the token."""
    fake.accounts.revoke(TOKEN)
    monkeypatch.setattr(sys, "argv", ["kloudsync", "sync", "--db", database])
    with pytest.raises(SystemExit) as ended:
        run()
    assert str(ended.value).startswith("kloudsync: Unauthorized: ")
    assert TOKEN not in str(ended.value)


def test_a_missing_token_says_where_to_put_it(
    monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """Without a token the command names the variable that it reads."""
    monkeypatch.setattr(sys, "argv", ["kloudsync", "sync", "--db", database])
    with pytest.raises(SystemExit, match="KLOUDSYNC_GOOGLE_TOKEN"):
        run()


def test_without_the_extra_the_command_names_it() -> None:
    """Where typer is not installed the command says which extra brings it."""
    program = "import sys; sys.modules['typer'] = None; from kloudsync.cli.main import run; run()"
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "pip install 'kloudsync[cli]'" in ended.stderr


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("asked", ["agenda", "changes"])
def test_a_copy_that_is_not_there_is_no_empty_calendar(
    command: Command, database: str, asked: str
) -> None:
    """A mistyped file or calendar is told, and no file is made."""
    missing = f"{database}.typo"
    with pytest.raises(UsageError, match="there is no store"):
        command(asked, "--db", missing)
    assert not Path(missing).exists()
    command("sync", "--db", database)
    with pytest.raises(UsageError, match="holds no copy"):
        command(asked, "--db", database, "--calendar", "typo")
