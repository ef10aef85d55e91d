"""What narrows a calendar at Google down, and which of it the service keeps in a cursor.

Google answers a search with a sync token that knows nothing of the search: what changed since
then is told of the whole calendar. Only what is sent beside the token in every request is
honoured there. So a calendar that is searched, or bounded in time, is listed in full each time,
and its listing's token is not used.

That the token forgets `q` is reported by the author of another client; that it forgets the others
as well is inferred, since the service refuses them beside a token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypedDict, cast
from urllib.parse import urlencode


class LastingFilters(TypedDict, total=False):
    """What narrows a calendar down in every pass, full or not (see `Events.list`)."""

    event_types: Sequence[str]
    show_hidden_invitations: bool


class Searches(LastingFilters, total=False):
    """What narrows a listing down, but no list of changes (see `Events.list`)."""

    ical_uid: str
    private_extended_property: Sequence[str]
    q: str
    shared_extended_property: Sequence[str]


class Filters(Searches, total=False):
    """What narrows a calendar down (see `Events.list`), bounds in time among it."""

    time_max: datetime
    time_min: datetime


_LASTING: Final = frozenset(LastingFilters.__annotations__)
_BOUNDS: Final = frozenset({"time_max", "time_min"})

_WINDOW: Final = "window"

_TELL_NO_DELETIONS: Final = ("addressbook#contacts@", "#holiday@")
"""Parts of the ids of calendars whose lists of changes leave out what went: birthdays, holidays."""


def settled(filters: Filters) -> Filters:
    """Return filters in the one form that all ways to write them share.

    Several values say the same in any order and however often; None says nothing.
    """
    return cast("Filters", _settled(filters))


def settled_search(filters: Searches) -> Searches:
    """Return filters of a window in their one form; see `settled`."""
    return cast("Searches", _settled(filters))


def _settled(filters: Mapping[str, object]) -> dict[str, object]:
    chosen = {name: value for name, value in sorted(filters.items()) if value is not None}
    return {name: _in_order(value) for name, value in chosen.items()}


def _in_order(value: Any) -> Any:
    if isinstance(value, str | bool | datetime):
        return value
    return sorted(set(value))


def lasting(filters: Filters) -> Filters:
    """Return what is sent beside a cursor, too."""
    return cast("Filters", {k: v for k, v in filters.items() if k in _LASTING})


def is_followed(calendar: str, filters: Filters) -> bool:
    """Tell whether changes since a listing are told of what the listing held, deletions included.

    Args:
        calendar: The calendar's id.
        filters: What narrows it down.
    """
    told = not any(part in calendar for part in _TELL_NO_DELETIONS)
    return told and filters.keys() <= _LASTING


def query_of(filters: Searches, *, window: bool = False) -> str:
    """Return what tells a copy of a part of a calendar from other copies, "" for all of it.

    Where bounds in time lie is no part of it: they move from one start of a program to the next.

    Args:
        filters: What narrows the calendar down, settled.
        window: Whether the copy is a moving window of occurrences.
    """
    named = [(name, "" if name in _BOUNDS else value) for name, value in filters.items()]
    parts = [_WINDOW] if window else []
    return "&".join([*parts, urlencode(named, doseq=True)] if named else parts)
