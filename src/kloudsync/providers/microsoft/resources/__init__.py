"""Graph's methods for calendars, described: one file per resource, loaded when it is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.microsoft.resources.calendars import CalendarGroups, Calendars
    from kloudsync.providers.microsoft.resources.events import Events
    from kloudsync.providers.microsoft.resources.mailbox import Mailboxes
    from kloudsync.providers.microsoft.resources.schedules import Schedules
    from kloudsync.providers.microsoft.resources.subscriptions import Subscriptions

__all__ = [
    "CalendarGroups",
    "Calendars",
    "Events",
    "Mailboxes",
    "Schedules",
    "Subscriptions",
]

_HERE: Final = "kloudsync.providers.microsoft.resources"
_HOMES: Final = {
    "CalendarGroups": f"{_HERE}.calendars",
    "Calendars": f"{_HERE}.calendars",
    "Events": f"{_HERE}.events",
    "Mailboxes": f"{_HERE}.mailbox",
    "Schedules": f"{_HERE}.schedules",
    "Subscriptions": f"{_HERE}.subscriptions",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
