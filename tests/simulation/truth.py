"""What a copy has to say of a calendar, and what nobody can."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kloudsync.model.event import CancelledOccurrence, Held
from kloudsync.testing.google import FakeCalendar
from kloudsync.testing.google.rows import Kind

FAR = timedelta(days=450)
"""Nothing that a person does here is further from the present."""


def said(event: Held) -> Mapping[str, Any]:
    """Return what the copy holds of an event: of a cancelled occurrence, whose it is."""
    if isinstance(event, CancelledOccurrence):
        return {"id": event.id, "recurringEventId": event.series}
    return dict(event.raw)


def whose(stub: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a stub of the service says of a cancelled occurrence."""
    return {name: stub[name] for name in ("id", "recurringEventId")}


def is_bare(event: Held) -> bool:
    """Tell whether an occurrence is held as cancelled of which the service named no series."""
    return isinstance(event, CancelledOccurrence) and "recurringEventId" not in event.raw


def is_clouded(edited: FakeCalendar, name: str, now: datetime) -> bool:
    """Tell whether an occurrence was told gone in the very words of one that is cancelled.

    What was changed of it went with its slot, and the slot has come back since: a stub of an
    id and a status says which of the two it is to nobody. A full pass would.
    """
    row = edited.book.rows.get(name)
    if row is None or row.kind is not Kind.DELETED:
        return False
    # The slot may stand in a later segment than the one that the occurrence was changed in.
    return any(one.id == name for one in edited.occurrences(now - FAR, now + FAR))
