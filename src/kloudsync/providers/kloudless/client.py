"""Clients of Kloudless: blocking and awaiting shells around the same calls."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import timedelta
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from kloudsync.http.caller import Awaiting, Blocking, Raw
from kloudsync.http.endpoint import Caller
from kloudsync.http.limits import Limiter
from kloudsync.http.perform import Timeouts
from kloudsync.http.retry import Retry
from kloudsync.http.transport import AwaitingPorts, BlockingPorts
from kloudsync.model.moving_window import AHEAD, BACK
from kloudsync.providers.kloudless.auth import Token
from kloudsync.providers.kloudless.resources.accounts import Accounts
from kloudsync.providers.kloudless.resources.activity import ActivityStream, EventStream
from kloudsync.providers.kloudless.resources.availability import AvailabilityQueries
from kloudsync.providers.kloudless.resources.calendars import Calendars
from kloudsync.providers.kloudless.resources.events import Events
from kloudsync.providers.kloudless.resources.oauth import OAuth
from kloudsync.providers.kloudless.resources.passthrough import PassThrough
from kloudsync.providers.kloudless.resources.request import ME
from kloudsync.providers.kloudless.resources.subscriptions import Subscriptions
from kloudsync.providers.kloudless.resources.team import Groups, Users
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.service import (
    PATIENCE,
    kloudless_setting,
    marked,
    token_setting,
    version_of,
)
from kloudsync.providers.kloudless.source import KloudlessCalendar
from kloudsync.providers.kloudless.window import KloudlessWindow
from kloudsync.runtime.clock import Clock

C_co = TypeVar("C_co", bound=Caller, covariant=True)


class KloudlessResources(Generic[C_co]):
    """Kloudless's calls by resource, as the vendor groups them."""

    def __init__(self, caller: C_co) -> None:
        self.caller = caller

    @property
    def accounts(self) -> Accounts[C_co]:
        """Accounts that users connected."""
        return Accounts(self.caller)

    @property
    def calendars(self) -> Calendars[C_co]:
        """An account's calendars."""
        return Calendars(self.caller)

    @property
    def events(self) -> Events[C_co]:
        """Events of calendars."""
        return Events(self.caller)

    @property
    def availability(self) -> AvailabilityQueries[C_co]:
        """Free time in calendars."""
        return AvailabilityQueries(self.caller)

    @property
    def subscriptions(self) -> Subscriptions[C_co]:
        """What activity is recorded."""
        return Subscriptions(self.caller)

    @property
    def activity(self) -> ActivityStream[C_co]:
        """What happened."""
        return ActivityStream(self.caller)

    @property
    def stream(self) -> EventStream[C_co]:
        """What happened, by the legacy Events API."""
        return EventStream(self.caller)

    @property
    def users(self) -> Users[C_co]:
        """Users of an admin account's team."""
        return Users(self.caller)

    @property
    def groups(self) -> Groups[C_co]:
        """Groups of an admin account's team."""
        return Groups(self.caller)

    @property
    def raw(self) -> PassThrough[C_co]:
        """The upstream service's own API."""
        return PassThrough(self.caller)


