"""The words that the commands share: services, and options with their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kloudsync.objects.registry import providers


def _offering(what: str) -> dict[str, Any]:
    """Say of a name of a provider that it has to offer something."""
    names = sorted(name for name, one in providers().items() if getattr(one, what) is not None)

    def parse(name: str) -> str:
        if name not in names:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(names)}")
        return name

    return {"parser": parse, "metavar": "|".join(names)}


ProviderArgument = Annotated[
    str, typer.Argument(help="Where the calendar lives.", **_offering("calendar"))
]
ListedArgument = Annotated[str, typer.Argument(help="Whose calendars.", **_offering("calendars"))]
SinkArgument = Annotated[str, typer.Argument(help="Where the mirror is.", **_offering("sink"))]
SignInArgument = Annotated[str, typer.Argument(help="Whose calendars.", **_offering("sign_in"))]

CalendarOption = Annotated[
    str, typer.Option("--calendar", help="The calendar's id, or `primary`.", metavar="ID")
]
CalendarsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--calendar",
        help="A calendar's id, or a copy's whole name as `status` tells it; may be repeated. "
        "`primary` if not given.",
        metavar="ID",
    ),
]
EverythingOption = Annotated[
    bool, typer.Option("--all", help="All copies that the file holds, in place of --calendar.")
]
DatabaseOption = Annotated[
    Path, typer.Option("--db", help="The SQLite file that holds the copy.", metavar="FILE")
]
AccountOption = Annotated[
    str | None,
    typer.Option(
        "--account",
        help="Your name for the account, or its id at the provider; one copy per account.",
        metavar="NAME",
    ),
]
CopyOption = Annotated[
    str,
    typer.Option("--from", help="Where the copy comes from.", **_offering("reader")),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON: an object a line, its times with their offset.")
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", help="List so many at most; else all.", min=1, metavar="N")
]
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
    typer.Option("--user", help="The user there; yourself if not given.", metavar="GUID"),
]
CalendarIdOption = Annotated[
    str | None,
    typer.Option("--calendar-id", help="The calendar there, in place of a user.", metavar="ID"),
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
