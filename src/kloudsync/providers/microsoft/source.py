"""A calendar at Microsoft as the engine sees it: descriptions of requests, and their reader.

Graph's feed tells what changes within a window that its token keeps for good, and of series it
tells stubs. So the feed is a signal, and what it names is asked for: a series with all that it has
of its own, and whatever the feed leaves out, since it leaves out what lies outside of the window
as well as what was deleted. A full pass walks the feed to its end first, lists second, and then
reads what changed meanwhile, so that nothing falls between; the whole calendar is listed, not a
window of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from attrs import field, frozen

from kloudsync.errors import APIError, CursorRefused, UsageError
from kloudsync.http.message import Response
from kloudsync.http.operation import Operation, Settle
from kloudsync.http.scan import read_item
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import Cursor
from kloudsync.providers.microsoft import resources
from kloudsync.providers.microsoft.answers import AnswerReader
from kloudsync.providers.microsoft.errors import PROVIDER
from kloudsync.providers.microsoft.family import EXPANDED
from kloudsync.providers.microsoft.owner import ask_owner
from kloudsync.providers.microsoft.paths import ME, PRIMARY
from kloudsync.providers.microsoft.place import Phase, Place
from kloudsync.providers.microsoft.reader import MicrosoftReader, ReadsRecords
from kloudsync.providers.microsoft.records import read_record
from kloudsync.providers.microsoft.resources.fields import ALL_FIELDS
from kloudsync.providers.microsoft.rules import LARGEST_PAGE, Following, Rules
from kloudsync.providers.microsoft.survey import Survey
from kloudsync.recurrence import Reading

if TYPE_CHECKING:
    from kloudsync.providers.microsoft.wire.event import Event, EventsPage

Caller = TypeVar("Caller")
T = TypeVar("T")

_LINK_REFUSED: Final = frozenset({400, 404, 410})


@frozen(kw_only=True)
class MicrosoftCalendar(ReadsRecords, Generic[Caller]):
    """One calendar of one mailbox at Microsoft.

    Attributes:
        caller: Performs the operations.
        now: Tells the current time, aware; by default that of the client.
        calendar: The calendar's id; `primary` is the mailbox's default one.
        account: The caller's name for the account; any stable text.
        mailbox: `me`, or the id or principal name of a user.
        rules: What is inferred of the service.
    """

    caller: Caller = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)
    calendar: str = PRIMARY
    account: str = "default"
    mailbox: str = ME
    rules: Rules = field(factory=Rules)

    def __attrs_post_init__(self) -> None:
        """Refuse what no page could be asked for with."""
        resources.Calendars.get(self.calendar, mailbox=self.mailbox)

    @property
    def key(self) -> CalendarKey:
        """Which copy this is."""
        return CalendarKey(PROVIDER, self.account, self.calendar)

    @property
    def fingerprint(self) -> str:
        """A digest of account, mailbox, calendar and parameters; cursors are tied to it."""
        rules = self.rules
        window = [rules.back.total_seconds(), rules.ahead.total_seconds()]
        parts = [PROVIDER, self.account, self.mailbox, self.calendar, rules.following.value]
        return sha256(json.dumps([*parts, *window, rules.reading.name]).encode()).hexdigest()

    @property
    def incremental(self) -> bool:
        """Whether the service tells what changed since a pass: its feed does."""
        return True

    @property
    def reading(self) -> Reading:
        """Whose reading of rules counts."""
        return self.rules.reading

    @property
    def reader(self) -> MicrosoftReader:
        """What reads the records of the copy, without the client."""
        return MicrosoftReader(self.reading)

    @property
    def shifts(self) -> bool:
        """Whether what moves while a listing is read may be on none of its pages: it is read again then."""
        return False

    def page(self, cursor: Cursor | None, position: str | None) -> Operation[SourcePage]:
        """Describe the next request of a pass.

        Args:
            cursor: Where the delta begins; None in a full pass.
            position: `SourcePage.next` of the page before; None for the first page.

        Raises:
            CursorRefused: The window of the cursor ends soon, or it is none of this source's.
        """
        place = self._begin(cursor) if position is None else _decoded(position)
        reader = AnswerReader(place=place, rules=self.rules, default=self.calendar == PRIMARY)
        if place.survey:
            return self._surveyed(Survey.decode(place.survey), reader)
        if place.doubted:
            where = resources.Events.calendar_of(place.doubted[0], mailbox=self.mailbox)
            return _read_by(where, reader.whereabouts_found, reader.whereabouts_absent)
        if place.asking:
            asked = self._event(place.asking[0])
            return _read_by(asked, reader.event_found, reader.event_absent)
        return self._listed(place, reader)

    def owner(self, label: str) -> str | None:
        """Return the calendar's own id, which is what it says of itself."""
        return label

    def ask_owner(self) -> Operation[str | None]:
        """Describe the question which calendar it is, whatever it is called here."""
        return ask_owner(self.calendar, self.mailbox)

    def doubts(self, error: APIError) -> bool:
        """Tell whether an error of a delta may mean its token, though it says nothing of it."""
        return error.status == 400

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> str | None:
        """Return why the token is dead, or None if the error means something else.

        Tokens die of age at any page of a walk, and with their mailbox or calendar; which of
        several codes says so is not settled. An event that was asked for is no token.
        """
        if isinstance(error, CursorRefused):
            return f"{error.status or 'planned'} {error.reason}: {_WHY.get(error.status, error)}"
        sent = position if position is not None or cursor is None else cursor.token
        place = None if sent is None else _decoded(sent)
        if place is None or not place.follows or error.status not in _LINK_REFUSED:
            return None
        return f"{error.status} {error.reason or 'without a reason'}: the link was refused"

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again, as `page` does."""
        return read_record(read_item(raw), raw, self.reading)

    def continuations(self, series: str, at: int) -> Sequence[str]:  # noqa: ARG002 - the port's shape
        """Return no ids: at Microsoft the service chooses them."""
        return ()

    def _begin(self, cursor: Cursor | None) -> Place:
        now = self.now().timestamp()
        if cursor is None:
            return Place(
                phase=Phase.CALENDAR, full=True, until=now + self.rules.ahead.total_seconds()
            )
        place = _decoded(cursor.token)
        left = place.until - now
        if left < self.rules.renew.total_seconds() and self.rules.following is Following.VIEW:
            raise _refusal(
                f"the window in which changes are told ends in {left / 86_400:.0f} days; "
                "a later one begins",
                "windowEnds",
            )
        return place

    def _listed(self, place: Place, reader: AnswerReader) -> Operation[SourcePage]:
        """Describe the next request of a phase, when no single event is to be asked for."""
        match place.phase:
            case Phase.CALENDAR:
                calendar = resources.Calendars.get(self.calendar, mailbox=self.mailbox)
                return _read_by(calendar, reader.calendar_found)
            case Phase.ZONE:
                settings = resources.Mailboxes.settings(mailbox=self.mailbox)
                return _read_by(settings, reader.zone_found, reader.zone_refused)
            case Phase.SEEK:
                return _read_by(self._feed(place), reader.end_sought)
            case Phase.LIST:
                return _read_by(self._listing(place), reader.events_listed)
            case _:
                return _read_by(self._feed(place), reader.changes_read)

    def _feed(self, place: Place) -> Operation[EventsPage]:
        size, mailbox = self.rules.page_size, self.mailbox
        if place.link is not None:
            return resources.Events.follow(place.link, page_size=size, text=True)
        end = datetime.fromtimestamp(place.until, self.now().tzinfo).replace(microsecond=0)
        start = end - self.rules.ahead - self.rules.back
        if self.rules.following is Following.EVENTS:
            return resources.Events.delta(
                self.calendar, start=_FIRST, mailbox=mailbox, page_size=size, text=True
            )
        return resources.Events.view_delta(
            self.calendar, start=start, end=end, mailbox=mailbox, page_size=size, text=True
        )

    def _listing(self, place: Place) -> Operation[EventsPage]:
        if place.link is not None:
            return resources.Events.follow(place.link, text=True)
        return resources.Events.list(
            self.calendar, mailbox=self.mailbox, top=self.rules.page_size, text=True
        )

    def _surveyed(self, survey: Survey, reader: AnswerReader) -> Operation[SourcePage]:
        if survey.asking is not None:
            asked = resources.Events.get(
                survey.asking, self.calendar, mailbox=self.mailbox, text=True
            )
            return _read_by(asked, reader.exception_found, reader.exception_absent)
        return _read_by(
            self._instances(survey), reader.occurrences_found, reader.occurrences_absent
        )

    def _instances(self, survey: Survey) -> Operation[EventsPage]:
        if survey.link is not None:
            return resources.Events.follow(survey.link, text=True)
        start, end = survey.window
        return resources.Events.instances(
            survey.series,
            self.calendar,
            start=start,
            end=end,
            mailbox=self.mailbox,
            top=LARGEST_PAGE,
            text=True,
        )

    def _event(self, event_id: str) -> Operation[Event]:
        return resources.Events.get(
            event_id,
            self.calendar,
            mailbox=self.mailbox,
            select=ALL_FIELDS,
            expand=[EXPANDED],
            text=True,
        )


_WHY: Final = {410: "the token has expired", 400: "the service does not know the token"}
_FIRST: Final = datetime.fromisoformat("1601-01-01T00:00:00+00:00")
"""Before this, Exchange has no times."""


def _read_by(
    described: Operation[T],
    read: Callable[[Response], SourcePage],
    settle: Settle[SourcePage] | None = None,
) -> Operation[SourcePage]:
    return Operation(
        name=described.name,
        request=described.request,
        decode=read,
        repeatable=described.repeatable,
        settle=settle,
    )


def _refusal(message: str, reason: str) -> CursorRefused:
    return CursorRefused(
        message, status=0, provider=PROVIDER, operation="events.follow", reason=reason
    )


def _decoded(text: str) -> Place:
    try:
        return Place.decode(text)
    except UsageError as error:
        raise _refusal(str(error), "noCursor") from error
