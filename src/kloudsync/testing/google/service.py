"""A model of Google Calendar: what the fake answers follows from what its users did."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar

from kloudsync.testing.bodies import read_object
from kloudsync.testing.clock import TellsTime
from kloudsync.testing.encoding import decode, encode
from kloudsync.testing.exchange import Reply, Request, Resource
from kloudsync.testing.faults import Fault, Faults, Scene
from kloudsync.testing.google import batching
from kloudsync.testing.google.call import Call, unless_known
from kloudsync.testing.google.faulty import WORDING
from kloudsync.testing.google.habits import USUAL, Habit
from kloudsync.testing.google.masks import asked_mask, masked
from kloudsync.testing.google.quotas import INVITING, Quota
from kloudsync.testing.google.refusals import Refusal, refuse_invalid
from kloudsync.testing.google.routes import BATCH, LISTS, find_route
from kloudsync.testing.google.shapes import take_body
from kloudsync.testing.google.state import State
from kloudsync.testing.routing import Route
from kloudsync.testing.shell import Shell
from kloudsync.testing.wording import Wording


class FakeGoogle(Shell[Call], State):
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

    What it holds, and what of its behaviour can be chosen, is said by `State`; what it logs and
    which faults it commits, by `Shell`.
    """

    base_path: str = "/calendar/v3"
    wording: ClassVar[Wording] = WORDING
    reads_forms: ClassVar[bool] = True

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
        State.__init__(
            self,
            account,
            time_zone=time_zone,
            tokens=tokens,
            clock=clock,
            seed=seed,
            pace=pace,
            habits=habits,
            quota=quota,
        )
        super().__init__(self.clock, faults, self._lock)

    def _route(self, request: Request) -> Route[Call]:
        if request.path == batching.PATH:
            return BATCH
        return find_route(request.method, request.path.removeprefix(self.base_path))

    def _scene(self, route: Route[Call], request: Request) -> Scene:
        return Scene(
            operation=route.operation,
            listing=route.operation in LISTS,
            first="pageToken" not in request.query,
            cursor="syncToken" in request.query,
        )

    def _perform(self, route: Route[Call], request: Request, fault: Fault | None) -> Reply:
        if route.operation == "batch":
            return batching.answer_batch(self.handle, request.headers, request.body)
        query = request.query
        mask = asked_mask(route.operation, query) if "fields" in query else None
        call = self._call(route, request, fault)
        try:
            reply = route.handler(call)
        except OverflowError as error:
            raise refuse_invalid() from error  # a time at the end of all times
        if route.operation not in LISTS or Habit.CONDITIONAL_LISTS in self.habits:
            reply = unless_known(call, reply)
        if mask is None or reply.status != 200:
            return reply
        return reply._replace(body=encode(masked(decode(reply.body), mask)))

    def _call(self, route: Route[Call], request: Request, fault: Fault | None) -> Call:
        account = self.accounts.authorise(_credential(request))
        body = take_body(route.operation, _json(request.body))
        if self.quota is not None:
            guests = body.get("attendees") if route.operation in INVITING else None
            self.quota.spend(account, guests or (), self.clock.now())
        return Call(
            state=self,
            operation=route.operation,
            account=account,
            names=tuple(account if name == "primary" else name for name in route.names),
            query=request.query,
            headers=request.headers,
            body=body,
            fault=fault,
        )


def _credential(request: Request) -> str:
    """Find the bearer token: in its header, or in the query as Google's own tools may send it."""
    token = request.query.get("access_token")
    return request.headers.get("authorization") or (f"Bearer {token}" if token else "")


def _json(body: bytes) -> Resource:
    try:
        return read_object(body)
    except ValueError as error:
        raise Refusal(400, "parseError", "Parse Error") from error
