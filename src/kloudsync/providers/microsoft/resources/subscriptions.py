"""Subscriptions to changes."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kloudsync.errors import UsageError
from kloudsync.http.addresses import expect_address
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.microsoft.resources.instants import instant
from kloudsync.providers.microsoft.resources.request import call, order
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.providers.microsoft.wire.subscription import Subscription, SubscriptionsPage

LONGEST_STATE: Final = 128
"""Characters of `clientState`."""


class Subscriptions(Resource[C_co]):
    """Subscriptions of this program, for whomever it signs in."""

    @endpoint
    @staticmethod
    def list() -> Operation[SubscriptionsPage]:
        """List the program's subscriptions."""
        return call("subscriptions.list", "GET", "subscriptions", SubscriptionsPage)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all subscriptions."""

    @endpoint
    @staticmethod
    def get(subscription_id: str) -> Operation[Subscription]:
        """Read a subscription."""
        location = path("subscriptions", subscription_id)
        return call("subscriptions.get", "GET", location, Subscription)

    @endpoint
    @staticmethod
    def create(subscription: Subscription | Body) -> Operation[Subscription]:
        """Subscribe to changes. Before it answers, the service asks the address for its word.

        Not repeated by itself, since each try could make a subscription.

        Args:
            subscription: `resource`, `change_type`, `notification_url` and
                `expiration_date_time` are required; best with a `client_state`.

        Raises:
            UsageError: Something is missing, or the address is not https.
        """
        subscription = as_body(codec, Subscription, subscription)
        for name in ("resource", "change_type", "notification_url", "expiration_date_time"):
            if not getattr(subscription, name):
                raise UsageError(f"a subscription needs {name}")
        for url in (subscription.notification_url, subscription.lifecycle_notification_url):
            if url:
                expect_address(url, "the address for notifications", query=True)
        if subscription.client_state and len(subscription.client_state) > LONGEST_STATE:
            raise UsageError(f"client_state is too long; at most {LONGEST_STATE} characters fit")
        return call(
            "subscriptions.create", "POST", "subscriptions", Subscription, body=subscription
        )

    @endpoint
    @staticmethod
    def renew(subscription_id: str, until: datetime) -> Operation[Subscription]:
        """Let a subscription end later; which also authorises it anew.

        Args:
            subscription_id: The subscription.
            until: When it should end; of events, less than three days on.
        """
        instant("until", until)
        return call(
            "subscriptions.renew",
            "PATCH",
            path("subscriptions", subscription_id),
            Subscription,
            body=Subscription(expiration_date_time=until),
        )

    @endpoint
    @staticmethod
    def reauthorize(subscription_id: str) -> Operation[None]:
        """Authorise a subscription anew without letting it end later."""
        location = path("subscriptions", subscription_id, "reauthorize")
        return order("subscriptions.reauthorize", "POST", location)

    @endpoint
    @staticmethod
    def delete(subscription_id: str) -> Operation[None]:
        """End a subscription."""
        return order("subscriptions.delete", "DELETE", path("subscriptions", subscription_id))
