"""Events, people and times, in one vocabulary for all providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.model.attendee import Attendee, Person, Reply
    from kloudsync.model.calendar import Calendar, CalendarKey
    from kloudsync.model.edits import Scope, Seen, Target, Wish
    from kloudsync.model.event import (
        CancelledOccurrence,
        Event,
        Held,
        Series,
        SeriesException,
        SingleEvent,
        Status,
        Tombstone,
        Visibility,
    )
    from kloudsync.model.occurrence import Occurrence
    from kloudsync.model.times import Time
    from kloudsync.model.view import CalendarView

__all__ = [
    "Attendee",
    "Calendar",
    "CalendarKey",
    "CalendarView",
    "CancelledOccurrence",
    "Event",
    "Held",
    "Occurrence",
    "Person",
    "Reply",
    "Scope",
    "Seen",
    "Series",
    "SeriesException",
    "SingleEvent",
    "Status",
    "Target",
    "Time",
    "Tombstone",
    "Visibility",
    "Wish",
]

_HOMES: Final = {
    "Attendee": "kloudsync.model.attendee",
    "Calendar": "kloudsync.model.calendar",
    "CalendarKey": "kloudsync.model.calendar",
    "CalendarView": "kloudsync.model.view",
    "CancelledOccurrence": "kloudsync.model.event",
    "Event": "kloudsync.model.event",
    "Held": "kloudsync.model.event",
    "Occurrence": "kloudsync.model.occurrence",
    "Person": "kloudsync.model.attendee",
    "Reply": "kloudsync.model.attendee",
    "Scope": "kloudsync.model.edits",
    "Seen": "kloudsync.model.edits",
    "Series": "kloudsync.model.event",
    "SeriesException": "kloudsync.model.event",
    "SingleEvent": "kloudsync.model.event",
    "Status": "kloudsync.model.event",
    "Target": "kloudsync.model.edits",
    "Time": "kloudsync.model.times",
    "Tombstone": "kloudsync.model.event",
    "Visibility": "kloudsync.model.event",
    "Wish": "kloudsync.model.edits",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
