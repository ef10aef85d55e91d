"""Clients of Kloudless, of both colours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Self, Unpack

from kloudsync.http.caller import Awaiting, Blocking, K_co, Raw
from kloudsync.http.client import AwaitingClient, BlockingClient, Client, ClientOptions, setting
from kloudsync.http.endpoint import C_co, Resource
from kloudsync.http.message import path
from kloudsync.http.setting import Setting
from kloudsync.model.moving_window import AHEAD, BACK
from kloudsync.providers import kloudless
from kloudsync.providers.kloudless import resources
from kloudsync.providers.kloudless.auth import Token
from kloudsync.providers.kloudless.paths import ME
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.service import (
    PATIENCE,
    kloudless_auth,
    kloudless_service,
    marked,
    token_setting,
    version_of,
)
from kloudsync.providers.kloudless.source import KloudlessCalendar


class KloudlessResources(Resource[C_co]):
    """Kloudless's calls by resource, as the vendor groups them."""

    @property
    def accounts(self) -> resources.Accounts[C_co]:
        """Accounts that users connected."""
        return resources.Accounts(self.caller)

    @property
    def calendars(self) -> resources.Calendars[C_co]:
        """An account's calendars."""
        return resources.Calendars(self.caller)

    @property
    def events(self) -> resources.Events[C_co]:
        """Events of calendars."""
        return resources.Events(self.caller)

    @property
    def availability(self) -> resources.AvailabilityQueries[C_co]:
        """Free time in calendars."""
        return resources.AvailabilityQueries(self.caller)

    @property
    def subscriptions(self) -> resources.Subscriptions[C_co]:
        """What activity is recorded."""
        return resources.Subscriptions(self.caller)

    @property
    def activity(self) -> resources.ActivityStream[C_co]:
        """What happened."""
        return resources.ActivityStream(self.caller)

    @property
    def stream(self) -> resources.EventStream[C_co]:
        """What happened, by the legacy Events API."""
        return resources.EventStream(self.caller)

    @property
    def users(self) -> resources.Users[C_co]:
        """Users of an admin account's team."""
        return resources.Users(self.caller)

    @property
    def groups(self) -> resources.Groups[C_co]:
        """Groups of an admin account's team."""
        return resources.Groups(self.caller)

    @property
    def raw(self) -> resources.PassThrough[C_co]:
        """The upstream service's own API."""
        return resources.PassThrough(self.caller)


class KloudlessClient(Client[K_co], KloudlessResources[K_co]):
    """A client of Kloudless, in either colour.

    The public cloud is said to be gone since 2023: `base_url` is where your appliance is.
    """

    def __init__(
        self,
        token: Token | None = None,
        *,
        api_key: str | None = None,
        version: int | None = None,
        raw_data: bool | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            token: A token of an account, several for calls over several accounts, a function that
                returns one (a coroutine function, too, on an awaiting client), or an authorisation
                scheme; `KLOUDSYNC_KLOUDLESS_TOKEN` from the environment where neither it nor
                `api_key` is given.
            api_key: The application's API key in place of a token; calls then name accounts by
                their numbers. `KLOUDSYNC_KLOUDLESS_API_KEY` from the environment.
            version: Of the API: 1 or 2; what `base_url`, with or without `/v1` or `/v2`, names where
                None, else 1, which calendars are best documented for.
            raw_data: Whether answers carry the upstream object under `raw`; the service's default
                where None.
            **options: Address, timeouts and whatever else all clients take; see `ClientOptions`.
                By default a try may take longer than with other services: this one may ask
                upstream again for half a minute.

        Raises:
            UsageError: There is no credential, or an argument is not possible.
        """
        at, insecure = options.get("base_url"), options.get("insecure", False)
        service, auth = (
            kloudless_service(at, version, insecure=insecure),
            kloudless_auth(token, api_key),
        )
        chosen = setting(service, auth, options, timeouts=PATIENCE)
        super().__init__(marked(chosen, raw_data=raw_data), options)

    @property
    def oauth(self) -> resources.OAuth[K_co]:
        """Tokens."""
        return resources.OAuth(self.caller.over(token_setting(self.caller.setting)))

    @property
    def with_raw_response(self) -> KloudlessResources[Raw[K_co]]:
        """The same calls, answering with status, headers and body beside the value."""
        return KloudlessResources(Raw(self.caller))

    def calendar(
        self, calendar: str = "primary", *, account: str | int = ME, rules: Rules = Rules()
    ) -> KloudlessCalendar[K_co]:
        """Return a calendar as the engine syncs it.

        Args:
            calendar: The calendar's id, or `primary`. Both keep data under the name given here.
            account: The account. `me` names every account alike: give the id, or a name of
                your own to the store, where one store holds the calendars of several.
            rules: What is inferred of the service, and when activity counts as incomplete.
        """
        path(calendar)  # refuses what is no id
        return KloudlessCalendar(
            caller=self.caller,
            now=self.caller.ports.now,
            calendar=calendar,
            account=account,
            version=version_of(self.caller.setting.service),
            rules=rules,
        )

    def window(
        self,
        calendar: str = "primary",
        *,
        back: timedelta = BACK,
        ahead: timedelta = AHEAD,
        account: str | int = ME,
        rules: Rules = Rules(),
    ) -> kloudless.KloudlessWindow[K_co]:
        """Return what takes place around the present, expanded by the service, for a sync engine.

        For programs that do not want to expand rules or to depend on activity. See
        `KloudlessWindow` for what that costs, and what is inferred.

        Args:
            calendar: The calendar's id, or `primary`. Both keep data under the name given here.
            back: How far into the past to look.
            ahead: How far into the future to look.
            account: The account; see `calendar`.
            rules: What is inferred of listings.

        Raises:
            UsageError: The window is empty.
        """
        path(calendar)  # refuses what is no id
        return kloudless.KloudlessWindow(
            caller=self.caller,
            calendar=calendar,
            account=account,
            back=back,
            ahead=ahead,
            rules=rules,
        )

    def acting_as(self, user: str) -> Self:
        """Return a client over the same connections that acts for a user of the team.

        Args:
            user: The id of the user, as `users.list` gives it.
        """
        return self._set(marked(self.caller.setting, user=user))

    def with_upstream_headers(self, headers: Mapping[str, str]) -> Self:
        """Return a client over the same connections whose calls hand header fields upstream."""
        return self._set(marked(self.caller.setting, upstream_headers=headers))

    def _set(self, setting: Setting) -> Self:
        return self._over(self.caller.over(setting))


class Kloudless(KloudlessClient[Blocking], BlockingClient):
    """A blocking client of Kloudless; threads may share it."""


class AsyncKloudless(KloudlessClient[Awaiting], AwaitingClient):
    """An awaiting client of Kloudless; tasks of one event loop may share it."""
