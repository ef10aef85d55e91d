"""The one case of a cancellation that nobody can judge, told apart from every other."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from kloudsync.model.event import CancelledOccurrence, Held
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.rows import Kind

_AROUND = timedelta(days=2)


def stands_again(calendar: FakeCalendar, held: Held) -> bool:
    """Tell whether an occurrence went with its slot, and the slot has come back since.

    A stub of an id and a status says that of a changed occurrence in the very words of one that
    is cancelled, so a copy may hold it as cancelled until its next full pass.
    """
    row = calendar.book.rows.get(held.id)
    if not isinstance(held, CancelledOccurrence) or row is None or row.kind is not Kind.DELETED:
        return False
    day = datetime.combine(held.original_start, time.min, UTC)
    standing = calendar.occurrences(day - _AROUND, day + _AROUND)
    # It may stand in a later segment than the one that the occurrence was changed in.
    return any(one.id == held.id for one in standing)
