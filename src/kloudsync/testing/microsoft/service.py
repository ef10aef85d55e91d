"""A model of Microsoft Graph's calendars: what the fake answers follows from what people did."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from urllib.parse import quote, urlencode, urlsplit

import attrs

from kloudsync.testing.clock import ManualClock, TellsTime
from kloudsync.testing.exchange import Query, Reply, RequestLine
from kloudsync.testing.faults import Fault, Faults, Scene
from kloudsync.testing.microsoft import faulty
from kloudsync.testing.microsoft.accounts import Accounts, Identity
from kloudsync.testing.microsoft.batching import answer_batch
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.call import JSON, Call, Place
from kloudsync.testing.microsoft.encoding import Resource, encode, read_body
from kloudsync.testing.microsoft.habits import USUAL, Habit
from kloudsync.testing.microsoft.limits import Limits
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.meetings import Meetings
from kloudsync.testing.microsoft.refusals import Refusal, no_mailbox, no_resource, unreadable_body
from kloudsync.testing.microsoft.routes import BATCH, LISTS, Route, find_route
from kloudsync.testing.microsoft.shapes import take_body
from kloudsync.testing.microsoft.sync_states import SyncStates
from kloudsync.testing.microsoft.tenant import Tenant
from kloudsync.testing.transport import FakeTransport

HOST = "https://graph.microsoft.com"
VERSIONS = ("/v1.0", "/beta")
_PARAMETERS = {name.lower(): name for name in ("startDateTime", "endDateTime", "validationToken")}


class FakeMicrosoft:
    """Microsoft Graph's calendar service in memory, for your tests.

    It has the service's rules, not canned replies: edit a calendar as its user would and ask for
    the changes as a client would. Ids, times and chance are the same in every run. What no
    current page of the vendor says is a `Habit`.

    Args:
        account: The address of the first mailbox.
        time_zone: The zone of its mailbox, by its Windows or IANA name.
        tokens: Bearer tokens and the addresses that they act for; with none, every token is good
            and acts for the first mailbox.
        clock: What tells the present; a manual clock unless given.
        seed: What ids are drawn from.
        pace: The least time between two changes.
        faults: The faults to commit.
        habits: What it does though no current page says so; see `Habit`.

    Attributes:
        habits: What it does by habit; may be changed at any time.
        requests: Every request so far, credentials left out.
        faults: The faults to commit; may be replaced at any time.
        accounts: Who may ask, and for what.
        tenant: The mailboxes.
        states: What deltas continue from; `states.kept` bounds how many are remembered.
        clock: What tells the present.
    """

    base_path = "/v1.0"

    def __init__(
        self,
        account: str = "owner@example.com",
        *,
        time_zone: str = "UTC",
        tokens: Mapping[str, str] | None = None,
        clock: TellsTime | None = None,
        seed: int = 0,
        pace: timedelta = timedelta(seconds=1),
        faults: Faults | None = None,
        habits: Iterable[Habit] = USUAL,
    ) -> None:
        self.habits: set[Habit] = set(habits)
        self.clock: TellsTime = clock or ManualClock()
        self.accounts: Accounts = Accounts(account, tokens)
        self.faults: Faults = faults or Faults()
        self.requests: list[RequestLine] = []
        self.tenant: Tenant = Tenant(self.clock, seed=seed, pace=pace, habits=self.habits)
        self.states: SyncStates = SyncStates()
        self.limits: Limits = Limits(self.clock)
        self.tenant.listeners.append(Meetings(self.tenant).follow)
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

    def transport(self) -> FakeTransport:
        """Carry the requests of an httpx client, blocking or awaiting, to this fake."""
        return FakeTransport(self)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer a request.

        Args:
            method: The HTTP verb.
            url: An absolute URL or a path.
            headers: The headers; names in any case.
            body: The body, not compressed.

        Raises:
            Disrupted: Where a fault breaks the connection; carriers turn it into what their
                clients see.
        """
        asked = _asked(method, url, headers, body)
        whose = asked.route.user or self.accounts.address_of(asked.headers.get("authorization", ""))
        allowed = self.limits.enter(whose.lower())
        try:
            with self.tenant.lock:
                return self._logged(asked, method, urlsplit(url).path, allowed=allowed)
        finally:
            self.limits.leave(whose.lower())

    def _logged(self, asked: "_Asked", method: str, path: str, *, allowed: bool) -> Reply:
        status = 0
        try:
            reply = self._answer(asked, allowed=allowed)
            status = reply.status
        finally:
            operation = asked.route.method.operation
            line = RequestLine(method, path, asked.query.public(), status, operation)
            self.requests.append(line)
        return reply

    def _answer(self, asked: "_Asked", *, allowed: bool) -> Reply:
        """Perform a request with the fault that strikes it, if any."""
        fault = self.faults.next(asked.scene)
        request_id = self.tenant.request_id()
        try:
            fractional = Habit.FRACTIONAL_WAITS in self.habits
            reply = faulty.before(fault, self.clock, fractional=fractional) if fault else None
            if reply is None:
                reply = self._performed(asked, fault, allowed=allowed)
        except Refusal as refusal:
            reply = self._refused(refusal, asked.headers, request_id)
        except OverflowError:
            overflow = Refusal(400, "ErrorInvalidParameter", "A time is out of range.")
            reply = self._refused(overflow, asked.headers, request_id)
        if fault is not None:
            reply = faulty.after(fault, reply, "" if asked.scene.first else asked.address)
        return reply._replace(headers={**reply.headers, **_marks(asked.headers, request_id)})

    def _performed(self, asked: "_Asked", fault: Fault | None, *, allowed: bool) -> Reply:
        if asked.route.method.operation == BATCH.operation:
            self.accounts.authorise(asked.headers.get("authorization", ""))
            overflows = Habit.BATCH_OVERFLOWS in self.habits
            return answer_batch(
                self.handle, asked.root, asked.headers, asked.body, overflows=overflows
            )
        call = self._call(asked, fault)
        self.limits.spend(call.mailbox.address.lower(), allowed=allowed)
        return asked.route.method.handler(call)

    def _call(self, asked: "_Asked", fault: Fault | None) -> Call:
        route = asked.route
        identity = self.accounts.authorise(asked.headers.get("authorization", ""))
        mailbox = self._mailbox(route, identity)
        return Call(
            tenant=self.tenant,
            states=self.states,
            identity=identity,
            place=Place(prefix=route.prefix, mailbox=mailbox, name=route.calendar),
            operation=route.method.operation,
            names=route.names,
            query=asked.query,
            headers=asked.headers,
            body=_read(route, asked.body),
            root=asked.root,
            path=asked.path,
            fault=fault,
        )

    def _mailbox(self, route: Route, identity: Identity) -> Mailbox:
        user = route.user or identity.address
        if not user:
            # An application has no mailbox of its own.
            raise Refusal(
                400, "BadRequest", "/me request is only valid with delegated authentication flow."
            )
        mailbox = self.tenant.find(user)
        if mailbox is None and not route.method.operation:
            raise no_resource(route.prefix)
        if mailbox is None:
            message = f"Resource '{user}' does not exist or one of its queried reference-property objects are not present."
            raise Refusal(404, "ResourceNotFound", message)
        if not mailbox.is_in_cloud:
            raise no_mailbox()
        return mailbox

    def _refused(self, refusal: Refusal, headers: Mapping[str, str], request_id: str) -> Reply:
        if Habit.SMALL_CODES in self.habits:
            refusal.code = refusal.code[:1].lower() + refusal.code[1:]
        told = refusal.described(
            date=self.clock.now().replace(tzinfo=None).isoformat(timespec="seconds"),
            request_id=request_id,
            client_id=headers.get("client-request-id", request_id),
        )
        return Reply(refusal.status, JSON | refusal.headers, encode(told))


