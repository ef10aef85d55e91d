"""A model of Kloudless: unified calendars, and what happens in them, from a fake upstream."""

import threading
from collections.abc import Mapping
from itertools import count
from urllib.parse import urlsplit

import attrs
import httpx

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Query, Reply, RequestLine
from kloudsync.testing.faults import Faults, Scene
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.kloudless import faulty
from kloudsync.testing.kloudless.accounts import FIRST_ACCOUNT, Connected, Credentials
from kloudsync.testing.kloudless.activity import ActivityLog
from kloudsync.testing.kloudless.addresses import base_of, placed
from kloudsync.testing.kloudless.call import Call
from kloudsync.testing.kloudless.ids import encode_id
from kloudsync.testing.kloudless.refusals import Refusal, not_found
from kloudsync.testing.kloudless.routes import OPEN, WRITES, Route, find_route
from kloudsync.testing.kloudless.subscriptions import FakeSubscription
from kloudsync.testing.kloudless.unify import Unifier
from kloudsync.testing.kloudless.upstream import Upstream
from kloudsync.testing.kloudless.webhooks import Delivery, Hooks
from kloudsync.testing.transport import FakeTransport

_REDIRECTED = frozenset(("GET", "HEAD"))
"""What is sent on to the path with its slash; the vendor's samples write without one, too."""

_PAGED = frozenset(("events.list", "activity.list", "stream.list", "calendars.list"))


class FakeKloudless:
    """Kloudless in memory, for your tests: edit the calendars upstream, ask for them here.

    What no document says is chosen here and can be chosen otherwise: whether occurrences name
    their series (`pointers`), whether events have UIDs (`uids`), what cursors look like
    (`numeric_cursors`), whether a range lists occurrences in place of their series
    (`expands_ranges`), how pages of events are called (`numbered`).

    Args:
        google: The upstream service; an empty one unless given.
        tokens: Bearer tokens and the numbers of their accounts; with none, every token is good
            and acts for the first account, 4242.
        api_keys: The application's keys; the first one signs webhooks.
        application: The application's id.
        track_activity: Whether each account has a default subscription from the beginning.
        clock: What tells the present; that of the upstream service unless given.
        faults: The faults to commit.
        hook_client: What sends webhooks.

    Attributes:
        google: The upstream service.
        accounts: The connected accounts, by number.
        subscriptions: All subscriptions.
        requests: Every request so far, credentials left out.
        faults: The faults to commit; may be replaced at any time.
        hooks: The webhook addresses, and what was sent to them.
        credentials: Who may ask for what.
        clock: What tells the present.
        pointers: Whether occurrences name their series and their original start.
        uids: Whether events have UIDs.
        numeric_cursors: Whether cursors are numbers; else texts, but for 0.
        expands_ranges: Whether a list with bounds holds occurrences; else series.
        numbered: Whether pages of events go by number and have a total, so that they shift where
            something is deleted meanwhile; else by opaque names, and stay as they are.
    """

    base_path = "/v1"

    def __init__(
        self,
        google: FakeGoogle | None = None,
        *,
        tokens: Mapping[str, int] | None = None,
        api_keys: tuple[str, ...] = ("test-api-key",),
        application: str = "test-application",
        track_activity: bool = True,
        clock: TellsTime | None = None,
        faults: Faults | None = None,
        hook_client: httpx.Client | None = None,
    ) -> None:
        self.google: FakeGoogle = google or FakeGoogle()
        self.clock: TellsTime = clock or self.google.clock
        self.application = application
        self.credentials: Credentials = Credentials(tokens, api_keys)
        self.hooks: Hooks = Hooks(application, api_keys[0], hook_client)
        self.faults: Faults = faults or Faults()
        self.requests: list[RequestLine] = []
        self.accounts: dict[int, Connected] = {}
        self.subscriptions: list[FakeSubscription] = []
        self.pointers = True
        self.uids = True
        self.numeric_cursors = False
        self.expands_ranges = True
        self.numbered = False
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
            Disrupted: Where a fault breaks the connection.
        """
        target = urlsplit(url)
        version, path = _versioned(target.path)
        route = find_route(method, path)
        call = Call(
            service=self,
            verb=method,
            operation=route.operation,
            version=version,
            path=target.path,
            names=route.names,
            query=Query.parse(target.query),
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
        )
        with self._lock:
            status = 0
            try:
                reply = placed(self._answer(route, call), base_of(url, call.headers, version))
                status = reply.status
            finally:
                shown = call.query.public()
                line = RequestLine(method, target.path, shown, status, route.operation)
                self.requests.append(line)
        if route.operation in WRITES and reply.status < 300 and self.hooks.urls:
            self.deliver()
        return reply

    def _answer(self, route: Route, call: Call) -> Reply:
        """Perform a request with the fault that strikes it, if any."""
        fault = self.faults.next(_scene(call))
        try:
            reply = faulty.before(fault, self.clock) if fault else None
            if reply is None:
                reply = self._perform(route, call)
        except Refusal as refusal:
            reply = refusal.reply()
        return faulty.after(fault, reply, call.query) if fault else reply

    def _perform(self, route: Route, call: Call) -> Reply:
        if route.operation in OPEN:
            return route.handler(call)
        if call.verb in _REDIRECTED and not call.path.endswith("/"):
            return Reply(301, {"Location": f"{call.path}/{call.search}"}, b"")
        header = call.headers.get("authorization", "")
        accounts = self.credentials.accounts(header, route.account)
        self.pull()
        return route.handler(attrs.evolve(call, accounts=self._acting(accounts, call.headers)))

    def _acting(self, accounts: tuple[int, ...], headers: Mapping[str, str]) -> tuple[int, ...]:
        """Let an admin account act for a user of its team."""
        user = headers.get("x-kloudless-as-user")
        if user is None or not accounts:
            return accounts
        if not self.account(accounts[0]).admin:
            raise Refusal(403, "forbidden", "Only an admin account acts for others.")
        known = {encode_id("user", one.address): one.id for one in self.accounts.values()}
        if user not in known:
            raise not_found("User")
        return (known[user],)

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


def _versioned(path: str) -> tuple[int, str]:
    for version in (1, 2):
        prefix = f"/v{version}/"
        if path.startswith(prefix):
            return version, path.removeprefix(prefix)
    return 0, "nowhere/at/all"


def _scene(call: Call) -> Scene:
    return Scene(
        operation=call.operation,
        listing=call.operation in _PAGED,
        first="page" not in call.query,
        cursor=call.query.get("cursor") not in {"", "0"},
    )
