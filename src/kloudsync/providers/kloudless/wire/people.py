"""People of an event."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.kloudless.wire.scalars import Identifier


class AttendeeStatus(StrEnum):
    """An attendee's answer; all but `pending` are inferred."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@frozen(kw_only=True, repr=False)
class Person(JSONObject):
    """Who created or organises an event.

    Attributes:
        id: The upstream service's id.
        name: The name.
        email: The address.
    """

    id: Maybe[Identifier | None] = UNSET
    name: Maybe[str | None] = UNSET
    email: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class Attendee(JSONObject):
    """Who is invited to an event.

    Attributes:
        id: The upstream service's id.
        name: The name.
        email: The address.
        status: The answer.
        required: Whether the meeting needs them.
        resource: Whether it is a room or other thing.
    """

    id: Maybe[Identifier | None] = UNSET
    name: Maybe[str | None] = UNSET
    email: Maybe[str | None] = UNSET
    status: Maybe[AttendeeStatus | str | None] = UNSET
    required: Maybe[bool | None] = UNSET
    resource: Maybe[bool | None] = UNSET
