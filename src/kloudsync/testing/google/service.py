"""A model of Google Calendar: what the fake answers follows from what its users did."""

import random
import threading
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kloudsync.testing.clock import ManualClock, Stamps, TellsTime
from kloudsync.testing.exchange import Query, Reply, RequestLine, is_form
from kloudsync.testing.faults import Fault, Faults, Scene
from kloudsync.testing.google import batching, faulty
from kloudsync.testing.google.access import Rule
from kloudsync.testing.google.accounts import WRITERS, Accounts
from kloudsync.testing.google.book import Book
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.call import JSON, Call, unless_known
from kloudsync.testing.google.channels import CALENDAR_LIST, SETTINGS, Channels, events_of
from kloudsync.testing.google.encoding import Resource, decode, encode, read_body
from kloudsync.testing.google.habits import USUAL, Habit
from kloudsync.testing.google.ids import GENERATED, EventIds
from kloudsync.testing.google.masks import asked_mask, masked
from kloudsync.testing.google.quotas import INVITING, Quota
from kloudsync.testing.google.refusals import Refusal, forbidden, refuse_invalid
from kloudsync.testing.google.routes import LISTS, Route, find_route
from kloudsync.testing.google.settings import Preferences
from kloudsync.testing.google.shapes import take_body
from kloudsync.testing.google.walks import Walks
from kloudsync.testing.transport import FakeTransport

PUBLIC = f"#holiday{GENERATED}"
"""How ids of calendars end that everybody may read without having them in a list."""


