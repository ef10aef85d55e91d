"""A feed of iCalendar: an address from which a calendar is read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final, Generic, Unpack
from urllib.parse import urlsplit

from attrs import define, field, frozen

from kloudsync.errors import (
    APIError,
    BadRequest,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServiceUnavailable,
)
from kloudsync.http.addresses import expect_address
from kloudsync.http.caller import Awaiting, Blocking, K_co
from kloudsync.http.client import AwaitingClient, BlockingClient, Client, ClientOptions, setting
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.operation import Operation
from kloudsync.http.retry import parse_retry_after
from kloudsync.http.secret import Secret
from kloudsync.http.vendor import service_of
from kloudsync.ical.source import PROVIDER, IcalCalendar, page_of
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SourcePage
from kloudsync.model.state import Cursor

ACCOUNT: Final = "feeds"
"""Whose calendars feeds are where nobody says."""

READ: Final = "ical.read"

_LEAVES: Final = {
    401: PermissionDenied,
    403: PermissionDenied,
    404: NotFound,
    410: NotFound,
    429: RateLimited,
}


@define
class Seen:
    """What a feed answered last, and the marks by which the service knows it again."""

    marks: Mapping[str, str] = field(factory=dict[str, str])
    page: SourcePage | None = field(default=None, repr=False)


@frozen(kw_only=True)
class FeedCalendar(IcalCalendar, Generic[K_co]):
    """The calendar of a feed, as an engine syncs it.

    Attributes:
        named: Which copy it is.
        caller: Performs the calls.
        url: The address.
    """

    named: CalendarKey
    caller: K_co = field(repr=False)
    url: Secret = field(repr=False)
    _seen: Seen = field(factory=Seen, repr=False)

    @property
    def key(self) -> CalendarKey:
        """Which copy it is."""
        return self.named

    def page(self, cursor: Cursor | None, position: str | None) -> Operation[SourcePage]:
        """Describe the fetch of the whole feed; the service may say that it is as before."""
        del cursor, position
        headers = {"Accept": "text/calendar", **self._seen.marks}
        # The address is a secret, as that of a private feed is: no log shows it.
        request = Request(method="GET", path=self.url, headers=Headers.of(headers))
        return Operation(name=READ, request=request, decode=partial(_decoded, self._seen))


class IcalFeedClient(Client[K_co]):
    """A feed of iCalendar, in either colour."""

    def __init__(
        self, url: str, *, name: str = "", account: str = ACCOUNT, **options: Unpack[ClientOptions]
    ) -> None:
        """Make it; nothing is sent yet.

        Args:
            url: The address, https or webcal. Whoever knows it can read the calendar: it is in
                no log, message or key of kloudsync.
            name: What the calendar is called in the store; the host and a digest of the address
                where empty.
            account: Your name for whose it is.
            **options: What all clients take, but for `base_url`.

        Raises:
            UsageError: It is no such address, or an option is not possible.
        """
        insecure = options.get("insecure", False)
        given = f"https{url[6:]}" if url.lower().startswith("webcal://") else url
        at = expect_address(given, "the feed's address", insecure=insecure, query=True)
        super().__init__(setting(service_of(at, PROVIDER, _refusal), None, options), options)
        named = name or f"{urlsplit(at).hostname} {sha256(at.encode()).hexdigest()[:12]}"
        self._calendar: FeedCalendar[K_co] = FeedCalendar(
            named=CalendarKey(PROVIDER, account, named), caller=self.caller, url=Secret(at)
        )

    def calendar(self) -> FeedCalendar[K_co]:
        """Return the calendar, for a sync engine.

        What the service answered is remembered for as long as this client is, so that it need
        not send again what has not changed.
        """
        return self._calendar


class IcalFeed(IcalFeedClient[Blocking], BlockingClient):
    """A calendar at an address, for a `SyncEngine`.

    ```python
    with IcalFeed("https://calendars.example.com/holidays.ics") as feed:
        SyncEngine(feed.calendar(), store).sync()
    ```
    """


class AsyncIcalFeed(IcalFeedClient[Awaiting], AwaitingClient):
    """The twin of `IcalFeed` for an `AsyncSyncEngine`."""


def _decoded(seen: Seen, response: Response) -> SourcePage:
    if response.status == 304 and seen.page is not None:
        return seen.page
    page = page_of(response.body)
    marks = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
    seen.marks = {
        asked: told for answered, asked in marks if (told := response.headers.get(answered))
    }
    seen.page = page if seen.marks else None
    return page


def _refusal(response: Response, operation: str, now: datetime) -> APIError:
    status = response.status
    leaf = _LEAVES.get(status, ServiceUnavailable if status >= 500 else BadRequest)
    moved = ", a redirect, which is not followed; pass the address it leads to"
    return leaf(
        f"{PROVIDER} {operation}: the feed answered {status}{moved if 300 <= status < 400 else ''}",
        status=status,
        provider=PROVIDER,
        operation=operation,
        retry_after=parse_retry_after(response.headers.get("Retry-After"), now),
        response=response,
    )
