"""What a person can grant at Google, and which grants include others."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

_AREA = "https://www.googleapis.com/auth/calendar"


class Scope(StrEnum):
    """An OAuth scope of Google Calendar; ask for the least that the program can work with."""

    CALENDAR = _AREA
    """Everything, including sharing and deleting calendars."""
    READONLY = f"{_AREA}.readonly"
    """Everything that can be read."""
    ACLS = f"{_AREA}.acls"
    """Sharing of the calendars that the user owns."""
    ACLS_READONLY = f"{_AREA}.acls.readonly"
    """Sharing of the calendars that the user owns, to read."""
    APP_CREATED = f"{_AREA}.app.created"
    """Secondary calendars that the application made, and their events."""
    CALENDAR_LIST = f"{_AREA}.calendarlist"
    """Which calendars are in the user's list."""
    CALENDAR_LIST_READONLY = f"{_AREA}.calendarlist.readonly"
    """Which calendars are in the user's list, to read."""
    CALENDARS = f"{_AREA}.calendars"
    """Properties of calendars, and new secondary calendars."""
    CALENDARS_READONLY = f"{_AREA}.calendars.readonly"
    """Properties of calendars, to read."""
    EVENTS = f"{_AREA}.events"
    """Events of all the user's calendars."""
    EVENTS_FREEBUSY = f"{_AREA}.events.freebusy"
    """Availability on the calendars that the user can access."""
    EVENTS_OWNED = f"{_AREA}.events.owned"
    """Events of the calendars that the user owns."""
    EVENTS_OWNED_READONLY = f"{_AREA}.events.owned.readonly"
    """Events of the calendars that the user owns, to read."""
    EVENTS_PUBLIC_READONLY = f"{_AREA}.events.public.readonly"
    """Events of public calendars."""
    EVENTS_READONLY = f"{_AREA}.events.readonly"
    """Events of all the user's calendars, to read."""
    FREEBUSY = f"{_AREA}.freebusy"
    """The user's own availability."""
    SETTINGS = f"{_AREA}.settings"
    """The user's settings of Calendar."""
    SETTINGS_READONLY = f"{_AREA}.settings.readonly"
    """The user's settings of Calendar, to read."""


SYNC = frozenset({Scope.EVENTS_READONLY, Scope.CALENDAR_LIST_READONLY})
"""The least that keeping a copy of a user's calendars needs."""

EDIT = frozenset({Scope.EVENTS, Scope.CALENDAR_LIST_READONLY})
"""The least that changing events beside that needs."""

_READABLE = frozenset(scope for scope in Scope if scope.value.endswith(".readonly")) | {
    Scope.EVENTS_FREEBUSY,
    Scope.FREEBUSY,
}

INCLUDES: Mapping[str, frozenset[str]] = {
    Scope.CALENDAR: frozenset(Scope),
    Scope.READONLY: frozenset(_READABLE),
    Scope.ACLS: frozenset({Scope.ACLS_READONLY}),
    Scope.CALENDAR_LIST: frozenset({Scope.CALENDAR_LIST_READONLY}),
    Scope.CALENDARS: frozenset({Scope.CALENDARS_READONLY}),
    Scope.EVENTS: frozenset(
        {
            Scope.EVENTS_READONLY,
            Scope.EVENTS_OWNED,
            Scope.EVENTS_OWNED_READONLY,
            Scope.EVENTS_PUBLIC_READONLY,
            Scope.EVENTS_FREEBUSY,
        }
    ),
    Scope.EVENTS_OWNED: frozenset({Scope.EVENTS_OWNED_READONLY}),
    Scope.EVENTS_READONLY: frozenset(
        {Scope.EVENTS_OWNED_READONLY, Scope.EVENTS_PUBLIC_READONLY, Scope.EVENTS_FREEBUSY}
    ),
    Scope.SETTINGS: frozenset({Scope.SETTINGS_READONLY}),
}
"""For each wide scope, the narrower ones that need no grant of their own."""
