"""What the fake holds: connected accounts, their subscriptions, and how it behaves."""

import threading
from collections.abc import Mapping
from itertools import count

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.deliveries import Delivery
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.kloudless.activity import ActivityLog
from kloudsync.testing.kloudless.connected import FIRST_ACCOUNT, Connected, Credentials
from kloudsync.testing.kloudless.ids import encode_id
from kloudsync.testing.kloudless.refusals import not_found
from kloudsync.testing.kloudless.subscriptions import FakeSubscription
from kloudsync.testing.kloudless.unify import Unifier
from kloudsync.testing.kloudless.upstream import Upstream
from kloudsync.testing.kloudless.webhooks import Hooks


class State:
    """Kloudless's holdings: what it knows of accounts whose calendars lie upstream.

    Args:
        google: The upstream service; an empty one unless given.
        tokens: Bearer tokens and the numbers of their accounts; with none, every token is good
            and acts for the first account, 4242.
        api_keys: The application's keys; the first one signs webhooks.
        application: The application's id.
        track_activity: Whether each account has a default subscription from the beginning.
        clock: What tells the present; that of the upstream service unless given.

    Attributes:
        google: The upstream service.
        accounts: The connected accounts, by number.
        subscriptions: All subscriptions.
        hooks: The webhook addresses, and what was sent to them.
        credentials: Who may ask for what.
        clock: What tells the present.
        pointers: Whether occurrences name their series and their original start.
        uids: Whether events have UIDs.
        numeric_cursors: Whether cursors are numbers; else texts, but for 0.
        expands_ranges: Whether a list with bounds holds occurrences; else series.
        numbered: Whether pages of events go by number and have a total, so that they shift where
            something is deleted meanwhile; else by opaque names, and stay as they are.
        places: Where events stand in numbered pages, by the upstream ids of calendar and event.
    """

    def __init__(
        self,
        google: FakeGoogle | None = None,
        *,
        tokens: Mapping[str, int] | None = None,
        api_keys: tuple[str, ...] = ("test-api-key",),
        application: str = "test-application",
        track_activity: bool = True,
        clock: TellsTime | None = None,
    ) -> None:
        self.google: FakeGoogle = google or FakeGoogle()
        self.clock: TellsTime = clock or self.google.clock
        self.application = application
        self.credentials: Credentials = Credentials(tokens, api_keys)
        self.hooks: Hooks = Hooks(application, api_keys[0], self.clock)
        self.accounts: dict[int, Connected] = {}
        self.subscriptions: list[FakeSubscription] = []
        self.pointers = True
        self.uids = True
        self.numeric_cursors = False
        self.expands_ranges = True
        self.numbered = False
        self.places: dict[tuple[str, str], int] = {}
        self._track_activity = track_activity
        self._numbers = count(99)
        self._lock = threading.RLock()
        self._upstreams: dict[int, Upstream] = {}
        self._legacy: dict[int, FakeSubscription] = {}
        self.connect(self.google.accounts.first)

    def connect(self, address: str, *, admin: bool = False) -> int:
        """Connect an upstream account; answer with its number."""
        number = FIRST_ACCOUNT + len(self.accounts)
        self.accounts[number] = Connected(number, address, admin)
        self._upstreams[number] = Upstream(self.google, address)
        for upstream in self._upstreams.values():
            upstream.renew()
        if self._track_activity:
            self.subscribe(number, default=True)
        self._legacy[number] = self._subscription(number, [address], default=False)
        return number

    def subscribe(
        self, account: int, calendars: list[str] | None = None, *, default: bool = False
    ) -> FakeSubscription:
        """Create a subscription to upstream calendars, or to all; it records from now on."""
        created = self._subscription(account, calendars or [], default=default)
        self.subscriptions.append(created)
        return created

    def switch_off(self, reason: str, subscription: int | None = None) -> None:
        """Switch a subscription off, or all of them; what happens meanwhile is never told."""
        self.pull()
        for one in self.subscriptions:
            if subscription in {None, one.id}:
                one.active, one.disable_reason = False, reason
        self.pull()

    def switch_on(self) -> None:
        """Switch all subscriptions on again."""
        for one in self.subscriptions:
            one.active, one.disable_reason = True, ""
        self.pull()

    def revoke_upstream(self, account: int = FIRST_ACCOUNT) -> None:
        """Let the user of an account withdraw the consent given upstream."""
        self._upstreams[account].revoke()

    def pull(self) -> list[int]:
        """Ask the upstream service for changes and record them; answer with whose they were.

        Each request does so by itself. What changed twice in between is told once.
        """
        with self._lock:
            followed = [*self.subscriptions, *self._legacy.values()]
            living = [one for one in followed if one.account in self.accounts]
            return [one.id for one in living if self._follow(one)]

    def deliver(self) -> list[Delivery]:
        """Record changes and send webhooks to the registered addresses."""
        with self._lock:
            changed = set(self.pull())
            told = [(one.account, one.id) for one in self.subscriptions if one.id in changed]
        return [sent for account, number in told for sent in self.hooks.notify(account, number)]

    def event_id(self, upstream: str) -> str:
        """Return the id under which an upstream event is known here."""
        return encode_id("event", upstream)

    def account(self, number: int) -> Connected:
        """Find an account, or refuse."""
        if number not in self.accounts:
            raise not_found("Account")
        return self.accounts[number]

    def upstream(self, account: int) -> Upstream:
        """Find what an account is connected to."""
        self.account(account)
        return self._upstreams[account]

    def unifier(self, account: int, calendar: FakeCalendar) -> Unifier:
        """Return what shows a calendar's events in Kloudless's form."""
        return Unifier(
            account=account,
            calendar=calendar.id,
            zone=calendar.book.zone,
            pointers=self.pointers,
            uids=self.uids,
        )

    def subscriptions_of(self, account: int) -> list[FakeSubscription]:
        """List an account's subscriptions."""
        return [one for one in self.subscriptions if one.account == account]

    def legacy_log(self, account: int) -> ActivityLog:
        """Return the legacy stream of an account, which follows its primary calendar."""
        return self._legacy[account].log

    def shown_cursor(self, place: int) -> int | str:
        """Write a cursor as the service does: 0 as a number, others mostly as text."""
        return place if self.numeric_cursors or place == 0 else str(place)

    def _subscription(
        self, account: int, calendars: list[str], *, default: bool
    ) -> FakeSubscription:
        created = FakeSubscription(
            id=next(self._numbers),
            account=account,
            default=default,
            created=self.clock.now(),
            resources=calendars,
        )
        self._follow(created)
        return created

    def _follow(self, subscription: FakeSubscription) -> bool:
        address = self.accounts[subscription.account].address
        entries = self.google.accounts.entries(address)
        calendars = [self.google.calendar(one.calendar) for one in entries if not one.removed]
        now = self.clock.now()
        followed = [
            subscription.follow(calendar, self.unifier(subscription.account, calendar), now)
            for calendar in calendars
        ]
        return any(followed)
