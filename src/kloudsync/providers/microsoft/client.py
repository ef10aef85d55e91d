"""Clients of Microsoft Graph's calendars, of both colours."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from kloudsync.http.auth import Auth, TokenSource
from kloudsync.http.caller import Awaiting, Blocking, K_co, Raw
from kloudsync.http.client import (
    AwaitingClient,
    BatchClient,
    BlockingClient,
    ClientOptions,
    setting,
)
from kloudsync.http.endpoint import C_co, Resource
from kloudsync.http.operation import Operation
from kloudsync.model.moving_window import AHEAD, BACK
from kloudsync.providers import microsoft
from kloudsync.providers.microsoft import resources
from kloudsync.providers.microsoft.clouds import GLOBAL, Cloud
from kloudsync.providers.microsoft.paths import ME, PRIMARY
from kloudsync.providers.microsoft.rules import Rules
from kloudsync.providers.microsoft.service import VENDOR, microsoft_service
from kloudsync.providers.microsoft.slots import MailboxSlots
from kloudsync.providers.microsoft.source import MicrosoftCalendar

if TYPE_CHECKING:
    from kloudsync.http.batching import BatchAnswer

T = TypeVar("T")


class MicrosoftResources(Resource[C_co]):
    """Graph's methods for calendars by resource."""

    @property
    def calendars(self) -> resources.Calendars[C_co]:
        """Calendars of a mailbox."""
        return resources.Calendars(self.caller)

    @property
    def calendar_groups(self) -> resources.CalendarGroups[C_co]:
        """Groups of calendars."""
        return resources.CalendarGroups(self.caller)

    @property
    def events(self) -> resources.Events[C_co]:
        """Events of calendars."""
        return resources.Events(self.caller)

    @property
    def mailboxes(self) -> resources.Mailboxes[C_co]:
        """Mailboxes: whose they are, what is set for them, their categories."""
        return resources.Mailboxes(self.caller)

    @property
    def schedules(self) -> resources.Schedules[C_co]:
        """When people are busy, and when they could meet."""
        return resources.Schedules(self.caller)

    @property
    def subscriptions(self) -> resources.Subscriptions[C_co]:
        """Subscriptions to changes."""
        return resources.Subscriptions(self.caller)


class MicrosoftClient(BatchClient[K_co], MicrosoftResources[K_co]):
    """A client of Microsoft Graph's calendars, in either colour.

    A request of `batch` takes 20 calls, and the limits of a mailbox count each.

    Attributes:
        account: The name under which what is synced with this client is kept.
        mailbox: Whose calendars it opens.
    """

    def __init__(
        self,
        token: str | TokenSource | Auth | None = None,
        *,
        account: str = "default",
        mailbox: str = ME,
        cloud: Cloud = GLOBAL,
        **options: Unpack[ClientOptions],
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            token: An OAuth access token, a function that returns one (a coroutine function, too,
                on an awaiting client), or an authorisation scheme; `KLOUDSYNC_MICROSOFT_TOKEN`
                from the environment where None.
            account: The name under which what is synced with this client is kept.
            mailbox: Whose calendars `calendar` and `window` open: `me`, or the id or principal
                name of a user, which is what programs need that act for themselves.
            cloud: The deployment; tokens of one are worth nothing in another.
            **options: Address, timeouts and whatever else all clients take; see `ClientOptions`.
                Where no `limiter` is given, four requests are sent at once for a mailbox; clients
                of one mailbox share one, see `MailboxSlots`.

        Raises:
            UsageError: There is no token, or an argument is not possible.
        """
        at, insecure = options.get("base_url"), options.get("insecure", False)
        service = microsoft_service(at, cloud, insecure=insecure)
        limiter = MailboxSlots()
        super().__init__(setting(service, VENDOR.auth(token), options, limiter=limiter), options)
        self.account = account
        self.mailbox = mailbox

    @property
    def with_raw_response(self) -> MicrosoftResources[Raw[K_co]]:
        """The same methods, answering with status, headers and body beside the value."""
        return MicrosoftResources(Raw(self.caller))

    def calendar(
        self, calendar_id: str = PRIMARY, *, rules: Rules | None = None
    ) -> MicrosoftCalendar[K_co]:
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
    ) -> microsoft.MicrosoftWindow[K_co]:
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
        return microsoft.MicrosoftWindow(
            caller=self.caller,
            calendar=calendar_id,
            account=self.account,
            mailbox=self.mailbox,
            back=back,
            ahead=ahead,
            page_size=page_size,
        )

    def series(self, series_id: str, calendar_id: str = PRIMARY) -> microsoft.SeriesEditor[K_co]:
        """Return the edits of a series as its user thinks of them: this, this and following.

        Args:
            series_id: The series, or the segment of a divided one.
            calendar_id: Its calendar.
        """
        return microsoft.SeriesEditor(self.caller, calendar_id, self.mailbox, series_id)

    def edits(self, calendar_id: str = PRIMARY) -> microsoft.MicrosoftEdits[K_co]:
        """Return a calendar as it is edited in words that all providers share.

        Each edit is bound to what was seen before it: see `kloudsync.events.Wish`.

        Args:
            calendar_id: The calendar; `primary` is the mailbox's default one.
        """
        return microsoft.MicrosoftEdits(self.caller, calendar_id, self.mailbox)

    @property
    def push(self) -> microsoft.MicrosoftPush[K_co]:
        """The mailbox as a watcher keeps its subscriptions."""
        return microsoft.MicrosoftPush(
            caller=self.caller, account=self.account, mailbox=self.mailbox
        )

    def _batch(
        self, operations: Iterable[Operation[T]]
    ) -> Coroutine[Any, Any, list[BatchAnswer[T]]]:
        return microsoft.perform_batch(operations, self.caller.setting, self.caller.ports)

    def _shown(self) -> Mapping[str, object]:
        return {"account": self.account}


class Microsoft(MicrosoftClient[Blocking], BlockingClient):
    """A blocking client of Microsoft Graph's calendars; threads may share it."""


class AsyncMicrosoft(MicrosoftClient[Awaiting], AwaitingClient):
    """An awaiting client of Microsoft Graph's calendars; tasks of one event loop may share it."""