@attrs.frozen(kw_only=True)
class _Asked:
    """A request as it arrived.

    Attributes:
        route: What it means.
        path: Its path below the version.
        query: Its parameters.
        headers: Its headers, names in lower case.
        body: Its body.
        root: The address of the service with its version.
    """

    route: Route
    path: str
    query: Query
    headers: Mapping[str, str]
    body: bytes
    root: str

    @property
    def scene(self) -> Scene:
        """What a fault must know of it."""
        operation = self.route.method.operation
        return Scene(
            operation=operation,
            listing=operation in LISTS,
            first="$skiptoken" not in self.query and "$skip" not in self.query,
            cursor="$skiptoken" in self.query or "$deltatoken" in self.query,
        )

    @property
    def address(self) -> str:
        """Its own address."""
        text = urlencode(self.query.pairs, quote_via=quote, safe="$")
        return f"{self.root}{self.path}?{text}"


def _asked(method: str, url: str, headers: Mapping[str, str], body: bytes) -> _Asked:
    lowered = {name.lower(): value for name, value in headers.items()}
    target = urlsplit(url)
    version = next((each for each in VERSIONS if target.path.startswith(f"{each}/")), "")
    path = target.path.removeprefix(version)
    return _Asked(
        route=find_route(method, path if version else ""),
        path=path,
        query=_query(target.query),
        headers=lowered,
        body=body,
        root=_root(target.scheme, target.netloc, lowered) + (version or VERSIONS[0]),
    )


def _marks(headers: Mapping[str, str], request_id: str) -> dict[str, str]:
    return {
        "request-id": request_id,
        "client-request-id": headers.get("client-request-id", request_id),
        "x-ms-ags-diagnostic": '{"ServerInfo":{"DataCenter":"Fake","Slice":"E","Ring":"5"}}',
    }


def _query(text: str) -> Query:
    """Read a query; names of options are understood in any case."""
    pairs = Query.parse(text).pairs
    return Query([(_PARAMETERS.get(name.lower(), _option(name)), value) for name, value in pairs])


def _option(name: str) -> str:
    return name.lower() if name.startswith("$") else name


def _root(scheme: str, netloc: str, headers: Mapping[str, str]) -> str:
    if netloc:
        return f"{scheme}://{netloc}"
    return f"http://{headers['host']}" if "host" in headers else HOST


def _read(route: Route, body: bytes) -> Resource:
    if route.method.body is None:
        return {}
    try:
        return take_body(read_body(body), route.method.body)
    except ValueError as error:
        raise unreadable_body() from error
