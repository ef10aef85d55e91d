"""Salesloft's calls, described: one file per resource, loaded when it is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.salesloft.resources.bulk_jobs import BulkJobs
    from kloudsync.providers.salesloft.resources.calendar_events import CalendarEvents
    from kloudsync.providers.salesloft.resources.meeting_settings import MeetingSettings
    from kloudsync.providers.salesloft.resources.meetings import Meetings
    from kloudsync.providers.salesloft.resources.users import Me, Users
    from kloudsync.providers.salesloft.resources.webhook_subscriptions import WebhookSubscriptions

__all__ = [
    "BulkJobs",
    "CalendarEvents",
    "Me",
    "MeetingSettings",
    "Meetings",
    "Users",
    "WebhookSubscriptions",
]

_HERE: Final = "kloudsync.providers.salesloft.resources"
_HOMES: Final = {
    "BulkJobs": f"{_HERE}.bulk_jobs",
    "CalendarEvents": f"{_HERE}.calendar_events",
    "Me": f"{_HERE}.users",
    "MeetingSettings": f"{_HERE}.meeting_settings",
    "Meetings": f"{_HERE}.meetings",
    "Users": f"{_HERE}.users",
    "WebhookSubscriptions": f"{_HERE}.webhook_subscriptions",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
