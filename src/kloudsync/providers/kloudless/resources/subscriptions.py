"""Subscriptions to activity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.kloudless.monitored import DEFAULT, Monitored
from kloudsync.providers.kloudless.paths import ME, AccountRef, account_path
from kloudsync.providers.kloudless.resources.request import Extra, call, order
from kloudsync.providers.kloudless.wire.subscription import Subscription, SubscriptionsPage


class Subscriptions(Resource[C_co]):
    """What activity of an account is recorded; mostly one subscription per account."""

    @endpoint
    @staticmethod
    def list(
        *, account: AccountRef = ME, extra: Extra | None = None
    ) -> Operation[SubscriptionsPage]:
        """List an account's subscriptions."""
        location = account_path(account, "subscriptions")
        return call("subscriptions.list", "GET", location, SubscriptionsPage, extra=extra)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all subscriptions that `list` would list."""

    @endpoint
    @staticmethod
    def get(subscription: str = DEFAULT, *, account: AccountRef = ME) -> Operation[Subscription]:
        """Read a subscription. That this call exists is inferred; `list` is documented."""
        location = account_path(account, "subscriptions", subscription)
        return call("subscriptions.get", "GET", location, Subscription)

    @endpoint
    @staticmethod
    def create(
        monitored_resources: Sequence[Monitored] | None = None,
        *,
        active: bool | None = None,
        account: AccountRef = ME,
    ) -> Operation[Subscription]:
        """Create a subscription; activity is recorded from then on.

        Args:
            monitored_resources: The calendars to watch; the service's choice where None.
                Version 1 documents ids and version 2 objects; they are sent as given, and
                `monitoring` writes the objects.
            active: Whether it records at once.
            account: The account.
        """
        body: dict[str, Any] = {}
        if monitored_resources is not None:
            body["monitored_resources"] = [*monitored_resources]
        if active is not None:
            body["active"] = active
        location = account_path(account, "subscriptions")
        return call("subscriptions.create", "POST", location, Subscription, body=body)

    @endpoint
    @staticmethod
    def update(
        subscription: str,
        *,
        active: bool | None = None,
        monitored_resources: Sequence[Monitored] | None = None,
        account: AccountRef = ME,
    ) -> Operation[Subscription]:
        """Change a subscription. That this call exists is inferred; others delete and create."""
        given = {"active": active, "monitored_resources": monitored_resources}
        body = {name: value for name, value in given.items() if value is not None}
        location = account_path(account, "subscriptions", subscription)
        return call("subscriptions.update", "PATCH", location, Subscription, body=body)

    @endpoint
    @staticmethod
    def delete(subscription: str, *, account: AccountRef = ME) -> Operation[None]:
        """Delete a subscription and the activity that it recorded."""
        location = account_path(account, "subscriptions", subscription)
        return order("subscriptions.delete", "DELETE", location)
