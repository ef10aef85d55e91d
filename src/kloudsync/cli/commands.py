"""The commands: what each is called, and what it does with its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve

from kloudsync.cli.agendas import agenda
from kloudsync.cli.agents import mcp
from kloudsync.cli.calendars import calendars
from kloudsync.cli.changes import show_changes
from kloudsync.cli.exports import export
from kloudsync.cli.free_time import free
from kloudsync.cli.imports import import_
from kloudsync.cli.login import endpoint_of, log_in
from kloudsync.cli.mirrors import push, reconcile
from kloudsync.cli.options import (
    AccountOption,
    CalendarOption,
    CopyOption,
    DatabaseOption,
    JsonOption,
    LimitOption,
    PlanOption,
    ProviderArgument,
    SignInArgument,
    TokensOption,
)
from kloudsync.cli.output import print_json
from kloudsync.cli.places import Place, store_in
from kloudsync.cli.runs import ProgressBar, show_report
from kloudsync.cli.sign_in import kept_at
from kloudsync.cli.standings import show_standings, standings_of
from kloudsync.cli.status import show_status, status_of
from kloudsync.cli.terminal import beside, console, repeated
from kloudsync.cli.token_file import Grant, TokenFile
from kloudsync.cli.token_seal import Seal
from kloudsync.cli.upkeep import forget, prune
from kloudsync.cli.watching import watch
from kloudsync.cli.workers import named_fleet, worker
from kloudsync.objects.registry import provider_named
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.runtime.version import version
from kloudsync.stores import SQLiteStore
from kloudsync.sync.plan import MassDeletion

app: typer.Typer = typer.Typer(
    name="kloudsync",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _tell_version(asked: bool) -> None:
    if asked:
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


@app.command()
def demo(
    events: Annotated[
        int, typer.Option(help="How many events the demo calendar has.", min=50)
    ] = 2000,
    database: Annotated[
        Path | None, typer.Option("--db", help="Keep the copy in this file.", metavar="FILE")
    ] = None,
) -> None:
    """Watch a calendar being synced, split, expired, resynced, queried and mirrored.

    Everything is real but the vendors: fakes of Google and Salesloft on loopback ports, the
    engine, SQLite.
    """
    from kloudsync.cli.demo import demo as play_demo  # noqa: PLC0415 - it stands for two vendors

    play_demo(console, events=events, database=database)


@app.command()
def login(
    provider: SignInArgument = "google",
    *,
    client_id: Annotated[
        str | None,
        typer.Option(
            help="The OAuth client for desktop programs that you registered with the provider; "
            "else KLOUDSYNC_GOOGLE_CLIENT_ID, by the provider's name.",
            metavar="ID",
        ),
    ] = None,
    account: AccountOption = None,
    tokens: TokensOption = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open it, or print the address.")
    ] = True,
    device: Annotated[
        bool,
        typer.Option("--device", help="Show a code to type in on any device (Microsoft)."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Let a person grant access to their calendars, to read them.

    The client's secret comes from KLOUDSYNC_GOOGLE_CLIENT_SECRET (by the provider's name), never
    from the command line.
    What is granted is kept in a file that only you can read, encrypted where KLOUDSYNC_TOKEN_KEY
    has a key, and renewed there by `sync`.
    """
    chosen = provider_named(provider)
    endpoint = endpoint_of(chosen, client_id)
    path = tokens or kept_at(chosen, account or chosen.account)
    file = TokenFile(path, Seal.of_environment())
    file.prepare()
    asking = beside if json else console
    file.write(Grant(endpoint, log_in(asking, chosen, endpoint, browser=browser, device=device)))
    if json:
        print_json(console, {"type": "login", "provider": chosen.name, "kept_in": str(file.path)})
    else:
        console.print(f"Access granted; kept in {file.path}", soft_wrap=True)


@app.command()
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


@app.command()
def changes(
    *,
    calendar: CalendarOption = "primary",
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = None,
    provider: CopyOption = "google",
    consumer: Annotated[str, typer.Option(help="Whose position in the feed to use.")] = "cli",
    keep: Annotated[bool, typer.Option("--keep", help="Do not acknowledge them.")] = False,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """List what happened since this was last asked, and acknowledge what was listed.

    Nothing is acknowledged where the output could not be written, or was not read to its end.
    """
    place = Place(name=provider, calendar=calendar, account=account)
    with place.copy_in(database) as (copy, _):
        last = show_changes(console, copy.changes(consumer), limit, json=json)
        if last is not None and not keep:
            copy.acknowledge(consumer, last)


@app.command()
def status(
    *,
    database: DatabaseOption = Path("calendars.db"),
    fleet: Annotated[
        str | None,
        typer.Option(
            help="A fleet of your program instead of a file, such as one on PostgreSQL.",
            metavar="MODULE:NAME",
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Say it again every two seconds, until Ctrl-C.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Say of each copy in a file when it was synced, and how much it holds; no network is used.

    Where a fleet works on the file, it is told as well how its calendars stand, by state; of a
    fleet that is named that alone.
    """
    if fleet is not None:
        found = named_fleet(fleet).store
        repeated(console, lambda: show_standings(console, standings_of(found), json=json), watch)
        return
    with store_in(database) as store:

        def show() -> None:
            copies = (status_of(store, key) for key in store.calendars())
            show_status(console, copies, json=json)
            show_standings(console, standings_of(store), json=json)

        repeated(console, show, watch)


for _command in (
    calendars,
    agenda,
    free,
    watch,
    push,
    reconcile,
    import_,
    export,
    mcp,
    prune,
    forget,
    worker,
):
    app.command()(_command)
