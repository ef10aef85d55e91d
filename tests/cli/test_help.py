"""The list of commands, and what shells complete: what is told before a command is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from kloudsync.cli.commands import COMMANDS, app
from kloudsync.cli.later import Later


@pytest.mark.parametrize("one", COMMANDS, ids=lambda one: one.name)
def test_the_list_tells_a_command_by_its_own_first_sentence(one: Later) -> None:
    """What is said of a command before it is loaded is what it says of itself."""
    itself = " ".join(str(one.load().help).partition("\n\n")[0].split())
    assert one.short_help == itself


def test_help_loads_no_command() -> None:
    """The list of commands needs neither what they do, nor providers, nor rich."""
    program = (
        "import sys; from kloudsync.cli.commands import app; app(['--help'], standalone_mode=False);"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "reconcile" in ended.stdout
    loaded = set(ended.stderr.split())
    assert "kloudsync.cli.later" in loaded
    for module in (
        "attrs",
        "httpx",
        "rich.console",
        "kloudsync.providers",
        "kloudsync.cli.options",
    ):
        assert module not in loaded


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("kloudsync wa", ["watch"]), ("kloudsync sync --conf", ["--confirm-deletions"])],
)
def test_shells_complete_commands_and_their_options(typed: str, offered: list[str]) -> None:
    """Commands by the list, and options by the command that was typed."""
    told = {
        "_KLOUDSYNC_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(typed.count(" ")),
    }
    result = CliRunner().invoke(app, prog_name="kloudsync", env=told)
    assert result.stdout.split() == offered
