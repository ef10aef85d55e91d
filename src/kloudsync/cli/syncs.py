"""One run of the engine, as a command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve

from kloudsync.cli.options import (
    AccountOption,
    CalendarOption,
    DatabaseOption,
    JsonOption,
    PlanOption,
    ProviderArgument,
    TokensOption,
)
from kloudsync.cli.places import Place
from kloudsync.cli.runs import ProgressBar, show_report
from kloudsync.cli.terminal import beside, console
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.stores import SQLiteStore
from kloudsync.sync.plan import MassDeletion


def sync(
    provider: ProviderArgument = "google",
    *,
    calendar: CalendarOption = "primary",
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = None,
    tokens: TokensOption = None,
    plan: PlanOption = False,
    full: Annotated[
        bool, typer.Option("--full", help="List the whole calendar, not only what changed.")
    ] = False,
    confirm: Annotated[
        bool,
        typer.Option(
            "--confirm-deletions", help="Delete what the listing lacks, however much it is."
        ),
    ] = False,
    refuse: Annotated[
        bool,
        typer.Option(
            "--refuse-deletions",
            help="Keep what is held of it until the service names it again.",
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Bring the copy to the calendar's present state.

    The token comes from KLOUDSYNC_GOOGLE_TOKEN or KLOUDSYNC_KLOUDLESS_TOKEN, or from
    `kloudsync login`; never from the command line. Exits with 1 while deletions that nobody said
    are held, until they are confirmed or refused, or the service names the events again.
    """
    if refuse and (confirm or plan):
        other = "--confirm-deletions says the opposite" if confirm else "--plan writes nothing"
        raise typer.BadParameter(f"--refuse-deletions: {other}")
    place = Place(name=provider, calendar=calendar, account=account)
    with place.online(tokens) as source, SQLiteStore(database) as store:
        with ProgressBar(beside if json else console) as bar:
            guard = MassDeletion(confirm=lambda _: True) if confirm else None
            engine = SyncEngine(source, store, hook=bar, mass_deletion=guard)
            report = engine.plan() if plan else engine.sync(full=full)
            if refuse and report.held is not None:
                kept = engine.refuse_deletions()
                report = evolve(report, held=None, refused=report.refused + kept)
        show_report(console, report, json=json)
        if report.held is not None:
            raise typer.Exit(1)
