"""Channels that announce changes, and what is known of the things that they announce."""

from __future__ import annotations

import hmac
from enum import StrEnum
from hashlib import sha256

from attrs import evolve, field, frozen

from kloudsync.errors import NotificationStale, SignatureMismatch
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.notification import Notification, NotificationKind
from kloudsync.model.told import Told

NUMBERS_KEPT = 16
"""How many message numbers a channel remembers; older ones count as received."""


@frozen
class Topic(Told):
    """Something whose changes can be announced.

    Attributes:
        key: The calendar. For lists that belong to an account as a whole, a key whose
            calendar is the empty text.
        collection: Which list: `events`, `acl`, `calendarList` or `settings`.
    """

    key: CalendarKey
    collection: str = "events"

    @property
    def names(self) -> tuple[str, str, str, str, str]:
        """Provider, account, calendar, query and collection."""
        key = self.key
        return key.provider, key.account, key.calendar, key.query, self.collection

    def __str__(self) -> str:
        """Read well in messages."""
        return f"{self.collection} of {self.key}"


@frozen(kw_only=True)
class Channel(Told):
    """A channel as stores keep it: written before it is opened, forgotten when it is closed.

    The token itself is kept nowhere.

    Attributes:
        id: The caller's name for it, unique.
        topic: What it announces.
        address: Where its messages go.
        token_hash: The SHA-256 of its token, in hexadecimal.
        spread: A number in [0, 1), drawn once, that keeps renewals from falling together.
        opened_at: Seconds since 1970 when it was asked for.
        expires_at: Seconds since 1970 when it ends: as asked for until the service has
            answered, as granted from then on.
        resource: The service's name of what it announces; None while nobody has seen the
            service's answer or a message.
        numbers: The highest message numbers received, in order.
    """

    id: str
    topic: Topic
    address: str
    token_hash: str = field(repr=False)
    opened_at: float
    expires_at: float
    spread: float = 0.0
    resource: str | None = None
    numbers: tuple[int, ...] = ()

    @property
    def is_confirmed(self) -> bool:
        """Whether the service is known to have opened it."""
        return self.resource is not None

    def admits(self, token: str | None) -> bool:
        """Tell, in constant time, whether a token is this channel's."""
        digest = hash_token(token or "")
        return hmac.compare_digest(digest, self.token_hash) and bool(token)

    def received(self, notification: Notification) -> Channel | None:
        """Return this channel after one more verified message, or None if it came before.

        Numbers rise with gaps. One that comes out of order counts, unless it is lower than
        all that are remembered; without numbers every message counts. While nobody knows the
        service's answer, the message tells the resource and the end. A channel that the service
        closed has ended, and one that ends soon is as old as can be, so that it is renewed.
        """
        number, numbers = notification.number, self.numbers
        if number is None:
            return _ended(self._taught(notification), notification.kind)
        forgotten = len(numbers) == NUMBERS_KEPT and number < numbers[0]
        if forgotten or number in numbers:
            return None
        taught = self._taught(notification)
        return evolve(taught, numbers=tuple(sorted((*numbers, number)))[-NUMBERS_KEPT:])

    def _taught(self, notification: Notification) -> Channel:
        if self.is_confirmed:
            return self
        told = notification.expires_at
        ends = self.expires_at if told is None else told
        return evolve(self, resource=notification.resource, expires_at=ends)


def expect_open(channel: Channel | None, token: str | None, resource: str, now: float) -> None:
    """See that a message comes from the service, over a channel that is open.

    A message may overtake the answer to the call that opened its channel: the resource of a
    channel that is not confirmed is not compared, the token always is.

    Args:
        channel: The stored channel that the message names, or None.
        token: The secret that came with it.
        resource: The service's name of what it announces.
        now: Seconds since 1970.

    Raises:
        SignatureMismatch: The token or the resource is not the channel's.
        NotificationStale: The channel is unknown or has ended.
    """
    if channel is None:
        raise NotificationStale("the message names a channel that is unknown or was closed")
    if not channel.admits(token):
        raise SignatureMismatch(f"the message for the {channel.topic} lacks its channel's token")
    if channel.is_confirmed and resource != channel.resource:
        raise SignatureMismatch(f"the message for the {channel.topic} names another resource")
    if channel.expires_at <= now:
        raise NotificationStale(f"the channel for the {channel.topic} has ended")


def _ended(channel: Channel, kind: NotificationKind) -> Channel:
    """Return a channel after the service spoke of the channel itself."""
    if kind is NotificationKind.CLOSED:
        return evolve(channel, expires_at=min(channel.opened_at, channel.expires_at))
    return evolve(channel, opened_at=0.0) if kind is NotificationKind.ENDING else channel


def hash_token(token: str) -> str:
    """Return what is stored of a token: its SHA-256, in hexadecimal."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@frozen(kw_only=True)
class Grant:
    """What a service answers when it opens a channel.

    Attributes:
        resource: Its name of what is announced, needed to close the channel.
        expires_at: Seconds since 1970 when the channel ends; None where the service is silent.
    """

    resource: str
    expires_at: float | None = None


class WatchFate(StrEnum):
    """What an error says about the channel that was to be opened."""

    UNWATCHABLE = "the service does not announce changes of this"
    REFUSED = "there is no such channel"
    UNKNOWN = "the channel may exist"


@frozen(kw_only=True)
class Standing:
    """How a topic stands: announced changes not fetched yet, and when it was last fetched.

    Times are seconds since 1970.

    Attributes:
        topic: The topic.
        marks: How often it was marked as due, ever.
        first_mark: When the oldest mark that is not worked off was made, or None.
        last_mark: When the newest one was made, or None.
        checked_at: When it was last fetched with success, or None.
        rest_until: It is left alone until then, after a failure; None if it is not.
        barred_until: Until when no channel is asked for, since the service has none; or None.
        barred_reason: What the service said.
    """

    topic: Topic
    marks: int = 0
    first_mark: float | None = None
    last_mark: float | None = None
    checked_at: float | None = None
    rest_until: float | None = None
    barred_until: float | None = None
    barred_reason: str | None = None

    def marked(self, now: float) -> Standing:
        """Return how the topic stands after one more mark."""
        first = now if self.first_mark is None else self.first_mark
        return evolve(self, marks=self.marks + 1, first_mark=first, last_mark=now)

    def settled(self, marks: int, now: float) -> Standing:
        """Return how it stands once it was fetched after `marks` marks; later ones stay."""
        left = self.last_mark if self.marks > marks else None
        return evolve(self, first_mark=left, last_mark=left, checked_at=now, rest_until=None)