class FakeGoogle:
    """Google Calendar in memory, for your tests.

    It has Google's rules, not canned replies: edit a calendar as its user would and ask for the
    changes as a client would. Ids, times and chance are the same in every run.

    Args:
        account: The address of the first account, and the id of its primary calendar.
        time_zone: The IANA zone of its primary calendar.
        tokens: Bearer tokens and the accounts that they act for; with none, every token is
            good and acts for the first account.
        clock: What tells the present; a manual clock unless given.
        seed: What ids are drawn from.
        pace: The least time between two writes.
        faults: The faults to commit.
        habits: What it does though no document promises that Google does; see `Habit`.
        quota: What each account may spend; None for as much as it likes.

    Attributes:
        quota: What each account may spend; may be set at any time.
        habits: What it does by habit; may be changed at any time.
        requests: Every request so far, credentials left out.
        faults: The faults to commit; may be replaced at any time.
        live_paging: Whether changes made while a list is read appear on its later pages too.
            They are part of the next delta in any case.
        shifting_pages: Whether the pages of a full list are places in the calendar as it is when
            each of them is asked for, in order of start, as page tokens in the wild suggest: what
            is moved in front of its reader is on no page.
        accounts: Who may ask, and what they may see.
        clock: What tells the present.
        walks: The lists being read page by page.
        channels: What announces changes, and to whom.
        preferences: What the accounts have set; see `change_setting`.
        groups: Ids of the members' calendars, by the address of a group.
        token_epoch: Counts how often the sync tokens of all lists were dropped.
        longest_question: What `freeBusy` answers at most; where Google draws the line is not
            documented, and users met it between three months and a year.
    """

    base_path = "/calendar/v3"

    def __init__(
        self,
        account: str = "owner@example.com",
        *,
        time_zone: str = "America/Los_Angeles",
        tokens: Mapping[str, str] | None = None,
        clock: TellsTime | None = None,
        seed: int = 0,
        pace: timedelta = timedelta(seconds=1),
        faults: Faults | None = None,
        habits: Iterable[Habit] = USUAL,
        quota: Quota | None = None,
    ) -> None:
        self.quota: Quota | None = quota
        self.habits: set[Habit] = set(habits)
        self.clock: TellsTime = clock or ManualClock()
        self.accounts: Accounts = Accounts(account, tokens)
        self.faults: Faults = faults or Faults()
        self.requests: list[RequestLine] = []
        self.live_paging = False
        self.shifting_pages = False
        self.walks: Walks = Walks()
        self.channels: Channels = Channels(self.clock, seed)
        self.preferences: Preferences = Preferences()
        self.groups: dict[str, list[str]] = {}
        self.token_epoch: int = 0
        self.longest_question: timedelta = timedelta(days=366)
        self._seed = seed
        self._stamps = Stamps(self.clock, pace)
        self._lock = threading.RLock()
        self._calendars: dict[str, FakeCalendar] = {}
        self._count = 0
        for address in dict.fromkeys((account, *(tokens or {}).values())):
            added = self.add_calendar(address, account=address, time_zone=time_zone)
            self.preferences.begin(address, added.book.mark, timezone=time_zone)

    def calendar(self, calendar: str = "primary", account: str | None = None) -> FakeCalendar:
        """Find a calendar to edit; `primary` is that of `account`, or of the first account."""
        name = (account or self.accounts.first) if calendar == "primary" else calendar
        try:
            return self._calendars[name]
        except KeyError:
            known = ", ".join(self._calendars)
            raise LookupError(f"no calendar {name!r}; the fake has {known}") from None

    def add_calendar(
        self,
        calendar: str,
        *,
        account: str | None = None,
        summary: str = "",
        time_zone: str = "America/Los_Angeles",
    ) -> FakeCalendar:
        """Add a calendar that `account`, or the first account, owns."""
        owner = account or self.accounts.first
        with self._lock:
            book = Book(
                calendar=calendar,
                owner=owner,
                zone=ZoneInfo(time_zone),
                ids=EventIds(f"{self._seed}/{calendar}"),
                stamps=self._stamps,
                announce=partial(self.channels.announce, events_of(calendar)),
                habits=self.habits,
            )
            added = FakeCalendar(book, self._lock, summary=summary or calendar)
            self._calendars[calendar] = added
            self.accounts.share(calendar, owner, "owner", book.mark)
            self.channels.announce(CALENDAR_LIST, account=owner)
        return added

    def remove_calendar(self, calendar: str) -> None:
        """Delete a calendar for everybody, as its owner may."""
        with self._lock:
            self.accounts.drop(self.calendar(calendar).id, self._stamps.next())
            del self._calendars[calendar]
            self.channels.announce(CALENDAR_LIST)

    def next_calendar_id(self) -> str:
        """Draw up the id of a new secondary calendar."""
        self._count += 1
        chance = random.Random(f"{self._seed}/calendar/{self._count}")
        return f"c_{chance.getrandbits(160):040x}@group.calendar.google.com"

    def stamp(self) -> int:
        """Issue the instant of a change."""
        return self._stamps.next()

    def change_setting(self, name: str, value: str, account: str | None = None) -> None:
        """Set what a user can set, such as `weekStart`; for `account`, or the first one."""
        with self._lock:
            owner = account or self.accounts.first
            self.preferences.change(owner, name, value, self._stamps.next())
            self.channels.announce(SETTINGS, account=owner)

    def share(self, calendar: str, account: str, role: str = "reader") -> None:
        """Put a calendar in another account's list, or change its role there."""
        with self._lock:
            self.accounts.share(self.calendar(calendar).id, account, role, self._stamps.next())
            self.channels.announce(CALENDAR_LIST, account=account)

    def unshare(self, calendar: str, account: str) -> None:
        """Take a calendar away from an account."""
        with self._lock:
            self.accounts.unshare(self.calendar(calendar).id, account, self._stamps.next())
            self.channels.announce(CALENDAR_LIST, account=account)

    def expire_sync_tokens(self) -> None:
        """Drop every sync token of every list; the next delta is refused with 410."""
        with self._lock:
            self.token_epoch += 1
            for calendar in self._calendars.values():
                calendar.expire_sync_tokens()

    def expire_page_tokens(self) -> None:
        """Drop every page token; lists that are being read can't be continued."""
        with self._lock:
            self.walks.forget()

    def truth(self, calendar: str = "primary") -> dict[str, Resource]:
        """Collect what a client in sync with a calendar holds, by id."""
        return self.calendar(calendar).truth()

    def readable(self, call: Call, calendar: str | None = None) -> FakeCalendar:
        """Find the calendar that a request names, if its account may see it."""
        name = call.names[0] if calendar is None else calendar
        name = call.account if name == "primary" else name
        if name.endswith(PUBLIC) and name not in self._calendars:
            self._publish(name)
        self.accounts.role(call.account, name)
        return self._calendars[name]

    def _publish(self, calendar: str) -> None:
        """Let a calendar of holidays exist, which everybody may read and nobody lists by itself."""
        self.add_calendar(calendar, account=calendar)
        rule = Rule(scope="default", value="", role="reader", changed=self._stamps.next())
        self.accounts.rules(calendar).put(rule)

    def writable(self, call: Call, calendar: str | None = None) -> FakeCalendar:
        """Find the calendar that a request names, if its account may write to it."""
        found = self.readable(call, calendar)
        if found.is_forgetful or self.accounts.role(call.account, found.id) not in WRITERS:
            raise forbidden()
        return found

    def owned(self, call: Call) -> FakeCalendar:
        """Find the calendar that a request names, if its account may manage it."""
        found = self.readable(call)
        if self.accounts.role(call.account, found.id) != "owner":
            raise forbidden()
        return found

    def transport(self) -> FakeTransport:
        """Carry the requests of an httpx client, blocking or awaiting, to this fake."""
        return FakeTransport(self)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer a request.

        Args:
            method: The HTTP verb.
            url: An absolute URL or a path; the host does not matter.
            headers: The headers; names in any case.
            body: The body, not compressed.

        Raises:
            Disrupted: Where a fault breaks the connection; carriers turn it into what their
                clients see.
        """
        target = urlsplit(url)
        query = Query.parse(target.query)
        if target.path == batching.PATH:
            return self._batch(headers, body)
        if is_form({name.lower(): value for name, value in headers.items()}):
            query, body = query.joined(body), b""
        route = find_route(method, target.path.removeprefix(self.base_path))
        with self._lock:
            status = 0
            try:
                reply = self._answer(route, query, headers, body)
                status = reply.status
            finally:
                line = RequestLine(method, target.path, query.public(), status, route.operation)
                self.requests.append(line)
        return reply

    def _batch(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """Perform many requests; faults strike the whole, named `batch`, and its parts."""
        lowered = {name.lower(): value for name, value in headers.items()}
        with self._lock:
            fault = self.faults.next(Scene(operation="batch"))
            status = 0
            try:
                reply = faulty.before(fault, self.clock) if fault else None
                if reply is None:
                    reply = batching.answer_batch(self.handle, lowered, body)
                reply = faulty.after(fault, reply, "") if fault else reply
                status = reply.status
            except Refusal as refusal:
                status = refusal.status
                reply = Reply(refusal.status, JSON | refusal.headers, refusal.body())
            finally:
                self.requests.append(RequestLine("POST", batching.PATH, {}, status, "batch"))
        return reply

    def _answer(self, route: Route, query: Query, headers: Mapping[str, str], body: bytes) -> Reply:
        """Perform a request with the fault that strikes it, if any."""
        fault = self.faults.next(_scene(route.operation, query))
        try:
            reply = faulty.before(fault, self.clock) if fault else None
            if reply is None:
                reply = self._performed(route, query, headers, body, fault)
        except Refusal as refusal:
            reply = Reply(refusal.status, JSON | refusal.headers, refusal.body())
        return faulty.after(fault, reply, query.get("pageToken")) if fault else reply

    def _performed(
        self,
        route: Route,
        query: Query,
        headers: Mapping[str, str],
        body: bytes,
        fault: Fault | None,
    ) -> Reply:
        mask = asked_mask(route.operation, query) if "fields" in query else None
        call = self._call(route, query, headers, body, fault)
        if self.quota is not None:
            guests = call.body.get("attendees") if route.operation in INVITING else None
            self.quota.spend(call.account, guests or (), self.clock.now())
        try:
            reply = route.handler(call)
        except OverflowError as error:
            raise refuse_invalid() from error  # a time at the end of all times
        if route.operation not in LISTS or Habit.CONDITIONAL_LISTS in self.habits:
            reply = unless_known(call, reply)
        if mask is None or reply.status != 200:
            return reply
        return reply._replace(body=encode(masked(decode(reply.body), mask)))

    def _call(
        self,
        route: Route,
        query: Query,
        headers: Mapping[str, str],
        body: bytes,
        fault: Fault | None,
    ) -> Call:
        lowered = {name.lower(): value for name, value in headers.items()}
        account = self.accounts.authorise(_credential(lowered, query))
        return Call(
            service=self,
            operation=route.operation,
            account=account,
            names=tuple(account if name == "primary" else name for name in route.names),
            query=query,
            headers=lowered,
            body=take_body(route.operation, _json(body)),
            fault=fault,
        )


def _scene(operation: str, query: Query) -> Scene:
    return Scene(
        operation=operation,
        listing=operation in LISTS,
        first="pageToken" not in query,
        cursor="syncToken" in query,
    )


def _credential(headers: Mapping[str, str], query: Query) -> str:
    """Find the bearer token: in its header, or in the query as Google's own tools may send it."""
    token = query.get("access_token")
    return headers.get("authorization") or (f"Bearer {token}" if token else "")


def _json(body: bytes) -> Resource:
    try:
        return read_body(body)
    except ValueError as error:
        raise Refusal(400, "parseError", "Parse Error") from error
