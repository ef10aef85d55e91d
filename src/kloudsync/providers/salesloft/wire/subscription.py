"""Subscriptions to webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.salesloft.wire.page import Listing


class EventType(StrEnum):
    """What a webhook may announce, as far as calendars care; calendar events are not among it."""

    BULK_JOB_COMPLETED = "bulk_job_completed"
    MEETING_BOOKED = "meeting_booked"
    MEETING_UPDATED = "meeting_updated"


@frozen(kw_only=True, repr=False)
class WebhookSubscription(JSONObject):
    """A subscription. The repr does not show its token.

    Attributes:
        id: Its id.
        callback_url: Where notifications go.
        callback_token: The secret that they are signed with.
        enabled: Whether notifications are sent.
        event_type: What is announced.
        tenant_id: The team.
        user_guid: The user.
    """

    id: int
    callback_url: Maybe[str | None] = UNSET
    callback_token: Maybe[str | None] = field(default=UNSET, repr=False)
    enabled: Maybe[bool | None] = UNSET
    event_type: Maybe[EventType | str | None] = UNSET
    tenant_id: Maybe[int | None] = UNSET
    user_guid: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class WebhookSubscriptionsPage(Listing):
    """A page of subscriptions."""

    data: Sequence[WebhookSubscription]

    @property
    def items(self) -> Sequence[WebhookSubscription]:
        """The subscriptions."""
        return self.data
