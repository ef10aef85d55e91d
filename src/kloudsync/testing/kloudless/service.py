"""A model of Kloudless: unified calendars, and what happens in them, from a fake upstream."""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode

import attrs

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Reply, Request
from kloudsync.testing.faults import Fault, Faults, Scene
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless.addresses import base_of, placed
from kloudsync.testing.kloudless.call import Call
from kloudsync.testing.kloudless.faulty import WORDING
from kloudsync.testing.kloudless.ids import encode_id
from kloudsync.testing.kloudless.refusals import Refusal, not_found
from kloudsync.testing.kloudless.routes import OPEN, WRITES, find_route
from kloudsync.testing.kloudless.state import State
from kloudsync.testing.routing import Route
from kloudsync.testing.shell import Shell
from kloudsync.testing.wording import Wording

_REDIRECTED = frozenset(("GET", "HEAD"))
"""What is sent on to the path with its slash; the vendor's samples write without one, too."""

_PAGED = frozenset(("events.list", "activity.list", "stream.list", "calendars.list"))


class FakeKloudless(Shell[Call], State):
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

    What it holds, and what of its behaviour can be chosen, is said by `State`; what it logs and
    which faults it commits, by `Shell`.
    """

    base_path: str = "/v1"
    wording: ClassVar[Wording] = WORDING

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
    ) -> None:
        State.__init__(
            self,
            google,
            tokens=tokens,
            api_keys=api_keys,
            application=application,
            track_activity=track_activity,
            clock=clock,
        )
        super().__init__(self.clock, faults, self._lock)

    def consent(self, url: str) -> str:
        """Open the page that asks, as a person's browser does; answers with the redirect.

        Raises:
            ValueError: The page shows an error instead of asking.
        """
        reply = self.handle("GET", url, {})
        if reply.status != 302:
            raise ValueError(f"the page shows an error: {reply.status} {reply.body.decode()}")
        return reply.headers["Location"]

    def _route(self, request: Request) -> Route[Call]:
        return find_route(request.method, _versioned(request.path)[1])

    def _scene(self, route: Route[Call], request: Request) -> Scene:
        return Scene(
            operation=route.operation,
            listing=route.operation in _PAGED,
            first="page" not in request.query,
            cursor=request.query.get("cursor") not in {"", "0"},
        )

    def _perform(self, route: Route[Call], request: Request, fault: Fault | None) -> Reply:
        open_to_all = route.operation in OPEN
        if not open_to_all and request.method in _REDIRECTED and not request.path.endswith("/"):
            search = f"?{urlencode(request.query.pairs)}" if request.query.pairs else ""
            return Reply(301, {"Location": f"{request.path}/{search}"}, b"")
        return super()._perform(route, request, fault)

    def _call(self, route: Route[Call], request: Request, fault: Fault | None) -> Call:
        del fault
        call = Call(
            state=self,
            operation=route.operation,
            version=_versioned(request.path)[0],
            names=route.names,
            query=request.query,
            headers=request.headers,
            body=request.body,
        )
        if route.operation in OPEN:
            return call
        header, named = request.headers.get("authorization", ""), route.named.get("account")
        accounts = self.credentials.accounts(header, named)
        self.pull()
        return attrs.evolve(call, accounts=self._acting(accounts, request.headers))

    def _dressed(self, reply: Reply, request: Request) -> Reply:
        version, _ = _versioned(request.path)
        return placed(reply, base_of(request.url, request.headers, version))

    def _done(self, route: Route[Call], reply: Reply) -> None:
        if route.operation in WRITES and reply.status < 300 and self.hooks.urls:
            self.deliver()

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


def _versioned(path: str) -> tuple[int, str]:
    for version in (1, 2):
        prefix = f"/v{version}/"
        if path.startswith(prefix):
            return version, path.removeprefix(prefix)
    return 0, "nowhere/at/all"
