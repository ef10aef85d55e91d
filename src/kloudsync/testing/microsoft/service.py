"""A model of Microsoft Graph's calendars: what the fake answers follows from what people did."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from kloudsync.testing.bodies import read_object
from kloudsync.testing.clock import TellsTime
from kloudsync.testing.encoding import decode, encode
from kloudsync.testing.exchange import Query, Reply, Request, Resource
from kloudsync.testing.faults import Fault, Faults, Scene
from kloudsync.testing.microsoft.accounts import Identity
from kloudsync.testing.microsoft.batching import answer_batch
from kloudsync.testing.microsoft.call import Call, Place
from kloudsync.testing.microsoft.faulty import WORDING
from kloudsync.testing.microsoft.habits import USUAL, Habit
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.refusals import Refusal, no_mailbox, unreadable_body
from kloudsync.testing.microsoft.routes import BATCH, BODIES, LISTS, find_route
from kloudsync.testing.microsoft.shapes import Shape, take_body
from kloudsync.testing.microsoft.state import State
from kloudsync.testing.routing import Route
from kloudsync.testing.shell import Shell
from kloudsync.testing.wording import Wording

HOST = "https://graph.microsoft.com"
VERSIONS = ("/v1.0", "/beta")
_PARAMETERS = {name.lower(): name for name in ("startDateTime", "endDateTime")}


class FakeMicrosoft(Shell[Call], State):
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

    What it holds, and what of its behaviour can be chosen, is said by `State`; what it logs and
    which faults it commits, by `Shell`.
    """

    base_path: str = VERSIONS[0]
    wording: ClassVar[Wording] = WORDING

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
        State.__init__(
            self,
            account,
            time_zone=time_zone,
            tokens=tokens,
            clock=clock,
            seed=seed,
            pace=pace,
            habits=habits,
        )
        super().__init__(self.clock, faults, self._lock)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer a request; those that a mailbox gets beyond four at once are refused with 429.

        Args:
            method: The HTTP verb.
            url: An absolute URL or a path.
            headers: The headers; names in any case.
            body: The body, not compressed.

        Raises:
            Disrupted: Where a fault breaks the connection; carriers turn it into what their
                clients see.
        """
        with self.limits.flying(self._whose(method, url, headers)):
            return super().handle(method, url, headers, body)

    def _route(self, request: Request) -> Route[Call]:
        _, path = _divided(request.path)
        return find_route(request.method, path)

    def _scene(self, route: Route[Call], request: Request) -> Scene:
        named = {name.lower() for name, _ in request.query.pairs}
        return Scene(
            operation=route.operation,
            listing=route.operation in LISTS,
            first=named.isdisjoint({"$skiptoken", "$skip"}),
            cursor=not named.isdisjoint({"$skiptoken", "$deltatoken"}),
        )

    def _perform(self, route: Route[Call], request: Request, fault: Fault | None) -> Reply:
        if route.operation == BATCH.operation:
            self.accounts.authorise(request.headers.get("authorization", ""))
            overflows = Habit.BATCH_OVERFLOWS in self.habits
            root = _root(request)
            return answer_batch(
                self.handle, root, request.headers, request.body, overflows=overflows
            )
        try:
            return route.handler(self._call(route, request, fault))
        except OverflowError as error:
            raise Refusal(400, "ErrorInvalidParameter", "A time is out of range.") from error

    def _call(self, route: Route[Call], request: Request, fault: Fault | None) -> Call:
        identity = self.accounts.authorise(request.headers.get("authorization", ""))
        mailbox = self._mailbox(route, identity)
        self.limits.spend(mailbox.address.lower())
        return Call(
            state=self,
            identity=identity,
            place=Place(
                prefix=route.named["prefix"], mailbox=mailbox, name=route.named["calendar"]
            ),
            operation=route.operation,
            names=route.names,
            query=_understood(request.query),
            headers=request.headers,
            body=_read(route, request.body),
            root=_root(request),
            path=_divided(request.path)[1],
            fault=fault,
        )

    def _mailbox(self, route: Route[Call], identity: Identity) -> Mailbox:
        user = route.named.get("user") or identity.address
        if not user:
            # An application has no mailbox of its own.
            raise Refusal(
                400, "BadRequest", "/me request is only valid with delegated authentication flow."
            )
        mailbox = self.tenant.find(user)
        if mailbox is None:
            message = f"Resource '{user}' does not exist or one of its queried reference-property objects are not present."
            raise Refusal(404, "ResourceNotFound", message)
        if not mailbox.is_in_cloud:
            raise no_mailbox()
        return mailbox

    def _dressed(self, reply: Reply, request: Request) -> Reply:
        request_id = self.tenant.request_id()
        marks = {
            "request-id": request_id,
            "client-request-id": request.headers.get("client-request-id", request_id),
        }
        headers = {**reply.headers, **marks, "x-ms-ags-diagnostic": _DIAGNOSTIC}
        wait = headers.get("Retry-After", "")
        if Habit.FRACTIONAL_WAITS in self.habits and wait.isdecimal():
            headers["Retry-After"] = f"{wait}.128"
        body = self._explained(reply, marks) if reply.status >= 400 else reply.body
        return Reply(reply.status, headers, body)

    def _explained(self, reply: Reply, marks: Mapping[str, str]) -> bytes:
        """Add to a refusal which request it is about."""
        if "json" not in reply.headers.get("Content-Type", ""):
            return reply.body
        error: Resource = decode(reply.body)["error"]
        if Habit.SMALL_CODES in self.habits:
            error["code"] = error["code"][:1].lower() + error["code"][1:]
        date = self.clock.now().replace(tzinfo=None).isoformat(timespec="seconds")
        return encode({"error": error | {"innerError": {"date": date, **marks}}})

    def _whose(self, method: str, url: str, headers: Mapping[str, str]) -> str:
        """Tell which mailbox a request asks, before anything is read of it."""
        request = Request.read(method, url, headers, b"")
        route = self._route(request)
        asking = self.accounts.address_of(request.headers.get("authorization", ""))
        return (route.named.get("user") or asking).lower()


_DIAGNOSTIC = '{"ServerInfo":{"DataCenter":"Fake","Slice":"E","Ring":"5","ScaleUnit":"000"}}'


def _divided(path: str) -> tuple[str, str]:
    """Divide a path into the version and what follows; without a version nothing follows."""
    version = next((each for each in VERSIONS if path.startswith(f"{each}/")), "")
    return version, path.removeprefix(version) if version else ""


def _root(request: Request) -> str:
    """Tell the address of the service that was asked, with its version."""
    target = urlsplit(request.url)
    version = _divided(request.path)[0] or VERSIONS[0]
    if target.netloc:
        return f"{target.scheme}://{target.netloc}{version}"
    host = request.headers.get("host")
    return f"http://{host}{version}" if host else f"{HOST}{version}"


def _understood(query: Query) -> Query:
    """Spell the names of options as the fake knows them; clients may write them in any case."""
    pairs = query.pairs
    return Query([(_PARAMETERS.get(name.lower(), _option(name)), value) for name, value in pairs])


def _option(name: str) -> str:
    return name.lower() if name.startswith("$") else name


def _read(route: Route[Call], body: bytes) -> Resource:
    shape = BODIES.get(route.operation)
    if shape is None:
        return {}
    try:
        return take_body(_spelled(read_object(body), route, shape), shape)
    except ValueError as error:
        raise unreadable_body() from error


def _spelled(body: Resource, route: Route[Call], shape: Shape) -> Resource:
    """Spell the parameters of actions as the fake knows them; the metadata has capitals."""
    if route.operation.endswith((".create", ".update")) or not isinstance(shape, Mapping):
        return body
    known = {name.lower(): name for name in shape}
    return {known.get(name.lower(), name): value for name, value in body.items()}
