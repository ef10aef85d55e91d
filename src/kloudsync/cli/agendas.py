"""What takes place: weeks of one copy or several as they are drawn, any days as data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from kloudsync.agenda import AgendaReader, occurrences
from kloudsync.cli.options import (
    AccountOption,
    CalendarsOption,
    CopyOption,
    DatabaseOption,
    EverythingOption,
    JsonOption,
)
from kloudsync.cli.output import print_json, written_out
from kloudsync.cli.places import Places
from kloudsync.cli.terminal import console
from kloudsync.cli.week import show_week
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.reading import zone_among
from kloudsync.text.wording import expect_zone

WEEK = 7


def agenda(
    *,
    calendar: CalendarsOption = None,
    everything: EverythingOption = False,
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = None,
    provider: CopyOption = "google",
    day: Annotated[
        datetime | None,
        typer.Option("--week-of", formats=["%Y-%m-%d"], help="Any day of the week to draw."),
    ] = None,
    from_day: Annotated[
        datetime | None,
        typer.Option("--from-day", formats=["%Y-%m-%d"], help="The first day, of any window."),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", help="How many days from there on; 7 if not given.", min=1, max=366),
    ] = None,
    json: JsonOption = False,
    raw: Annotated[
        bool,
        typer.Option("--raw", help="With --json: each event as received besides."),
    ] = False,
) -> None:
    """Draw a week of one copy or several; no network is used.

    Times are those of the first calendar's zone, which is named. With --from-day and --days every
    week is drawn that has one of the days, and --json tells of these days alone.
    """
    is_window = from_day is not None or days is not None
    if day is not None and is_window:
        raise typer.BadParameter("give either --week-of or --from-day and --days")
    if raw and not json:
        raise typer.BadParameter("--raw goes with --json")
    named = Places(name=provider, account=account, calendars=calendar or (), everything=everything)
    with named.copies_in(database) as (copies, store):
        first, count = (from_day or day or datetime.now(UTC)).date(), days or WEEK
        if not is_window:
            first -= timedelta(days=first.weekday())
        if json:
            _tell(store, copies, first, count, raw=raw)
            return
        for monday in range(-first.weekday(), count, WEEK):
            show_week(console, store, copies, first + timedelta(days=monday))


def _tell(
    store: AgendaReader, copies: Sequence[CalendarCopy], first: date, count: int, *, raw: bool
) -> None:
    """Print the occurrences of some days as JSON, and behind them each series that has none to tell."""
    zone = expect_zone(zone_among(copies))
    start, end = (datetime.combine(first + timedelta(days=n), time(), zone) for n in (0, count))
    found = occurrences(store, [one.view for one in copies], start, end)
    with written_out(console):
        for one in found:
            print_json(console, one.to_dict(raw=raw))
        for lost in found.unexpanded:
            print_json(console, lost.to_dict())
