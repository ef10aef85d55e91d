"""A model of Salesloft: what the fake answers follows from what was written to it."""

from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from kloudsync.testing.bodies import read_object
from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Reply, Request, is_form
from kloudsync.testing.faults import Fault, Faults, Scene
from kloudsync.testing.routing import Route
from kloudsync.testing.salesloft.call import Call
from kloudsync.testing.salesloft.faulty import WORDING
from kloudsync.testing.salesloft.refusals import invalid, refuse
from kloudsync.testing.salesloft.routes import LISTS, TOKEN, find_route
from kloudsync.testing.salesloft.shapes import BODIES
from kloudsync.testing.salesloft.spending import page_price
from kloudsync.testing.salesloft.state import State
from kloudsync.testing.shapes import ANY, misfits
from kloudsync.testing.shell import Shell
from kloudsync.testing.wording import Wording

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path


class FakeSalesloft(Shell[Call], State):
    """Salesloft in memory, for your tests.

    It has Salesloft's rules, not canned replies: events are found by their key, stale writes
    are skipped, bulk jobs wait for their turn, and the team's budget is counted. The first
    user, whose token every request carries, has an external calendar.

    Args:
        email: The address of the first user.
        clock: What tells the present; a manual clock unless given.
        per_minute: The team's points per minute.
        faults: The faults to commit.

    What it holds, and what of its behaviour can be chosen, is said by `State`; what it logs and
    which faults it commits, by `Shell`.
    """

    base_path: str = "/v2"
    wording: ClassVar[Wording] = WORDING

    def __init__(
        self,
        email: str = "owner@example.com",
        *,
        clock: TellsTime | None = None,
        per_minute: int = 600,
        faults: Faults | None = None,
    ) -> None:
        State.__init__(self, email, clock=clock, per_minute=per_minute)
        super().__init__(self.clock, faults, self._lock)
        self.book.struck = self._strikes_record

    def _strikes_record(self) -> bool:
        scene = Scene(operation="calendar_events.upsert", record=True)
        return self.faults.next(scene) is not None

    def _route(self, request: Request) -> Route[Call]:
        if request.path == TOKEN_PATH:
            return TOKEN
        return find_route(request.method, request.path.removeprefix(self.base_path))

    def _scene(self, route: Route[Call], request: Request) -> Scene:
        first = request.query.get("page", "1") == "1"
        return Scene(operation=route.operation, listing=route.operation in LISTS, first=first)

    def _perform(self, route: Route[Call], request: Request, fault: Fault | None) -> Reply:
        now = self.clock.now()
        self.bulk.advance(now)
        if route is TOKEN:
            return self.tokens.answer(request.body, now)
        return super()._perform(route, request, fault)

    def _call(self, route: Route[Call], request: Request, fault: Fault | None) -> Call:
        del fault
        now = self.clock.now()
        self.tokens.authorise(request.headers.get("authorization", ""), now)
        self.spending.spend(_cost(request), now)
        sent = _form(request.body) if is_form(request.headers) else _json(request.body)
        for path in misfits(sent, BODIES.get(route.operation, ANY)):
            raise invalid({path: ["is not of its type"]})
        return Call(state=self, names=route.names, query=request.query, body=sent, now=now)

    def _dressed(self, reply: Reply, request: Request) -> Reply:
        now = self.clock.now()
        metered = {
            "Date": format_datetime(now, usegmt=True),
            "x-ratelimit-endpoint-cost": str(_cost(request)),
            "x-ratelimit-remaining-minute": str(self.spending.remaining(now)),
        }
        return reply._replace(headers=metered | dict(reply.headers))


def _cost(request: Request) -> int:
    return page_price(request.query.number("page", 1) or 1)


def _form(body: bytes) -> Mapping[str, Any]:
    """Read a form: `name[]` repeated is a list, and true and false are what they say."""
    words = {"true": True, "false": False}
    sent: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {}
    for name, text in parse_qsl(body.decode(errors="replace"), keep_blank_values=True):
        value = words.get(text, text)
        if name.endswith("[]"):
            lists.setdefault(name.removesuffix("[]"), []).append(value)
        else:
            sent[name] = value
    return sent | lists


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        return read_object(body)
    except ValueError as error:
        raise refuse(400, f"The request body is not JSON: {error}") from error
