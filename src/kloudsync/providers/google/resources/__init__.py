"""Google Calendar's methods, described: one file per vendor resource, loaded when it is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.google.resources.acl import Acl
    from kloudsync.providers.google.resources.calendar_list import CalendarList
    from kloudsync.providers.google.resources.calendars import Calendars
    from kloudsync.providers.google.resources.channels import Channels
    from kloudsync.providers.google.resources.colors import Colors
    from kloudsync.providers.google.resources.events import Events
    from kloudsync.providers.google.resources.freebusy import Freebusy
    from kloudsync.providers.google.resources.settings import Settings

__all__ = [
    "Acl",
    "CalendarList",
    "Calendars",
    "Channels",
    "Colors",
    "Events",
    "Freebusy",
    "Settings",
]

_HERE: Final = "kloudsync.providers.google.resources"
_HOMES: Final = {
    "Acl": f"{_HERE}.acl",
    "CalendarList": f"{_HERE}.calendar_list",
    "Calendars": f"{_HERE}.calendars",
    "Channels": f"{_HERE}.channels",
    "Colors": f"{_HERE}.colors",
    "Events": f"{_HERE}.events",
    "Freebusy": f"{_HERE}.freebusy",
    "Settings": f"{_HERE}.settings",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
