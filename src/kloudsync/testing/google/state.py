"""What the fake holds: calendars, accounts, what is watched and read, and how it behaves."""

import random
import threading
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from kloudsync.testing.clock import ManualClock, Stamps, TellsTime
from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.access import Rule
from kloudsync.testing.google.accounts import WRITERS, Accounts
from kloudsync.testing.google.book import Book
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.channels import CALENDAR_LIST, SETTINGS, Channels, events_of
from kloudsync.testing.google.habits import USUAL, Habit
from kloudsync.testing.google.ids import GENERATED, EventIds
from kloudsync.testing.google.preferences import Preferences
from kloudsync.testing.google.quotas import Quota
from kloudsync.testing.google.refusals import forbidden, refuse_invalid
from kloudsync.testing.paging import Walks

PUBLIC = f"#holiday{GENERATED}"
"""How ids of calendars end that everybody may read without having them in a list."""


class State:
    """Google Calendar's holdings, edited as its users would.

    Args:
        account: The address of the first account, and the id of its primary calendar.
        time_zone: The IANA zone of its primary calendar.
        tokens: Bearer tokens and the accounts that they act for; with none, every token is
            good and acts for the first account.
        clock: What tells the present; a manual clock unless given.
        seed: What ids are drawn from.
        pace: The least time between two writes.
        habits: What it does though no document promises that Google does; see `Habit`.
        quota: What each account may spend; None for as much as it likes.

    Attributes:
        quota: What each account may spend; may be set at any time.
        habits: What it does by habit; may be changed at any time.
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

    def __init__(
        self,
        account: str = "owner@example.com",
        *,
        time_zone: str = "America/Los_Angeles",
        tokens: Mapping[str, str] | None = None,
        clock: TellsTime | None = None,
        seed: int = 0,
        pace: timedelta = timedelta(seconds=1),
        habits: Iterable[Habit] = USUAL,
        quota: Quota | None = None,
    ) -> None:
        self.quota: Quota | None = quota
        self.habits: set[Habit] = set(habits)
        self.clock: TellsTime = clock or ManualClock()
        self.accounts: Accounts = Accounts(account, tokens)
        self.live_paging = False
        self.shifting_pages = False
        self.walks: Walks = Walks(partial(refuse_invalid, location="pageToken"))
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

    def readable(self, account: str, calendar: str) -> FakeCalendar:
        """Find a calendar by name, if an account may see it."""
        name = account if calendar == "primary" else calendar
        if name.endswith(PUBLIC) and name not in self._calendars:
            self._publish(name)
        self.accounts.role(account, name)
        return self._calendars[name]

    def writable(self, account: str, calendar: str) -> FakeCalendar:
        """Find a calendar by name, if an account may write to it."""
        found = self.readable(account, calendar)
        if found.is_forgetful or self.accounts.role(account, found.id) not in WRITERS:
            raise forbidden()
        return found

    def owned(self, account: str, calendar: str) -> FakeCalendar:
        """Find a calendar by name, if an account may manage it."""
        found = self.readable(account, calendar)
        if self.accounts.role(account, found.id) != "owner":
            raise forbidden()
        return found

    def _publish(self, calendar: str) -> None:
        """Let a calendar of holidays exist, which everybody may read and nobody lists by itself."""
        self.add_calendar(calendar, account=calendar)
        rule = Rule(scope="default", value="", role="reader", changed=self._stamps.next())
        self.accounts.rules(calendar).put(rule)
