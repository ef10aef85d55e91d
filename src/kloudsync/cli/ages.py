"""How old something is, as people write it: `90d`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

_AGE: Final = re.compile(r"(?P<count>[0-9]{1,9})(?P<unit>[hdw])")
_LENGTH: Final = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>[smh])")
_LENGTHS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
}
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}

OlderOption = Annotated[
    str,
    typer.Option("--older-than", help="Of what age on: hours, days or weeks.", metavar="90d"),
]
GoneOption = Annotated[
    str | None,
    typer.Option(
        "--gone-since",
        help="Wait no longer for consumers who have read nothing for so long, and dismiss them.",
        metavar="365d",
    ),
]


def ago(age: str, option: str) -> datetime:
    """Return the instant that lies so far back, in UTC.

    Args:
        age: A number of hours, days or weeks: `12h`, `90d`, `4w`.
        option: Which option says so, for the error.

    Raises:
        BadParameter: It is no age, or longer than there are dates.
    """
    read = _AGE.fullmatch(age)
    if read is None:
        raise typer.BadParameter(f"{option}: {age!r} is no age; write 12h, 90d or 4w")
    try:
        return datetime.now(UTC) - int(read["count"]) * _UNITS[read["unit"]]
    except OverflowError:
        raise typer.BadParameter(f"{option}: {age!r} is longer than there are dates") from None


def length_of(told: str, option: str) -> timedelta:
    """Return a length of time.

    Args:
        told: A number of seconds, minutes or hours: `30s`, `45m`, `2h`.
        option: Which option says so, for the error.

    Raises:
        BadParameter: It is none, or nothing at all.
    """
    read = _LENGTH.fullmatch(told)
    length = int(read["count"]) * _LENGTHS[read["unit"]] if read else timedelta()
    if not length:
        raise typer.BadParameter(f"{option}: {told!r} is no length; write 30s, 45m or 2h")
    return length
