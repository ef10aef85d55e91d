"""A Google calendar as the engine sees it: descriptions of requests, and pure functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from hashlib import sha256
from typing import Any, Generic, TypeVar

from attrs import evolve, field, frozen

from kloudsync.errors import APIError, DecodeError
from kloudsync.http.message import Request, Response
from kloudsync.http.operation import Operation
from kloudsync.http.scan import read_item, scan_page
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import Cursor
from kloudsync.model.times import epoch
from kloudsync.providers.google import resources
from kloudsync.providers.google.filters import (
    Filters,
    is_followed,
    lasting,
    query_of,
    settled,
)
from kloudsync.providers.google.ids import continuations
from kloudsync.providers.google.owner import ask_owner, label_of, owner_of
from kloudsync.providers.google.page_sizes import LARGEST_PAGE, placed, shrinking
from kloudsync.providers.google.reader import GoogleReader, ReadsRecords
from kloudsync.providers.google.records import EventMembers, read_record
from kloudsync.providers.google.refusal import may_mean_token, why_refused
from kloudsync.recurrence import GOOGLE, Reading

Caller = TypeVar("Caller")
Read = Callable[[Any, str], EventRecord | Malformed]


@frozen(kw_only=True)
class GoogleCalendar(ReadsRecords, Generic[Caller]):
    """One calendar of one account at Google.

    Raises:
        UsageError: A filter or the page size is out of range.

    Attributes:
        caller: Performs the operations.
        calendar: The calendar's id; `primary` is the user's own.
        account: The caller's name for the account; any stable text.
        page_size: How many events to ask for at once: 1 to 2500. Fewer are asked for by
            itself where a page would be too long to be read.
        filters: What narrows the calendar down.
        reading: Whose reading of recurrence lines counts. Another one is another copy.
    """

    caller: Caller = field(repr=False)
    calendar: str = "primary"
    account: str = "default"
    page_size: int = LARGEST_PAGE
    filters: Filters = field(factory=Filters, converter=settled)
    reading: Reading = GOOGLE

    def __attrs_post_init__(self) -> None:
        """Refuse what no page could be asked for with."""
        _ = self._whole

    @property
    def key(self) -> CalendarKey:
        """Which copy this is: those of other parts of the calendar live beside it."""
        return self._key

    @cached_property
    def _key(self) -> CalendarKey:
        return CalendarKey("google", self.account, self.calendar, query_of(self.filters))

    @property
    def reader(self) -> GoogleReader:
        """How its records are read, without the client."""
        return GoogleReader(self.reading)

    @property
    def fingerprint(self) -> str:
        """A digest of account, calendar and parameters; cursors are tied to it."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        # How many events a page holds does not change which events a cursor speaks of.
        query = [pair for pair in self._whole.query if pair[0] != "maxResults"]
        parts = ["google", self.account, self.calendar, self.reading.name, *query]
        return sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def incremental(self) -> bool:
        """Whether the service tells what changed since a pass: not of a search, or without deletions."""
        return self._followed

    @cached_property
    def _followed(self) -> bool:
        return is_followed(self.calendar, self.filters)

    @property
    def shifts(self) -> bool:
        """Whether what moves while a listing is read may be on none of its pages: an inference from its page tokens."""
        return self.incremental

    def page(self, cursor: Cursor | None, position: str | None) -> Operation[SourcePage]:
        """Describe the fetch of a page.

        Args:
            cursor: Where the delta begins; None in a full pass. It is sent with every page.
            position: `SourcePage.next` of the page before; None for the first page.
        """
        token, size = placed(position, self.page_size)
        request = self._listing(cursor, token, size)
        read = partial(read_record, reading=self.reading)
        if self.incremental:
            decode = partial(read_page, read=read, calendar=self.calendar)
        else:
            decode = partial(_read_unfollowed, self.filters, read, self.calendar)
        return shrinking(request, decode, size, self.page_size)

    def owner(self, label: str) -> str | None:
        """Return whose `primary` calendar it is, if nobody gave it another title than its address."""
        return owner_of(label)

    def ask_owner(self) -> Operation[str | None]:
        """Describe the question what `primary` is called by everybody else."""
        return ask_owner(self.calendar)

    def doubts(self, error: APIError) -> bool:
        """Tell whether an error of a delta may mean its cursor, though it says nothing of it."""
        return may_mean_token(error)

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> str | None:
        """Return why the service refused the cursor or page, or None if the error means something else."""
        return why_refused(error, sent=cursor is not None or position is not None)

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again, as `page` does."""
        return read_record(read_item(raw), raw, self.reading)

    def continuations(self, series: str, at: int) -> Sequence[str]:
        """Return under which ids `google.series(...)` goes on with a series that it cuts at a slot."""
        return continuations(series, at)

    @cached_property
    def _whole(self) -> Request:
        """The first page of all events."""
        return self._listed(self.filters)

    @cached_property
    def _changed(self) -> Request:
        """The first page of what changed, but for since when."""
        return self._listed(lasting(self.filters))

    def _listed(self, filters: Filters) -> Request:
        return resources.Events.list(
            self.calendar, max_results=self.page_size, single_events=False, **filters
        ).request

    def _listing(self, cursor: Cursor | None, page_token: str | None, size: int) -> Request:
        request = self._whole if cursor is None else self._changed
        tokens = {"syncToken": None if cursor is None else cursor.token, "pageToken": page_token}
        if size != self.page_size:
            return request.with_query(maxResults=size, **tokens)
        return request.with_query(**tokens)


def read_page(
    response: Response,
    read: Read = read_record,
    calendar: str = "",
    members: type | None = EventMembers,
) -> SourcePage:
    """Read a page of a listing.

    Args:
        response: The answer.
        calendar: The calendar whose events are listed, if any.
        read: Reads one item, of which it is given the decoded value and the text.
        members: Names what `read` looks at, for `scan_page`; None where it looks at everything.

    Raises:
        DecodeError: It is not one.
    """
    page = scan_page(response.body, "items", read, members)
    following = _token(page.envelope, "nextPageToken")
    cursor = _token(page.envelope, "nextSyncToken")
    if page.items is None and (following or cursor) is None:
        raise DecodeError("expected a page of a listing, found neither items nor a token")
    if page.envelope.get("items") is not None:
        raise DecodeError("expected a list @ items")
    items = page.items or []
    zone = page.envelope.get("timeZone")
    return SourcePage(
        records=[item for item in items if isinstance(item, EventRecord)],
        malformed=[item for item in items if isinstance(item, Malformed)],
        next=following,
        cursor=None if following else cursor,
        zone=zone if isinstance(zone, str) and zone else None,
        label=label_of(calendar, page.envelope.get("summary")),
    )


def _read_unfollowed(filters: Filters, read: Read, calendar: str, response: Response) -> SourcePage:
    """Read a page of a listing whose token says nothing of what is listed."""
    since = filters.get("time_min")
    page = read_page(response, read, calendar)
    return evolve(page, cursor=None, since=None if since is None else epoch(since))


def _token(envelope: dict[str, Any], name: str) -> str | None:
    token = envelope.get(name)
    if token is not None and not isinstance(token, str):
        raise DecodeError(f"expected text @ {name}")
    return token or None
