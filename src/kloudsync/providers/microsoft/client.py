"""Clients of Microsoft Graph's calendars: blocking and awaiting shells around the same calls."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from kloudsync.http.auth import Auth, TokenSource
from kloudsync.http.caller import Awaiting, Blocking, Raw
from kloudsync.http.endpoint import Caller
from kloudsync.http.limits import Limiter
from kloudsync.http.perform import Timeouts
from kloudsync.http.retry import Retry
from kloudsync.http.transport import AwaitingPorts, BlockingPorts
from kloudsync.model.moving_window import AHEAD, BACK
from kloudsync.providers.microsoft.clouds import GLOBAL, Cloud
from kloudsync.providers.microsoft.resources.calendars import CalendarGroups, Calendars
from kloudsync.providers.microsoft.resources.events import Events
from kloudsync.providers.microsoft.resources.mailbox import Mailboxes
from kloudsync.providers.microsoft.resources.request import ME, PRIMARY
from kloudsync.providers.microsoft.resources.schedules import Schedules
from kloudsync.providers.microsoft.resources.subscriptions import Subscriptions
from kloudsync.providers.microsoft.rules import Rules
from kloudsync.providers.microsoft.service import microsoft_setting
from kloudsync.providers.microsoft.source import MicrosoftCalendar
from kloudsync.providers.microsoft.window import MicrosoftWindow
from kloudsync.runtime.clock import Clock

C_co = TypeVar("C_co", bound=Caller, covariant=True)


class MicrosoftResources(Generic[C_co]):
    """Graph's methods for calendars by resource."""

    def __init__(self, caller: C_co) -> None:
        self.caller = caller

    @property
    def calendars(self) -> Calendars[C_co]:
        """Calendars of a mailbox."""
        return Calendars(self.caller)

    @property
    def calendar_groups(self) -> CalendarGroups[C_co]:
        """Groups of calendars."""
        return CalendarGroups(self.caller)

    @property
    def events(self) -> Events[C_co]:
        """Events of calendars."""
        return Events(self.caller)

    @property
    def mailboxes(self) -> Mailboxes[C_co]:
        """Mailboxes: whose they are, what is set for them, their categories."""
        return Mailboxes(self.caller)

    @property
    def schedules(self) -> Schedules[C_co]:
        """When people are busy, and when they could meet."""
        return Schedules(self.caller)

    @property
    def subscriptions(self) -> Subscriptions[C_co]:
        """Subscriptions to changes."""
        return Subscriptions(self.caller)


class Microsoft(MicrosoftResources[Blocking]):
    """A blocking client of Microsoft Graph's calendars; threads may share it.

    Args:
        token: An OAuth access token, a function that returns one, or an
            authorisation scheme; `KLOUDSYNC_MICROSOFT_TOKEN` from the environment where None.
        account: The name under which what is synced with this client is kept.
        mailbox: Whose calendars `calendar` and `window` open: `me`, or the id or principal name of
            a user, which is what programs need that act for themselves.
        cloud: The deployment; tokens of one are worth nothing in another.
        base_url: Where the API's paths begin; `KLOUDSYNC_MICROSOFT_BASE_URL` from the
            environment, or the cloud's own where None.
        insecure: Whether `base_url` may be http beyond this machine: for ways that are safe.
        http_client: A client of httpx to use; it is not closed with this one.
        timeouts: How long each phase of a try may take.
        retry: When failed tries are repeated.
        limiter: Who may send when: four requests at once for a mailbox where None. Clients of one
            mailbox share one, see `MailboxSlots`.
        clock: Time and chance; tests pass their own.

    Raises:
        UsageError: There is no token, or an argument is not possible.
    """

    def __init__(
        self,
        token: str | TokenSource | Auth | None = None,
        *,
        account: str = "default",
        mailbox: str = ME,
        cloud: Cloud = GLOBAL,
        base_url: str | None = None,
        insecure: bool = False,
        http_client: Any = None,
        timeouts: Timeouts = Timeouts(),
        retry: Retry = Retry(),
        limiter: Limiter | None = None,
        clock: Clock | None = None,
    ) -> None:
        setting = microsoft_setting(
            token, base_url, cloud, timeouts, retry, limiter=limiter, insecure=insecure
        )
        super().__init__(Blocking(setting, BlockingPorts(http_client, clock)))
        self.account = account
        self.mailbox = mailbox

    def calendar(
        self, calendar_id: str = PRIMARY, *, rules: Rules | None = None
    ) -> MicrosoftCalendar[Blocking]:
        """Return a calendar as a sync engine reads it.

        Args:
            calendar_id: The calendar; `primary` is the mailbox's default one.
            rules: What is inferred of the service, where it should be otherwise.

        Raises:
            UsageError: It is no id.
        """
        return MicrosoftCalendar(
            caller=self.caller,
            now=self.caller.ports.now,
            calendar=calendar_id,
            account=self.account,
            mailbox=self.mailbox,
            rules=rules or Rules(),
        )

    def window(
        self,
        calendar_id: str = PRIMARY,
        *,
        back: timedelta = BACK,
        ahead: timedelta = AHEAD,
        page_size: int = 100,
    ) -> MicrosoftWindow[Blocking]:
        """Return what takes place around the present, expanded by the service, for a sync engine.

        For programs that do not want to expand rules. See `MicrosoftWindow` for what that costs.

        Args:
            calendar_id: The calendar; `primary` is the mailbox's default one.
            back: How far into the past to look.
            ahead: How far into the future to look.
            page_size: How many occurrences to ask for at once.

        Raises:
            UsageError: The window is empty or too long, or the page size out of range.
        """
        return MicrosoftWindow(
            caller=self.caller,
            calendar=calendar_id,
            account=self.account,
            mailbox=self.mailbox,
            back=back,
            ahead=ahead,
            page_size=page_size,
        )

    @property
    def with_raw_response(self) -> MicrosoftResources[Raw[Blocking]]:
        """The same methods, answering with status, headers and body beside the value."""
        return MicrosoftResources(Raw(self.caller))

    def with_options(self, *, timeouts: Timeouts | None = None, retry: Retry | None = None) -> Self:
        """Return a client over the same connections with other settings; close either."""
        other = copy(self)
        other.caller = self.caller.changed(timeouts=timeouts, retry=retry)
        return other

    def close(self) -> None:
        """Close the connections, unless the HTTP client was passed in."""
        self.caller.ports.close()

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
        return _shown(self, self.account, self.caller)


