"""The commands and their options."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kloudsync.cli.changes import show_changes
from kloudsync.cli.demo import demo as play_demo
from kloudsync.cli.runs import ProgressBar, show_report
from kloudsync.cli.week import show_week
from kloudsync.engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.stores import SQLiteStore

app = typer.Typer(
    name="kloudsync",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Keep a copy of your users' calendars that is always right, and react to every change.",
)

console = Console()


class Provider(StrEnum):
    """Calendars that can be synced from the command line."""

    GOOGLE = "google"


CalendarOption = Annotated[
    str, typer.Option("--calendar", help="The calendar's id, or `primary`.", metavar="ID")
]
DatabaseOption = Annotated[
    Path, typer.Option("--db", help="The SQLite file that holds the copy.", metavar="FILE")
]
ProviderArgument = Annotated[Provider, typer.Argument(help="Where the calendar lives.")]
AccountOption = Annotated[
    str, typer.Option("--account", help="Your name for the account; one copy per account.")
]


@app.command()
def demo(
    events: Annotated[
        int, typer.Option(help="How many events the demo calendar has.", min=50)
    ] = 2000,
    database: Annotated[
        Path | None, typer.Option("--db", help="Keep the copy in this file.", metavar="FILE")
    ] = None,
) -> None:
    """Watch a calendar being synced, split, expired, resynced and queried.

    Everything is real but the vendor: a fake Google on a loopback port, the engine, SQLite.
    """
    play_demo(console, events=events, database=database)


@app.command()
def sync(
    provider: ProviderArgument = Provider.GOOGLE,
    calendar: CalendarOption = "primary",
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = "default",
    plan: Annotated[bool, typer.Option("--plan", help="Only say what would change.")] = False,
) -> None:
    """Bring the copy to the calendar's present state.

    The token comes from KLOUDSYNC_GOOGLE_TOKEN, never from the command line.
    """
    assert provider is Provider.GOOGLE, "the only provider so far"  # noqa: S101
    with Google(account=account) as google, SQLiteStore(database) as store:
        with ProgressBar(console) as bar:
            engine = SyncEngine(google.calendar(calendar), store, hook=bar)
            report = engine.plan() if plan else engine.sync()
        show_report(console, report)


@app.command()
def agenda(
    calendar: CalendarOption = "primary",
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = "default",
    day: Annotated[
        datetime | None,
        typer.Option("--week-of", formats=["%Y-%m-%d"], help="Any day of the week to draw."),
    ] = None,
) -> None:
    """Draw a week of the copy; no network is used."""
    with _offline(account) as google, SQLiteStore(database) as store:
        engine = SyncEngine(google.calendar(calendar), store)
        show_week(console, engine, (day or datetime.now(UTC)).date())


@app.command()
def changes(
    calendar: CalendarOption = "primary",
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = "default",
    consumer: Annotated[str, typer.Option(help="Whose position in the feed to use.")] = "cli",
    keep: Annotated[bool, typer.Option("--keep", help="Do not acknowledge them.")] = False,
) -> None:
    """List what happened since this was last asked."""
    with _offline(account) as google, SQLiteStore(database) as store:
        engine = SyncEngine(google.calendar(calendar), store)
        last = show_changes(console, engine.changes(consumer))
        if last is not None and not keep:
            engine.acknowledge(consumer, last)


def _offline(account: str) -> Google:
    """Return a client that only translates: reading the copy needs no credentials."""
    return Google(token="unused", account=account)  # noqa: S106 - never sent
