"""A fake of two methods stands for all of them."""

import threading
from typing import ClassVar

import pytest

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Reply, Request
from kloudsync.testing.faults import Disrupted, Fault, FaultKind, Faults, Scene
from kloudsync.testing.oauth.refusals import Refusal, bad_request
from kloudsync.testing.routing import Route, Routes
from kloudsync.testing.shell import Shell
from kloudsync.testing.wording import Wording


def count(request: Request) -> Reply:
    """Answer with how many parameters came."""
    return Reply(200, {}, b'{"items": [%d]}' % len(request.query.pairs))


def refuse(_: Request) -> Reply:
    """Refuse."""
    raise bad_request("no")


ROUTES = Routes(
    {("GET", "items"): ("items.list", count), ("POST", "items"): ("items.add", refuse)},
    lambda: bad_request("nothing there"),
)


class FakeCounter(Shell[Request]):
    """A service that counts parameters."""

    base_path: str = "/v1"
    reads_forms: ClassVar[bool] = True
    wording: ClassVar[Wording] = Wording(
        refusals={
            FaultKind.RETRY_AFTER_DATE: lambda advice: Refusal("slow", status=429, headers=advice)
        },
        bare={FaultKind.CURSOR_GONE_SILENTLY: 410},
        changes={FaultKind.MALFORMED_ITEM: lambda page, _: page | {"items": ["?", *page["items"]]}},
    )

    def __init__(self) -> None:
        super().__init__(ManualClock(), None, threading.RLock())
        self.done: list[str] = []

    def _route(self, request: Request) -> Route[Request]:
        return ROUTES.find(request.method, request.path.removeprefix(self.base_path))

    def _scene(self, route: Route[Request], request: Request) -> Scene:
        cursor = "cursor" in request.query
        return Scene(
            operation=route.operation, listing=route.operation == "items.list", cursor=cursor
        )

    def _call(self, route: Route[Request], request: Request, fault: Fault | None) -> Request:
        return request

    def _dressed(self, reply: Reply, request: Request) -> Reply:
        return reply._replace(headers={**reply.headers, "Dressed": "yes"})

    def _done(self, route: Route[Request], reply: Reply) -> None:
        self.done.append(route.operation)


@pytest.fixture
def fake() -> FakeCounter:
    """A service that nobody asked yet."""
    return FakeCounter()


def test_a_request_is_routed_answered_and_logged(fake: FakeCounter) -> None:
    """Host and case of headers do not matter; the log leaves credentials out."""
    reply = fake.handle("GET", "https://any.example.com/v1/items?a=1&access_token=x", {"A": "b"})
    assert (reply.status, reply.body) == (200, b'{"items": [2]}')
    (line,) = fake.requests
    assert (line.operation, line.status, line.query) == ("items.list", 200, {"a": "1"})


def test_a_form_is_read_with_the_query(fake: FakeCounter) -> None:
    """A service that reads forms takes their fields for parameters."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert fake.handle("GET", "/v1/items?a=1", form, b"b=2&c=3").body == b'{"items": [3]}'


def test_a_refusal_is_an_answer(fake: FakeCounter) -> None:
    """Every answer is dressed, and something may follow it."""
    reply = fake.handle("POST", "/v1/items", {})
    assert (reply.status, reply.headers["Dressed"]) == (400, "yes")
    assert fake.handle("GET", "/nowhere", {}).status == 400
    assert fake.done == ["items.add", ""]


def test_a_fault_comes_in_the_words_of_the_service(fake: FakeCounter) -> None:
    """Advice to wait is given in its form, and a page is changed as the service would."""
    fake.faults = Faults([Fault(FaultKind.RETRY_AFTER_DATE, seconds=60)])
    reply = fake.handle("GET", "/v1/items", {})
    assert (reply.status, reply.headers["Retry-After"]) == (429, "Mon, 05 Jan 2026 09:01:00 GMT")
    fake.faults = Faults([Fault(FaultKind.MALFORMED_ITEM), Fault(FaultKind.CURSOR_GONE_SILENTLY)])
    assert fake.handle("GET", "/v1/items", {}).body == b'{"items": ["?", 0]}'
    assert fake.handle("GET", "/v1/items?cursor=1", {}).status == 410


def test_a_fault_without_words_does_not_happen(fake: FakeCounter) -> None:
    """What a service never says is no answer of its fake."""
    fake.faults = Faults([Fault(FaultKind.QUOTA_EXCEEDED)])
    assert fake.handle("GET", "/v1/items", {}).status == 200


def test_the_network_fails_alike_for_all(fake: FakeCounter) -> None:
    """A cut connection is logged by status 0; a page of HTML comes from a proxy."""
    fake.faults = Faults([Fault(FaultKind.CUT_CONNECTION), Fault(FaultKind.HTML_502, nth=2)])
    with pytest.raises(Disrupted):
        fake.handle("GET", "/v1/items", {})
    assert fake.requests[0].status == 0
    assert fake.handle("GET", "/v1/items", {}).status == 502
