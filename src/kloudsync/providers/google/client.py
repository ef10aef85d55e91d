"""Clients of Google Calendar, of both colours."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast

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
from kloudsync.providers import google
from kloudsync.providers.google import resources
from kloudsync.providers.google.credentials import GoogleCredentials, is_google_credentials
from kloudsync.providers.google.filters import Filters, Searches
from kloudsync.providers.google.page_sizes import LARGEST_PAGE
from kloudsync.providers.google.service import VENDOR, google_service
from kloudsync.recurrence import GOOGLE, Reading

if TYPE_CHECKING:
    from kloudsync.http.batching import BatchAnswer

T = TypeVar("T")


class GoogleResources(Resource[C_co]):
    """Google Calendar's methods by resource, as the vendor groups them."""

    @property
    def acl(self) -> resources.Acl[C_co]:
        """Who may do what with a calendar."""
        return resources.Acl(self.caller)

    @property
    def calendar_list(self) -> resources.CalendarList[C_co]:
        """The user's list of calendars."""
        return resources.CalendarList(self.caller)

    @property
    def calendars(self) -> resources.Calendars[C_co]:
        """Calendars themselves."""
        return resources.Calendars(self.caller)

    @property
    def channels(self) -> resources.Channels[C_co]:
        """Channels that announce changes."""
        return resources.Channels(self.caller)

    @property
    def colors(self) -> resources.Colors[C_co]:
        """The palettes that colour ids refer to."""
        return resources.Colors(self.caller)

    @property
    def events(self) -> resources.Events[C_co]:
        """Events of calendars."""
        return resources.Events(self.caller)

    @property
    def freebusy(self) -> resources.Freebusy[C_co]:
        """When calendars are busy."""
        return resources.Freebusy(self.caller)

    @property
    def settings(self) -> resources.Settings[C_co]:
        """What the user has set."""
        return resources.Settings(self.caller)


class GoogleClient(BatchClient[K_co], GoogleResources[K_co]):
    """A client of Google Calendar, in either colour. A request of `batch` takes 50 calls.

    Attributes:
        account: The name under which what is synced with this client is kept.
    """

    def __init__(
        self,
        token: str | TokenSource | Auth | GoogleCredentials | None = None,
        *,
        account: str = "default",
        quota_user: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            token: An OAuth access token, a function that returns one (a coroutine function, too,
                on an awaiting client), credentials of google-auth, or an authorisation scheme;
                `KLOUDSYNC_GOOGLE_TOKEN` from the environment where None.
            account: The name under which what is synced with this client is kept.
            quota_user: Whose share of the quota calls count against: any text of at most 40
                characters. For service accounts that act for many users.
            **options: Address, timeouts and whatever else all clients take; see `ClientOptions`.

        Raises:
            UsageError: There is no token, or an argument is not possible.
        """
        at, insecure = options.get("base_url"), options.get("insecure", False)
        service = google_service(at, quota_user, insecure=insecure)
        super().__init__(setting(service, VENDOR.auth(_way_in(token)), options), options)
        self.account = account

    @property
    def with_raw_response(self) -> GoogleResources[Raw[K_co]]:
        """The same methods, answering with status, headers and body beside the value."""
        return GoogleResources(Raw(self.caller))

    def calendar(
        self,
        calendar_id: str = "primary",
        *,
        page_size: int = LARGEST_PAGE,
        reading: Reading = GOOGLE,
        **filters: Unpack[Filters],
    ) -> google.GoogleCalendar[K_co]:
        """Return a calendar as a sync engine reads it.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            page_size: How many events to ask for at once: 1 to 2500.
            reading: Whose reading of recurrence lines counts. Google's own is little
                documented; `ICALENDAR` is that of RFC 5545. Another one is another copy.
            **filters: What narrows the calendar down, named as in `events.list`. Another
                choice is another copy: the next sync fetches everything anew.

        Raises:
            UsageError: A filter or the page size is out of range.
        """
        return google.GoogleCalendar(
            caller=self.caller,
            calendar=calendar_id,
            account=self.account,
            page_size=page_size,
            reading=reading,
            filters=filters,
        )

    @property
    def push(self) -> google.GooglePush[K_co]:
        """The account as a watcher keeps its channels."""
        return google.GooglePush(caller=self.caller, account=self.account)

    def window(
        self,
        calendar_id: str = "primary",
        *,
        back: timedelta = BACK,
        ahead: timedelta = AHEAD,
        page_size: int = LARGEST_PAGE,
        **filters: Unpack[Searches],
    ) -> google.GoogleWindow[K_co]:
        """Return what takes place around the present, expanded by the service, for a sync engine.

        For programs that do not want to expand rules. See `GoogleWindow` for what that costs.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            back: How far into the past to look.
            ahead: How far into the future to look.
            page_size: How many occurrences to ask for at once: 1 to 2500.
            **filters: What narrows the window down, named as in `events.list`.

        Raises:
            UsageError: The window is empty, or a filter or the page size is out of range.
        """
        return google.GoogleWindow(
            caller=self.caller,
            calendar=calendar_id,
            account=self.account,
            back=back,
            ahead=ahead,
            page_size=page_size,
            filters=filters,
        )

    def series(self, calendar_id: str, series_id: str) -> google.SeriesEditor[K_co]:
        """Return the edits of a series as its user thinks of them: this, this and following, all.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            series_id: The series, or the segment of a divided one.
        """
        return google.SeriesEditor(self.caller, calendar_id, series_id)

    def edits(self, calendar_id: str = "primary") -> google.GoogleEdits[K_co]:
        """Return a calendar as it is edited in words that all providers share.

        Each edit is bound to what was seen before it: see `kloudsync.events.Wish`.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
        """
        return google.GoogleEdits(self.caller, calendar_id)

    @property
    def collections(self) -> google.Collections[K_co]:
        """The account's lists that a sync can follow: calendars, access rules, settings."""
        return google.Collections(self.caller, self.account)

    def _batch(
        self, operations: Iterable[Operation[T]]
    ) -> Coroutine[Any, Any, list[BatchAnswer[T]]]:
        return google.perform_batch(operations, self.caller.setting, self.caller.ports)

    def _shown(self) -> Mapping[str, object]:
        return {"account": self.account}


class Google(GoogleClient[Blocking], BlockingClient):
    """A blocking client of Google Calendar; threads may share it."""


class AsyncGoogle(GoogleClient[Awaiting], AwaitingClient):
    """An awaiting client of Google Calendar; tasks of one event loop may share it."""


def _way_in(
    token: str | TokenSource | Auth | GoogleCredentials | None,
) -> str | TokenSource | Auth | None:
    if is_google_credentials(token):
        return google.GoogleAuthToken(token)
    return cast("str | TokenSource | Auth | None", token)
