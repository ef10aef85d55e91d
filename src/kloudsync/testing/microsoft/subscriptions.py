"""Subscriptions to changes: open, renewed and ended over the API, and fed by what people do."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

import attrs

from kloudsync.testing.deliveries import Deliveries, Message
from kloudsync.testing.encoding import decode, encode
from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft import shapes
from kloudsync.testing.microsoft.book import Book, Touch
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.habits import Habit
from kloudsync.testing.microsoft.ids import change_key
from kloudsync.testing.microsoft.items import Item
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.rendering import Form
from kloudsync.testing.microsoft.shapes import Shape
from kloudsync.testing.microsoft.tenant import Tenant

LONGEST: Final = timedelta(minutes=4230)
SHORTEST: Final = timedelta(minutes=45)
MOST: Final = 1000
"""How many subscriptions a mailbox may have."""
SUBSCRIPTION: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("id", "applicationId", "changeType", "clientState", "creatorId"), shapes.TEXT),
    **dict.fromkeys(("encryptionCertificate", "encryptionCertificateId"), shapes.TEXT),
    **dict.fromkeys(("expirationDateTime", "latestSupportedTlsVersion", "resource"), shapes.TEXT),
    **dict.fromkeys(("lifecycleNotificationUrl", "notificationUrl"), shapes.TEXT),
    **dict.fromkeys(("notificationQueryOptions", "notificationUrlAppId"), shapes.TEXT),
    "includeResourceData": shapes.FLAG,
    **dict.fromkeys(("vapidPublicKey", "webPushEncryptionSecret"), shapes.TEXT),
    "webPushEncryptionP256dhPublicKey": shapes.TEXT,
}
_NOTIFICATION: Final = {"Content-Type": "application/json; charset=utf-8"}
_HANDSHAKE: Final = {"Content-Type": "text/plain; charset=utf-8"}


@attrs.define(kw_only=True)
class Subscription:
    """A subscription as the service holds it.

    Attributes:
        id: The service's name for it.
        resource: What is watched, as it was asked for.
        kinds: The changes that are told.
        address: Where notifications go.
        lifecycle_address: Where news of the subscription itself goes; empty for nowhere.
        client_state: What notifications repeat.
        expires_at: When it ends.
        mailbox: The mailbox that is watched.
        calendar: The calendar that is watched.
        creator: The id of whoever asked for it.
        lasting: Whether ids in notifications are immutable ones.
    """

    id: str
    resource: str
    kinds: frozenset[str]
    address: str
    lifecycle_address: str
    client_state: str | None
    expires_at: datetime
    mailbox: Mailbox
    calendar: FakeCalendar
    creator: str
    lasting: bool = False

    def described(self) -> Resource:
        """Write it as the API does."""
        return {
            **dict.fromkeys(SUBSCRIPTION),
            "id": self.id,
            "resource": self.resource,
            "changeType": ",".join(kind for kind in shapes.CHANGE_TYPE if kind in self.kinds),
            "clientState": self.client_state,
            "notificationUrl": self.address,
            "lifecycleNotificationUrl": self.lifecycle_address or None,
            "expirationDateTime": written(self.expires_at),
            "creatorId": self.creator,
            "applicationId": APPLICATION,
            "includeResourceData": False,
            "latestSupportedTlsVersion": "v1_2",
        }


APPLICATION: Final = str(UUID(int=4))
"""The application that every request of the fake comes from."""


class Subscriptions:
    """Every subscription, and the way out for notifications.

    What happens to events is told by itself, several notifications in one request where they go
    to one address; send them with `deliveries.deliver()` or inside `deliveries.delivering()`.

    Args:
        tenant: The mailboxes; it has to tell `follow` of every change.
        seed: What ids are drawn from.

    Attributes:
        deliveries: How notifications travel.
        longest: How long a subscription may live; a newer figure of seven days has been heard of.
        https_only: Whether addresses on the loopback interface need https, as all others do.
    """

    def __init__(self, tenant: Tenant, *, seed: int = 0) -> None:
        failed = (0, *range(300, 600))
        self.deliveries: Deliveries = Deliveries(tenant.clock, again=failed, bundle=bundled)
        self.longest: timedelta = LONGEST
        self.https_only = False
        self._tenant = tenant
        self._chance = random.Random(f"subscriptions/{seed}")
        self._held: dict[str, Subscription] = {}

    def __iter__(self) -> Iterator[Subscription]:
        """Yield the subscriptions that live now, oldest first."""
        now = self._tenant.clock.now()
        return iter([one for one in self._held.values() if one.expires_at > now])

    def guid(self) -> str:
        """Draw up a GUID."""
        return str(UUID(bytes=self._chance.randbytes(16), version=4))

    def add(self, subscription: Subscription) -> None:
        """Take a subscription in."""
        self._held[subscription.id] = subscription

    def end(self, subscription: Subscription) -> None:
        """Forget a subscription, as its owner wants."""
        del self._held[subscription.id]

    def shake_hands(self, address: str) -> bool:
        """Ask an address whether it wants notifications: it has to answer with a token."""
        token = f"Validation: Testing client application reachability {self.guid()}"
        delivery = self.deliveries.send(
            self._message("", _with_token(address, token), b"", _HANDSHAKE)
        )
        kind = {name.lower(): value for name, value in delivery.reply.headers.items()}
        plain = kind.get("content-type", "").lower().startswith("text/plain")
        return delivery.status == 200 and plain and delivery.answer == token

    def follow(self, book: Book, item: Item, touch: Touch) -> None:
        """Notify whoever watches the calendar of an item; of an occurrence the master is told."""
        for one in self:
            if one.calendar.book is book and touch.kind in one.kinds:
                self._notify(one, item, touch.kind)

    def miss(self, subscription: Subscription) -> None:
        """Tell that notifications were lost: the lifecycle event `missed`."""
        self._tell(subscription, "missed")

    def remove(self, subscription: Subscription) -> None:
        """End a subscription as the service does, and tell: `subscriptionRemoved`."""
        self.end(subscription)
        self._tell(subscription, "subscriptionRemoved")

    def demand_authorisation(self, subscription: Subscription) -> None:
        """Want a subscription to be renewed: `reauthorizationRequired`."""
        self._tell(subscription, "reauthorizationRequired")

    def _notify(self, one: Subscription, item: Item, kind: str) -> None:
        form = Form(lasting=one.lasting)
        path = f"Users/{one.mailbox.id}/Events/{form.id(item)}"
        told = self._common(one) | {
            "changeType": kind,
            "resource": path,
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.Event",
                "@odata.id": path,
                "@odata.etag": f'W/"{change_key(item.changed)}"',
                "id": form.id(item),
            },
        }
        again = 2 if Habit.NOISY_NOTIFICATIONS in self._tenant.habits else 1
        for _ in range(again):
            self._send(one.id, one.address, told)

    def _tell(self, one: Subscription, event: str) -> None:
        if one.lifecycle_address:
            told = self._common(one) | {"lifecycleEvent": event, "resource": one.resource}
            self._send(one.id, one.lifecycle_address, told)

    def _common(self, one: Subscription) -> Resource:
        return {
            "subscriptionId": one.id,
            "subscriptionExpirationDateTime": written(one.expires_at),
            "clientState": one.client_state,
            "tenantId": self._tenant.id,
        }

    def _send(self, channel: str, address: str, told: Resource) -> None:
        body = encode({"value": [told]})
        self.deliveries.take(self._message(channel, address, body, _NOTIFICATION))

    def _message(self, channel: str, address: str, body: bytes, headers: Any) -> Message:
        return Message(
            channel=channel,
            address=address,
            headers=headers,
            body=body,
            ready_at=self._tenant.clock.now(),
        )


def bundled(messages: Sequence[Message]) -> list[Message]:
    """Put what goes to one address into one request."""
    together: dict[str, list[Message]] = {}
    for message in messages:
        together.setdefault(message.address, []).append(message)
    return [_one(several) for several in together.values()]


def _one(several: list[Message]) -> Message:
    if len(several) == 1:
        return several[0]
    told = [each for message in several for each in decode(message.body)["value"]]
    tries = max(message.tries for message in several)
    return attrs.evolve(several[0], body=encode({"value": told}), tries=tries)


def written(moment: datetime) -> str:
    """Write when a subscription ends."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0Z"


def _with_token(address: str, token: str) -> str:
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("validationToken", token)])
    return urlunsplit(parts._replace(query=query))
