"""Recurrence lines of an event, judged before they are sent.

What is received is repaired where it can be; what is sent has to need no repair, since
the service refuses it without a word about where it is wrong.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.providers.google.wire.event import Event
from kloudsync.recurrence import Recurrence
from kloudsync.recurrence.repairs import Repair

_DATES: Final = frozenset({"RDATE", "EXDATE"})
_ANY_START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)


def check_recurrence(event: Event) -> None:
    """Refuse recurrence lines that the service would refuse, or would read as nothing.

    Raises:
        RecurrenceError: A line is no rule, date or exclusion, with its column.
        UsageError: The lines hold a start or an end, or the series has no zone to recur in.
    """
    if not event.recurrence:
        return
    if any(line.upper().startswith(("DTSTART", "DTEND")) for line in event.recurrence):
        raise UsageError("recurrence takes no DTSTART or DTEND; give start and end")
    if event.start and event.start.date_time and not event.start.time_zone:
        raise UsageError("start of a recurring event needs time_zone, in which it recurs")
    for line in event.recurrence:
        _check_line(line, _start(event))


def _start(event: Event) -> date | datetime:
    """Return what tells timed series from all-day ones; a patch may leave it out."""
    if event.start and event.start.date:
        return event.start.date
    return _ANY_START


def _check_line(line: str, start: date | datetime) -> None:
    if not line.strip():
        raise _refusal(line, "it is empty", None, 0)
    try:
        repairs = Recurrence.parse([line], start=start).repairs
    except RecurrenceError as error:
        raise _refusal(line, str(error), error.property_name, error.column) from error
    for repair in repairs:
        if not _is_sound(repair):
            column = max(line.find(repair.text), 0)
            problem = f"it would have to be repaired ({repair.action})"
            raise _refusal(line, problem, repair.property_name, column)


def _is_sound(repair: Repair) -> bool:
    """Tell whether the service takes a line as it is: it has a reading of its own for dates."""
    written = repair.text.isascii() and repair.text[:8].isdigit()
    return (
        repair.text == "UNTIL"
        or repair.action == "read it in upper case"
        or (repair.property_name in _DATES and written)
    )


def _refusal(line: str, problem: str, name: str | None, column: int | None) -> RecurrenceError:
    place = "" if column is None else f", column {column}"
    return RecurrenceError(
        f"recurrence line {line[:80]!r}{place}: {problem}", property_name=name, column=column
    )
