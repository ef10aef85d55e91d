"""An event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.google.wire.access import AccessRole
from kloudsync.providers.google.wire.conference import ConferenceData
from kloudsync.providers.google.wire.page import CollectionPage
from kloudsync.providers.google.wire.people import EventAttendee, EventPerson
from kloudsync.providers.google.wire.reminders import EventReminder, EventReminders
from kloudsync.providers.google.wire.special import (
    EventBirthdayProperties,
    EventFocusTimeProperties,
    EventOutOfOfficeProperties,
    EventWorkingLocationProperties,
)
from kloudsync.providers.google.wire.times import EventDateTime


class EventStatus(StrEnum):
    """Whether an event takes place."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"
    """Deleted, or an occurrence that its series leaves out."""


class EventType(StrEnum):
    """The kind of an event; cannot be changed once created."""

    DEFAULT = "default"
    BIRTHDAY = "birthday"
    """All-day, every year."""
    FOCUS_TIME = "focusTime"
    FROM_GMAIL = "fromGmail"
    """Made from a mail; cannot be created."""
    OUT_OF_OFFICE = "outOfOffice"
    WORKING_LOCATION = "workingLocation"


class Transparency(StrEnum):
    """Whether an event blocks time."""

    OPAQUE = "opaque"
    TRANSPARENT = "transparent"


class Visibility(StrEnum):
    """Who sees an event's details."""

    DEFAULT = "default"
    """As the calendar says."""
    PUBLIC = "public"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"
    """The same as private; kept for compatibility."""


@frozen(kw_only=True, repr=False)
class EventAttachment(JSONObject):
    """A file attached to an event. Changed only with `supportsAttachments=true`.

    Attributes:
        file_url: Where it is. Required when an attachment is added.
        title: What it is called.
        mime_type: Its media type.
        icon_link: Its icon; can be changed for third parties' attachments only.
        file_id: The id of a file in Drive. Read-only.
    """

    file_url: Maybe[str | None] = UNSET
    title: Maybe[str | None] = UNSET
    mime_type: Maybe[str | None] = UNSET
    icon_link: Maybe[str | None] = UNSET
    file_id: Maybe[str] = UNSET


@frozen(kw_only=True, repr=False)
class EventExtendedProperties(JSONObject):
    """An application's own properties of an event.

    At most 300 properties and 32 kB in all; names of at most 44 characters, values
    of at most 1024.

    Attributes:
        private: Seen on this copy of the event only.
        shared: Seen on all attendees' copies.
    """

    private: Maybe[Mapping[str, str | None] | None] = UNSET
    shared: Maybe[Mapping[str, str | None] | None] = UNSET


@frozen(kw_only=True, repr=False)
class EventGadget(JSONObject):
    """A relic that now only carries metadata of birthdays.

    Attributes:
        type: Its kind.
        title: Its title.
        link: Its address, https.
        icon_link: Its icon's address, https.
        display: `icon`, beside the title, or `chip`, after a click.
        width: In pixels, above 0.
        height: In pixels, above 0.
        preferences: Its own names and values.
    """

    type: Maybe[str | None] = UNSET
    title: Maybe[str | None] = UNSET
    link: Maybe[str | None] = UNSET
    icon_link: Maybe[str | None] = UNSET
    display: Maybe[str | None] = UNSET
    width: Maybe[int | None] = UNSET
    height: Maybe[int | None] = UNSET
    preferences: Maybe[Mapping[str, str] | None] = UNSET


