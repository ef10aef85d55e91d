"""What the command line prints, whatever happens to it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.security.conftest import Expect
from tests.security.scan import ACCESS, PERSONAL, SECRETS, leaks

from kloudsync.cli.main import run
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.serve import serve

LASTING = (
    FaultKind.FORBIDDEN,
    FaultKind.UNAUTHORIZED,
    FaultKind.HTML_200,
    FaultKind.QUOTA_EXCEEDED,
)


def ran(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a command in this process and return the words that it exits with."""
    monkeypatch.setattr(sys, "argv", ["kloudsync", *arguments])
    with pytest.raises(SystemExit) as left:
        run()
    return str(left.value.code)


@pytest.mark.parametrize("kind", [None, *LASTING], ids=lambda kind: getattr(kind, "name", "none"))
def test_a_command_prints_no_token(
    private_google: FakeGoogle,
    kind: FaultKind | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    expect_quiet_log: Expect,
    tmp_path: Path,
) -> None:
    """Syncs that succeed and syncs that fail say what happened, and nothing private at that."""
    private_google.faults = Faults([] if kind is None else [Fault(kind, times=None)])
    file = str(tmp_path / "calendars.db")
    with serve(private_google) as url:
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_TOKEN", ACCESS)
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_BASE_URL", url)
        words = [
            ran("sync", "google", *options, "--db", file, monkeypatch=monkeypatch)
            for options in ((), ("--plan",), ("--calendar", "missing"))
        ]
    printed = capsys.readouterr()
    assert leaks([*words, printed.out, printed.err], SECRETS + PERSONAL) == []
    assert kind is None or all("kloudsync: " in one for one in words)
    expect_quiet_log()


def test_only_what_is_asked_for_is_shown(
    private_google: FakeGoogle,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Lists of changes show titles, which is what they are for, and no token."""
    file = str(tmp_path / "calendars.db")
    with serve(private_google) as url:
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_TOKEN", ACCESS)
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_BASE_URL", url)
        ran("sync", "--db", file, monkeypatch=monkeypatch)
    ran("changes", "--db", file, monkeypatch=monkeypatch)
    ran("agenda", "--db", file, monkeypatch=monkeypatch)
    printed = capsys.readouterr().out
    assert "planted-title" in printed
    assert leaks([printed], SECRETS) == []
