"""The second way to read a calendar through Kloudless: a moving window of expanded occurrences.

Each run lists the whole window anew, and what it finds is compared with what is held. No
activity is read and no subscription is needed or made: nothing depends on how long activity
is kept, and it works where a subscription is switched off. No rule is read here either: rows
are single events and occurrences, in the same engine, store and feed as for
`KloudlessCalendar`.

What it promises: after a run the copy is the window as the service showed it; the feed
tells what came, changed and went within it, and nothing about what stayed.

What it cannot: nothing outside the window is seen. An occurrence that comes within reach
as time goes by is told as added, one that is moved beyond the far end as deleted. What
has passed out of the near end stays in the copy as it was last seen, is not told as
deleted, and is looked at no more. An edit of a series is told as one change for each of
its occurrences, and a "this and following" edit never as a split; where the upstream
service gives them new ids, as what went and what came. Each run costs the requests of a
whole pass.

What is inferred: that a range lists occurrences in place of their series, which follows
from the vendor's advice to learn of occurrences by listing what is upcoming. Where it lists
a series all the same, the run fails and says so, and the copy stays as it was. Whether the
edges of a range are inclusive, and whether its beginning is compared with when events begin
or when they end, is not documented: more is asked for on either side (`Rules.margin`), and
what is not in the window is left out here. If it is when they begin, an event that lasts
longer than the margin is told as deleted while it is still going on; a wider margin helps.
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Final, Generic

from attrs import field, frozen

from kloudsync.errors import APIError, DecodeError
from kloudsync.http.caller import K_co
from kloudsync.http.codec import decode_json
from kloudsync.http.json_kinds import is_object
from kloudsync.http.message import Response
from kloudsync.http.operation import Operation
from kloudsync.http.scan import read_item
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.listed_whole import ListedWhole
from kloudsync.model.moving_window import AHEAD, BACK, Bounds
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.model.state import Cursor
from kloudsync.model.times import epoch
from kloudsync.providers.kloudless import resources
from kloudsync.providers.kloudless.account import account_of, ask_account
from kloudsync.providers.kloudless.errors import PROVIDER
from kloudsync.providers.kloudless.listing import read_listing
from kloudsync.providers.kloudless.paths import ME
from kloudsync.providers.kloudless.reader import KloudlessReader, ReadsRecords
from kloudsync.providers.kloudless.records import read_record
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.tasks import expect_done
from kloudsync.providers.kloudless.times import text_of
from kloudsync.providers.kloudless.untied import as_single, is_untied
from kloudsync.recurrence import ICALENDAR, Reading

_WINDOW: Final = "window"
_WESTERNMOST: Final = 12 * 3600
_TAKES_PLACE: Final = frozenset({Kind.SINGLE, Kind.EXCEPTION})
_FIRST: Final = ""
"""What the first page of the listing is called here; the service has no name for it."""


@frozen(kw_only=True)
class KloudlessWindow(ReadsRecords, ListedWhole, Generic[K_co]):
    """What takes place around the present in one calendar of one account behind Kloudless.

    Raises:
        UsageError: The window is empty.

    Attributes:
        caller: Performs the operations, and tells the time.
        calendar: The calendar's id, or `primary`.
        account: The account's id, or `me`.
        back: How far into the past the window reaches.
        ahead: How far into the future it reaches.
        rules: Those of a listing apply: `page_size`, `margin`, `reads_calendar` and
            `list_parameters`.
    """

    caller: K_co = field(repr=False)
    calendar: str = "primary"
    account: str | int = ME
    back: timedelta = BACK
    ahead: timedelta = AHEAD
    rules: Rules = Rules()

    def __attrs_post_init__(self) -> None:
        """Refuse a window that could never hold anything."""
        self._now()

    @property
    def reading(self) -> Reading:
        """Whose reading of recurrence lines counts, though windows hold no series."""
        return self.rules.reading or ICALENDAR

    @property
    def reader(self) -> KloudlessReader:
        """How its records are read, without the client."""
        return KloudlessReader(self.reading)

    @property
    def key(self) -> CalendarKey:
        """Which copy this is: apart from that of the same calendar with its series."""
        return CalendarKey(PROVIDER, str(self.account), self.calendar, _WINDOW)

    @property
    def fingerprint(self) -> str:
        """A digest of account, calendar and parameters, the same wherever the window stands."""
        lengths = [self.back.total_seconds(), self.ahead.total_seconds()]
        parts = [
            PROVIDER,
            _WINDOW,
            str(self.account),
            self.calendar,
            *lengths,
            *self.rules.list_parameters,
        ]
        return sha256(json.dumps(parts).encode()).hexdigest()

    def page(self, cursor: Cursor | None, position: str | None) -> Operation[SourcePage]:  # noqa: ARG002 - there are no deltas
        """Describe the next request of a pass.

        Args:
            cursor: Not used: each pass is a full one.
            position: `SourcePage.next` of the page before, which holds the window of the
                pass; None for the first page.
        """
        if position is None:
            bounds = self._now()
            return self._zone(bounds) if self.rules.reads_calendar else self._listing(bounds, None)
        name, bounds = Bounds.at(position)
        return self._listing(bounds, None if name == _FIRST else name)

    def owner(self, label: str) -> str | None:
        """Return the account, which is what a calendar says of itself."""
        return label

    def ask_owner(self) -> Operation[str | None]:
        """Describe the question whose calendar it is."""
        return ask_account(self.calendar, self.account)

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> str | None:  # noqa: ARG002 - there are no deltas
        """Return why the service refused the page, or None if the error means something else."""
        paged = position is not None and Bounds.at(position)[0] != _FIRST
        if not paged or error.status not in (400, 404, 410):
            return None
        return f"{error.status} {error.reason or 'without a reason'}: the page was refused"

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again, as `page` does."""
        record = read_record(read_item(raw), raw, self.reading)
        return record if isinstance(record, Malformed) else _alone(record)

    def _now(self) -> Bounds:
        return Bounds.around(self.caller.ports.now(), back=self.back, ahead=self.ahead)

    def _zone(self, bounds: Bounds) -> Operation[SourcePage]:
        described = resources.Calendars.get(self.calendar, account=self.account)
        decode = partial(_read_zone, bounds)
        return Operation(name=described.name, request=described.request, decode=decode)

    def _listing(self, bounds: Bounds, name: str | None) -> Operation[SourcePage]:
        described = resources.Events.list(
            self.calendar,
            account=self.account,
            start=bounds.start - self.rules.margin,
            end=bounds.end + self.rules.margin,
            page=name,
            page_size=self.rules.page_size,
            extra=dict(self.rules.list_parameters),
        )
        decode = partial(_read_events, bounds, self.rules)
        return Operation(name=described.name, request=described.request, decode=decode)


