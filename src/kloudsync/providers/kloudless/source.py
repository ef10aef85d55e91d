"""A calendar behind Kloudless as the engine sees it: descriptions of requests, and their reader.

Kloudless has no sync tokens. It has a listing of what is, and a stream of what happens; a
full pass takes the newest cursor of the stream first, lists second, and then reads the
stream from that cursor, so that nothing falls between the two.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property, partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from attrs import field, frozen

from kloudsync.errors import APIError, CursorRefused, UsageError
from kloudsync.http.message import Response
from kloudsync.http.operation import Operation
from kloudsync.http.scan import read_item
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import Cursor
from kloudsync.providers.kloudless import resources
from kloudsync.providers.kloudless.account import ask_account, reading_at
from kloudsync.providers.kloudless.errors import PROVIDER
from kloudsync.providers.kloudless.monitored import DEFAULT, monitoring
from kloudsync.providers.kloudless.paths import ME
from kloudsync.providers.kloudless.place import Phase, Place
from kloudsync.providers.kloudless.reader import KloudlessReader, ReadsRecords
from kloudsync.providers.kloudless.reading import AnswerReader
from kloudsync.providers.kloudless.records import is_activity, read_activity, read_record
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.tasks import expect_done
from kloudsync.providers.kloudless.untied import SeriesMemory, as_single, is_untied
from kloudsync.recurrence import Reading

if TYPE_CHECKING:
    from kloudsync.providers.kloudless.wire.activity import ActivityPage
    from kloudsync.providers.kloudless.wire.event import EventsPage

_OF_SERVICE: Final = "as the service reads"

Caller = TypeVar("Caller")
Answer = TypeVar("Answer")


@frozen(kw_only=True)
class KloudlessCalendar(ReadsRecords, Generic[Caller]):
    """One calendar of one account behind Kloudless.

    Attributes:
        caller: Performs the operations.
        now: Tells the current time, aware; by default that of the client.
        calendar: The calendar's id, or `primary`.
        account: The account's id, or `me`.
        version: The version of the API, which decides how a subscription names a calendar.
        rules: What is inferred of the service, and when activity counts as incomplete.
    """

    caller: Caller = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)
    calendar: str = "primary"
    account: str | int = ME
    version: int = 1
    rules: Rules = Rules()
    _memory: SeriesMemory = field(factory=SeriesMemory, repr=False, eq=False, init=False)

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        return self._key

    @cached_property
    def _key(self) -> CalendarKey:
        return CalendarKey(PROVIDER, str(self.account), self.calendar)

    @property
    def reader(self) -> KloudlessReader:
        """How its records are read, without the client."""
        return KloudlessReader(self.rules.reading)

    @property
    def fingerprint(self) -> str:
        """A digest of account, calendar, version and parameters; cursors are tied to it."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        parts = [
            PROVIDER,
            str(self.account),
            self.calendar,
            str(self.version),
            self.rules.subscription,
            self.rules.reading.name if self.rules.reading else _OF_SERVICE,
            *self.rules.list_parameters,
        ]
        return sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def incremental(self) -> bool:
        """Whether the service tells what changed since a pass: its stream of activity does."""
        return True

    @property
    def reading(self) -> Reading:
        """Whose reading of recurrence lines counts: as given, or as of the last request that was described."""
        return self.rules.reading or reading_at(self._memory.service)

    @property
    def shifts(self) -> bool:
        """Whether what moves while a listing is read may be on none of its pages: its activity is read in any case."""
        return False

    def page(self, cursor: Cursor | None, position: str | None) -> Operation[SourcePage]:
        """Describe the next request of a pass.

        Args:
            cursor: Where the delta begins; None in a full pass.
            position: `SourcePage.next` of the page before; None for the first page.

        Raises:
            CursorRefused: The cursor is too old for the activity that the service keeps, or is
                none of this source's.
        """
        now = self.now().timestamp()
        place = self._begin(cursor, now) if position is None else _decoded(position)
        self._expect_fresh(place, now)
        return self._described(place, now)

    def owner(self, label: str) -> str | None:
        """Return the account, which is what a calendar says of itself."""
        return label

    def ask_owner(self) -> Operation[str | None]:
        """Describe the question whose calendar it is."""
        return ask_account(self.calendar, self.account)

    def doubts(self, error: APIError) -> bool:  # noqa: ARG002 - the port's shape
        """Tell that no further error means the cursor: any refusal of activity does already."""
        return False

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> str | None:
        """Return why the cursor is dead, or None if the error means something else.

        What an unusable cursor is answered with is not documented: any refusal of a request
        for activity counts, and so does a page of a listing that is gone.
        """
        if isinstance(error, CursorRefused):
            return str(error)
        if error.status not in (400, 404, 410) or error.operation is None:
            return None
        told = f"{error.status} {error.reason or 'without a reason'}"
        if error.operation == "activity.list":
            sent = cursor is not None or (position is not None and _decoded(position).cursor)
            return f"{told}: the cursor was refused" if sent else None
        paged = position is not None and _decoded(position).page is not None
        return f"{told}: the page was refused" if paged else None

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again, as `page` does."""
        item = read_item(raw)
        if not is_activity(item):
            record = read_record(item, raw, self.reading)
        else:
            record = read_activity(item, raw, self.reading) or Malformed(
                id=None, reason="expected activity of an event", raw=raw
            )
        if isinstance(record, EventRecord) and is_untied(record):
            return self._memory.tie(record) or as_single(record)
        return record

    def continuations(self, series: str, at: int) -> Sequence[str]:  # noqa: ARG002 - the port's shape
        """Return no ids: Kloudless has no editor of series."""
        return ()

    def _begin(self, cursor: Cursor | None, now: float) -> Place:
        if cursor is not None:
            place = _decoded(cursor.token)
            return place.to(Phase.CALENDAR if self._knows_too_little(place, now) else self._delta)
        self._memory.begin(now)
        if self.rules.reading is None:
            return Place(phase=Phase.ACCOUNT, issued=now, begun=now)
        return Place(phase=self.rules.first, issued=now, begun=now)

    @property
    def _delta(self) -> Phase:
        """How a delta begins."""
        return Phase.WATCH if self.rules.checks_subscription else Phase.READ

    def _knows_too_little(self, place: Place, now: float) -> bool:
        """Tell whether what is known of the calendar itself is too old."""
        age = now - place.zoned
        return self.rules.reads_calendar and age >= self.rules.oldest_calendar.total_seconds()

    def _expect_fresh(self, place: Place, now: float) -> None:
        age = now - place.issued
        if age <= self.rules.oldest_cursor.total_seconds():
            return
        raise CursorRefused(
            f"the cursor is {age / 3600:.1f} hours old; activity is kept for a day, "
            "and what went missing would not be told",
            status=0,
            provider=PROVIDER,
            operation="activity.list",
            reason="cursorTooOld",
        )

    def _described(self, place: Place, now: float) -> Operation[SourcePage]:
        self._memory.service = place.service
        reader = AnswerReader(
            place=place,
            sent_at=now,
            rules=self.rules,
            reading=self.reading,
            calendar=self.calendar,
            memory=self._memory,
        )
        described, read = self._question(place, reader)
        return _read_by(described, read)

    def _question(
        self, place: Place, reader: AnswerReader
    ) -> tuple[Operation[Any], Callable[[Response], SourcePage]]:
        """Return what a place of a pass asks, and what reads the answer."""
        asked: tuple[Operation[Any], Callable[[Response], SourcePage]]
        match place.phase:
            case Phase.ACCOUNT:
                asked = resources.Accounts.get(self.account), reader.account_found
            case Phase.CALENDAR:
                calendar = resources.Calendars.get(self.calendar, account=self.account)
                asked = calendar, reader.calendar_found
            case Phase.WATCH:
                listing = resources.Subscriptions.list(account=self.account)
                asked = listing, reader.subscriptions_found
            case Phase.SUBSCRIBE:
                watched = [monitoring(place.calendar or self.calendar, self.version)]
                created = resources.Subscriptions.create(watched, account=self.account)
                asked = created, reader.subscription_created
            case Phase.SEEK:
                asked = self._activity(place), reader.cursor_sought
            case Phase.LIST:
                asked = self._events(place), reader.events_listed
            case Phase.READ:
                asked = self._activity(place), reader.activity_read
        return asked

    def _activity(self, place: Place) -> Operation[ActivityPage]:
        return resources.ActivityStream.list(
            place.subscription or DEFAULT,
            account=self.account,
            cursor=place.cursor,
            page_size=self.rules.page_size,
        )

    def _events(self, place: Place) -> Operation[EventsPage]:
        return resources.Events.list(
            self.calendar,
            account=self.account,
            page=place.page,
            page_size=self.rules.page_size,
            extra=dict(self.rules.list_parameters),
        )


def _read_by(
    described: Operation[Answer], read: Callable[[Response], SourcePage]
) -> Operation[SourcePage]:
    return Operation(
        name=described.name,
        request=described.request,
        decode=partial(_checked, read),
        repeatable=described.repeatable,
    )


def _checked(read: Callable[[Response], SourcePage], response: Response) -> SourcePage:
    expect_done(response)
    return read(response)


def _decoded(text: str) -> Place:
    try:
        return Place.decode(text)
    except UsageError as error:
        raise CursorRefused(
            str(error), status=0, provider=PROVIDER, operation="activity.list", reason="noCursor"
        ) from error
