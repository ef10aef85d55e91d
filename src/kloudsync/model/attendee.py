"""People of a meeting and their replies."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from kloudsync.model.told import Told


class Reply(StrEnum):
    """An attendee's answer (RFC 5545, section 3.2.12: PARTSTAT)."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@frozen(kw_only=True)
class Person(Told):
    """Somebody named by an event: its organizer or creator.

    Attributes:
        email: The address, or None where the provider hides it.
        name: The display name, or None.
        is_self: Whether it is the account whose calendar this is.
    """

    email: str | None = None
    name: str | None = None
    is_self: bool = False


@frozen(kw_only=True)
class Attendee(Told):
    """Somebody invited to an event.

    Attributes:
        email: The address, or None where the provider hides it.
        name: The display name, or None.
        reply: The answer; a value that kloudsync does not know stays as the provider's text.
        optional: Whether attendance is optional.
        resource: Whether it is a room or other thing rather than a person.
        organizer: Whether the attendee organises the meeting.
        is_self: Whether it is the account whose calendar this is.
        comment: What the attendee wrote with the answer, or None.
    """

    email: str | None = None
    name: str | None = None
    reply: Reply | str = Reply.NEEDS_ACTION
    optional: bool = False
    resource: bool = False
    organizer: bool = False
    is_self: bool = False
    comment: str | None = None
