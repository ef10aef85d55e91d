"""The command line, run as a person runs it, against a fake service on a real port."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kloudsync.cli.commands import app
from kloudsync.cli.main import run
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.serve import serve

TOKEN = "planted-token-000"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Generator[FakeGoogle]:
    """A fake Google that the command finds by its environment, with one meeting."""
    service = FakeGoogle()
    now = service.clock.now()
    service.calendar().create("Review", now, now + timedelta(hours=1))
    with serve(service) as base_url:
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_TOKEN", TOKEN)
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_BASE_URL", base_url)
        yield service


def command(*arguments: str) -> str:
    """Run the command line and return what it prints."""
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_sync_reports_what_it_did_and_keeps_it(fake: FakeGoogle, tmp_path: Path) -> None:
    """A sync says what was added; the next one finds nothing new."""
    file = str(tmp_path / "calendars.db")
    assert "1 added" in command("sync", "google", "--calendar", "primary", "--db", file)
    assert "0 added" in command("sync", "google", "--db", file)
    assert len(fake.requests) == 2


def test_a_plan_writes_nothing(fake: FakeGoogle, tmp_path: Path) -> None:
    """With --plan the copy stays empty."""
    file = str(tmp_path / "calendars.db")
    assert "1 added" in command("sync", "google", "--plan", "--db", file)
    assert "nothing new" in command("changes", "--db", file)
    assert len(fake.requests) == 1


def test_changes_are_listed_once(fake: FakeGoogle, tmp_path: Path) -> None:
    """What was listed is acknowledged, unless it is to be kept."""
    file = str(tmp_path / "calendars.db")
    command("sync", "--db", file)
    assert "+ Review" in command("changes", "--keep", "--db", file)
    assert "+ Review" in command("changes", "--db", file)
    assert "nothing new" in command("changes", "--db", file)
    assert fake.requests


def test_the_agenda_is_drawn_without_the_network(fake: FakeGoogle, tmp_path: Path) -> None:
    """A week is drawn from the copy, with no request."""
    file = str(tmp_path / "calendars.db")
    command("sync", "--db", file)
    asked = len(fake.requests)
    drawn = command("agenda", "--week-of", f"{fake.clock.now():%Y-%m-%d}", "--db", file)
    assert "Review" in drawn
    assert len(fake.requests) == asked


def test_the_demo_plays_to_its_end() -> None:
    """The demo shows a first sync, a split, a cancellation, a dead cursor and a week."""
    played = command("demo", "--events", "200")
    for word in ("200 added", "series split", "cancelled occurrence", "full pass: 410", "Week"):
        assert word in played


def test_errors_are_one_line_without_secrets(
    fake: FakeGoogle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A refused token ends with one line that names the error and not the token."""
    fake.accounts.revoke(TOKEN)
    monkeypatch.setattr(sys, "argv", ["kloudsync", "sync", "--db", str(tmp_path / "c.db")])
    with pytest.raises(SystemExit) as ended:
        run()
    assert str(ended.value).startswith("kloudsync: Unauthorized: ")
    assert TOKEN not in str(ended.value)


def test_a_missing_token_says_where_to_put_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a token the command names the variable that it reads."""
    monkeypatch.delenv("KLOUDSYNC_GOOGLE_TOKEN", raising=False)
    monkeypatch.setattr(sys, "argv", ["kloudsync", "sync", "--db", str(tmp_path / "c.db")])
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
