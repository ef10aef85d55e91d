"""The commands in README and documentation exist, with the options shown."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from tests.docs.pages import PAGES, ROOT, commands
from typer.testing import CliRunner

from kloudsync.cli.commands import app
from kloudsync.testing.__main__ import parse_arguments

LINES = sorted({line for page in PAGES for line in commands(page)})


def arguments(line: str, program: str) -> list[str] | None:
    """Return what follows a program in a line, or None where the line runs another."""
    _, found, rest = f" {line}".partition(f" {program} ")
    return shlex.split(rest.partition(" && ")[0]) if found else None


def test_there_are_commands_to_check() -> None:
    """The pages show commands at all."""
    assert any("kloudsync sync" in line for line in LINES)


@pytest.mark.parametrize("line", [line for line in LINES if arguments(line, "kloudsync")])
def test_the_command_line_knows_what_is_shown(line: str) -> None:
    """Every `kloudsync …` that a page shows is understood."""
    shown = arguments(line, "kloudsync")
    assert shown is not None
    result = CliRunner().invoke(app, [*shown, "--help"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    "line", [line for line in LINES if arguments(line, "-m kloudsync.testing")]
)
def test_the_fakes_command_knows_what_is_shown(line: str) -> None:
    """Every `python -m kloudsync.testing …` that a page shows is understood."""
    shown = arguments(line, "-m kloudsync.testing")
    assert shown is not None
    assert parse_arguments(shown).command == shown[0]


@pytest.mark.parametrize("line", [line for line in LINES if arguments(line, "pytest")])
def test_the_tests_that_are_named_are_there(line: str) -> None:
    """Every path after `pytest` is a file or folder of this checkout."""
    shown = arguments(line, "pytest") or []
    paths = [word.partition("::")[0] for word in shown if word.startswith("tests")]
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("line", [line for line in LINES if arguments(line, "nox -s")])
def test_the_sessions_that_are_named_are_there(line: str) -> None:
    """Every session after `nox -s` is one of the noxfile."""
    session = (arguments(line, "nox -s") or [""])[0]
    assert f"def {session}(" in Path(ROOT / "noxfile.py").read_text()
