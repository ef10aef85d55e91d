"""The change feed at the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

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
from kloudsync.model.change import (
    Added,
    Change,
    Deleted,
    SeriesSplit,
    SeriesTruncated,
    Unreadable,
    Updated,
)
from kloudsync.model.event import CancelledOccurrence, Event, Held
from kloudsync.model.times import Time


def changes(
    *,
    calendar: CalendarsOption = None,
    everything: EverythingOption = False,
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = None,
    provider: CopyOption = "google",
    consumer: Annotated[str, typer.Option(help="Whose position in the feed to use.")] = "cli",
    keep: Annotated[bool, typer.Option("--keep", help="Do not acknowledge them.")] = False,
    limit: LimitOption = None,
    json: JsonOption = False,
) -> None:
    """List what happened since this was last asked, and acknowledge what was listed.

    Of several copies one after the other, each with a position of its own. Nothing is acknowledged
    where the output could not be written, or was not read to its end.
    """
    named = Places(name=provider, account=account, calendars=calendar or (), everything=everything)
    with named.copies_in(database) as (copies, _):
        for copy in copies:
            if len(copies) > 1 and not json:
                with written_out(console):
                    console.print(Text(str(copy.key), "bold"), soft_wrap=not console.is_terminal)
            last = show_changes(console, copy.changes(consumer), limit, json=json)
            if last is not None and not keep:
                copy.acknowledge(consumer, last)


def show_changes(
    console: Terminal, changes: Iterable[Change], most: int | None = None, *, json: bool = False
) -> Change | None:
    """Print a line per change, and return the last that was printed, or None.

    Where this returns, all of it has left the program: a caller may acknowledge it.

    Args:
        console: Where to print.
        changes: What happened, in order.
        most: How many to print; all if None. Whether there are more is said.
        json: Whether to print each as a JSON object on a line of its own, and nothing else.

    Raises:
        UsageError: The output cannot be written.
    """
    feed, last = iter(changes), None
    with written_out(console):
        for change in islice(feed, most):
            last = change
            if json:
                print_json(console, change.to_dict())
            else:
                console.print(line(change), soft_wrap=not console.is_terminal)
        if json:
            return last
        if last is None:
            console.print(Text("  nothing new", "dim"))
        elif next(feed, None) is not None:
            console.print(Text("  … and more", "dim"))
    return last


def line(change: Change) -> RenderableType:
    """Render one change."""
    match change:
        case Added():
            return _line("+", "green", name(change.event), when(change.event))
        case Updated():
            return _line("~", "yellow", name(change.after), difference(change))
        case Deleted():
            return _line("-", "red", name(change.event), when(change.event))
        case SeriesSplit():
            split = _line("⑂", "cyan", "series split", moment(change.at))
            return Group(split, Text(f"      {change.old} → {change.new}", "dim"))
        case SeriesTruncated():
            cut = _line("⊣", "cyan", "series cut", f"from {moment(change.at)} on")
            return Group(cut, Text(f"      {change.series}", "dim"))
        case Unreadable():
            return _line("?", "red", change.id, f"{change.kind.value}, but cannot be read")


def _line(sign: str, style: str, title: str, rest: str) -> Text:
    return Text.assemble("  ", (sign, f"bold {style}"), " ", (title, "bold"), "  ", (rest, "dim"))


def name(event: Held) -> str:
    """Return what people call an event."""
    if isinstance(event, CancelledOccurrence):
        return "cancelled occurrence"
    return event.title or "(no title)"


def when(event: Held) -> str:
    """Return when an event takes place, or did."""
    return moment(event.original_start if isinstance(event, CancelledOccurrence) else event.start)


def moment(time: Time) -> str:
    """Render a time as people read it, with the zone that it is told in."""
    if not isinstance(time, datetime):
        return f"{time:%a %d %b %Y}"
    return f"{time:%a %d %b %Y %H:%M} {time.tzinfo}"


def difference(change: Updated) -> str:
    """Say which fields of an event changed."""
    before, after = change.before, change.after
    if not (isinstance(before, Event) and isinstance(after, Event)):
        return f"{type(before).__name__} → {type(after).__name__}"
    fields = [
        field
        for field in ("title", "start", "end", "location", "attendees", "recurrence", "series")
        if getattr(before, field, None) != getattr(after, field, None)
    ]
    return ", ".join(fields) or "details"
