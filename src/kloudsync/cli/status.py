"""How the copies in a file stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from attrs import frozen
from rich.text import Text

from kloudsync.cli.output import print_json, written_out
from kloudsync.cli.runs import plural
from kloudsync.cli.terminal import Terminal
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.told import Told
from kloudsync.sync.ports import Store


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


def show_status(console: Terminal, copies: Iterable[CopyStatus], *, json: bool = False) -> None:
    """Print a line or two for each copy.

    Raises:
        UsageError: The output cannot be written.
    """
    with written_out(console):
        for one in copies:
            if json:
                print_json(console, one.to_dict())
            else:
                console.print(_shown(one), soft_wrap=True)


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