def _read_zone(bounds: Bounds, response: Response) -> SourcePage:
    expect_done(response)
    calendar = decode_json(response)
    zone = text_of(calendar, "timezone") if is_object(calendar) else None
    return bounds.bounded(
        SourcePage(records=(), next=_FIRST, zone=zone, label=account_of(calendar))
    )


def _read_events(bounds: Bounds, rules: Rules, response: Response) -> SourcePage:
    expect_done(response)
    listed = read_listing(response, rules.page_size)
    for record in listed.records:
        if record.kind == Kind.SERIES:
            raise DecodeError(
                f"expected occurrences, found the series {record.id}: this service does not "
                "expand what it lists; sync the calendar with its series instead"
            )
    records = [_alone(record) for record in listed.records if _is_within(record, bounds)]
    page = SourcePage(records=records, malformed=listed.malformed, next=listed.next)
    return bounds.bounded(page)


def _alone(record: EventRecord) -> EventRecord:
    """Leave an occurrence that names no series unattached: no series is here to tie it to."""
    return as_single(record) if is_untied(record) else record


def _is_within(record: EventRecord, bounds: Bounds) -> bool:
    """Tell whether an event takes place in the window, wherever its days begin."""
    if record.kind not in _TAKES_PLACE or record.start is None or record.end is None:
        return False
    # Midnight of a date comes up to 12 hours after midnight in UTC.
    latest = _WESTERNMOST if record.all_day else 0
    return record.start < epoch(bounds.end) and record.end + latest > epoch(bounds.start)
