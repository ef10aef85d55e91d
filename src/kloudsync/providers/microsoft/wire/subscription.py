"""Subscriptions to changes, and what they send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.microsoft.wire.page import CollectionPage


class ChangeType(StrEnum):
    """What happened to something."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


class LifecycleEventType(StrEnum):
    """What happened to a subscription itself."""

    MISSED = "missed"
    """Notifications were lost: fetch what changed."""
    SUBSCRIPTION_REMOVED = "subscriptionRemoved"
    """It is no more: make another one, and fetch what changed."""
    REAUTHORIZATION_REQUIRED = "reauthorizationRequired"
    """It ends soon unless it is renewed."""


@frozen(kw_only=True, repr=False)
class Subscription(JSONObject):
    """A subscription to the changes of something.

    Attributes:
        id: Its id, a GUID that the service chooses. Read-only.
        resource: What is watched, such as `/me/calendars/{id}/events`. Required.
        change_type: Of which changes it tells, joined by commas. Required.
        notification_url: Where they go, https. Required.
        lifecycle_notification_url: Where news of the subscription itself goes; can be set only
            when it is made.
        expiration_date_time: When it ends; of events, less than three days on. Required.
        client_state: A secret that comes with every notification, at most 128 characters.
        application_id: The program that made it. Read-only.
        creator_id: Who made it. Read-only.
        include_resource_data: Whether notifications hold what changed, encrypted.
        encryption_certificate: The key for that.
        encryption_certificate_id: The caller's name of that key.
        latest_supported_tls_version: The newest TLS that the address speaks, such as `v1_2`.
        notification_query_options: Further parameters of the resource.
        notification_url_app_id: Who validation tokens are made out to.
    """

    id: Maybe[str] = UNSET
    resource: Maybe[str | None] = UNSET
    change_type: Maybe[str | None] = UNSET
    notification_url: Maybe[str | None] = UNSET
    lifecycle_notification_url: Maybe[str | None] = UNSET
    expiration_date_time: Maybe[datetime | None] = UNSET
    client_state: Maybe[str | None] = field(default=UNSET, repr=False)
    application_id: Maybe[str | None] = UNSET
    creator_id: Maybe[str | None] = UNSET
    include_resource_data: Maybe[bool | None] = UNSET
    encryption_certificate: Maybe[str | None] = field(default=UNSET, repr=False)
    encryption_certificate_id: Maybe[str | None] = UNSET
    latest_supported_tls_version: Maybe[str | None] = UNSET
    notification_query_options: Maybe[str | None] = UNSET
    notification_url_app_id: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class SubscriptionsPage(CollectionPage):
    """A page of subscriptions.

    Attributes:
        items: The subscriptions.
    """

    items: Sequence[Subscription] = field(default=(), metadata={WIRE_NAME: "value"})


@frozen(kw_only=True, repr=False)
class ResourceData(JSONObject):
    """What a notification is about.

    Attributes:
        odata_type: Its kind, such as `#Microsoft.Graph.Event`.
        odata_id: Its address.
        odata_etag: Its version.
        id: Its id.
    """

    odata_type: Maybe[str] = field(default=UNSET, metadata={WIRE_NAME: "@odata.type"})
    odata_id: Maybe[str] = field(default=UNSET, metadata={WIRE_NAME: "@odata.id"})
    odata_etag: Maybe[str] = field(default=UNSET, metadata={WIRE_NAME: "@odata.etag"})
    id: Maybe[str] = UNSET


@frozen(kw_only=True, repr=False)
class ChangeNotification(JSONObject):
    """A notification: of a change, or of the subscription itself.

    Attributes:
        id: Its id; not always there.
        subscription_id: The subscription that it belongs to.
        subscription_expiration_date_time: When that ends.
        client_state: The secret of the subscription.
        change_type: What happened.
        resource: To what, as an address below the service.
        resource_data: To what, in detail.
        lifecycle_event: What happened to the subscription itself.
        tenant_id: The organisation.
    """

    id: Maybe[str | None] = UNSET
    subscription_id: Maybe[str | None] = UNSET
    subscription_expiration_date_time: Maybe[datetime | None] = UNSET
    client_state: Maybe[str | None] = field(default=UNSET, repr=False)
    change_type: Maybe[ChangeType | str | None] = UNSET
    resource: Maybe[str | None] = UNSET
    resource_data: Maybe[ResourceData | None] = UNSET
    lifecycle_event: Maybe[LifecycleEventType | str | None] = UNSET
    tenant_id: Maybe[str | None] = UNSET
