"""What the tests of the command line have in common: fakes on real ports, and no real account."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kloudsync.cli.commands import app
from kloudsync.runtime.clock import SystemClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.serve import serve

TOKEN = "planted-token-000"

Command = Callable[..., str]


@pytest.fixture(autouse=True)
def _no_accounts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the environment and the logins of whoever runs the tests out."""
    for name in [name for name in os.environ if name.startswith("KLOUDSYNC_")]:
        monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    """A fake Google that the command finds by its environment, with one meeting."""
    service = FakeGoogle()
    now = service.clock.now()
    service.calendar().create("Review", now, now + timedelta(hours=1))
    with serve(service) as base_url:
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_TOKEN", TOKEN)
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_BASE_URL", base_url)
        yield service


@pytest.fixture
def salesloft(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSalesloft]:
    """A fake Salesloft that the command finds by its environment, in the present."""
    service = FakeSalesloft(clock=SystemClock())
    with serve(service) as base_url:
        monkeypatch.setenv("KLOUDSYNC_SALESLOFT_TOKEN", TOKEN)
        monkeypatch.setenv("KLOUDSYNC_SALESLOFT_BASE_URL", base_url)
        yield service


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The file that holds the copy."""
    return str(tmp_path / "calendars.db")


@pytest.fixture
def command() -> Command:
    """Run the command line and return what it prints."""

    def run(*arguments: str, exit_code: int = 0) -> str:
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        assert result.exit_code == exit_code, result.output
        return result.output

    return run
