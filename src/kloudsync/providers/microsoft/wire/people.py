"""Who takes part in an event."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.microsoft.wire.times import TimeSlot


class ResponseType(StrEnum):
    """What somebody has answered to an invitation."""

    NONE = "none"
    """Nothing: there was no invitation, or the answer is not tracked here."""
    ORGANIZER = "organizer"
    TENTATIVELY_ACCEPTED = "tentativelyAccepted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_RESPONDED = "notResponded"


class AttendeeType(StrEnum):
    """Whether somebody has to be there."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    RESOURCE = "resource"
    """A room or a device."""


@frozen(kw_only=True, repr=False)
class EmailAddress(JSONObject):
    """A person by name and address.

    Attributes:
        name: The name shown.
        address: The address. Required where somebody is invited.
    """

    name: Maybe[str | None] = UNSET
    address: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class Recipient(JSONObject):
    """Somebody who gets a message, or organizes an event.

    Attributes:
        email_address: Name and address.
    """

    email_address: Maybe[EmailAddress | None] = UNSET


@frozen(kw_only=True, repr=False)
class ResponseStatus(JSONObject):
    """An answer to an invitation.

    Attributes:
        response: The answer.
        time: When it was given; `0001-01-01` where it never was.
    """

    response: Maybe[ResponseType | str | None] = UNSET
    time: Maybe[datetime | None] = UNSET


@frozen(kw_only=True, repr=False)
class AttendeeBase(JSONObject):
    """Somebody to be met.

    Attributes:
        email_address: Name and address. Required.
        type: Whether they have to be there; absent means required.
    """

    email_address: Maybe[EmailAddress | None] = UNSET
    type: Maybe[AttendeeType | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class Attendee(AttendeeBase):
    """Somebody, or a room, invited to an event; at most 500 are.

    Attributes:
        email_address: Name and address. Required.
        type: Whether they have to be there; absent means required.
        status: The answer so far; the organizer's copy alone tells everybody's.
        proposed_new_time: The time that they would rather meet at.
    """

    status: Maybe[ResponseStatus | None] = UNSET
    proposed_new_time: Maybe[TimeSlot | None] = UNSET
