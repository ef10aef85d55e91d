"""What special kinds of events carry: birthdays, focus time, absence and working places."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe


class BirthdayType(StrEnum):
    """The kind of day that comes again each year."""

    ANNIVERSARY = "anniversary"
    BIRTHDAY = "birthday"
    """The only one that can be created."""
    CUSTOM = "custom"
    OTHER = "other"
    SELF = "self"
    """The calendar owner's own birthday."""


class AutoDeclineMode(StrEnum):
    """Which overlapping invitations are declined by themselves."""

    NONE = "declineNone"
    ALL = "declineAllConflictingInvitations"
    NEW = "declineOnlyNewConflictingInvitations"
    """Those that arrive while the event is there."""


class ChatStatus(StrEnum):
    """How the user appears in chat during focus time."""

    AVAILABLE = "available"
    DO_NOT_DISTURB = "doNotDisturb"


class WorkingLocationType(StrEnum):
    """Where somebody works."""

    HOME_OFFICE = "homeOffice"
    OFFICE_LOCATION = "officeLocation"
    CUSTOM_LOCATION = "customLocation"


@frozen(kw_only=True, repr=False)
class EventBirthdayProperties(JSONObject):
    """What a birthday event carries. Cannot be changed once created.

    Attributes:
        type: The kind of day.
        contact: Whose day, such as `people/c12345`. Read-only.
        custom_type_name: The label of a custom day. Read-only.
    """

    type: Maybe[BirthdayType | str | None] = UNSET
    contact: Maybe[str] = UNSET
    custom_type_name: Maybe[str] = UNSET


@frozen(kw_only=True, repr=False)
class EventFocusTimeProperties(JSONObject):
    """What focus time carries.

    Attributes:
        auto_decline_mode: Which overlapping invitations to decline.
        decline_message: What to answer them.
        chat_status: How to appear in chat.
    """

    auto_decline_mode: Maybe[AutoDeclineMode | str | None] = UNSET
    decline_message: Maybe[str | None] = UNSET
    chat_status: Maybe[ChatStatus | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class EventOutOfOfficeProperties(JSONObject):
    """What an absence carries.

    Attributes:
        auto_decline_mode: Which overlapping invitations to decline.
        decline_message: What to answer them.
    """

    auto_decline_mode: Maybe[AutoDeclineMode | str | None] = UNSET
    decline_message: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class CustomLocation(JSONObject):
    """A working place of the user's own.

    Attributes:
        label: More about it.
    """

    label: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class OfficeLocation(JSONObject):
    """A working place in the organisation's buildings.

    Attributes:
        building_id: The building, as the organisation's resources name it.
        floor_id: The floor.
        floor_section_id: The section of the floor.
        desk_id: The desk.
        label: What the calendar shows; a building's name is a good choice.
    """

    building_id: Maybe[str | None] = UNSET
    floor_id: Maybe[str | None] = UNSET
    floor_section_id: Maybe[str | None] = UNSET
    desk_id: Maybe[str | None] = UNSET
    label: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class EventWorkingLocationProperties(JSONObject):
    """Where somebody works.

    Attributes:
        type: Which of the three holds the details. Required.
        home_office: Present, as any value such as `{}`, if at home.
        office_location: Where in the office.
        custom_location: Where else.
    """

    type: Maybe[WorkingLocationType | str | None] = UNSET
    home_office: Maybe[Any] = UNSET
    office_location: Maybe[OfficeLocation | None] = UNSET
    custom_location: Maybe[CustomLocation | None] = UNSET
