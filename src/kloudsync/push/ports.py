"""What push asks of stores, services and the outside world."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ParamSpec, Protocol, TypeVar

from kloudsync.errors import APIError
from kloudsync.http.operation import Operation
from kloudsync.model.arrival import Arrival, Heard
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Grant, Standing, Topic, WatchFate
from kloudsync.model.notification import Notification
from kloudsync.runtime.due import DueStore
from kloudsync.runtime.leasing import LeaseStore

P = ParamSpec("P")
T = TypeVar("T")
Caller_co = TypeVar("Caller_co", covariant=True)

Find = Callable[[str], Channel | None]
"""Finds a stored channel by its id."""

Unwrap = Callable[[Arrival, Find, float], Heard]
"""Verifies and reads what arrived, with where channels are found and seconds since 1970.

Raises SignatureMismatch where it does not prove where it comes from, NotificationStale where
its channel is unknown, closed or expired, and another WebhookError where it is no notification.
"""


class ChannelStore(Protocol):
    """Where channels and due topics are kept. Every method is one transaction.

    Times are seconds since 1970. A topic that was never mentioned has a default standing.
    To mark a topic raises `marks` by one, sets `last_mark`, and `first_mark` if it is None.
    """

    @abstractmethod
    def open_channel(self, channel: Channel) -> None:
        """Keep a channel that is about to be opened."""
        ...

    @abstractmethod
    def confirm_channel(self, channel_id: str, grant: Grant, *, now: float) -> bool:
        """Note that the service opened a channel, and mark its topic; lifts the topic's bar.

        Returns:
            Whether the channel is known; if not, nothing happens.
        """
        ...

    @abstractmethod
    def close_channel(self, channel_id: str) -> None:
        """Forget a channel; one that is not known does no harm."""
        ...

    @abstractmethod
    def channel(self, channel_id: str) -> Channel | None:
        """Return a channel, or None."""
        ...

    @abstractmethod
    def channels(self, provider: str, account: str) -> list[Channel]:
        """Return an account's channels, oldest first, then by id."""
        ...

    @abstractmethod
    def channels_of(self, topic: Topic) -> list[Channel]:
        """Return those that announce one topic."""
        ...

    @abstractmethod
    def receive(self, notification: Notification, *, now: float) -> bool:
        """Note a verified message and mark its channel's topic, together.

        A channel without `resource` takes it, and `expires_at` where given, from the message.

        Returns:
            False, with nothing changed, if the number was received before or the channel is
            not known.
        """
        ...

    @abstractmethod
    def mark(self, topic: Topic, *, now: float) -> None:
        """Mark a topic as due."""
        ...

    @abstractmethod
    def settle(self, topic: Topic, marks: int, *, now: float) -> None:
        """Note that a topic was fetched after `marks` marks; ends its rest.

        Marks made since then stay, and count as made at `last_mark`.
        """
        ...

    @abstractmethod
    def postpone(self, topic: Topic, *, until: float) -> None:
        """Leave a topic alone until an instant; its marks stay."""
        ...

    @abstractmethod
    def bar(self, topic: Topic, *, until: float, reason: str) -> None:
        """Note that the service has no channels for a topic."""
        ...

    @abstractmethod
    def standings(self, provider: str, account: str) -> list[Standing]:
        """Return the standings of an account's topics that were ever mentioned, in a stable order."""
        ...

    @abstractmethod
    def standing(self, topic: Topic) -> Standing:
        """Return how one topic stands; the default if it was never mentioned."""
        ...


class IntakeRoles(ChannelStore, Protocol):
    """The roles of a store that taking notifications in takes."""

    @abstractmethod
    def calendars_of(self, provider: str, account: str) -> list[CalendarKey]:
        """Return an account's calendars of which a pass was committed, in a stable order."""
        ...


class DueRoles(IntakeRoles, DueStore, Protocol):
    """The same, where a fleet works at what is due."""


class IntakeStore(IntakeRoles, Protocol):
    """A store that notifications are noted in."""

    @abstractmethod
    def unit(self, work: Callable[[Any], T], *, durable: bool = False) -> T:
        """Run a function within one transaction, and return what it returns."""
        ...


class PushStore(ChannelStore, LeaseStore, Protocol):
    """The roles of a store that keeping channels takes."""


class PushDescription(Protocol):
    """One account of a service that announces changes: descriptions and pure functions."""

    @property
    @abstractmethod
    def provider(self) -> str:
        """The service, such as `google`."""
        ...

    @property
    @abstractmethod
    def account(self) -> str:
        """The caller's name for the account."""
        ...

    @abstractmethod
    def expect_address(self, address: str) -> None:
        """See that the service would send messages to an address.

        Raises:
            UsageError: It would not.
        """
        ...

    @abstractmethod
    def watch(self, channel: Channel, token: str) -> Operation[Grant]:
        """Describe the opening of a channel; it is never repeated by itself.

        Raises:
            UsageError: It makes no sense to ask for such a channel.
        """
        ...

    @abstractmethod
    def renew(self, channel: Channel, now: float, until: float) -> Operation[Grant] | None:
        """Describe how a confirmed channel is let live on; None where another one is opened.

        Args:
            channel: The channel.
            now: Seconds since 1970.
            until: When it should end, which the service may cut.
        """
        ...

    @abstractmethod
    def stop(self, channel: Channel) -> Operation[None]:
        """Describe the closing of a confirmed channel."""
        ...

    @abstractmethod
    def fate(self, error: APIError) -> WatchFate:
        """Tell from an error what became of a channel that was to be opened."""
        ...


class PushService(PushDescription, Protocol[Caller_co]):
    """An account together with the caller that reaches it."""

    @property
    @abstractmethod
    def caller(self) -> Caller_co:
        """Performs the operations."""
        ...


class PushPorts(Protocol):
    """What push needs of the outside world, in either colour."""

    async def send(self, described: Operation[T]) -> T:
        """Perform an operation."""
        ...

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    def chance(self) -> float:
        """Return a random number in [0, 1) that guards nothing."""
        ...

    def entropy(self, size: int, /) -> bytes:
        """Return random bytes fit for secrets."""
        ...


def mine(standings: Sequence[Standing], topic: Topic) -> Standing:
    """Return a topic's standing among others; the default one if it was never mentioned."""
    return next((one for one in standings if one.topic == topic), Standing(topic=topic))
