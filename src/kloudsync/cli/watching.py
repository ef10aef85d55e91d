"""A calendar that is followed at the terminal, until somebody stops it."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from kloudsync.cli.ages import length_of
from kloudsync.cli.changes import show_changes
from kloudsync.cli.options import (
    AccountOption,
    CalendarOption,
    DatabaseOption,
    JsonOption,
    ProviderArgument,
    TokensOption,
)
from kloudsync.cli.places import Place
from kloudsync.cli.terminal import Terminal, beside, console
from kloudsync.errors import KloudsyncError, RateLimited, ServiceUnavailable, TransportError
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.runtime.clock import SystemClock
from kloudsync.stores import SQLiteStore

_PASSING = (TransportError, RateLimited, ServiceUnavailable)
"""What the next look may find mended."""


def watch(
    provider: ProviderArgument = "google",
    *,
    calendar: CalendarOption = "primary",
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = None,
    tokens: TokensOption = None,
    every: Annotated[
        str, typer.Option("--every", help="How long between two looks.", metavar="TIME")
    ] = "60s",
    consumer: Annotated[str, typer.Option(help="Whose position in the feed to use.")] = "watch",
    times: Annotated[
        int | None, typer.Option("--times", help="Stop after so many looks.", min=1)
    ] = None,
    json: JsonOption = False,
) -> None:
    """Sync again and again, and print each change as it is found, until Ctrl-C.

    A change is acknowledged once it is printed: what a stop cut off is printed by the next start.
    Failures that pass are told beside, and looked at again; others end it.
    """
    pause = length_of(every, "--every").total_seconds()
    place, clock = Place(name=provider, calendar=calendar, account=account), SystemClock()
    with place.online(tokens) as source, SQLiteStore(database) as store:
        engine = SyncEngine(source, store)
        for look in count(1):
            try:
                engine.sync()
            except _PASSING as error:
                _tell(error)
            follow(console, engine, consumer, json=json)
            if look == times:
                return
            clock.sleep(pause)


def follow(console: Terminal, engine: SyncEngine, consumer: str, *, json: bool) -> None:
    """Print what a consumer has not seen, and acknowledge each change once it has left.

    Raises:
        UsageError: The output cannot be written.
    """
    for change in engine.changes(consumer):
        show_changes(console, [change], json=json)
        engine.acknowledge(consumer, change)


def _tell(error: KloudsyncError) -> None:
    beside.print(Text(f"{type(error).__name__}: {error}; looking again", "yellow"))