@frozen(kw_only=True, repr=False)
class EventSource(JSONObject):
    """Where an event was made from; seen and changed by its creator only.

    Attributes:
        title: What the source is called.
        url: Where it is: http or https.
    """

    title: Maybe[str | None] = UNSET
    url: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class Event(JSONObject):
    """An event: a single one, a series, or an occurrence of a series.

    Of a deleted event only `id` and `status` are sure to come; of an occurrence that
    was cancelled also `recurring_event_id` and `original_start_time`, mostly. Values
    that equal their default are mostly left out by the service.

    Attributes:
        kind: Always `calendar#event`.
        etag: The version of the event; also changes with other parts of its series.
        id: The event's id in its calendar. A client may choose it on insert: 5 to 1024 of the
            characters `a` to `v` and `0` to `9`.
        ical_uid: The id across calendar systems (RFC 5545, UID); the same for all occurrences
            of a series. Required on import, and not to be given beside `id`.
        status: Whether it takes place; absent means confirmed.
        event_type: Its kind; absent means default.
        summary: Its title.
        description: What it is about, possibly HTML.
        location: Where, as free text.
        start: When it begins, inclusive; of a series, when the first occurrence does.
        end: When it ends, exclusive; of a series, when the first occurrence does.
        end_time_unspecified: Whether the end is made up; absent means no.
        recurrence: RRULE, RDATE, EXDATE and EXRULE lines (RFC 5545), of a series only;
            without DTSTART and DTEND.
        recurring_event_id: The series of an occurrence. Read-only.
        original_start_time: When an occurrence would begin by the rule; names it within its
            series even after it was moved. Read-only.
        created: When it was made. Read-only.
        updated: When it last changed; reminders do not count. Read-only.
        sequence: The number of its revision (RFC 5545); must not go back.
        creator: Who made it. Read-only.
        organizer: Whose it is; changed by `events.move`, written by `events.import_` only.
        attendees: Who is invited. Written whole: whoever is left out is uninvited.
        attendees_omitted: Whether attendees were left out here; in an update, whether
            only the user's own answer is to be changed. Absent means no.
        guests_can_invite_others: Whether attendees may invite others; absent means yes.
        guests_can_modify: Whether attendees may change it; absent means no.
        guests_can_see_other_guests: Whether attendees see each other; absent means yes.
        anyone_can_add_self: Whether anybody may join; deprecated. Absent means no.
        transparency: Whether it blocks time; absent means it does.
        visibility: Who sees its details; absent means as the calendar says.
        color_id: Its colour in the palette of events.
        event_label_id: Its label in the calendar's `label_properties`, which comes before
            the colour; written with `eventLabelVersion=1`.
        reminders: The user's own reminders of it.
        attachments: Files, at most 25; changed with `supportsAttachments=true`.
        conference_data: Its conference; changed with `conferenceDataVersion=1`.
        hangout_link: Its Hangout. Read-only.
        html_link: It, in the web calendar. Read-only.
        extended_properties: An application's own properties.
        source: Where it was made from.
        gadget: A relic; metadata of birthdays.
        birthday_properties: Of a birthday.
        focus_time_properties: Of focus time.
        out_of_office_properties: Of an absence.
        working_location_properties: Of a working place.
        private_copy: Whether this copy no longer follows the others. Read-only.
        locked: Whether title, text, place, times and rule of this copy cannot be changed.
            Read-only.
    """

    kind: Maybe[str] = UNSET
    etag: Maybe[str] = UNSET
    id: Maybe[str] = UNSET
    ical_uid: Maybe[str] = field(default=UNSET, metadata={WIRE_NAME: "iCalUID"})
    status: Maybe[EventStatus | str | None] = UNSET
    event_type: Maybe[EventType | str | None] = UNSET
    summary: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET
    start: Maybe[EventDateTime | None] = UNSET
    end: Maybe[EventDateTime | None] = UNSET
    end_time_unspecified: Maybe[bool | None] = UNSET
    recurrence: Maybe[Sequence[str] | None] = UNSET
    recurring_event_id: Maybe[str] = UNSET
    original_start_time: Maybe[EventDateTime] = UNSET
    created: Maybe[datetime] = UNSET
    updated: Maybe[datetime] = UNSET
    sequence: Maybe[int | None] = UNSET
    creator: Maybe[EventPerson] = UNSET
    organizer: Maybe[EventPerson | None] = UNSET
    attendees: Maybe[Sequence[EventAttendee] | None] = UNSET
    attendees_omitted: Maybe[bool | None] = UNSET
    guests_can_invite_others: Maybe[bool | None] = UNSET
    guests_can_modify: Maybe[bool | None] = UNSET
    guests_can_see_other_guests: Maybe[bool | None] = UNSET
    anyone_can_add_self: Maybe[bool | None] = UNSET
    transparency: Maybe[Transparency | str | None] = UNSET
    visibility: Maybe[Visibility | str | None] = UNSET
    color_id: Maybe[str | None] = UNSET
    event_label_id: Maybe[str | None] = UNSET
    reminders: Maybe[EventReminders | None] = UNSET
    attachments: Maybe[Sequence[EventAttachment] | None] = UNSET
    conference_data: Maybe[ConferenceData | None] = UNSET
    hangout_link: Maybe[str] = UNSET
    html_link: Maybe[str] = UNSET
    extended_properties: Maybe[EventExtendedProperties | None] = UNSET
    source: Maybe[EventSource | None] = UNSET
    gadget: Maybe[EventGadget | None] = UNSET
    birthday_properties: Maybe[EventBirthdayProperties | None] = UNSET
    focus_time_properties: Maybe[EventFocusTimeProperties | None] = UNSET
    out_of_office_properties: Maybe[EventOutOfOfficeProperties | None] = UNSET
    working_location_properties: Maybe[EventWorkingLocationProperties | None] = UNSET
    private_copy: Maybe[bool | None] = UNSET
    locked: Maybe[bool] = UNSET


@frozen(kw_only=True, repr=False)
class EventsPage(CollectionPage):
    """A page of events, with properties of their calendar; the vendor's `Events`.

    Attributes:
        summary: The calendar's title. Read-only.
        description: The calendar's description. Read-only.
        updated: When the calendar last changed. Read-only.
        time_zone: The calendar's IANA zone. Read-only.
        access_role: What the user may do with the calendar. Read-only.
        default_reminders: The user's reminders of events that use the default.
        items: The events.
    """

    summary: Maybe[str] = UNSET
    description: Maybe[str] = UNSET
    updated: Maybe[datetime] = UNSET
    time_zone: Maybe[str] = UNSET
    access_role: Maybe[AccessRole | str] = UNSET
    default_reminders: Maybe[Sequence[EventReminder]] = UNSET
    items: Sequence[Event] = ()
