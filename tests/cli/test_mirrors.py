"""`kloudsync push`, `reconcile` and `withdraw`: from a copy to a Salesloft calendar."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timedelta

import pytest
from tests.cli.conftest import TOKEN, Command

from kloudsync.cli.main import run
from kloudsync.errors import PermissionDenied, UsageError
from kloudsync.runtime.clock import SystemClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.salesloft import FakeSalesloft

HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    """The present, on the hour: windows go by the machine's clock."""
    return SystemClock().now().replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def series(fake: FakeGoogle, now: datetime, command: Command, database: str) -> str:
    """A synced series of ten weeks with a prospect; the meeting beside it is out of reach."""
    rule = ["RRULE:FREQ=WEEKLY;COUNT=10"]
    guests = ["owner@example.com", "prospect@example.org"]
    made = fake.calendar().create("Demo", now, now + HOUR, recurrence=rule, attendees=guests)
    command("sync", "--db", database)
    return made


def upserts(salesloft: FakeSalesloft) -> int:
    """Count the single upserts so far."""
    return sum(line.operation == "calendar_events.upsert" for line in salesloft.requests)


@pytest.mark.usefixtures("series")
def test_a_push_writes_each_occurrence_once(
    salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """Whoever the token belongs to gets one record per occurrence; the next push writes none."""
    assert "10 created" in command("push", "salesloft", "--db", database)
    assert len(salesloft.events(salesloft.calendar_id)) == 10
    pushed = command("push", "salesloft", "--db", database)
    assert "0 created" in pushed
    assert "10 unchanged" in pushed
    assert upserts(salesloft) == 10


@pytest.mark.usefixtures("series")
def test_a_series_that_ticks_every_second_is_named_and_left_out(
    fake: FakeGoogle,
    salesloft: FakeSalesloft,
    now: datetime,
    command: Command,
    database: str,
) -> None:
    """One that nobody can list stops neither the push nor the drawn week."""
    tick = fake.calendar().create("Tick", now, now + HOUR, recurrence=["RRULE:FREQ=SECONDLY"])
    command("sync", "--db", database)
    pushed = " ".join(command("push", "--db", database).split())
    assert "10 created" in pushed
    assert len(salesloft.events()) == 10
    assert f"series {tick} is left out" in pushed
    week = " ".join(command("agenda", "--db", database, "--week-of", f"{now:%Y-%m-%d}").split())
    assert f"series {tick} is left out" in week


def test_one_edited_occurrence_is_one_upsert(
    fake: FakeGoogle,
    salesloft: FakeSalesloft,
    series: str,
    now: datetime,
    command: Command,
    database: str,
) -> None:
    """Only what differs is written."""
    command("push", "--db", database)
    fake.calendar().edit_this(series, now, start=now + HOUR)
    command("sync", "--db", database)
    assert "1 updated" in command("push", "--db", database)
    assert upserts(salesloft) == 11


@pytest.mark.usefixtures("series")
def test_only_times_are_told_unless_the_own_domains_are(
    salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """Titles go out with --internal-domain, and only of meetings with others."""
    command("push", "--db", database)
    assert {row["title"] for row in salesloft.events()} == {None}
    everybody = ("--internal-domain", "example.com", "--internal-domain", "example.org")
    assert "10 unchanged" in command("push", "--db", database, *everybody)
    assert "10 updated" in command("push", "--db", database, *everybody[:2])
    assert {row["title"] for row in salesloft.events()} == {"Demo"}


@pytest.mark.usefixtures("series")
def test_a_plan_of_a_push_writes_nothing(
    salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """With --plan the writes are listed and none is sent."""
    planned = command("push", "--plan", "--db", database, "--internal-domain", "example.com")
    assert "10 to create" in planned
    assert planned.count("  Demo") == 10
    assert [line.operation for line in salesloft.requests] == ["me.get"]


@pytest.mark.usefixtures("series")
def test_users_and_calendars_can_be_named(
    salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """A user's guid and a calendar's id lead to the same place, and nobody asks who we are."""
    guid = salesloft.add_user("assistant@example.com")
    assert "10 created" in command("push", "--user", guid, "--db", database)
    target = f"external_{guid}"
    assert "10 unchanged" in command("push", "--calendar-id", target, "--db", database)
    assert len(salesloft.events(target)) == 10
    assert {line.operation for line in salesloft.requests} == {"calendar_events.upsert"}


@pytest.mark.usefixtures("series")
def test_many_records_go_by_bulk(salesloft: FakeSalesloft, command: Command, database: str) -> None:
    """From --bulk-from on a job takes what is not urgent."""
    salesloft.bulk.latency = timedelta(0)
    assert "10 created" in command("push", "--bulk-from", "5", "--db", database)
    assert upserts(salesloft) == 1
    assert len(salesloft.bulk.jobs) == 1


@pytest.mark.usefixtures("series")
def test_refused_rows_are_listed_with_their_reasons(
    salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """Each reason is said once, with one of the records and their number; the command ends with 1."""
    salesloft.book.refuses = lambda _: "is not wanted"
    shown = command("push", "--db", database, exit_code=1)
    assert "10 records refused" in shown
    assert shown.count("✗") == 1
    assert "is not wanted" in shown
    assert "9 more for the same reason" in shown


@pytest.mark.usefixtures("series")
def test_a_calendar_that_is_not_connected_is_said_once(
    salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """Every record would be refused alike, so that the first one ends the command."""
    guid = salesloft.add_user("assistant@example.com", external=False)
    with pytest.raises(PermissionDenied, match="has not connected an external calendar"):
        command("push", "--user", guid, "--db", database)
    assert upserts(salesloft) == 1


@pytest.mark.usefixtures("series")
def test_a_reconciliation_repairs_what_others_did(
    salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """What somebody cancelled there is written again; the plan says so, and a push misses it."""
    command("push", "--db", database)
    for row in salesloft.book.rows()[:2]:
        row |= {"status": "cancelled", "canceled_at": row["start_time"]}
    assert "10 unchanged" in command("push", "--db", database)
    assert "2 missing" in command("reconcile", "--plan", "--db", database)
    assert len(salesloft.events()) == 8
    repaired = command("reconcile", "salesloft", "--db", database)
    assert "2 updated" in repaired
    assert "2 missing" in repaired
    assert len(salesloft.events()) == 10


def test_a_copy_that_was_never_synced_is_not_taken_for_empty(
    salesloft: FakeSalesloft,
    series: str,
    database: str,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A mistyped calendar cancels nothing: the command says what is missing."""
    command("push", "--db", database)
    line = ["kloudsync", "push", "--calendar", "typo", "--db", database]
    monkeypatch.setattr(sys, "argv", line)
    with pytest.raises(SystemExit, match="no copy of google calendar 'typo'"):
        run()
    assert len(salesloft.events()) == 10


@pytest.mark.usefixtures("series", "salesloft")
def test_a_user_and_a_calendar_are_too_much(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one of --user and --calendar-id can be meant."""
    line = ["kloudsync", "push", "--user", "a", "--calendar-id", "b", "--db", database]
    monkeypatch.setattr(sys, "argv", line)
    with pytest.raises(SystemExit, match="give one of them"):
        run()


@pytest.mark.usefixtures("series")
def test_a_missing_token_of_the_sink_says_where_to_put_it(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a token the command names the variable that it reads, and sends nothing."""
    monkeypatch.setattr(sys, "argv", ["kloudsync", "push", "--db", database])
    with pytest.raises(SystemExit, match="KLOUDSYNC_SALESLOFT_TOKEN"):
        run()


@pytest.mark.usefixtures("series")
def test_a_refused_token_is_one_line_without_the_token(
    salesloft: FakeSalesloft, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that concerns all rows ends the push."""
    salesloft.tokens.issue(salesloft.clock.now())  # from now on no other token is good
    monkeypatch.setattr(sys, "argv", ["kloudsync", "push", "--db", database])
    with pytest.raises(SystemExit) as ended:
        run()
    assert str(ended.value).startswith("kloudsync: Unauthorized: ")
    assert TOKEN not in str(ended.value)


@pytest.mark.usefixtures("salesloft")
def test_a_plan_says_how_much_is_told_and_why(
    fake: FakeGoogle, series: str, now: datetime, command: Command, database: str
) -> None:
    """Of each record the title, the level and the reason; titles that are not told, too."""
    people = ["owner@example.com", "ben@example.com"]
    fake.calendar().create("Team", now + HOUR, now + 2 * HOUR, attendees=people)
    fake.calendar().create("Alone", now + HOUR, now + 2 * HOUR)
    fake.calendar().create("Salary", now + HOUR, now + 2 * HOUR, visibility="private")
    fake.calendar().cancel_occurrence(series, now + timedelta(weeks=1))
    command("sync", "--db", database)
    own = ("--internal-domain", "example.com", "--db", database)
    shown = command("push", "--plan", *own)
    for title, why in (
        ("Demo", "full: guest of example.org; tells times, title, organizer, attendees"),
        ("Team", "minimal: guests of your own domains only; tells times only"),
        ("Alone", "minimal: no guests; tells times only"),
        ("Salary", "minimal: marked as private; tells times only"),
    ):
        lines = shown.splitlines()
        at = next(number for number, line in enumerate(lines) if line.endswith(f"  {title}"))
        assert lines[at + 1].strip() == why
    command("push", *own)
    fake.calendar().delete(series)
    command("sync", "--db", database)
    assert "it no longer takes place, or is not to be told" in command("push", "--plan", *own)
    nobody = command("push", "--plan", "--calendar-id", "other", "--db", database)
    assert "minimal: no domain of your own is named" in nobody


@pytest.mark.usefixtures("series")
def test_a_plan_is_data_too_and_as_long_as_is_asked_for(
    salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """With --json one object, title, level and reason included; with --limit so many lines."""
    own = ("--plan", "--internal-domain", "example.com", "--db", database)
    planned = json.loads(command("push", "--json", *own))["planned"]
    assert {one["disclosure"]["title"] for one in planned} == {"Demo"}
    assert {one["disclosure"]["level"] for one in planned} == {"full"}
    assert {one["disclosure"]["reason"] for one in planned} == {"guest of example.org"}
    short = command("push", "--limit", "3", *own)
    assert short.count("  Demo") == 3
    assert "… and 7 more" in short
    assert json.loads(command("push", "--json", "--db", database))["created"] == 10
    assert json.loads(command("reconcile", "--json", "--db", database))["type"] == "push_report"


@pytest.mark.usefixtures("series")
def test_whoever_leaves_is_withdrawn_and_forgotten(
    fake: FakeGoogle, salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """What is to come is cancelled without the person's service, and then nothing is left to say."""
    command("push", "--db", database)
    asked = len(fake.requests)
    assert "9 cancelled" in command("withdraw", "salesloft", "--db", database)
    assert "0 cancelled" in command("withdraw", "--db", database)
    assert len(salesloft.events()) == 1
    assert len(fake.requests) == asked
    assert "forgotten" in command("forget", "--calendar", "primary", "--db", database)


def test_what_mirrors_do_is_told_by_the_same_options(command: Command) -> None:
    """Only a withdrawal plans nothing, and tells nothing that an own domain would decide."""
    pushed, withdrawn = (_options(command(name, "--help")) for name in ("push", "withdraw"))
    assert _options(command("reconcile", "--help")) == pushed
    assert pushed - withdrawn == {"--plan", "--internal-domain"}
    assert withdrawn < pushed


def _options(said: str) -> set[str]:
    return set(re.findall(r"(?<![\w`-])--[a-z][a-z-]+", said))


@pytest.mark.usefixtures("series")
def test_records_that_would_stay_for_good_are_told_before_their_copy_goes(
    salesloft: FakeSalesloft, command: Command, database: str
) -> None:
    """A copy whose records stand elsewhere is forgotten by whoever confirms it."""
    command("push", "--db", database)
    line = ("forget", "--calendar", "primary", "--db", database)
    with pytest.raises(UsageError, match=r"10 records .* run `kloudsync withdraw` first"):
        command(*line)
    account = command("forget", "--whole-account", "--db", database, exit_code=1)
    assert "10 records that `kloudsync push` wrote" in " ".join(account.split())
    assert "forgotten" in command(*line, "--confirm")
    assert len(salesloft.events()) == 10
