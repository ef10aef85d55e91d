"""What an account has besides events, as a sync engine reads it: calendars, access rules, settings.

These lists are followed like events: pages, then changes since a sync token, which dies
like any other. So they are sources of the same engine and live in the same stores, with
every promise that is made of events: a pass is visible as a whole or not at all, a dead
token costs a full pass that empties nothing, what goes is told, and much of it going at
once is held. A member is kept as a record of the kind `SINGLE` without times, which no
window of time ever touches; `member` makes its typed value of it, and there are no
events to read. What it takes to read such a copy is in `kloudsync.objects.collection_engine`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from kloudsync.errors import APIError, UsageError
from kloudsync.http.codec import JSONObject
from kloudsync.http.json_kinds import Item, is_object, kind_of
from kloudsync.http.operation import Operation
from kloudsync.http.scan import Unreadable, read_item
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.page import SeriesFacts, SourcePage
from kloudsync.model.record import EventRecord, Kind, Malformed, is_storable
from kloudsync.model.state import Cursor
from kloudsync.providers.google.owner import PRIMARY, ask_owner
from kloudsync.providers.google.refusal import may_mean_token, why_refused
from kloudsync.providers.google.resources.acl import Acl
from kloudsync.providers.google.resources.calendar_list import CalendarList
from kloudsync.providers.google.resources.settings import Settings
from kloudsync.providers.google.source import read_page
from kloudsync.providers.google.wire.access import AclRule
from kloudsync.providers.google.wire.calendar_list import CalendarListEntry
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.settings import Setting
from kloudsync.recurrence import GOOGLE, Reading

Caller_co = TypeVar("Caller_co", covariant=True)
M_co = TypeVar("M_co", bound=JSONObject, covariant=True)
Describe = Callable[[str | None, str | None], Operation[object]]

LARGEST_PAGE = 250


@frozen(kw_only=True)
class GoogleCollection(Generic[Caller_co, M_co]):
    """One list of one account at Google.

    Attributes:
        caller: Performs the operations.
        account: The caller's name for the account; any stable text.
        name: What is listed, such as `users/me/calendarList`; no calendar has such an id.
        member_type: What its members are.
        describe: Describes a page, by sync token and page token.
        is_gone: Tells from a member's JSON whether it is no longer there.
    """

    caller: Caller_co = field(repr=False)
    account: str
    name: str
    member_type: type[M_co]
    describe: Describe = field(repr=False)
    is_gone: Callable[[Item], bool] = field(repr=False)

    @property
    def key(self) -> CalendarKey:
        """Which list this is."""
        return CalendarKey("google", self.account, self.name)

    @property
    def fingerprint(self) -> str:
        """A digest of account, list and parameters; cursors are tied to it."""
        parts = ["google", self.account, self.name, *self.describe(None, None).request.query]
        return sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def incremental(self) -> bool:
        """Whether the service tells what changed since a pass: for every list."""
        return True

    @property
    def shifts(self) -> bool:
        """Whether what moves while a listing is read may be on none of its pages: as of calendars."""
        return True

    def page(self, cursor: Cursor | None, position: str | None) -> Operation[SourcePage]:
        """Describe the fetch of a page; see `GoogleCalendar.page`."""
        listing = self.describe(None if cursor is None else cursor.token, position)
        decode = partial(read_page, read=self._read, members=None)
        return Operation(name=listing.name, request=listing.request, decode=decode)

    def owner(self, label: str) -> str | None:
        """Return what a list's label says: whose it is."""
        return label

    def ask_owner(self) -> Operation[str | None]:
        """Describe the question what the account's own calendar is called by everybody else."""
        return ask_owner(PRIMARY)

    def doubts(self, error: APIError) -> bool:
        """Tell whether an error of a delta may mean its cursor, though it says nothing of it."""
        return may_mean_token(error)

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> str | None:
        """Return why the service refused the cursor or page, or None if the error means something else."""
        return why_refused(error, sent=cursor is not None or position is not None)

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again, as `page` does."""
        return self._read(read_item(raw), raw)

    def same(self, before: EventRecord, after: EventRecord) -> bool:
        """Tell whether two records have the same contents, apart from their version."""
        return _contents(before) == _contents(after)

    def member(self, record: EventRecord) -> M_co:
        """Build the typed member of a record."""
        return codec.load(self.member_type, read_item(record.raw))

    @property
    def reading(self) -> Reading:
        """Google's own; no member recurs."""
        return GOOGLE

    def series_facts(self, record: EventRecord) -> SeriesFacts:  # noqa: ARG002 - there are none
        """Tell nothing: no member is a series."""
        return SeriesFacts()

    def continuations(self, series: str, at: int) -> Sequence[str]:  # noqa: ARG002 - the port's shape
        """Return no ids: there are none."""
        return ()

    def event(self, record: EventRecord) -> Held:
        """Refuse: no member is an event.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{record.id} of {self.name} is no event; read it with `member`")

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Refuse: no member occurs.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{self.name} has no occurrences, at {start} ({series}, {all_day=})")

    def _read(self, item: Any, raw: str) -> EventRecord | Malformed:
        name = item.get("id") if is_object(item) else None
        if not is_object(item) or not isinstance(name, str) or not name or not is_storable(name):
            found = item.reason if isinstance(item, Unreadable) else kind_of(name)
            return Malformed(id=None, reason=f"expected an id, found {found} @ id", raw=raw)
        gone = self.is_gone(item)
        return EventRecord(name, int(Kind.TOMBSTONE if gone else Kind.SINGLE), raw, busy=0)


def _contents(record: EventRecord) -> Item:
    item = read_item(record.raw)
    members: Item = item if is_object(item) else {}
    return {name: value for name, value in members.items() if name != "etag"}


@frozen
class Collections(Generic[Caller_co]):
    """The lists of an account that can be kept in step, beside the events of its calendars.

    Attributes:
        caller: Performs the operations.
        account: The caller's name for the account.
    """

    caller: Caller_co = field(repr=False)
    account: str

    def calendars(self) -> GoogleCollection[Caller_co, CalendarListEntry]:
        """Return the calendars in the user's list, hidden ones included, as deltas have them."""
        return GoogleCollection(
            caller=self.caller,
            account=self.account,
            name="users/me/calendarList",
            member_type=CalendarListEntry,
            describe=_calendars,
            is_gone=_is_deleted,
        )

    def access(self, calendar_id: str = "primary") -> GoogleCollection[Caller_co, AclRule]:
        """Return the access rules of a calendar.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
        """
        return GoogleCollection(
            caller=self.caller,
            account=self.account,
            name=f"calendars/{calendar_id}/acl",
            member_type=AclRule,
            describe=partial(_rules, calendar_id),
            is_gone=_is_revoked,
        )

    def settings(self) -> GoogleCollection[Caller_co, Setting]:
        """Return what the user has set."""
        return GoogleCollection(
            caller=self.caller,
            account=self.account,
            name="users/me/settings",
            member_type=Setting,
            describe=_settings,
            is_gone=_is_deleted,
        )


def _calendars(cursor: str | None, position: str | None) -> Operation[object]:
    return CalendarList.list(
        max_results=LARGEST_PAGE, show_hidden=True, sync_token=cursor, page_token=position
    )


def _rules(calendar_id: str, cursor: str | None, position: str | None) -> Operation[object]:
    return Acl.list(calendar_id, max_results=LARGEST_PAGE, sync_token=cursor, page_token=position)


def _settings(cursor: str | None, position: str | None) -> Operation[object]:
    return Settings.list(max_results=LARGEST_PAGE, sync_token=cursor, page_token=position)


def _is_deleted(item: Item) -> bool:
    return item.get("deleted") is True


def _is_revoked(item: Item) -> bool:
    return item.get("role") == "none"
