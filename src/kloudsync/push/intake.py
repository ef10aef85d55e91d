"""Taking notifications in: verified, noted, and answered at once; syncing comes later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

from attrs import field, frozen

from kloudsync.errors import (
    KloudsyncError,
    NotificationStale,
    SignatureMismatch,
    StoreError,
    WebhookError,
)
from kloudsync.model.arrival import AccountActivity, Acknowledgement, Arrival
from kloudsync.model.channel import Channel, Topic
from kloudsync.model.notification import Notification
from kloudsync.model.told import Told
from kloudsync.push.ports import DueRoles, IntakeRoles, IntakeStore, Unwrap
from kloudsync.push.refusal_log import RefusalLog

_ANSWERS: tuple[tuple[type[KloudsyncError], int], ...] = (
    (SignatureMismatch, 403),
    (NotificationStale, 410),
    (WebhookError, 400),
    (StoreError, 503),
)
"""What to answer an error with. Services send again after 503 only, which is what 503 is for."""


URGENT = 0
"""The lane of what somebody changed."""


@frozen(kw_only=True)
class Receipt(Told):
    """What was taken in of one request.

    Attributes:
        notifications: The messages of channels that it carried.
        topics: What was marked as due. A message that was received before is no error, since
            services repeat what they do not know to have arrived, but it marks nothing.
        acknowledgement: What to answer.
    """

    notifications: tuple[Notification, ...]
    topics: tuple[Topic, ...]
    acknowledgement: Acknowledgement


@frozen(kw_only=True)
class Intake:
    """Takes notifications in, for any number of accounts.

    Attributes:
        store: Knows the channels and keeps what is due.
        unwrap: Verifies and reads a request.
        now: Tells the time, in seconds since 1970.
        due_in: In how many seconds what a request is about is due for a fleet; None where no
            fleet works at it.
        refusals: Says what was refused.
    """

    store: IntakeStore
    unwrap: Unwrap
    now: Callable[[], float] = field(repr=False)
    due_in: float | None = None
    refusals: RefusalLog = field(factory=RefusalLog, repr=False, eq=False)

    def receive(self, arrival: Arrival) -> Receipt:
        """Verify a request and mark what it is about as due, durably.

        Raises:
            SignatureMismatch: It does not prove where it comes from.
            NotificationStale: Its channel is unknown, closed or expired.
            WebhookError: It is no notification.
            StoreError: The store failed; have it sent again.
        """
        if self.due_in is None:
            return self._received(self.store, arrival)
        return self.store.unit(partial(self._made_due, arrival, self.due_in))

    def answer(self, arrival: Arrival) -> Acknowledgement:
        """Take a request in and say how to answer it, whatever it is.

        204, or what the service expects: taken in. 400: no notification. 403: not proven. 410:
        of a channel that is unknown or has ended. 503: the store failed, and the service will
        send it again.
        """
        try:
            return self.receive(arrival).acknowledgement
        except (WebhookError, StoreError) as error:
            self.refusals.tell(error, self.now())
            return refusal(error)

    def mark(self, topic: Topic) -> None:
        """Mark a topic as due for a reason of the program's own, durably.

        Raises:
            StoreError: The store failed.
        """
        if self.due_in is None:
            self.store.mark(topic, now=self.now())
        else:
            self.store.unit(partial(self._mark_followed, topic, self.due_in))

    def _mark_followed(self, topic: Topic, wait: float, unit: DueRoles) -> None:
        unit.mark(topic, now=self.now())
        # Where a reason comes from is no proof that somebody enrolled it.
        if any(row.topic == topic for row in unit.due_of(topic.key)):
            unit.make_due(topic, lane=URGENT, wait=wait, now=self.now())

    def _made_due(self, arrival: Arrival, wait: float, unit: DueRoles) -> Receipt:
        """Take a request in, and let what it is about be due, in one transaction."""
        receipt = self._received(unit, arrival)
        for topic in receipt.topics:
            unit.make_due(topic, lane=URGENT, wait=wait, now=self.now())
        return receipt

    def _received(self, store: IntakeRoles, arrival: Arrival) -> Receipt:
        find, now = cache(store.channel), self.now()
        heard = self.unwrap(arrival, find, now)
        told = ((one, find(one.channel)) for one in heard.notifications)
        marked = [*_of_channels(store, told, now), *_of_accounts(store, heard.activity, now)]
        return Receipt(
            notifications=heard.notifications,
            topics=tuple(marked),
            acknowledgement=heard.acknowledgement,
        )


def _of_channels(
    store: IntakeRoles, told: Iterable[tuple[Notification, Channel | None]], now: float
) -> Iterator[Topic]:
    for notification, channel in told:
        if store.receive(notification, now=now) and channel is not None:
            yield channel.topic


def _of_accounts(
    store: IntakeRoles, activity: Iterable[AccountActivity], now: float
) -> Iterator[Topic]:
    for provider, account in sorted({(one.provider, one.account) for one in activity}):
        for held in store.calendars_of(provider, account):
            topic = Topic(held)
            store.mark(topic, now=now)
            yield topic


def refusal(error: WebhookError | StoreError) -> Acknowledgement:
    """Return what a request is answered that was not taken in."""
    return Acknowledgement(status=next(s for leaf, s in _ANSWERS if isinstance(error, leaf)))
