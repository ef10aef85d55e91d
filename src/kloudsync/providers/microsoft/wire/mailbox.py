"""What a user has set for the mailbox, and the names of categories."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.microsoft.wire.page import CollectionPage
from kloudsync.providers.microsoft.wire.recurrence import DayOfWeek
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone, TimeZoneBase


class AutomaticRepliesStatus(StrEnum):
    """Whether the mailbox answers by itself."""

    DISABLED = "disabled"
    ALWAYS_ENABLED = "alwaysEnabled"
    SCHEDULED = "scheduled"


class ExternalAudienceScope(StrEnum):
    """Who outside the organisation is answered."""

    NONE = "none"
    CONTACTS_ONLY = "contactsOnly"
    ALL = "all"


class UserPurpose(StrEnum):
    """Whose a mailbox is."""

    USER = "user"
    LINKED = "linked"
    SHARED = "shared"
    ROOM = "room"
    EQUIPMENT = "equipment"
    OTHERS = "others"
    UNKNOWN_FUTURE_VALUE = "unknownFutureValue"


class CategoryColor(StrEnum):
    """A colour of a category: a place in Outlook's palette, whose shades each program chooses."""

    NONE = "none"
    PRESET0 = "preset0"
    PRESET1 = "preset1"
    PRESET2 = "preset2"
    PRESET3 = "preset3"
    PRESET4 = "preset4"
    PRESET5 = "preset5"
    PRESET6 = "preset6"
    PRESET7 = "preset7"
    PRESET8 = "preset8"
    PRESET9 = "preset9"
    PRESET10 = "preset10"
    PRESET11 = "preset11"
    PRESET12 = "preset12"
    PRESET13 = "preset13"
    PRESET14 = "preset14"
    PRESET15 = "preset15"
    PRESET16 = "preset16"
    PRESET17 = "preset17"
    PRESET18 = "preset18"
    PRESET19 = "preset19"
    PRESET20 = "preset20"
    PRESET21 = "preset21"
    PRESET22 = "preset22"
    PRESET23 = "preset23"
    PRESET24 = "preset24"


class DelegateMeetingMessageDeliveryOptions(StrEnum):
    """Who gets invitations where somebody has a delegate."""

    SEND_TO_DELEGATE_AND_INFORMATION_TO_PRINCIPAL = "sendToDelegateAndInformationToPrincipal"
    SEND_TO_DELEGATE_AND_PRINCIPAL = "sendToDelegateAndPrincipal"
    SEND_TO_DELEGATE_ONLY = "sendToDelegateOnly"


@frozen(kw_only=True, repr=False)
class AutomaticRepliesSetting(JSONObject):
    """How the mailbox answers by itself.

    Attributes:
        status: Whether it does.
        external_audience: Who outside the organisation is answered.
        internal_reply_message: What is said within the organisation.
        external_reply_message: What is said to others.
        scheduled_start_date_time: From when, where scheduled.
        scheduled_end_date_time: Until when.
    """

    status: Maybe[AutomaticRepliesStatus | str | None] = UNSET
    external_audience: Maybe[ExternalAudienceScope | str | None] = UNSET
    internal_reply_message: Maybe[str | None] = UNSET
    external_reply_message: Maybe[str | None] = UNSET
    scheduled_start_date_time: Maybe[DateTimeTimeZone | None] = UNSET
    scheduled_end_date_time: Maybe[DateTimeTimeZone | None] = UNSET


@frozen(kw_only=True, repr=False)
class LocaleInfo(JSONObject):
    """A language and region.

    Attributes:
        locale: Its code, such as `en-US`.
        display_name: Its name.
    """

    locale: Maybe[str | None] = UNSET
    display_name: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class WorkingHours(JSONObject):
    """When a user works; one span for all days of work.

    Attributes:
        days_of_week: The days.
        start_time: From when, as `08:00:00.0000000`.
        end_time: Until when.
        time_zone: The zone of these times.
    """

    days_of_week: Maybe[Sequence[DayOfWeek | str] | None] = UNSET
    start_time: Maybe[str | None] = UNSET
    end_time: Maybe[str | None] = UNSET
    time_zone: Maybe[TimeZoneBase | None] = UNSET


@frozen(kw_only=True, repr=False)
class MailboxSettings(JSONObject):
    """What a user has set for the mailbox.

    Attributes:
        archive_folder: The id of the folder that messages are archived in.
        automatic_replies_setting: How the mailbox answers by itself.
        date_format: How dates are shown.
        time_format: How times are shown.
        time_zone: The user's zone, by a Windows or IANA name, or `Customized Time Zone`.
        language: Language and region.
        working_hours: When the user works.
        user_purpose: Whose the mailbox is. Read-only.
        delegate_meeting_message_delivery_options: Who gets invitations.
    """

    archive_folder: Maybe[str | None] = UNSET
    automatic_replies_setting: Maybe[AutomaticRepliesSetting | None] = UNSET
    date_format: Maybe[str | None] = UNSET
    time_format: Maybe[str | None] = UNSET
    time_zone: Maybe[str | None] = UNSET
    language: Maybe[LocaleInfo | None] = UNSET
    working_hours: Maybe[WorkingHours | None] = UNSET
    user_purpose: Maybe[UserPurpose | str | None] = UNSET
    delegate_meeting_message_delivery_options: Maybe[
        DelegateMeetingMessageDeliveryOptions | str | None
    ] = UNSET


@frozen(kw_only=True, repr=False)
class OutlookCategory(JSONObject):
    """A category that events can be given.

    Attributes:
        id: Its id. Read-only.
        display_name: Its name, unique in the mailbox; cannot be changed.
        color: Its place in Outlook's palette.
    """

    id: Maybe[str] = UNSET
    display_name: Maybe[str | None] = UNSET
    color: Maybe[CategoryColor | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class CategoriesPage(CollectionPage):
    """A page of categories.

    Attributes:
        items: The categories.
    """

    items: Sequence[OutlookCategory] = field(default=(), metadata={WIRE_NAME: "value"})


@frozen(kw_only=True, repr=False)
class TimeZoneInformation(JSONObject):
    """A zone that the mailbox's server knows.

    Attributes:
        alias: Its name, of Windows or IANA as was asked for.
        display_name: What a person is shown.
    """

    alias: Maybe[str | None] = UNSET
    display_name: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class TimeZonesPage(CollectionPage):
    """A page of zones.

    Attributes:
        items: The zones.
    """

    items: Sequence[TimeZoneInformation] = field(default=(), metadata={WIRE_NAME: "value"})
