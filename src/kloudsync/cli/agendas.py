"""A week of one copy or several."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kloudsync.cli.options import (
    AccountOption,
    CalendarsOption,
    CopyOption,
    DatabaseOption,
    EverythingOption,
    JsonOption,
)
from kloudsync.cli.places import Places
from kloudsync.cli.terminal import console
from kloudsync.cli.week import show_week


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
    json: JsonOption = False,
) -> None:
    """Draw a week of one copy or several; no network is used.

    Times are those of the first calendar's zone, which is named.
    """
    named = Places(name=provider, account=account, calendars=calendar or (), everything=everything)
    with named.copies_in(database) as (copies, store):
        show_week(console, store, copies, (day or datetime.now(UTC)).date(), json=json)
