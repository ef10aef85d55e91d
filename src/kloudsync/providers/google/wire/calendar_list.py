"""A calendar as one user has it in their list."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.google.wire.access import AccessRole
from kloudsync.providers.google.wire.conference import ConferenceProperties
from kloudsync.providers.google.wire.page import CollectionPage
from kloudsync.providers.google.wire.reminders import EventReminder


class NotificationType(StrEnum):
    """What a user is told about a calendar."""

    EVENT_CREATION = "eventCreation"
    EVENT_CHANGE = "eventChange"
    EVENT_CANCELLATION = "eventCancellation"
    EVENT_RESPONSE = "eventResponse"
    """An attendee answered."""
    AGENDA = "agenda"
    """The day's events, in the morning."""


@frozen(kw_only=True, repr=False)
class CalendarNotification(JSONObject):
    """A notification that the user receives. Both fields are required.

    Attributes:
        type: What it is about.
        method: How it is delivered: `email`.
    """

    type: Maybe[NotificationType | str | None] = UNSET
    method: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class NotificationSettings(JSONObject):
    """The notifications that the user receives for a calendar.

    Attributes:
        notifications: All of them.
    """

    notifications: Maybe[Sequence[CalendarNotification] | None] = UNSET


@frozen(kw_only=True, repr=False)
class CalendarListEntry(JSONObject):
    """A calendar in a user's list, with the user's own settings of it.

    Attributes:
        kind: Always `calendar#calendarListEntry`.
        etag: The version of the entry.
        id: The calendar's id. Required when an entry is inserted.
        summary: The calendar's title. Read-only.
        summary_override: The title that the user gave it.
        description: The calendar's description. Read-only.
        location: The calendar's place. Read-only.
        time_zone: The calendar's IANA zone. Read-only.
        data_owner: Whose it is, of a secondary calendar. Read-only.
        access_role: What the user may do with it. Read-only.
        primary: Whether it is the user's own; absent means no. Read-only.
        selected: Whether its events are shown; absent means no.
        hidden: Whether it is left out of the list; present only if so.
        deleted: Whether it was removed from the list; absent means no. Read-only.
        color_id: Its colour in the palette; the two RGB colours come before it.
        background_color: Its colour as `#rrggbb`; written with `colorRgbFormat=true`.
        foreground_color: The colour of text on it; written with `colorRgbFormat=true`.
        default_reminders: The user's reminders of its events.
        notification_settings: What the user is told about it.
        conference_properties: Which conferences it allows.
        auto_accept_invitations: Whether it says yes by itself, of a resource. Read-only.
    """

    kind: Maybe[str] = UNSET
    etag: Maybe[str] = UNSET
    id: Maybe[str] = UNSET
    summary: Maybe[str] = UNSET
    summary_override: Maybe[str | None] = UNSET
    description: Maybe[str] = UNSET
    location: Maybe[str] = UNSET
    time_zone: Maybe[str] = UNSET
    data_owner: Maybe[str] = UNSET
    access_role: Maybe[AccessRole | str] = UNSET
    primary: Maybe[bool] = UNSET
    selected: Maybe[bool | None] = UNSET
    hidden: Maybe[bool | None] = UNSET
    deleted: Maybe[bool] = UNSET
    color_id: Maybe[str | None] = UNSET
    background_color: Maybe[str | None] = UNSET
    foreground_color: Maybe[str | None] = UNSET
    default_reminders: Maybe[Sequence[EventReminder] | None] = UNSET
    notification_settings: Maybe[NotificationSettings | None] = UNSET
    conference_properties: Maybe[ConferenceProperties | None] = UNSET
    auto_accept_invitations: Maybe[bool] = UNSET


@frozen(kw_only=True, repr=False)
class CalendarListPage(CollectionPage):
    """A page of the user's calendars; the vendor's `CalendarList`.

    Attributes:
        items: The entries.
    """

    items: Sequence[CalendarListEntry] = ()
