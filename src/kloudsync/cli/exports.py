"""A copy as an iCalendar file, for other programs."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import typer
from rich.text import Text

from kloudsync.cli.options import AccountOption, CalendarOption, CopyOption, DatabaseOption
from kloudsync.cli.output import written_out
from kloudsync.cli.places import Place
from kloudsync.cli.runs import plural
from kloudsync.cli.terminal import beside, console
from kloudsync.errors import UsageError
from kloudsync.ical import export as exported


def export(
    *,
    calendar: CalendarOption = "primary",
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = None,
    provider: CopyOption = "google",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write to this file; else to the output.", metavar="FILE"),
    ] = None,
) -> None:
    """Write the copy as iCalendar (.ics); no network is used.

    Needs the extra `ical`. A file is replaced when the new one is whole.
    """
    place = Place(name=provider, calendar=calendar, account=account)
    with place.copy_in(database) as (copy, _):
        state = copy.state()
        reading, zone = copy.view.told_by(state).source.reading, state.zone
        text = exported(copy.events(), now=datetime.now(UTC), zone=zone, reading=reading)
        lost = len(copy.unreadable())
    if out is None:
        _print(text)
    else:
        _keep(text, out)
    if lost:
        beside.print(Text(f"{plural(lost, 'event')} left out that cannot be read", "yellow"))


def _print(text: bytes) -> None:
    with written_out(console):
        if console.is_terminal:
            # Text of strangers, which steers no terminal.
            for line in text.decode().splitlines():
                console.print(Text(line), soft_wrap=True)
        else:
            sys.stdout.buffer.write(text)


def _keep(text: bytes, out: Path) -> None:
    try:
        if out.exists() and not out.is_file():
            # A device or a pipe is written to, and never replaced.
            out.write_bytes(text)
        else:
            _replace(text, out.resolve())
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from None


def _replace(text: bytes, path: Path) -> None:
    """Put a whole file in another's place, which only its owner may read: it is somebody's calendar."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        written = Path(file.name)
        try:
            file.write(text)
            file.close()
            written.replace(path)
        except BaseException:
            with suppress(OSError):
                written.unlink()
            raise
