"""The commands: what each is called and is for. What it does is loaded when it runs."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from kloudsync.cli.later import SETTINGS, Later
from kloudsync.runtime.version import version

COMMANDS: Final = (
    Later(
        "demo",
        "demo:demo",
        "Watch a calendar being synced, split, expired, resynced, queried and mirrored.",
    ),
    Later("login", "login:login", "Let a person grant access to their calendars, to read them."),
    Later("sync", "syncs:sync", "Bring the copy to the calendar's present state."),
    Later(
        "changes",
        "changes:changes",
        "List what happened since this was last asked, and acknowledge what was listed.",
    ),
    Later(
        "status",
        "status:status",
        "Say of each copy in a file when it was synced, and how much it holds; no network is used.",
    ),
    Later(
        "calendars",
        "calendars:calendars",
        "List the calendars of an account: what `--calendar` may be.",
    ),
    Later("agenda", "agendas:agenda", "Draw a week of one copy or several; no network is used."),
    Later(
        "free",
        "free_time:free",
        "List when all of the calendars are free, from the copies; no network is used.",
    ),
    Later(
        "watch",
        "watching:watch",
        "Sync again and again, and print each change as it is found, until Ctrl-C.",
    ),
    Later(
        "push",
        "mirrors:push",
        "Write to Salesloft what its calendar lacks of the copy, one record per occurrence.",
    ),
    Later(
        "reconcile",
        "mirrors:reconcile",
        "Compare the copy with what Salesloft really shows, and repair what differs.",
    ),
    Later(
        "withdraw",
        "mirrors:withdraw",
        "Cancel at Salesloft what is still to come, for a calendar that is no longer mirrored.",
    ),
    Later(
        "import",
        "imports:import_",
        "Bring a copy to the state of an iCalendar file, folder or feed (.ics).",
    ),
    Later("export", "exports:export", "Write the copy as iCalendar (.ics); no network is used."),
    Later(
        "mcp",
        "agents:mcp",
        "Serve the copies of a file to an assistant, on standard input and output (MCP).",
    ),
    Later(
        "prune",
        "upkeep:prune",
        "Forget old entries of the change feed that everybody has read, of all calendars of a "
        "file.",
    ),
    Later(
        "forget",
        "upkeep:forget",
        "Remove a calendar's copy from the file as if it had never been synced, its feed included.",
    ),
    Later(
        "worker",
        "workers:worker",
        "Run a fleet of your program until SIGTERM or Ctrl-C; any number of workers may.",
    ),
)
"""In the order of the help; each is told by the first sentence of its function."""


class Commands(TyperGroup):
    """What `kloudsync` alone is: the commands, and what is asked of none of them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for one in COMMANDS:
            self.add_command(one)


app: typer.Typer = typer.Typer(
    name="kloudsync",
    cls=Commands,
    no_args_is_help=True,
    context_settings={"max_content_width": 100},
    **SETTINGS,
)


def _tell_version(asked: bool) -> None:
    if asked:
        from kloudsync.cli.terminal import console  # noqa: PLC0415 - help does without

        console.print(f"kloudsync {version()}", highlight=False)
        raise typer.Exit


@app.callback()
def kloudsync(
    *,
    show_version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """Keep a copy of your users' calendars that is always right, and react to every change."""
