"""Calendars and the groups that they are shown in."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.microsoft.wire.meeting import OnlineMeetingProviderType
from kloudsync.providers.microsoft.wire.page import CollectionPage
from kloudsync.providers.microsoft.wire.people import EmailAddress


class CalendarColor(StrEnum):
    """A colour of a calendar."""

    AUTO = "auto"
    LIGHT_BLUE = "lightBlue"
    LIGHT_GREEN = "lightGreen"
    LIGHT_ORANGE = "lightOrange"
    LIGHT_GRAY = "lightGray"
    LIGHT_YELLOW = "lightYellow"
    LIGHT_TEAL = "lightTeal"
    LIGHT_PINK = "lightPink"
    LIGHT_BROWN = "lightBrown"
    LIGHT_RED = "lightRed"
    MAX_COLOR = "maxColor"


class CalendarRoleType(StrEnum):
    """What somebody may do with a calendar."""

    NONE = "none"
    FREE_BUSY_READ = "freeBusyRead"
    LIMITED_READ = "limitedRead"
    READ = "read"
    WRITE = "write"
    DELEGATE_WITHOUT_PRIVATE_EVENT_ACCESS = "delegateWithoutPrivateEventAccess"
    DELEGATE_WITH_PRIVATE_EVENT_ACCESS = "delegateWithPrivateEventAccess"
    CUSTOM = "custom"


@frozen(kw_only=True, repr=False)
class Calendar(JSONObject):
    """A calendar; it has no zone of its own, its mailbox has.

    Attributes:
        id: Its id; may change shortly after it was made. Read-only.
        name: What it is called.
        color: Its colour; see `hex_color` where it is none of these.
        hex_color: Its colour as `#rrggbb`. Read-only.
        is_default_calendar: Whether new events go there by default.
        change_key: Its version. Read-only.
        can_share: Whether the user may share it. Read-only.
        can_view_private_items: Whether the user sees private events. Read-only.
        can_edit: Whether the user may write to it. Read-only.
        allowed_online_meeting_providers: Which online meetings it can have.
        default_online_meeting_provider: Which it has by default.
        is_tallying_responses: Whether it tracks answers of attendees. Read-only.
        is_removable: Whether it can be deleted. Read-only.
        owner: Whose it is. Read-only.
    """

    id: Maybe[str] = UNSET
    name: Maybe[str | None] = UNSET
    color: Maybe[CalendarColor | str | None] = UNSET
    hex_color: Maybe[str | None] = UNSET
    is_default_calendar: Maybe[bool | None] = UNSET
    change_key: Maybe[str | None] = UNSET
    can_share: Maybe[bool | None] = UNSET
    can_view_private_items: Maybe[bool | None] = UNSET
    can_edit: Maybe[bool | None] = UNSET
    allowed_online_meeting_providers: Maybe[Sequence[OnlineMeetingProviderType | str] | None] = (
        UNSET
    )
    default_online_meeting_provider: Maybe[OnlineMeetingProviderType | str | None] = UNSET
    is_tallying_responses: Maybe[bool | None] = UNSET
    is_removable: Maybe[bool | None] = UNSET
    owner: Maybe[EmailAddress | None] = UNSET


@frozen(kw_only=True, repr=False)
class CalendarsPage(CollectionPage):
    """A page of calendars.

    Attributes:
        items: The calendars.
    """

    items: Sequence[Calendar] = field(default=(), metadata={WIRE_NAME: "value"})


@frozen(kw_only=True, repr=False)
class CalendarGroup(JSONObject):
    """A group of calendars.

    Attributes:
        id: Its id. Read-only.
        name: What it is called.
        class_id: The class's id, a GUID. Read-only.
        change_key: Its version. Read-only.
    """

    id: Maybe[str] = UNSET
    name: Maybe[str | None] = UNSET
    class_id: Maybe[str | None] = UNSET
    change_key: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class CalendarGroupsPage(CollectionPage):
    """A page of groups of calendars.

    Attributes:
        items: The groups.
    """

    items: Sequence[CalendarGroup] = field(default=(), metadata={WIRE_NAME: "value"})


@frozen(kw_only=True, repr=False)
class CalendarPermission(JSONObject):
    """What somebody may do with a calendar.

    Attributes:
        id: Its id. Read-only.
        role: What they may do.
        allowed_roles: What they could be allowed.
        email_address: Who; without an address it is everybody in the organisation.
        is_inside_organization: Whether they belong to the owner's organisation.
        is_removable: Whether it can be withdrawn.
    """

    id: Maybe[str] = UNSET
    role: Maybe[CalendarRoleType | str | None] = UNSET
    allowed_roles: Maybe[Sequence[CalendarRoleType | str] | None] = UNSET
    email_address: Maybe[EmailAddress | None] = UNSET
    is_inside_organization: Maybe[bool | None] = UNSET
    is_removable: Maybe[bool | None] = UNSET


@frozen(kw_only=True, repr=False)
class CalendarPermissionsPage(CollectionPage):
    """A page of permissions.

    Attributes:
        items: The permissions.
    """

    items: Sequence[CalendarPermission] = field(default=(), metadata={WIRE_NAME: "value"})
