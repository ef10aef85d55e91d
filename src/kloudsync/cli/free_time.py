"""When several copies are free together."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from kloudsync.agenda import FreeTime, WorkingHours, find_free
from kloudsync.agenda.hours import read_hours
from kloudsync.cli.ages import length_of
from kloudsync.cli.options import (
    AccountOption,
    CalendarsOption,
    CopyOption,
    DatabaseOption,
    EverythingOption,
    JsonOption,
    LimitOption,
)
from kloudsync.cli.output import print_json, written_out
from kloudsync.cli.places import Places
from kloudsync.cli.terminal import Terminal, console
from kloudsync.objects.reading import zone_among
from kloudsync.text.wording import expect_zone


def free(
    *,
    calendar: CalendarsOption = None,
    everything: EverythingOption = False,
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = None,
    provider: CopyOption = "google",
    day: Annotated[
        datetime | None,
        typer.Option("--from-day", formats=["%Y-%m-%d"], help="The first day; today if not given."),
    ] = None,
    days: Annotated[int, typer.Option("--days", help="How many days.", min=1, max=366)] = 7,
    duration: Annotated[
        str, typer.Option("--duration", help="How long it has to be, as 45m or 2h.", metavar="TIME")
    ] = "30m",
    hours: Annotated[
        str,
        typer.Option(
            "--hours", help="Hours of Monday to Friday, or `any` for all.", metavar="09:00-17:00"
        ),
    ] = "09:00-17:00",
    zone: Annotated[
        str | None,
        typer.Option("--zone", help="The zone; the first calendar's if not given.", metavar="ZONE"),
    ] = None,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """List when all of the calendars are free, from the copies; no network is used."""
    named = Places(name=provider, account=account, calendars=calendar or (), everything=everything)
    with named.copies_in(database) as (copies, store):
        name = zone or zone_among(copies)
        clock = expect_zone(name)
        first = (day or datetime.now(clock)).date()
        found = find_free(
            store,
            [one.view for one in copies],
            length_of(duration, "--duration"),
            datetime.combine(first, time(), clock),
            datetime.combine(first + timedelta(days=days), time(), clock),
            hours=_hours(hours, name),
            zone=name,
        )
        show_free(console, found, clock, limit=limit, json=json)


def show_free(
    console: Terminal, found: FreeTime, zone: tzinfo, *, limit: int | None = None, json: bool
) -> None:
    """Print a line for each stretch of time, and name the series that nobody can tell the times of.

    Raises:
        UsageError: The output cannot be written.
    """
    with written_out(console):
        nothing = True
        for one in islice(found, limit):
            nothing = False
            if json:
                print_json(console, one.to_dict())
            else:
                start, end = one.start.astimezone(zone), one.end.astimezone(zone)
                last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %d %b %H:%M}"
                console.print(Text(f"  {start:%a %d %b %Y %H:%M}-{last} {zone}"), soft_wrap=True)
        if nothing and not json:
            console.print(Text("  no such time", "dim"))
        for lost in found.unexpanded:
            if json:
                print_json(console, lost.to_dict())
            else:
                told = f"series {lost.series} counts as taken for as long as it lasts: {lost.error}"
                console.print(Text(told, "yellow"), soft_wrap=True)


def _hours(told: str, zone: str) -> WorkingHours | None:
    try:
        return read_hours(told, zone)
    except ValueError:
        raise typer.BadParameter(
            f"--hours has to be such as 09:00-17:00, or any, not {told!r}"
        ) from None
