"""An event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.microsoft.wire.attachment import Attachment
from kloudsync.providers.microsoft.wire.location import Location
from kloudsync.providers.microsoft.wire.meeting import (
    OnlineMeetingInfo,
    OnlineMeetingProviderType,
)
from kloudsync.providers.microsoft.wire.page import CollectionPage
from kloudsync.providers.microsoft.wire.people import Attendee, Recipient, ResponseStatus
from kloudsync.providers.microsoft.wire.recurrence import PatternedRecurrence
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone


class EventType(StrEnum):
    """What an event is to its series."""

    SINGLE_INSTANCE = "singleInstance"
    OCCURRENCE = "occurrence"
    """One of a series, as its pattern has it."""
    EXCEPTION = "exception"
    """One of a series, with something of its own."""
    SERIES_MASTER = "seriesMaster"


class FreeBusyStatus(StrEnum):
    """How time is shown to others."""

    UNKNOWN = "unknown"
    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OOF = "oof"
    """Out of office."""
    WORKING_ELSEWHERE = "workingElsewhere"
    """Available, in another place; Outlook counts it as free."""


class Sensitivity(StrEnum):
    """Who sees an event's details."""

    NORMAL = "normal"
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


class Importance(StrEnum):
    """How important an event is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class BodyType(StrEnum):
    """In which form a body is."""

    TEXT = "text"
    HTML = "html"


class RemovedReason(StrEnum):
    """Why a delta leaves an event out."""

    CHANGED = "changed"
    """It may come back."""
    DELETED = "deleted"


@frozen(kw_only=True, repr=False)
class ItemBody(JSONObject):
    """What an event is about.

    Attributes:
        content_type: The form; answers come as HTML unless the client asks for text.
        content: The text.
    """

    content_type: Maybe[BodyType | str | None] = UNSET
    content: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class Removed(JSONObject):
    """That a delta leaves an event out, which it may do with events that still are.

    Attributes:
        reason: Why.
    """

    reason: Maybe[RemovedReason | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class Event(JSONObject):
    """An event: a single one, a series, or an occurrence of a series.

    Attributes:
        odata_etag: The version, a weak etag around `change_key`.
        odata_type: `#microsoft.graph.event`, of rows of deltas.
        removed: Set where a delta leaves it out; nothing but `id` comes with it then.
        id: Its id in its mailbox. With the client's `IdType="ImmutableId"` it lasts for as long
            as the event stays in the mailbox; of occurrences it depends on their date.
        change_key: The version; changes with every change, answers of attendees included.
        created_date_time: When it was made. Read-only.
        last_modified_date_time: When it last changed; tracking answers is a change. Read-only.
        categories: Names of categories, see `outlook.list_categories`.
        transaction_id: The client's key of its creation, at most once; cannot be changed.
        i_cal_u_id: The id across calendar systems; another one for each occurrence. May be null.
        type: What it is to its series. Read-only.
        series_master_id: The series of an occurrence. Read-only.
        recurrence: How it recurs; of a series only, written whole.
        cancelled_occurrences: `OID.<series>.<date>` of each occurrence that was deleted; comes
            only where it is selected.
        exception_occurrences: The exceptions of a series; come only where they are expanded.
        instances: Occurrences of a series; see `events.instances`.
        occurrence_id: `OID.<series>.<date>` of an occurrence; beta only.
        uid: The id across calendar systems that all occurrences share; beta only.
        start: When it begins.
        end: When it ends, exclusive.
        is_all_day: Whether it spans whole days; start and end are midnights then.
        original_start: Where the pattern has an occurrence. Read-only.
        original_start_time_zone: The zone that the start was written in. Read-only.
        original_end_time_zone: The zone that the end was written in. Read-only.
        subject: Its title.
        body: What it is about.
        body_preview: The beginning of it, as text. Read-only.
        location: Where.
        locations: Where, all places.
        attendees: Who is invited; written whole.
        organizer: Whose it is.
        is_organizer: Whether it is this calendar's owner's. Read-only.
        response_status: What this calendar's owner has answered.
        response_requested: Whether answers are wanted.
        allow_new_time_proposals: Whether attendees may propose another time.
        hide_attendees: Whether attendees see themselves only.
        is_cancelled: Whether the organizer cancelled it; attendees' copies stay. Read-only.
        is_draft: Whether it is not sent yet. Read-only.
        show_as: How its time is shown.
        sensitivity: Who sees its details.
        importance: How important it is.
        is_online_meeting: Whether it can be joined online.
        online_meeting: How. Read-only.
        online_meeting_provider: By whom.
        online_meeting_url: Where, of older kinds. Read-only.
        is_reminder_on: Whether there is a reminder.
        reminder_minutes_before_start: When.
        has_attachments: Whether something hangs on it. Read-only.
        attachments: What; comes only where it is expanded.
        web_link: It, in Outlook on the web. Read-only.
        calendar: The calendar; comes only where it is expanded.
        extensions: Open extensions; come only where they are expanded.
        single_value_extended_properties: Extended properties of one value each; come only where
            they are expanded by name.
        multi_value_extended_properties: The same of several values.
    """

    odata_etag: Maybe[str] = field(default=UNSET, metadata={WIRE_NAME: "@odata.etag"})
    odata_type: Maybe[str] = field(default=UNSET, metadata={WIRE_NAME: "@odata.type"})
    removed: Maybe[Removed] = field(default=UNSET, metadata={WIRE_NAME: "@removed"})
    id: Maybe[str] = UNSET
    change_key: Maybe[str | None] = UNSET
    created_date_time: Maybe[datetime | None] = UNSET
    last_modified_date_time: Maybe[datetime | None] = UNSET
    categories: Maybe[Sequence[str] | None] = UNSET
    transaction_id: Maybe[str | None] = UNSET
    i_cal_u_id: Maybe[str | None] = field(default=UNSET, metadata={WIRE_NAME: "iCalUId"})
    type: Maybe[EventType | str | None] = UNSET
    series_master_id: Maybe[str | None] = UNSET
    recurrence: Maybe[PatternedRecurrence | None] = UNSET
    cancelled_occurrences: Maybe[Sequence[str] | None] = UNSET
    exception_occurrences: Maybe[Sequence[Event] | None] = UNSET
    instances: Maybe[Sequence[Event] | None] = UNSET
    occurrence_id: Maybe[str | None] = UNSET
    uid: Maybe[str | None] = UNSET
    start: Maybe[DateTimeTimeZone | None] = UNSET
    end: Maybe[DateTimeTimeZone | None] = UNSET
    is_all_day: Maybe[bool | None] = UNSET
    original_start: Maybe[datetime | None] = UNSET
    original_start_time_zone: Maybe[str | None] = UNSET
    original_end_time_zone: Maybe[str | None] = UNSET
    subject: Maybe[str | None] = UNSET
    body: Maybe[ItemBody | None] = UNSET
    body_preview: Maybe[str | None] = UNSET
    location: Maybe[Location | None] = UNSET
    locations: Maybe[Sequence[Location] | None] = UNSET
    attendees: Maybe[Sequence[Attendee] | None] = UNSET
    organizer: Maybe[Recipient | None] = UNSET
    is_organizer: Maybe[bool | None] = UNSET
    response_status: Maybe[ResponseStatus | None] = UNSET
    response_requested: Maybe[bool | None] = UNSET
    allow_new_time_proposals: Maybe[bool | None] = UNSET
    hide_attendees: Maybe[bool | None] = UNSET
    is_cancelled: Maybe[bool | None] = UNSET
    is_draft: Maybe[bool | None] = UNSET
    show_as: Maybe[FreeBusyStatus | str | None] = UNSET
    sensitivity: Maybe[Sensitivity | str | None] = UNSET
    importance: Maybe[Importance | str | None] = UNSET
    is_online_meeting: Maybe[bool | None] = UNSET
    online_meeting: Maybe[OnlineMeetingInfo | None] = UNSET
    online_meeting_provider: Maybe[OnlineMeetingProviderType | str | None] = UNSET
    online_meeting_url: Maybe[str | None] = UNSET
    is_reminder_on: Maybe[bool | None] = UNSET
    reminder_minutes_before_start: Maybe[int | None] = UNSET
    has_attachments: Maybe[bool | None] = UNSET
    attachments: Maybe[Sequence[Attachment] | None] = UNSET
    web_link: Maybe[str | None] = UNSET
    calendar: Maybe[Any] = UNSET
    extensions: Maybe[Sequence[Any] | None] = UNSET
    single_value_extended_properties: Maybe[Sequence[Any] | None] = UNSET
    multi_value_extended_properties: Maybe[Sequence[Any] | None] = UNSET


@frozen(kw_only=True, repr=False)
class EventsPage(CollectionPage):
    """A page of events.

    Attributes:
        items: The events; of deltas also what was removed, and stubs of occurrences.
    """

    items: Sequence[Event] = field(default=(), metadata={WIRE_NAME: "value"})
