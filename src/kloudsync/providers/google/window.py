"""The second way to read a Google calendar: a moving window of expanded occurrences.

The service expands series itself, and each run lists the whole window, without a sync
token, which cannot go with bounds. No rule is ever read here: rows are single events and
occurrences, the same engine, store and feed as for `GoogleCalendar`.

What it promises: after a run the copy is the window as the service showed it; the feed
tells what came, changed and went within it, and nothing about what stayed.

What it cannot: nothing outside the window is seen. An occurrence that comes within reach
as time goes by is told as added, one that is moved beyond the far end as deleted. What
has passed out of the near end stays in the copy as it was last seen, is not told as
deleted, and is looked at no more. An edit of a series is told as one change for each of
its occurrences, and a "this and following" edit never as a split. Each run costs the
requests of a whole pass: 2500 occurrences to a page.
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cached_property, partial
from hashlib import sha256
from typing import Generic

from attrs import field, frozen

from kloudsync.errors import APIError
from kloudsync.http.caller import K_co
from kloudsync.http.message import Request, Response
from kloudsync.http.operation import Operation
from kloudsync.http.scan import read_item
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.listed_whole import ListedWhole
from kloudsync.model.moving_window import AHEAD, BACK, Bounds
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import Cursor
from kloudsync.providers.google import resources
from kloudsync.providers.google.filters import Searches, query_of, settled_search
from kloudsync.providers.google.owner import ask_owner, owner_of
from kloudsync.providers.google.page_sizes import LARGEST_PAGE
from kloudsync.providers.google.reader import GoogleReader, ReadsRecords
from kloudsync.providers.google.records import read_record
from kloudsync.providers.google.refusal import why_refused
from kloudsync.providers.google.source import read_page
from kloudsync.recurrence import GOOGLE, Reading


@frozen(kw_only=True)
class GoogleWindow(ReadsRecords, ListedWhole, Generic[K_co]):
    """What takes place around the present in one calendar of one account at Google.

    Raises:
        UsageError: The window is empty, or a filter or the page size is out of range.

    Attributes:
        caller: Performs the operations, and tells the time.
        calendar: The calendar's id; `primary` is the user's own.
        account: The caller's name for the account; any stable text.
        back: How far into the past the window reaches.
        ahead: How far into the future it reaches.
        page_size: How many occurrences to ask for at once: 1 to 2500.
        filters: What narrows the window down.
    """

    caller: K_co = field(repr=False)
    calendar: str = "primary"
    account: str = "default"
    back: timedelta = BACK
    ahead: timedelta = AHEAD
    page_size: int = LARGEST_PAGE
    filters: Searches = field(factory=Searches, converter=settled_search)

    def __attrs_post_init__(self) -> None:
        """Refuse what no page could be asked for with."""
        self._listing(self._now(), None)

    @property
    def reading(self) -> Reading:
        """Google's own, though no rule is ever read here."""
        return GOOGLE

    @property
    def reader(self) -> GoogleReader:
        """How its records are read, without the client."""
        return GoogleReader(self.reading)

    @property
    def key(self) -> CalendarKey:
        """Which copy this is: apart from that of the same calendar with its series."""
        return self._key

    @cached_property
    def _key(self) -> CalendarKey:
        query = query_of(self.filters, window=True)
        return CalendarKey("google", self.account, self.calendar, query)

    @property
    def fingerprint(self) -> str:
        """A digest of account, calendar and parameters, the same wherever the window stands."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        lengths = [self.back.total_seconds(), self.ahead.total_seconds()]
        query = [pair for pair in self._listing(self._now(), None).query if pair[0] not in _MOVING]
        parts = ["google-window", self.account, self.calendar, *lengths, *query]
        return sha256(json.dumps(parts).encode()).hexdigest()

    def page(self, cursor: Cursor | None, position: str | None) -> Operation[SourcePage]:  # noqa: ARG002 - there are no deltas
        """Describe the fetch of a page.

        Args:
            cursor: Not used: each pass is a full one.
            position: `SourcePage.next` of the page before, which holds the window of the
                pass; None for the first page.
        """
        token, bounds = (None, self._now()) if position is None else Bounds.at(position)
        request = self._listing(bounds, token)
        return Operation(
            name="events.list", request=request, decode=partial(_read, bounds, self.calendar)
        )

    def owner(self, label: str) -> str | None:
        """Return whose `primary` calendar it is, if nobody gave it another title than its address."""
        return owner_of(label)

    def ask_owner(self) -> Operation[str | None]:
        """Describe the question what `primary` is called by everybody else."""
        return ask_owner(self.calendar)

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> str | None:  # noqa: ARG002 - there are no deltas
        """Return why the service refused the page, or None if the error means something else."""
        return why_refused(error, sent=position is not None)

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again, as `page` does."""
        return read_record(read_item(raw), raw)

    def _now(self) -> Bounds:
        return Bounds.around(self.caller.ports.now(), back=self.back, ahead=self.ahead)

    def _listing(self, bounds: Bounds, token: str | None) -> Request:
        return resources.Events.list(
            self.calendar,
            max_results=self.page_size,
            page_token=token,
            single_events=True,
            time_min=bounds.start,
            time_max=bounds.end,
            **self.filters,
        ).request


_MOVING = frozenset({"timeMin", "timeMax", "maxResults"})


def _read(bounds: Bounds, calendar: str, response: Response) -> SourcePage:
    return bounds.bounded(read_page(response, calendar=calendar))
