"""Subscriptions: what activity is watched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.kloudless.monitored import member_of, resource_ids
from kloudsync.providers.kloudless.wire.listing import ObjectList
from kloudsync.providers.kloudless.wire.scalars import Identifier, Moment


@frozen(kw_only=True, repr=False)
class Subscription(JSONObject):
    """A watch over an account or some of its resources.

    Activity is kept only from the moment of its creation.

    Attributes:
        id: Its id; a number on the wire. Paths take `default` in its place.
        account: The account.
        api: Always `activity`.
        type: Always `subscription`.
        active: Whether it records activity.
        disable_reason: Why it is not active; empty where it is.
        subscription_type: Always `changes`.
        default: Whether it is the account's default subscription.
        expiry: When it ends unless it is renewed; by whom is not documented.
        created: When it was created.
        modified: When it last changed.
        monitored_resources: What it watches, everything where empty: ids in version 1, objects
            in version 2 and in some payloads of version 1. Read it with `resource_ids`.
        monitored_resource_object_type: The type of what it watches, such as `calendar`.
        monitored_resource_api: The API of what it watches, such as `calendar`.
        last_cursor: The newest cursor.
        last_cursor_updated_at: When that cursor became the newest.
    """

    id: Maybe[Identifier] = UNSET
    account: Maybe[Identifier | None] = UNSET
    api: Maybe[str | None] = UNSET
    type: Maybe[str | None] = UNSET
    active: Maybe[bool | None] = UNSET
    disable_reason: Maybe[str | None] = UNSET
    subscription_type: Maybe[str | None] = UNSET
    default: Maybe[bool | None] = UNSET
    expiry: Maybe[Moment | None] = UNSET
    created: Maybe[Moment | None] = UNSET
    modified: Maybe[Moment | None] = UNSET
    monitored_resources: Maybe[Sequence[Any] | None] = UNSET
    monitored_resource_object_type: Maybe[str | None] = UNSET
    monitored_resource_api: Maybe[str | None] = UNSET
    last_cursor: Maybe[Identifier | None] = UNSET
    last_cursor_updated_at: Maybe[Moment | None] = UNSET

    @property
    def resource_ids(self) -> tuple[str, ...]:
        """The ids of what it watches, whichever form they came in; none for everything."""
        return resource_ids(self.monitored_resources or ())

    @property
    def newest_cursor(self) -> str | None:
        """The newest cursor, from the subscription or from what it watches.

        The one page that shows it has lost its brackets, so both places are looked at.
        """
        if self.last_cursor:
            return self.last_cursor
        held = (member_of(one, "last_cursor") for one in self.monitored_resources or ())
        return next((cursor for cursor in held if cursor), None)


@frozen(kw_only=True, repr=False)
class SubscriptionsPage(ObjectList):
    """The subscriptions of an account."""

    objects: Maybe[Sequence[Subscription]] = UNSET

    @property
    def items(self) -> Sequence[Subscription]:
        """The subscriptions."""
        return self.objects or ()