class AsyncMicrosoft(MicrosoftResources[Awaiting]):
    """An awaiting client of Microsoft Graph's calendars; tasks of one event loop may share it.

    Args:
        token: An OAuth access token, a function or coroutine function that returns one, or an
            authorisation scheme; `KLOUDSYNC_MICROSOFT_TOKEN` from the environment where None.
        account: The name under which what is synced with this client is kept.
        mailbox: Whose calendars `calendar` and `window` open: `me`, or the id or principal name of
            a user, which is what programs need that act for themselves.
        cloud: The deployment; tokens of one are worth nothing in another.
        base_url: Where the API's paths begin; `KLOUDSYNC_MICROSOFT_BASE_URL` from the
            environment, or the cloud's own where None.
        insecure: Whether `base_url` may be http beyond this machine: for ways that are safe.
        http_client: An async client of httpx to use; it is not closed with this one.
        timeouts: How long each phase of a try may take.
        retry: When failed tries are repeated.
        limiter: Who may send when: four requests at once for a mailbox where None. Clients of one
            mailbox share one, see `MailboxSlots`.
        clock: Time and chance; tests pass their own.

    Raises:
        UsageError: There is no token, or an argument is not possible.
    """

    def __init__(
        self,
        token: str | TokenSource | Auth | None = None,
        *,
        account: str = "default",
        mailbox: str = ME,
        cloud: Cloud = GLOBAL,
        base_url: str | None = None,
        insecure: bool = False,
        http_client: Any = None,
        timeouts: Timeouts = Timeouts(),
        retry: Retry = Retry(),
        limiter: Limiter | None = None,
        clock: Clock | None = None,
    ) -> None:
        setting = microsoft_setting(
            token, base_url, cloud, timeouts, retry, limiter=limiter, insecure=insecure
        )
        super().__init__(Awaiting(setting, AwaitingPorts(http_client, clock)))
        self.account = account
        self.mailbox = mailbox

    def calendar(
        self, calendar_id: str = PRIMARY, *, rules: Rules | None = None
    ) -> MicrosoftCalendar[Awaiting]:
        """Return a calendar as a sync engine reads it.

        Args:
            calendar_id: The calendar; `primary` is the mailbox's default one.
            rules: What is inferred of the service, where it should be otherwise.

        Raises:
            UsageError: It is no id.
        """
        return MicrosoftCalendar(
            caller=self.caller,
            now=self.caller.ports.now,
            calendar=calendar_id,
            account=self.account,
            mailbox=self.mailbox,
            rules=rules or Rules(),
        )

    def window(
        self,
        calendar_id: str = PRIMARY,
        *,
        back: timedelta = BACK,
        ahead: timedelta = AHEAD,
        page_size: int = 100,
    ) -> MicrosoftWindow[Awaiting]:
        """Return what takes place around the present, expanded by the service, for a sync engine.

        For programs that do not want to expand rules. See `MicrosoftWindow` for what that costs.

        Args:
            calendar_id: The calendar; `primary` is the mailbox's default one.
            back: How far into the past to look.
            ahead: How far into the future to look.
            page_size: How many occurrences to ask for at once.

        Raises:
            UsageError: The window is empty or too long, or the page size out of range.
        """
        return MicrosoftWindow(
            caller=self.caller,
            calendar=calendar_id,
            account=self.account,
            mailbox=self.mailbox,
            back=back,
            ahead=ahead,
            page_size=page_size,
        )

    @property
    def with_raw_response(self) -> MicrosoftResources[Raw[Awaiting]]:
        """The same methods, answering with status, headers and body beside the value."""
        return MicrosoftResources(Raw(self.caller))

    def with_options(self, *, timeouts: Timeouts | None = None, retry: Retry | None = None) -> Self:
        """Return a client over the same connections with other settings; close either."""
        other = copy(self)
        other.caller = self.caller.changed(timeouts=timeouts, retry=retry)
        return other

    async def close(self) -> None:
        """Close the connections, unless the HTTP client was passed in."""
        await self.caller.ports.close()

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
        return _shown(self, self.account, self.caller)


def _shown(client: object, account: str, caller: Blocking | Awaiting) -> str:
    address = caller.setting.service.base_url
    return f"{type(client).__name__}(account={account!r}, base_url={address!r})"
