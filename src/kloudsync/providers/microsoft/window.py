"""The second way to read a calendar at Microsoft: a moving window of expanded occurrences.

Graph expands series itself, and each run lists the whole window by `calendarView`, which is
documented whole: no token, no series, no inference. Rows are single events, the same engine, store
and feed as for `MicrosoftCalendar`.

What it promises: after a run the copy is the window as the service showed it; the feed tells what
came, changed and went within it, and nothing about what stayed.

What it cannot: nothing outside the window is seen. An occurrence that comes within reach as time
goes by is told as added, one that is moved beyond the far end as deleted. What has passed out of
the near end stays in the copy as it was last seen, and is looked at no more. An edit of a series
is told as one change for each of its occurrences, and a "this and following" edit never as a
split. Each run costs the requests of a whole pass.
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Generic

from attrs import field, frozen
from attrs.validators import and_, ge, le

from kloudsync.errors import APIError, UsageError
from kloudsync.http.caller import K_co
from kloudsync.http.json_kinds import is_object
from kloudsync.http.message import Response
from kloudsync.http.operation import Operation
from kloudsync.http.scan import read_item
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.listed_whole import ListedWhole
from kloudsync.model.moving_window import AHEAD, BACK, Bounds
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import Cursor
from kloudsync.providers.microsoft import resources
from kloudsync.providers.microsoft.errors import PROVIDER
from kloudsync.providers.microsoft.owner import ask_owner
from kloudsync.providers.microsoft.paths import ME, PRIMARY
from kloudsync.providers.microsoft.reader import MicrosoftReader, ReadsRecords
from kloudsync.providers.microsoft.reading import MICROSOFT
from kloudsync.providers.microsoft.records import dumped, read_record, series_of
from kloudsync.providers.microsoft.rows import NEXT, link_of, scanned
from kloudsync.providers.microsoft.rules import LARGEST_PAGE, LONGEST_WINDOW
from kloudsync.recurrence import Reading

if TYPE_CHECKING:
    from kloudsync.providers.microsoft.wire.event import EventsPage


@frozen(kw_only=True)
class MicrosoftWindow(ReadsRecords, ListedWhole, Generic[K_co]):
    """What takes place around the present in one calendar of one mailbox at Microsoft.

    Attributes:
        caller: Performs the operations, and tells the time.
        calendar: The calendar's id; `primary` is the mailbox's default one.
        account: The caller's name for the account; any stable text.
        mailbox: `me`, or the id or principal name of a user.
        back: How far into the past the window reaches.
        ahead: How far into the future it reaches; both are 1,825 days at most.
        page_size: How many occurrences to ask for at once.

    Raises:
        UsageError: The window is empty or too long.
    """

    caller: K_co = field(repr=False)
    calendar: str = PRIMARY
    account: str = "default"
    mailbox: str = ME
    back: timedelta = BACK
    ahead: timedelta = AHEAD
    page_size: int = field(default=100, validator=and_(ge(1), le(LARGEST_PAGE)))

    def __attrs_post_init__(self) -> None:
        """Refuse what no page could be asked for with."""
        if self.back + self.ahead > LONGEST_WINDOW:
            raise UsageError(
                f"a window from {self.back} back to {self.ahead} ahead is too long; "
                f"{LONGEST_WINDOW.days} days are possible"
            )
        self._listing(self._now(), None)

    @property
    def reading(self) -> Reading:
        """Microsoft's own, though no rule is ever read here."""
        return MICROSOFT

    @property
    def reader(self) -> MicrosoftReader:
        """What reads the records of the copy, without the client."""
        return MicrosoftReader(self.reading)

    @property
    def key(self) -> CalendarKey:
        """Which copy this is: apart from that of the same calendar with its series."""
        return CalendarKey(PROVIDER, self.account, self.calendar, "window")

    @property
    def fingerprint(self) -> str:
        """A digest of account, calendar and parameters, the same wherever the window stands."""
        lengths = [self.back.total_seconds(), self.ahead.total_seconds()]
        parts = ["microsoft-window", self.account, self.mailbox, self.calendar, *lengths]
        return sha256(json.dumps(parts).encode()).hexdigest()

    def page(self, cursor: Cursor | None, position: str | None) -> Operation[SourcePage]:  # noqa: ARG002 - there are no deltas
        """Describe the fetch of a page.

        Args:
            cursor: Not used: each pass is a full one.
            position: `SourcePage.next` of the page before, which holds the window of the pass;
                None for the first page.
        """
        link, bounds = (None, self._now()) if position is None else Bounds.at(position)
        listed = self._listing(bounds, link)
        return Operation(name=listed.name, request=listed.request, decode=partial(_read, bounds))

    def owner(self, label: str) -> str | None:
        """Return the calendar's own id, which is what it says of itself."""
        return label

    def ask_owner(self) -> Operation[str | None]:
        """Describe the question which calendar it is, whatever it is called here."""
        return ask_owner(self.calendar, self.mailbox)

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> str | None:  # noqa: ARG002 - there are no deltas
        """Return why the service refused the page, or None if the error means something else."""
        if position is None or error.status not in (400, 404, 410):
            return None
        return f"{error.status} {error.reason or 'without a reason'}: the page was refused"

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again, as `page` does."""
        return _single(read_item(raw), raw)

    def _now(self) -> Bounds:
        return Bounds.around(self.caller.ports.now(), back=self.back, ahead=self.ahead)

    def _listing(self, bounds: Bounds, link: str | None) -> Operation[EventsPage]:
        if link is not None:
            return resources.Events.follow(link, text=True)
        return resources.Events.calendar_view(
            self.calendar,
            start=bounds.start,
            end=bounds.end,
            mailbox=self.mailbox,
            top=self.page_size,
            text=True,
        )


def _single(item: Any, raw: str) -> EventRecord | Malformed:
    """Read a row as it takes place; one that does not say where its series had it stands alone."""
    if is_object(item) and series_of(item) is not None and item.get("originalStart") is None:
        own = {**item, "seriesMasterId": None}
        return read_record(own, dumped(own))
    return read_record(item, raw)


def _read(bounds: Bounds, response: Response) -> SourcePage:
    page = scanned(response, _single)
    read = page.items or ()
    return bounds.bounded(
        SourcePage(
            records=[one for one in read if isinstance(one, EventRecord)],
            malformed=[one for one in read if isinstance(one, Malformed)],
            next=link_of(page, NEXT),
        )
    )
