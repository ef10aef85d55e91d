"""Members of events that can be asked for by name."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

EventField: TypeAlias = Literal[
    "allowNewTimeProposals",
    "attendees",
    "body",
    "bodyPreview",
    "cancelledOccurrences",
    "categories",
    "changeKey",
    "createdDateTime",
    "end",
    "hasAttachments",
    "hideAttendees",
    "iCalUId",
    "id",
    "importance",
    "isAllDay",
    "isCancelled",
    "isDraft",
    "isOnlineMeeting",
    "isOrganizer",
    "isReminderOn",
    "lastModifiedDateTime",
    "location",
    "locations",
    "onlineMeeting",
    "onlineMeetingProvider",
    "onlineMeetingUrl",
    "organizer",
    "originalEndTimeZone",
    "originalStart",
    "originalStartTimeZone",
    "recurrence",
    "reminderMinutesBeforeStart",
    "responseRequested",
    "responseStatus",
    "sensitivity",
    "seriesMasterId",
    "showAs",
    "start",
    "subject",
    "transactionId",
    "type",
    "webLink",
]
"""A member that `$select` names."""

ALL_FIELDS: Final[tuple[EventField, ...]] = get_args(EventField)
"""Every one of them: what a series leaves out comes only where it is named."""

EventLink: TypeAlias = Literal["attachments", "calendar", "exceptionOccurrences", "extensions"]
"""What hangs on an event, and `$expand` names; more can be written as text, with its options."""
