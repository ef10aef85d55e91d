"""Push at Microsoft: how subscriptions are made, renewed and ended, and how notifications are read.

The service chooses a subscription's name, and numbers no message. So a subscription's secret
(`clientState`), which comes with each message, begins with the channel that it belongs to. One
request may hold messages of several subscriptions, and of subscriptions themselves. Before a
subscription is made, its address is asked for a word back (change-notifications-delivery-webhooks).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from attrs import field, frozen

from kloudsync.errors import (
    APIError,
    DecodeError,
    UsageError,
    WebhookError,
)
from kloudsync.http.addresses import expect_address
from kloudsync.http.depth import expect_shallow
from kloudsync.http.json_kinds import Item, is_array, is_object
from kloudsync.http.message import Response
from kloudsync.http.operation import Operation
from kloudsync.model.arrival import Acknowledgement, Arrival, Heard
from kloudsync.model.channel import Channel, Grant, Topic, WatchFate, expect_open
from kloudsync.model.notification import Notification, NotificationKind
from kloudsync.providers.microsoft.errors import ON_PREMISES, PROVIDER
from kloudsync.providers.microsoft.paths import ME, PRIMARY, calendar_path, mailbox_path
from kloudsync.providers.microsoft.resources.subscriptions import Subscriptions
from kloudsync.providers.microsoft.wire.subscription import ChangeType, Subscription

Caller = TypeVar("Caller")

LONGEST_LIFE: Final = 4230 * 60.0
"""Seconds that a subscription to events may live (change-notifications-subscription-lifetime)."""

_MARGIN: Final = 120.0
"""Seconds less that are asked for, so that clocks may differ."""

_MARK: Final = "."
"""Between the channel and its token; names of channels have none."""

_CHANGES: Final = ",".join(change.value for change in ChangeType)
_TAKEN: Final = Acknowledgement(status=202)
_LONGEST_WORD: Final = 2_000
"""Characters of a validation token; the service's have some hundred."""

MOST_MESSAGES: Final = 1_000
"""Messages of one request that are looked at."""

MOST_REFUSED: Final = 50
"""Messages without proof after which a request is given up: each asks the store, and anybody may send it."""

_KINDS: Final = {
    "missed": NotificationKind.CHANGED,
    "subscriptionremoved": NotificationKind.CLOSED,
    "reauthorizationrequired": NotificationKind.ENDING,
}
"""What messages about a subscription itself mean; others are read as changes."""


@frozen(kw_only=True)
class MicrosoftPush(Generic[Caller]):
    """The subscriptions of one mailbox at Microsoft: descriptions of calls, and pure functions.

    Attributes:
        caller: Performs the operations.
        account: The caller's name for the account; any stable text.
        mailbox: `me`, or the id of a user; a principal name with an apostrophe cannot be watched.
        longest_life: How long a subscription may live at most, in seconds. Longer ones are heard
            of, and not documented for events.
    """

    caller: Caller = field(repr=False)
    account: str = "default"
    mailbox: str = ME
    longest_life: float = LONGEST_LIFE

    @property
    def provider(self) -> str:
        """The service."""
        return PROVIDER

    def expect_address(self, address: str) -> None:
        """See that messages, and the secrets in them, may go to an address.

        Raises:
            UsageError: It is neither https nor on this machine.
        """
        expect_address(address, "the address for notifications", query=True)

    def watch(self, channel: Channel, token: str) -> Operation[Grant]:
        """Describe the making of a subscription.

        Documented for a mailbox's default calendar; works for others.

        Args:
            channel: What to make; its life is asked for as far as the service allows it.
            token: The channel's secret.

        Raises:
            UsageError: The address is not https, or the collection cannot be watched.
        """
        self.expect_address(channel.address)
        made = Subscriptions.create(
            Subscription(
                change_type=_CHANGES,
                notification_url=channel.address,
                lifecycle_notification_url=channel.address,
                resource=self._resource(channel.topic),
                expiration_date_time=self._end(channel.opened_at, channel.expires_at),
                client_state=f"{channel.id}{_MARK}{token}",
            )
        )
        return _granting(made)

    def renew(self, channel: Channel, now: float, until: float) -> Operation[Grant] | None:
        """Describe how a subscription is let live on, which authorises it anew.

        Args:
            channel: The subscription; None in answer where nobody knows its name.
            now: Seconds since 1970.
            until: When it should end.
        """
        if channel.resource is None:
            return None
        return _granting(Subscriptions.renew(channel.resource, self._end(now, until)))

    def stop(self, channel: Channel) -> Operation[None]:
        """Describe the end of a subscription, which needs the name that making it told."""
        return Subscriptions.delete(channel.resource or "")

    def fate(self, error: APIError) -> WatchFate:
        """Tell from an error what became of a subscription that was to be made.

        A mailbox that is not in the cloud is never watched; its calendars are polled.
        """
        reason = (error.reason or "").lower()
        if reason in ON_PREMISES or reason == "extensionerror":
            return WatchFate.UNWATCHABLE
        refused = 400 <= error.status < 500 and error.status != 409
        return WatchFate.REFUSED if refused else WatchFate.UNKNOWN

    def _resource(self, topic: Topic) -> str:
        if topic.collection != "events":
            raise UsageError(f"{topic.collection!r} cannot be watched; Microsoft watches events")
        calendar = topic.key.calendar
        if calendar == PRIMARY:
            return f"/{mailbox_path(self.mailbox, 'events')}"
        return f"/{calendar_path(self.mailbox, calendar, 'events')}"

    def _end(self, now: float, until: float) -> datetime:
        latest = now + self.longest_life - _MARGIN
        return datetime.fromtimestamp(int(min(until, latest)), UTC)