class Kloudless(KloudlessResources[Blocking]):
    """A blocking client of Kloudless; threads may share it.

    The public cloud is said to be gone since 2023: `base_url` is where your appliance is.

    Args:
        token: A token of an account, several for calls over several accounts, a function that
            returns one, or an authorisation scheme; `KLOUDSYNC_KLOUDLESS_TOKEN` from the
            environment where neither it nor `api_key` is given.
        api_key: The application's API key in place of a token; calls then name accounts by
            their numbers. `KLOUDSYNC_KLOUDLESS_API_KEY` from the environment.
        base_url: The address of the service, with or without `/v1` or `/v2`;
            `KLOUDSYNC_KLOUDLESS_BASE_URL` from the environment, or the cloud, where None.
        insecure: Whether `base_url` may be http beyond this machine: for ways that are safe.
        version: Of the API: 1 or 2; what `base_url` names where None, else 1, which calendars
            are best documented for.
        raw_data: Whether answers carry the upstream object under `raw`; the service's default
            where None.
        http_client: A client of httpx to use; it is not closed with this one.
        timeouts: How long each phase of a try may take. The service itself may ask upstream
            again for half a minute.
        retry: When failed tries are repeated.
        limiter: A budget that several clients share.
        clock: Time and chance; tests pass their own.

    Raises:
        UsageError: There is no credential, or an argument is not possible.
    """

    def __init__(
        self,
        token: Token | None = None,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        insecure: bool = False,
        version: int | None = None,
        raw_data: bool | None = None,
        http_client: Any = None,
        timeouts: Timeouts = PATIENCE,
        retry: Retry = Retry(),
        limiter: Limiter | None = None,
        clock: Clock | None = None,
    ) -> None:
        setting = kloudless_setting(
            token,
            api_key,
            base_url=base_url,
            insecure=insecure,
            version=version,
            timeouts=timeouts,
            retry=retry,
            limiter=limiter,
        )
        ports = BlockingPorts(http_client, clock)
        super().__init__(Blocking(marked(setting, raw_data=raw_data), ports))

    @property
    def oauth(self) -> OAuth[Blocking]:
        """Tokens."""
        return OAuth(Blocking(token_setting(self.caller.setting), self.caller.ports))

    @property
    def with_raw_response(self) -> KloudlessResources[Raw[Blocking]]:
        """The same calls, answering with status, headers and body beside the value."""
        return KloudlessResources(Raw(self.caller))

    def calendar(
        self, calendar: str = "primary", *, account: str | int = ME, rules: Rules = Rules()
    ) -> KloudlessCalendar[Blocking]:
        """Return a calendar as the engine syncs it.

        Args:
            calendar: The calendar's id, or `primary`. Both keep data under the name given here.
            account: The account. `me` names every account alike: give the id, or a name of
                your own to the store, where one store holds the calendars of several.
            rules: What is inferred of the service, and when activity counts as incomplete.
        """
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
    ) -> KloudlessWindow[Blocking]:
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
        return KloudlessWindow(
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
        return self._over(Blocking(marked(self.caller.setting, user=user), self.caller.ports))

    def with_upstream_headers(self, headers: Mapping[str, str]) -> Self:
        """Return a client over the same connections whose calls hand header fields upstream."""
        setting = marked(self.caller.setting, upstream_headers=headers)
        return self._over(Blocking(setting, self.caller.ports))

    def with_options(self, *, timeouts: Timeouts | None = None, retry: Retry | None = None) -> Self:
        """Return a client over the same connections with other settings; close either."""
        return self._over(self.caller.changed(timeouts=timeouts, retry=retry))

    def close(self) -> None:
        """Close the connections, unless the HTTP client was passed in."""
        self.caller.ports.close()

    def _over(self, caller: Blocking) -> Self:
        other = copy(self)
        other.caller = caller
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return _shown(self, self.caller)


class AsyncKloudless(KloudlessResources[Awaiting]):
    """An awaiting client of Kloudless; tasks of one event loop may share it.

    The public cloud is said to be gone since 2023: `base_url` is where your appliance is.

    Args:
        token: A token of an account, several for calls over several accounts, a function or
            coroutine function that returns one, or an authorisation scheme;
            `KLOUDSYNC_KLOUDLESS_TOKEN` from the environment where neither it nor `api_key` is
            given.
        api_key: The application's API key in place of a token; calls then name accounts by
            their numbers. `KLOUDSYNC_KLOUDLESS_API_KEY` from the environment.
        base_url: The address of the service, with or without `/v1` or `/v2`;
            `KLOUDSYNC_KLOUDLESS_BASE_URL` from the environment, or the cloud, where None.
        insecure: Whether `base_url` may be http beyond this machine: for ways that are safe.
        version: Of the API: 1 or 2; what `base_url` names where None, else 1, which calendars
            are best documented for.
        raw_data: Whether answers carry the upstream object under `raw`; the service's default
            where None.
        http_client: An async client of httpx to use; it is not closed with this one.
        timeouts: How long each phase of a try may take. The service itself may ask upstream
            again for half a minute.
        retry: When failed tries are repeated.
        limiter: A budget that several clients share.
        clock: Time and chance; tests pass their own.

    Raises:
        UsageError: There is no credential, or an argument is not possible.
    """

    def __init__(
        self,
        token: Token | None = None,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        insecure: bool = False,
        version: int | None = None,
        raw_data: bool | None = None,
        http_client: Any = None,
        timeouts: Timeouts = PATIENCE,
        retry: Retry = Retry(),
        limiter: Limiter | None = None,
        clock: Clock | None = None,
    ) -> None:
        setting = kloudless_setting(
            token,
            api_key,
            base_url=base_url,
            insecure=insecure,
            version=version,
            timeouts=timeouts,
            retry=retry,
            limiter=limiter,
        )
        ports = AwaitingPorts(http_client, clock)
        super().__init__(Awaiting(marked(setting, raw_data=raw_data), ports))

    @property
    def oauth(self) -> OAuth[Awaiting]:
        """Tokens."""
        return OAuth(Awaiting(token_setting(self.caller.setting), self.caller.ports))

    @property
    def with_raw_response(self) -> KloudlessResources[Raw[Awaiting]]:
        """The same calls, answering with status, headers and body beside the value."""
        return KloudlessResources(Raw(self.caller))

    def calendar(
        self, calendar: str = "primary", *, account: str | int = ME, rules: Rules = Rules()
    ) -> KloudlessCalendar[Awaiting]:
        """Return a calendar as the engine syncs it.

        Args:
            calendar: The calendar's id, or `primary`. Both keep data under the name given here.
            account: The account. `me` names every account alike: give the id, or a name of
                your own to the store, where one store holds the calendars of several.
            rules: What is inferred of the service, and when activity counts as incomplete.
        """
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
    ) -> KloudlessWindow[Awaiting]:
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
        return KloudlessWindow(
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
        return self._over(Awaiting(marked(self.caller.setting, user=user), self.caller.ports))

    def with_upstream_headers(self, headers: Mapping[str, str]) -> Self:
        """Return a client over the same connections whose calls hand header fields upstream."""
        setting = marked(self.caller.setting, upstream_headers=headers)
        return self._over(Awaiting(setting, self.caller.ports))

    def with_options(self, *, timeouts: Timeouts | None = None, retry: Retry | None = None) -> Self:
        """Return a client over the same connections with other settings; close either."""
        return self._over(self.caller.changed(timeouts=timeouts, retry=retry))

    async def close(self) -> None:
        """Close the connections, unless the HTTP client was passed in."""
        await self.caller.ports.close()

    def _over(self, caller: Awaiting) -> Self:
        other = copy(self)
        other.caller = caller
        return other

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return _shown(self, self.caller)


def _shown(client: object, caller: Blocking | Awaiting) -> str:
    return f"{type(client).__name__}(base_url={caller.setting.service.base_url!r})"
