"""Subscriptions to webhooks."""

from __future__ import annotations

from typing import Final

from kloudsync.errors import UsageError
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.salesloft.resources.request import call, listing, order
from kloudsync.providers.salesloft.wire.subscription import (
    EventType,
    WebhookSubscription,
    WebhookSubscriptionsPage,
)

LIST = "webhook_subscriptions"


class WebhookSubscriptions(Resource[C_co]):
    """What Salesloft announces, and where to."""

    @endpoint
    @staticmethod
    def list(
        *, enabled: bool | None = None, per_page: int | None = None, page: int | None = None
    ) -> Operation[WebhookSubscriptionsPage]:
        """List one page of subscriptions.

        Args:
            enabled: Only those that are switched on, or only those that are not.
            per_page: The size of a page: 1 to 100, 25 where None.
            page: The page's number, from 1.
        """
        parameters = {"enabled": enabled, "per_page": per_page, "page": page}
        return listing("webhook_subscriptions.list", LIST, WebhookSubscriptionsPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all subscriptions that `list` would list."""

    @endpoint
    @staticmethod
    def create(
        callback_url: str, *, callback_token: str, event_type: EventType | str
    ) -> Operation[WebhookSubscription]:
        """Subscribe. Not repeated by itself.

        Args:
            callback_url: Where notifications go.
            callback_token: A secret of your own that they are signed with.
            event_type: What is announced.

        Raises:
            UsageError: The token is blank, which would let anybody's notifications pass.
        """
        if not callback_token.strip():
            raise UsageError("callback_token is blank; pass a random secret and keep it")
        body = {
            "callback_url": callback_url,
            "callback_token": callback_token,
            "event_type": event_type,
        }
        return call("webhook_subscriptions.create", "POST", LIST, WebhookSubscription, body=body)

    @endpoint
    @staticmethod
    def get(subscription: int) -> Operation[WebhookSubscription]:
        """Read a subscription."""
        location = _location(subscription)
        return call("webhook_subscriptions.get", "GET", location, WebhookSubscription)

    @endpoint
    @staticmethod
    def update(subscription: int, *, enabled: bool) -> Operation[WebhookSubscription]:
        """Switch a subscription on or off."""
        location, body = _location(subscription), {"enabled": enabled}
        return call("webhook_subscriptions.update", "PUT", location, WebhookSubscription, body=body)

    @endpoint
    @staticmethod
    def delete(subscription: int) -> Operation[None]:
        """Delete a subscription; one that is gone already is deleted again without an error."""
        return order("webhook_subscriptions.delete", "DELETE", _location(subscription))


def _location(subscription: int) -> str:
    return f"{LIST}/{path(str(subscription))}"
