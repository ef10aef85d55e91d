"""A model of Salesloft: what the fake answers follows from what was written to it."""

import json
import threading
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from kloudsync.providers.salesloft.webhooks import EVENT_HEADER, SIGNATURE_HEADER, sign
from kloudsync.testing.clock import ManualClock, TellsTime
from kloudsync.testing.exchange import Query, Reply, RequestLine
from kloudsync.testing.faults import Faults, Scene
from kloudsync.testing.salesloft import faulty
from kloudsync.testing.salesloft.book import Book
from kloudsync.testing.salesloft.call import Call, Row
from kloudsync.testing.salesloft.events import visible
from kloudsync.testing.salesloft.queue import BulkQueue, Job
from kloudsync.testing.salesloft.refusals import Refusal, refuse
from kloudsync.testing.salesloft.routes import LISTS, Route, find_route
from kloudsync.testing.salesloft.spending import Spending, page_price
from kloudsync.testing.salesloft.tokens import Tokens
from kloudsync.testing.transport import FakeTransport

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
GUID = "00000000-0000-0000-0000-{:012d}"


class FakeSalesloft:
    """Salesloft in memory, for your tests.

    It has Salesloft's rules, not canned replies: events are found by their key, stale writes
    are skipped, bulk jobs wait for their turn, and the team's budget is counted. The first
    user, whose token every request carries, has an external calendar.

    Args:
        email: The address of the first user.
        clock: What tells the present; a manual clock unless given.
        per_minute: The team's points per minute.
        faults: The faults to commit.

    Attributes:
        requests: Every request so far, credentials left out.
        faults: The faults to commit; may be replaced at any time.
        spending: What the team spends of its points.
        tokens: Who may ask; while none was issued, every bearer token is good.
        book: The events of all calendars.
        bulk: The bulk jobs, their latency and pace.
        users: The users, as the service shows them.
        settings: Their meeting settings.
        meetings: Meetings that were booked.
        subscriptions: Webhook subscriptions.
        notifications: What was sent to them: address, headers and body.
        lists_cancelled: Whether lists show cancelled events, which the documents leave open.
    """

    base_path = "/v2"

    def __init__(
        self,
        email: str = "owner@example.com",
        *,
        clock: TellsTime | None = None,
        per_minute: int = 600,
        faults: Faults | None = None,
    ) -> None:
        self.clock: TellsTime = clock or ManualClock()
        self.faults: Faults = faults or Faults()
        self.requests: list[RequestLine] = []
        self.spending: Spending = Spending(per_minute)
        self.tokens: Tokens = Tokens()
        self.book: Book = Book(tenant=1)
        self.bulk: BulkQueue = BulkQueue(self.book.upsert, self._announce)
        self.users: list[Row] = []
        self.settings: list[Row] = []
        self.meetings: list[Row] = []
        self.subscriptions: list[Row] = []
        self.notifications: list[tuple[str, Mapping[str, str], bytes]] = []
        self.lists_cancelled = True
        self._lock = threading.RLock()
        self.add_user(email)

    def add_user(self, email: str, *, external: bool = True) -> str:
        """Add a user and return the guid; without `external`, the calendar refuses writes."""
        number = len(self.users) + 1
        guid, now = GUID.format(number), self.clock.now().isoformat()
        shared: Row = {"id": number, "created_at": now, "updated_at": now}
        self.users.append(
            {**shared, "guid": guid, "name": email.partition("@")[0], "email": email}
            | {"active": True, "time_zone": "US/Eastern", "role": {"id": "User"}}
        )
        self.settings.append(
            {**shared, "user": {"id": guid}, "email_address": email, "user_details": {}}
            | {"calendar_type": "external" if external else "gmail"}
            | {"primary_calendar_id": f"external_{guid}" if external else email}
            | {"primary_calendar_connection_failed": False}
        )
        self.book.open(f"external_{guid}", guid, external=external)
        return guid

    def add_meeting(self, **fields: Any) -> int:
        """Book a meeting that waits for a place in the user's calendar; returns its id."""
        number = len(self.meetings) + 1
        waiting: Row = {"id": number, "status": "pending", "event_id": None, "i_cal_uid": None}
        owner = {"user_guid": self.users[0]["guid"], "calendar_type": "external"}
        now = self.clock.now().isoformat()
        stamps = {"created_at": now, "updated_at": now}
        self.meetings.append({**waiting, **owner, **stamps, **fields})
        return number

    @property
    def guid(self) -> str:
        """The guid of the first user."""
        return str(self.users[0]["guid"])

    @property
    def calendar_id(self) -> str:
        """The id of the first user's external calendar."""
        return f"external_{self.guid}"

    def events(self, calendar_id: str | None = None, *, cancelled: bool = False) -> list[Row]:
        """Show the events of a calendar, in order of start.

        Args:
            calendar_id: The calendar; the first user's where None.
            cancelled: Whether to show cancelled ones, too.
        """
        with self._lock:
            self.bulk.advance(self.clock.now())
            rows = visible(self.book.rows(), listing_cancelled=cancelled)
            wanted = calendar_id or self.calendar_id
            mine = [row for row in rows if row["calendar_id"] == wanted]
            return sorted(mine, key=lambda row: (row["start_time"], row["id"]))

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
        route = find_route(method, target.path.removeprefix(self.base_path))
        operation = "oauth.token" if target.path == TOKEN_PATH else route.operation
        with self._lock:
            status = 0
            try:
                reply = self._answer(route, operation, query, headers, body)
                status = reply.status
            finally:
                line = RequestLine(method, target.path, query.public(), status, operation)
                self.requests.append(line)
        return reply

    def _answer(
        self, route: Route, operation: str, query: Query, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        """Perform a request with the fault that strikes it, if any."""
        now = self.clock.now()
        self.bulk.advance(now)
        first = query.get("page", "1") == "1"
        scene = Scene(operation=operation, listing=operation in LISTS, first=first)
        fault = self.faults.next(scene)
        cost = page_price(int(query.get("page", "1")))
        try:
            reply = faulty.before(fault, now) if fault else None
            if reply is None and operation == "oauth.token":
                reply = self.tokens.answer(body, now)
            if reply is None:
                call = self._call(route, query, headers, body, cost)
                reply = route.handler(call)
        except Refusal as refusal:
            reply = refusal.reply()
        metered = {
            "Date": format_datetime(now, usegmt=True),
            "x-ratelimit-endpoint-cost": str(cost),
            "x-ratelimit-remaining-minute": str(self.spending.remaining(now)),
        }
        reply = reply._replace(headers=metered | dict(reply.headers))
        return faulty.after(fault, reply) if fault else reply

    def _call(
        self, route: Route, query: Query, headers: Mapping[str, str], body: bytes, cost: int
    ) -> Call:
        now = self.clock.now()
        lowered = {name.lower(): value for name, value in headers.items()}
        self.tokens.authorise(lowered.get("authorization", ""), now)
        self.spending.spend(cost, now)
        form = lowered.get("content-type", "").startswith("application/x-www-form-urlencoded")
        sent = _form(body) if form else _json(body)
        return Call(service=self, names=route.names, query=query, body=sent, now=now)

    def _announce(self, job: Job) -> None:
        for one in self.subscriptions:
            if one["enabled"] and one["event_type"] == "bulk_job_completed":
                body = json.dumps(job.shown()).encode()
                signature = sign(body, one["callback_token"])
                headers = {EVENT_HEADER: one["event_type"], SIGNATURE_HEADER: signature}
                self.notifications.append((one["callback_url"], headers, body))


def _form(body: bytes) -> Mapping[str, Any]:
    """Read a form: `name[]` repeated is a list, and true and false are what they say."""
    words = {"true": True, "false": False}
    sent: dict[str, Any] = {}
    for name, text in parse_qsl(body.decode(), keep_blank_values=True):
        value = words.get(text, text)
        if name.endswith("[]"):
            sent.setdefault(name.removesuffix("[]"), []).append(value)
        else:
            sent[name] = value
    return sent


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        sent: Any = json.loads(body or b"{}")
    except ValueError as error:
        raise refuse(400, "The request body is not JSON") from error
    if not isinstance(sent, dict):
        raise refuse(400, "The request body is not a JSON object")
    return cast("Mapping[str, Any]", sent)
