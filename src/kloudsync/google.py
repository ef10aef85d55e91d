"""Google Calendar: clients, what they send and receive, and ways to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Loading

if TYPE_CHECKING:
    from kloudsync.providers.google.auth import GoogleAuthToken, ask_google, google_endpoint
    from kloudsync.providers.google.client import AsyncGoogle, Google
    from kloudsync.providers.google.resources.acl import Acl
    from kloudsync.providers.google.resources.calendar_list import CalendarList
    from kloudsync.providers.google.resources.calendars import Calendars
    from kloudsync.providers.google.resources.channels import Channels
    from kloudsync.providers.google.resources.colors import Colors
    from kloudsync.providers.google.resources.events import Events
    from kloudsync.providers.google.resources.freebusy import Freebusy
    from kloudsync.providers.google.resources.settings import Settings
    from kloudsync.providers.google.scopes import SYNC, Scope
    from kloudsync.providers.google.wire.access import AccessRole, AclRule, AclScope, ScopeType
    from kloudsync.providers.google.wire.calendar import (
        AvailableTime,
        Calendar,
        DayOfWeek,
        EventLabel,
        LabelProperties,
        WorkingHours,
    )
    from kloudsync.providers.google.wire.calendar_list import (
        CalendarListEntry,
        CalendarNotification,
        NotificationSettings,
        NotificationType,
    )
    from kloudsync.providers.google.wire.channel import Channel
    from kloudsync.providers.google.wire.colors import ColorDefinition, Palettes
    from kloudsync.providers.google.wire.conference import (
        ConferenceData,
        ConferenceParameters,
        ConferenceParametersAddOnParameters,
        ConferenceProperties,
        ConferenceRequestStatus,
        ConferenceSolution,
        ConferenceSolutionKey,
        ConferenceSolutionType,
        ConferenceStatus,
        CreateConferenceRequest,
        EntryPoint,
        EntryPointType,
    )
    from kloudsync.providers.google.wire.event import (
        Event,
        EventAttachment,
        EventExtendedProperties,
        EventGadget,
        EventSource,
        EventStatus,
        EventType,
        Transparency,
        Visibility,
    )
    from kloudsync.providers.google.wire.freebusy import (
        FreeBusyCalendar,
        FreeBusyError,
        FreeBusyGroup,
        FreeBusyRequest,
        FreeBusyRequestItem,
        FreeBusyResponse,
    )
    from kloudsync.providers.google.wire.page import CollectionPage
    from kloudsync.providers.google.wire.people import EventAttendee, EventPerson, ResponseStatus
    from kloudsync.providers.google.wire.reminders import (
        EventReminder,
        EventReminders,
        ReminderMethod,
    )
    from kloudsync.providers.google.wire.settings import Setting
    from kloudsync.providers.google.wire.special import (
        AutoDeclineMode,
        BirthdayType,
        ChatStatus,
        CustomLocation,
        EventBirthdayProperties,
        EventFocusTimeProperties,
        EventOutOfOfficeProperties,
        EventWorkingLocationProperties,
        OfficeLocation,
        WorkingLocationType,
    )
    from kloudsync.providers.google.wire.times import EventDateTime, TimePeriod

__all__ = [
    "SYNC",
    "AccessRole",
    "Acl",
    "AclRule",
    "AclScope",
    "AsyncGoogle",
    "AutoDeclineMode",
    "AvailableTime",
    "BirthdayType",
    "Calendar",
    "CalendarList",
    "CalendarListEntry",
    "CalendarNotification",
    "Calendars",
    "Channel",
    "Channels",
    "ChatStatus",
    "CollectionPage",
    "ColorDefinition",
    "Colors",
    "ConferenceData",
    "ConferenceParameters",
    "ConferenceParametersAddOnParameters",
    "ConferenceProperties",
    "ConferenceRequestStatus",
    "ConferenceSolution",
    "ConferenceSolutionKey",
    "ConferenceSolutionType",
    "ConferenceStatus",
    "CreateConferenceRequest",
    "CustomLocation",
    "DayOfWeek",
    "EntryPoint",
    "EntryPointType",
    "Event",
    "EventAttachment",
    "EventAttendee",
    "EventBirthdayProperties",
    "EventDateTime",
    "EventExtendedProperties",
    "EventFocusTimeProperties",
    "EventGadget",
    "EventLabel",
    "EventOutOfOfficeProperties",
    "EventPerson",
    "EventReminder",
    "EventReminders",
    "EventSource",
    "EventStatus",
    "EventType",
    "EventWorkingLocationProperties",
    "Events",
    "FreeBusyCalendar",
    "FreeBusyError",
    "FreeBusyGroup",
    "FreeBusyRequest",
    "FreeBusyRequestItem",
    "FreeBusyResponse",
    "Freebusy",
    "Google",
    "GoogleAuthToken",
    "LabelProperties",
    "NotificationSettings",
    "NotificationType",
    "OfficeLocation",
    "Palettes",
    "ReminderMethod",
    "ResponseStatus",
    "Scope",
    "ScopeType",
    "Setting",
    "Settings",
    "TimePeriod",
    "Transparency",
    "Visibility",
    "WorkingHours",
    "WorkingLocationType",
    "ask_google",
    "google_endpoint",
]

_HOMES: Final = {
    "SYNC": "kloudsync.providers.google.scopes",
    "AccessRole": "kloudsync.providers.google.wire.access",
    "Acl": "kloudsync.providers.google.resources.acl",
    "AclRule": "kloudsync.providers.google.wire.access",
    "AclScope": "kloudsync.providers.google.wire.access",
    "AsyncGoogle": "kloudsync.providers.google.client",
    "AutoDeclineMode": "kloudsync.providers.google.wire.special",
    "AvailableTime": "kloudsync.providers.google.wire.calendar",
    "BirthdayType": "kloudsync.providers.google.wire.special",
    "Calendar": "kloudsync.providers.google.wire.calendar",
    "CalendarList": "kloudsync.providers.google.resources.calendar_list",
    "CalendarListEntry": "kloudsync.providers.google.wire.calendar_list",
    "CalendarNotification": "kloudsync.providers.google.wire.calendar_list",
    "Calendars": "kloudsync.providers.google.resources.calendars",
    "Channel": "kloudsync.providers.google.wire.channel",
    "Channels": "kloudsync.providers.google.resources.channels",
    "ChatStatus": "kloudsync.providers.google.wire.special",
    "CollectionPage": "kloudsync.providers.google.wire.page",
    "ColorDefinition": "kloudsync.providers.google.wire.colors",
    "Colors": "kloudsync.providers.google.resources.colors",
    "ConferenceData": "kloudsync.providers.google.wire.conference",
    "ConferenceParameters": "kloudsync.providers.google.wire.conference",
    "ConferenceParametersAddOnParameters": "kloudsync.providers.google.wire.conference",
    "ConferenceProperties": "kloudsync.providers.google.wire.conference",
    "ConferenceRequestStatus": "kloudsync.providers.google.wire.conference",
    "ConferenceSolution": "kloudsync.providers.google.wire.conference",
    "ConferenceSolutionKey": "kloudsync.providers.google.wire.conference",
    "ConferenceSolutionType": "kloudsync.providers.google.wire.conference",
    "ConferenceStatus": "kloudsync.providers.google.wire.conference",
    "CreateConferenceRequest": "kloudsync.providers.google.wire.conference",
    "CustomLocation": "kloudsync.providers.google.wire.special",
    "DayOfWeek": "kloudsync.providers.google.wire.calendar",
    "EntryPoint": "kloudsync.providers.google.wire.conference",
    "EntryPointType": "kloudsync.providers.google.wire.conference",
    "Event": "kloudsync.providers.google.wire.event",
    "EventAttachment": "kloudsync.providers.google.wire.event",
    "EventAttendee": "kloudsync.providers.google.wire.people",
    "EventBirthdayProperties": "kloudsync.providers.google.wire.special",
    "EventDateTime": "kloudsync.providers.google.wire.times",
    "EventExtendedProperties": "kloudsync.providers.google.wire.event",
    "EventFocusTimeProperties": "kloudsync.providers.google.wire.special",
    "EventGadget": "kloudsync.providers.google.wire.event",
    "EventLabel": "kloudsync.providers.google.wire.calendar",
    "EventOutOfOfficeProperties": "kloudsync.providers.google.wire.special",
    "EventPerson": "kloudsync.providers.google.wire.people",
    "EventReminder": "kloudsync.providers.google.wire.reminders",
    "EventReminders": "kloudsync.providers.google.wire.reminders",
    "EventSource": "kloudsync.providers.google.wire.event",
    "EventStatus": "kloudsync.providers.google.wire.event",
    "EventType": "kloudsync.providers.google.wire.event",
    "EventWorkingLocationProperties": "kloudsync.providers.google.wire.special",
    "Events": "kloudsync.providers.google.resources.events",
    "FreeBusyCalendar": "kloudsync.providers.google.wire.freebusy",
    "FreeBusyError": "kloudsync.providers.google.wire.freebusy",
    "FreeBusyGroup": "kloudsync.providers.google.wire.freebusy",
    "FreeBusyRequest": "kloudsync.providers.google.wire.freebusy",
    "FreeBusyRequestItem": "kloudsync.providers.google.wire.freebusy",
    "FreeBusyResponse": "kloudsync.providers.google.wire.freebusy",
    "Freebusy": "kloudsync.providers.google.resources.freebusy",
    "Google": "kloudsync.providers.google.client",
    "GoogleAuthToken": "kloudsync.providers.google.auth",
    "LabelProperties": "kloudsync.providers.google.wire.calendar",
    "NotificationSettings": "kloudsync.providers.google.wire.calendar_list",
    "NotificationType": "kloudsync.providers.google.wire.calendar_list",
    "OfficeLocation": "kloudsync.providers.google.wire.special",
    "Palettes": "kloudsync.providers.google.wire.colors",
    "ReminderMethod": "kloudsync.providers.google.wire.reminders",
    "ResponseStatus": "kloudsync.providers.google.wire.people",
    "Scope": "kloudsync.providers.google.scopes",
    "ScopeType": "kloudsync.providers.google.wire.access",
    "Setting": "kloudsync.providers.google.wire.settings",
    "Settings": "kloudsync.providers.google.resources.settings",
    "TimePeriod": "kloudsync.providers.google.wire.times",
    "Transparency": "kloudsync.providers.google.wire.event",
    "Visibility": "kloudsync.providers.google.wire.event",
    "WorkingHours": "kloudsync.providers.google.wire.calendar",
    "WorkingLocationType": "kloudsync.providers.google.wire.special",
    "ask_google": "kloudsync.providers.google.auth",
    "google_endpoint": "kloudsync.providers.google.auth",
}

__getattr__: Loading = Loading(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
