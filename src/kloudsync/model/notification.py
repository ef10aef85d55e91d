"""Notifications: messages of a service that something changed, without saying what."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from kloudsync.model.told import Told


class NotificationKind(StrEnum):
    """What a notification announces."""

    OPENED = "opened"
    """The channel announces changes from now on."""
    CHANGED = "changed"
    """Something changed."""
    GONE = "gone"
    """What is watched no longer exists."""
    CLOSED = "closed"
    """The service ended the channel; another one has to be opened."""
    ENDING = "ending"
    """The channel ends unless it is renewed."""
    OTHER = "other"
    """A word that this version does not know; treated as a change."""


@frozen(kw_only=True)
class Notification(Told):
    """What one message says. The repr hides the token.

    Attributes:
        channel: The id of the channel that it came over.
        number: Rises from message to message, with gaps; None where the service numbers none, so
            that each counts.
        kind: What it announces.
        resource: The service's name of what changed.
        token: The secret that proves where it comes from, or None if it has none.
        expires_at: Seconds since 1970 when the channel ends, or None if it does not say.
    """

    channel: str
    number: int | None
    kind: NotificationKind
    resource: str
    token: str | None = field(default=None, repr=False)
    expires_at: float | None = None
