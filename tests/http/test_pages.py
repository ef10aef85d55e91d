from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from attrs import evolve, frozen
from tests.http.drives import Drive, Script, blocking_ports, setting

from kloudsync.errors import DecodeError, UsageError
from kloudsync.http.caller import Blocking, Raw
from kloudsync.http.endpoint import Resource
from kloudsync.http.message import Request, Response
from kloudsync.http.operation import Operation
from kloudsync.http.pages import BlockingPages, Page, PageWalk, pages


@frozen
class Names:
    """A page of names that tells the token of the next."""

    items: Sequence[str]
    token: str | None

    def next_request(self, request: Request) -> Request | None:
        """Ask for the page that the token names."""
        return None if self.token is None else request.with_query(page=self.token)


def decode(response: Response) -> Page[str]:
    """Read a page written as `name,name;token`."""
    names, _, token = response.text.partition(";")
    return Names([name for name in names.split(",") if name], token or None)


class Things(Resource[Any]):
    """A resource with one listing."""

    @pages
    @staticmethod
    def list(prefix: str = "") -> Operation[Page[str]]:
        """List names."""
        request = Request(method="GET", path="names", query=(("prefix", prefix),))
        return Operation(name="names.list", request=request, decode=decode)


def service(*texts: str) -> Script:
    """Return a service that answers with these pages."""
    return Script([httpx.Response(200, text=text) for text in texts])


def test_items_of_all_pages_come_in_order_and_empty_pages_do_not_end_the_walk(
    drive: Drive,
) -> None:
    """Each page's token is sent for the next, beside the first request's parameters."""
    script = service("a,b;2", ";3", "c")
    assert drive.items(Things.list("x"), setting(), script) == ["a", "b", "c"]
    assert [str(request.url.query, "ascii") for request in script.asked] == [
        "prefix=x",
        "prefix=x&page=2",
        "prefix=x&page=3",
    ]


@pytest.mark.parametrize("texts", [["a;2", "b;2", "c;2"], ["a;2", "b;3", "c;2"]])
def test_a_walk_in_circles_is_refused(drive: Drive, texts: list[str]) -> None:
    """A service that names a page twice would be read for ever."""
    script = service(*texts)
    with pytest.raises(DecodeError, match=r"names\.list: .* has no end") as caught:
        drive.items(Things.list(), setting(), script)
    assert caught.value.operation == "names.list"
    assert len(script.asked) <= 3


def test_pages_are_fetched_as_they_are_asked_for() -> None:
    """Whoever stops after a page pays for a page."""
    script = service("a;2", "b")
    caller = Blocking(setting(), blocking_ports(script))
    walk = Things(caller).list()
    assert next(iter(walk.by_page())).items == ["a"]
    assert len(script.asked) == 1


def test_a_listing_can_be_walked_twice() -> None:
    """Each iteration begins at the first page."""
    caller = Blocking(setting(), blocking_ports(service("a;2", "b", "a;2", "b")))
    walk = Things(caller).list()
    assert list(walk) == list(walk) == ["a", "b"]


def test_a_listing_has_no_raw_answer_as_a_whole() -> None:
    """Each page has its own; the message says where to walk."""
    caller = Blocking(setting(), blocking_ports(service()))
    with pytest.raises(UsageError, match="walk them on the client"):
        Things(Raw(caller)).list()


def test_a_page_that_leads_on_after_the_last_is_not_asked_for(drive: Drive) -> None:
    """A walk whose first page is its last makes one request."""
    script = service("a")
    first = evolve(Things.list(), cost=2)
    assert drive.items(first, setting(), script) == ["a"]
    assert len(script.asked) == 1


def test_each_page_is_paid_at_its_own_price() -> None:
    """Where a service charges more for later pages, the walk knows before it asks."""
    costs: list[int] = []

    class Counting(Blocking):
        async def perform(self, operation: Operation[Any], watch: Any = None) -> Any:
            costs.append(operation.cost)
            return await super().perform(operation, watch)

    def price(request: Request) -> int:
        return len(request.query[-1][1])

    first = evolve(Things.list(), price=price)
    caller = Counting(setting(), blocking_ports(service("a;1", "b;333", "c;")))
    assert list(BlockingPages(caller, first)) == ["a", "b", "c"]
    assert costs == [1, 1, 3]


def test_a_listing_of_ever_new_pages_has_an_end() -> None:
    """A service that never runs out of names of pages is told to have gone wrong."""
    walk = PageWalk(Things.list(), most=3)
    for number in range(2):
        walk.advance(Names(["a"], f"{number}"))
    with pytest.raises(DecodeError, match=r"names\.list: .* after 3; .* no end"):
        walk.advance(Names(["a"], "9"))


def test_a_listing_may_be_as_long_as_the_limit() -> None:
    """The last page may be the last that is read."""
    walk = PageWalk(Things.list(), most=2)
    walk.advance(Names(["a"], "1"))
    walk.advance(Names(["a"], None))
    assert walk.operation is None