def unwrap(arrival: Arrival, find: Callable[[str], Channel | None], now: float) -> Heard:
    """Verify what arrived and read it: the service's question, or any number of messages.

    Messages that cannot be proven are left out where others can be; `MOST_REFUSED` of them end it.

    Args:
        arrival: The request.
        find: Finds a stored channel by its id.
        now: Seconds since 1970.

    Raises:
        SignatureMismatch: No message has its channel's secret.
        NotificationStale: Their channels are unknown or have ended.
        WebhookError: It holds no messages.
    """
    word = arrival.query.get("validationToken")
    if word is not None:
        return Heard(acknowledgement=_answered(word))
    heard: dict[Notification, None] = {}
    refused: list[WebhookError] = []
    for item in islice(_items(arrival.body), MOST_MESSAGES):
        try:
            heard[_verified(item, find, now)] = None
        except WebhookError as error:
            refused.append(error)
            if len(refused) == MOST_REFUSED:
                break
    if refused and not heard:
        raise refused[0]
    return Heard(notifications=tuple(heard), acknowledgement=_TAKEN)


def _answered(word: str) -> Acknowledgement:
    """Say a word back, as plain text that no browser takes for anything else."""
    if not 0 < len(word) <= _LONGEST_WORD:
        raise WebhookError("the validation token is empty or too long to be the service's")
    return Acknowledgement(status=200, body=word.encode(), content_type="text/plain")


def _items(body: bytes) -> Iterator[Item]:
    try:
        expect_shallow(body)
        told: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WebhookError("expected JSON; this is no notification of Microsoft's") from error
    items = told.get("value") if is_object(told) else None
    if not is_array(items) or not items:
        raise WebhookError("expected messages @ value; this is no notification of Microsoft's")
    for item in items:
        if not is_object(item):
            raise WebhookError("expected a message @ value")
        yield item


def _verified(item: Item, find: Callable[[str], Channel | None], now: float) -> Notification:
    """Read one message, and see that its channel's secret came with it."""
    state, name = _text(item, "clientState"), _text(item, "subscriptionId")
    known, mark, token = state.partition(_MARK)
    if not mark or not name:
        raise WebhookError("expected a subscription and its clientState")
    expect_open(find(known), token, name, now)
    event = _text(item, "lifecycleEvent").lower()
    return Notification(
        channel=known,
        number=None,
        kind=_KINDS.get(event, NotificationKind.CHANGED),
        resource=name,
        token=token,
        expires_at=_end_of(item),
    )


def _end_of(item: Item) -> float | None:
    try:
        return datetime.fromisoformat(_text(item, "subscriptionExpirationDateTime")).timestamp()
    except (ValueError, OverflowError):
        return None


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _granting(described: Operation[Subscription]) -> Operation[Grant]:
    def decode(response: Response) -> Grant:
        made = described.decode(response)
        if not made.id:
            raise DecodeError("expected a subscription with an id @ id")
        ends = made.expiration_date_time
        return Grant(resource=made.id, expires_at=ends.timestamp() if ends else None)

    return Operation(
        name=described.name,
        request=described.request,
        decode=decode,
        repeatable=described.repeatable,
    )
