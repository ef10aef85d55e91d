"""What the fake holds: mailboxes, who may ask, what is followed and watched, and how it behaves."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from kloudsync.testing.clock import ManualClock, TellsTime
from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.accounts import Accounts
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.habits import USUAL, Habit
from kloudsync.testing.microsoft.limits import Limits
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.meetings import Meetings
from kloudsync.testing.microsoft.subscriptions import Subscriptions
from kloudsync.testing.microsoft.sync_states import SyncStates
from kloudsync.testing.microsoft.tenant import Tenant


class State:
    """The holdings of Graph's calendar service, edited as its users would.

    Args:
        account: The address of the first mailbox.
        time_zone: The zone of its mailbox, by its Windows or IANA name.
        tokens: Bearer tokens and the addresses that they act for; with none, every token is good
            and acts for the first mailbox.
        clock: What tells the present; a manual clock unless given.
        seed: What ids are drawn from.
        pace: The least time between two changes.
        habits: What it does though no current page says so; see `Habit`.

    Attributes:
        habits: What it does by habit; may be changed at any time.
        accounts: Who may ask, and for what.
        tenant: The mailboxes.
        states: What deltas continue from; `states.kept` bounds how many are remembered.
        limits: How much may be asked of a mailbox.
        subscriptions: Who is notified of changes, and how notifications travel.
        clock: What tells the present.
    """

    def __init__(
        self,
        account: str = "owner@example.com",
        *,
        time_zone: str = "UTC",
        tokens: Mapping[str, str] | None = None,
        clock: TellsTime | None = None,
        seed: int = 0,
        pace: timedelta = timedelta(seconds=1),
        habits: Iterable[Habit] = USUAL,
    ) -> None:
        self.habits: set[Habit] = set(habits)
        self.clock: TellsTime = clock or ManualClock()
        self.accounts: Accounts = Accounts(account, tokens)
        self.tenant: Tenant = Tenant(self.clock, seed=seed, pace=pace, habits=self.habits)
        self.states: SyncStates = SyncStates()
        self.limits: Limits = Limits(self.clock)
        self.subscriptions: Subscriptions = Subscriptions(self.tenant, seed=seed)
        self._lock = self.tenant.lock
        self.tenant.listeners += [Meetings(self.tenant).follow, self.subscriptions.follow]
        for address in dict.fromkeys((account, *(tokens or {}).values())):
            self.tenant.add(address, zone=time_zone)

    def mailbox(self, address: str = "") -> Mailbox:
        """Find a mailbox; that of the first account unless said otherwise."""
        found = self.tenant.find(address or self.accounts.first)
        if found is None:
            known = ", ".join(box.address for box in self.tenant)
            raise LookupError(f"no mailbox {address!r}; the fake has {known}")
        return found

    def add_mailbox(
        self, address: str, *, name: str = "", time_zone: str = "UTC", is_personal: bool = False
    ) -> Mailbox:
        """Add a mailbox of another person."""
        with self.tenant.lock:
            return self.tenant.add(address, name=name, zone=time_zone, is_personal=is_personal)

    def calendar(self, name: str = "", account: str = "") -> FakeCalendar:
        """Find a calendar to edit, by id or name; the default one of `account` unless said."""
        mailbox = self.mailbox(account)
        if not name:
            return mailbox.default
        for calendar in mailbox:
            if name in {calendar.id, calendar.name}:
                return calendar
        known = ", ".join(calendar.name for calendar in mailbox)
        raise LookupError(f"no calendar {name!r}; the mailbox has {known}")

    def add_calendar(self, name: str, account: str = "") -> FakeCalendar:
        """Add a calendar to a mailbox."""
        return self.mailbox(account).add_calendar(name)

    def remove_calendar(self, name: str, account: str = "") -> None:
        """Delete a calendar, by id or name, with all that is in it."""
        self.mailbox(account).remove_calendar(self.calendar(name, account).id)

    def share(self, calendar: FakeCalendar, account: str, role: str = "read") -> str:
        """Let somebody else have a calendar in their list; answers with its id there."""
        with self.tenant.lock:
            owner, _ = self.tenant.home(calendar.book)
            calendar.roles[account.lower()] = role
            return self.mailbox(account).accept_calendar(calendar, owner)

    def expire_tokens(self) -> None:
        """Drop every state of every delta; its tokens are refused with 410."""
        with self.tenant.lock:
            self.states.expire()

    def expire_pages(self) -> None:
        """Drop the rounds that are being read; the links to their later pages are refused."""
        with self.tenant.lock:
            self.states.forget_rounds()

    def truth(self, calendar: str = "", account: str = "") -> dict[str, Resource]:
        """Collect what a client in sync with a calendar holds, by id."""
        return self.calendar(calendar, account).truth()
