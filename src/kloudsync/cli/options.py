"""The words that the commands share: services, and options with their help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Provider(StrEnum):
    """Where calendars live."""

    GOOGLE = "google"
    KLOUDLESS = "kloudless"


class SinkName(StrEnum):
    """Where calendars are mirrored to."""

    SALESLOFT = "salesloft"


class SignInProvider(StrEnum):
    """Whom a person can grant access at from the command line."""

    GOOGLE = "google"


ProviderArgument = Annotated[Provider, typer.Argument(help="Where the calendar lives.")]
SinkArgument = Annotated[SinkName, typer.Argument(help="Where the mirror is.")]
SignInArgument = Annotated[SignInProvider, typer.Argument(help="Whose calendars.")]

CalendarOption = Annotated[
    str, typer.Option("--calendar", help="The calendar's id, or `primary`.", metavar="ID")
]
DatabaseOption = Annotated[
    Path, typer.Option("--db", help="The SQLite file that holds the copy.", metavar="FILE")
]
AccountOption = Annotated[
    str | None,
    typer.Option(
        "--account",
        help="Your name for the Google account, or the Kloudless account's id; one copy per account.",
        metavar="NAME",
    ),
]
CopyOption = Annotated[Provider, typer.Option("--from", help="Where the copy comes from.")]
PlanOption = Annotated[bool, typer.Option("--plan", help="Only say what would change.")]
TokensOption = Annotated[
    Path | None,
    typer.Option(
        "--tokens",
        help="The file of `kloudsync login`, if not the account's own.",
        metavar="FILE",
    ),
]

UserOption = Annotated[
    str | None,
    typer.Option("--user", help="The Salesloft user; yourself if not given.", metavar="GUID"),
]
CalendarIdOption = Annotated[
    str | None,
    typer.Option("--calendar-id", help="The Salesloft calendar, in place of a user.", metavar="ID"),
]
DomainsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--internal-domain",
        help="Your organisation's domain; may be repeated. Meetings with others are told in "
        "full. Without it, only times are told.",
        metavar="DOMAIN",
    ),
]
BulkOption = Annotated[
    int, typer.Option("--bulk-from", help="From how many writes on to use bulk jobs.", min=1)
]
