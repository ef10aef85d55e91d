"""What the service refuses of an event, refused before anything is sent."""

from __future__ import annotations

from datetime import time
from typing import Final

from kloudsync.errors import UsageError
from kloudsync.providers.microsoft.wire.event import Event

MOST_ATTENDEES: Final = 500
LONGEST_TRANSACTION_ID: Final = 128


def expect_whole(event: Event) -> None:
    """Refuse an event that cannot stand by itself."""
    if not event.start or not event.end:
        raise UsageError("a whole event needs start and end")
    if event.transaction_id and len(event.transaction_id) > LONGEST_TRANSACTION_ID:
        raise UsageError(
            f"transaction_id has {len(event.transaction_id)} characters; "
            f"at most {LONGEST_TRANSACTION_ID} fit"
        )
    expect_span(event)


def expect_span(event: Event) -> None:
    """Refuse times that no event could have, and more people than one holds."""
    for name, given in (("start", event.start), ("end", event.end)):
        if not given:
            continue
        if not given.date_time or not given.time_zone:
            raise UsageError(f"{name} needs date_time and time_zone")
        if given.date_time.tzinfo is not None:
            raise UsageError(
                f"{name}.date_time has an offset; pass the time on the wall of its zone"
            )
        if event.is_all_day and given.date_time.time() != time():
            raise UsageError(f"{name} of an all-day event has to be midnight")
    if event.attendees and len(event.attendees) > MOST_ATTENDEES:
        raise UsageError(f"{len(event.attendees)} attendees; at most {MOST_ATTENDEES} are possible")
