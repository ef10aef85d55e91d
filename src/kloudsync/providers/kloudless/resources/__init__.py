"""Kloudless's calls, described: one file per resource, loaded when it is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.kloudless.resources.accounts import Accounts
    from kloudsync.providers.kloudless.resources.activity import ActivityStream, EventStream
    from kloudsync.providers.kloudless.resources.availability import AvailabilityQueries
    from kloudsync.providers.kloudless.resources.calendars import Calendars
    from kloudsync.providers.kloudless.resources.events import Events
    from kloudsync.providers.kloudless.resources.oauth import OAuth
    from kloudsync.providers.kloudless.resources.passthrough import PassThrough
    from kloudsync.providers.kloudless.resources.subscriptions import Subscriptions
    from kloudsync.providers.kloudless.resources.team import Groups, Users

__all__ = [
    "Accounts",
    "ActivityStream",
    "AvailabilityQueries",
    "Calendars",
    "EventStream",
    "Events",
    "Groups",
    "OAuth",
    "PassThrough",
    "Subscriptions",
    "Users",
]

_HERE: Final = "kloudsync.providers.kloudless.resources"
_HOMES: Final = {
    "Accounts": f"{_HERE}.accounts",
    "ActivityStream": f"{_HERE}.activity",
    "AvailabilityQueries": f"{_HERE}.availability",
    "Calendars": f"{_HERE}.calendars",
    "EventStream": f"{_HERE}.activity",
    "Events": f"{_HERE}.events",
    "Groups": f"{_HERE}.team",
    "OAuth": f"{_HERE}.oauth",
    "PassThrough": f"{_HERE}.passthrough",
    "Subscriptions": f"{_HERE}.subscriptions",
    "Users": f"{_HERE}.team",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
