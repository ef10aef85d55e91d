"""Who takes part in an event."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe


class ResponseStatus(StrEnum):
    """What an attendee has answered."""

    NEEDS_ACTION = "needsAction"
    """Nothing yet; what a new invitation should say."""
    DECLINED = "declined"
    TENTATIVE = "tentative"
    ACCEPTED = "accepted"


@frozen(kw_only=True, repr=False)
class EventPerson(JSONObject):
    """An event's creator or organizer.

    Attributes:
        id: The profile id, if any.
        email: The address, if any.
        display_name: The name, if any.
        is_self: Whether it is the calendar on which this copy appears; absent means no.
            Read-only. The vendor's `self`.
    """

    id: Maybe[str | None] = UNSET
    email: Maybe[str | None] = UNSET
    display_name: Maybe[str | None] = UNSET
    is_self: Maybe[bool] = field(default=UNSET, metadata={WIRE_NAME: "self"})


@frozen(kw_only=True, repr=False)
class EventAttendee(JSONObject):
    """Somebody, or a room, invited to an event.

    Attributes:
        id: The profile id, if any.
        email: The address. Required when an attendee is added.
        display_name: The name, if any.
        organizer: Whether this is the organizer; absent means no. Read-only.
        is_self: Whether it is the calendar on which this copy appears; absent means no.
            Read-only. The vendor's `self`.
        resource: Whether it is a room or another resource; absent means no. Can only be set
            when it is added.
        optional: Whether the attendance is optional; absent means no.
        response_status: The answer so far. Answers given for others when they are added may
            be reset, by their own settings.
        comment: What the attendee said with the answer.
        additional_guests: How many more they bring; absent means none.
        async_operation: `inProgress` while the service still works on this attendee, such
            as on listing a large group. Read-only.
    """

    id: Maybe[str | None] = UNSET
    email: Maybe[str | None] = UNSET
    display_name: Maybe[str | None] = UNSET
    organizer: Maybe[bool] = UNSET
    is_self: Maybe[bool] = field(default=UNSET, metadata={WIRE_NAME: "self"})
    resource: Maybe[bool | None] = UNSET
    optional: Maybe[bool | None] = UNSET
    response_status: Maybe[ResponseStatus | str | None] = UNSET
    comment: Maybe[str | None] = UNSET
    additional_guests: Maybe[int | None] = UNSET
    async_operation: Maybe[str] = UNSET
