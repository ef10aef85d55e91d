"""How the copies in a file stand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from attrs import frozen
from rich.text import Text

from kloudsync.cli.options import DatabaseOption, JsonOption
from kloudsync.cli.output import show_each
from kloudsync.cli.places import store_in
from kloudsync.cli.runs import plural
from kloudsync.cli.standings import show_standings, standings_of
from kloudsync.cli.terminal import console, repeated
from kloudsync.cli.workers import named_fleet
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.told import Told
from kloudsync.sync.ports import Store


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
            show_each(console, copies, _shown, json=json)
            show_standings(console, standings_of(store), json=json)

        repeated(console, show, watch)


@frozen(kw_only=True)
class CopyStatus(Told):
    """How a copy stands.

    Attributes:
        calendar: Which copy.
        synced_at: When it was last committed, in UTC; None where that is not known.
        events: How many events it holds, cancelled occurrences included.
        pending: How many of them a listing lacked and nobody said were deleted.
        quarantined: How much was received and could not be understood.
    """

    calendar: CalendarKey
    synced_at: datetime | None
    events: int
    pending: int
    quarantined: int


def status_of(store: Store, key: CalendarKey) -> CopyStatus:
    """Ask a store how one of its copies stands."""
    at = store.state(key).synced_at
    return CopyStatus(
        calendar=key,
        synced_at=None if at is None else datetime.fromtimestamp(at, UTC),
        events=sum(1 for _ in store.events(key)),
        pending=len(store.pending(key)),
        quarantined=len(store.quarantined(key)),
    )


def _shown(one: CopyStatus) -> Text:
    when = "never" if one.synced_at is None else f"{one.synced_at:%a %d %b %Y %H:%M} UTC"
    line = Text.assemble(
        (str(one.calendar), "bold"), f"  synced {when}", f"  {plural(one.events, 'event')}"
    )
    if one.pending:
        line.append(f"  {one.pending:,} pending", "red")
    if one.quarantined:
        line.append(f"  {one.quarantined:,} quarantined", "magenta")
    return line
