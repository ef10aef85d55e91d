"""A file or feed of iCalendar, brought into a store."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from kloudsync.cli.options import DatabaseOption, JsonOption, PlanOption
from kloudsync.cli.runs import ProgressBar, show_report
from kloudsync.cli.terminal import beside, console
from kloudsync.errors import UsageError
from kloudsync.ical import IcalFeed, IcalFiles
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.runtime.local import Local
from kloudsync.stores import SQLiteStore
from kloudsync.sync.plan import MassDeletion

_SCHEMES = ("https://", "webcal://", "http://")


def import_(
    place: Annotated[
        str,
        typer.Argument(
            help="An .ics file, a folder of such files, or the address of a feed.",
            metavar="FILE|URL",
        ),
    ],
    *,
    calendar: Annotated[
        str,
        typer.Option(
            "--calendar",
            help="What the copy is called; the file's name, or a feed's host, if not given.",
            metavar="NAME",
        ),
    ] = "",
    database: DatabaseOption = Path("calendars.db"),
    account: Annotated[
        str, typer.Option("--account", help="Your name for whose it is.", metavar="NAME")
    ] = "files",
    plan: PlanOption = False,
    confirm: Annotated[
        bool,
        typer.Option("--confirm-deletions", help="Delete what the file lacks, however much it is."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Bring a copy to the state of an iCalendar file, folder or feed (.ics).

    Again and again if you like: only what differs is a change. The copy is read with `--from ical`
    and the same names. Needs the extra `ical`. What cannot be understood is kept
    aside, and told. Exits with 1 while deletions are held.
    """
    with _source(place, calendar, account) as source, SQLiteStore(database) as store:
        with ProgressBar(beside if json else console) as bar:
            guard = MassDeletion(confirm=lambda _: True) if confirm else None
            engine = SyncEngine(source, store, hook=bar, mass_deletion=guard)
            report = engine.plan() if plan else engine.sync()
        show_report(console, report, json=json)
        if not json:
            console.print(f"the copy is {engine.key}", style="dim", soft_wrap=True)
        if report.held is not None:
            raise typer.Exit(1)


@contextmanager
def _source(place: str, name: str, account: str) -> Generator[Any]:
    if place.lower().startswith(_SCHEMES):
        with IcalFeed(place, name=name, account=account) as feed:
            yield feed.calendar()
        return
    path = Path(place)
    if not path.exists():
        raise UsageError(f"there is no file or folder at {place}")
    yield IcalFiles(path=path, caller=Local(), name=name, account=account)
