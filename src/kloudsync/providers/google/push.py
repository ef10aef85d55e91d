"""Push at Google: how channels are opened and closed, and how messages are verified.

A message is an empty POST with headers. The only proof of where it comes from is the
channel's token; it says that something changed, never what.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from attrs import field, frozen

from kloudsync.errors import (
    APIError,
    DecodeError,
    UsageError,
    WebhookError,
)
from kloudsync.http.addresses import expect_address
from kloudsync.http.dates import http_date
from kloudsync.http.message import Response
from kloudsync.http.numbers import whole_number
from kloudsync.http.operation import Operation
from kloudsync.http.webhook import Fields, field_of
from kloudsync.model.arrival import Arrival, Heard
from kloudsync.model.channel import Channel, Grant, Topic, WatchFate, expect_open
from kloudsync.model.notification import Notification, NotificationKind
from kloudsync.providers.google.errors import PROVIDER
from kloudsync.providers.google.resources.acl import Acl
from kloudsync.providers.google.resources.calendar_list import CalendarList
from kloudsync.providers.google.resources.channels import Channels
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.resources.settings import Settings
from kloudsync.providers.google.wire.channel import Channel as WireChannel

Caller = TypeVar("Caller")

_NAME: Final = re.compile(r"[!-~]{1,256}")
"""Names of channels and resources; the service takes at most 64 characters of fewer kinds."""

UNWATCHABLE = "pushNotSupportedForRequestedResource"
TAKEN = "channelIdNotUnique"

_KINDS = {
    "sync": NotificationKind.OPENED,
    "exists": NotificationKind.CHANGED,
    "not_exists": NotificationKind.GONE,
}

_WATCHES: dict[str, Callable[[WireChannel, str], Operation[WireChannel]]] = {
    "events": Events.watch,
    "acl": Acl.watch,
    "calendarList": lambda channel, _: CalendarList.watch(channel),
    "settings": lambda channel, _: Settings.watch(channel),
}


@frozen(kw_only=True)
class GooglePush(Generic[Caller]):
    """The channels of one account at Google: descriptions of calls, and pure functions.

    Attributes:
        caller: Performs the operations. Only the account and the program that opened a
            channel can close it.
        account: The caller's name for the account; any stable text.
    """

    caller: Caller = field(repr=False)
    account: str = "default"

    @property
    def provider(self) -> str:
        """The service."""
        return PROVIDER

    def expect_address(self, address: str) -> None:
        """See that messages, and the tokens in them, may go to an address.

        Raises:
            UsageError: It is neither https nor on this machine.
        """
        expect_address(address, "the address for notifications", query=True)

    def watch(self, channel: Channel, token: str) -> Operation[Grant]:
        """Describe the opening of a channel.

        Args:
            channel: What to open; its life is asked for, and may be cut by the service.
            token: The channel's secret, at most 256 characters.

        Raises:
            UsageError: The address is not https, or the collection cannot be watched.
        """
        self.expect_address(channel.address)
        wire = WireChannel(
            id=channel.id,
            type="web_hook",
            address=channel.address,
            token=token,
            expiration=int(channel.expires_at * 1000),
            # The service takes the stricter of the two, and this one does not hang on our clock.
            params={"ttl": str(max(1, round(channel.expires_at - channel.opened_at)))},
        )
        opened = _watch_of(channel.topic)(wire, channel.topic.key.calendar)

        def decode(response: Response) -> Grant:
            return _grant(opened.decode(response))

        return Operation(
            name=opened.name, request=opened.request, decode=decode, repeatable=opened.repeatable
        )

    def renew(self, channel: Channel, now: float, until: float) -> None:
        """Tell that channels cannot be renewed: another one is opened beside the old one."""

    def stop(self, channel: Channel) -> Operation[None]:
        """Describe the closing of a channel, which needs the resource that opening it told."""
        return Channels.stop(WireChannel(id=channel.id, resource_id=channel.resource))

    def fate(self, error: APIError) -> WatchFate:
        """Tell from an error what became of a channel that was to be opened.

        A name that is taken means that an earlier try, whose answer was lost, opened it.
        """
        if error.reason == UNWATCHABLE:
            return WatchFate.UNWATCHABLE
        refused = 400 <= error.status < 500 and error.reason != TAKEN
        return WatchFate.REFUSED if refused else WatchFate.UNKNOWN


def unwrap(arrival: Arrival, find: Callable[[str], Channel | None], now: float) -> Heard:
    """Verify a message and read it; its body is empty, and nothing is read from it.

    Args:
        arrival: The request.
        find: Finds a stored channel by its id.
        now: Seconds since 1970.

    Raises:
        SignatureMismatch: The token or the resource is not the channel's.
        NotificationStale: The channel is unknown or has ended.
        WebhookError: It is no message of a channel.
    """
    notification = parse(arrival.headers)
    verify(notification, find(notification.channel), now)
    return Heard(notifications=(notification,))


def parse(headers: Fields) -> Notification:
    """Read a message without verifying it.

    Raises:
        WebhookError: A header is missing or cannot be read.
    """
    number = whole_number(_required(headers, "X-Goog-Message-Number"))
    if number is None:
        raise WebhookError("X-Goog-Message-Number is no number; this is no message of Google's")
    channel = _required(headers, "X-Goog-Channel-ID")
    if not _NAME.fullmatch(channel):
        raise WebhookError("X-Goog-Channel-ID names no channel that could be open")
    state = _required(headers, "X-Goog-Resource-State")
    resource = _required(headers, "X-Goog-Resource-ID")
    if not _NAME.fullmatch(resource):
        raise WebhookError("X-Goog-Resource-ID names no resource of Google's")
    return Notification(
        channel=channel,
        number=number,
        kind=_KINDS.get(state.lower(), NotificationKind.OTHER),
        resource=resource,
        token=field_of(headers, "X-Goog-Channel-Token"),
        expires_at=_seconds(field_of(headers, "X-Goog-Channel-Expiration")),
    )


def verify(notification: Notification, channel: Channel | None, now: float) -> None:
    """See that a message comes from the service, over a channel that is open.

    Args:
        notification: The message.
        channel: The stored channel that it names, or None.
        now: Seconds since 1970.

    Raises:
        SignatureMismatch: The token or the resource is not the channel's.
        NotificationStale: The channel is unknown or has ended.
    """
    expect_open(channel, notification.token, notification.resource, now)


def _watch_of(topic: Topic) -> Callable[[WireChannel, str], Operation[WireChannel]]:
    watch = _WATCHES.get(topic.collection)
    if watch is None:
        raise UsageError(
            f"{topic.collection!r} cannot be watched; Google watches {', '.join(_WATCHES)}"
        )
    return watch


def _grant(opened: WireChannel) -> Grant:
    if not opened.resource_id:
        raise DecodeError("expected a channel with a resource @ resourceId")
    ends = opened.expiration
    return Grant(resource=opened.resource_id, expires_at=ends / 1000 if ends else None)


def _required(headers: Fields, name: str) -> str:
    value = (field_of(headers, name) or "").strip()
    if not value:
        raise WebhookError(f"the request has no {name} header; it is no message of Google's")
    return value


def _seconds(date: str | None) -> float | None:
    """Read an HTTP date; one that cannot be read says nothing."""
    when = http_date(date)
    return None if when is None else when.timestamp()
