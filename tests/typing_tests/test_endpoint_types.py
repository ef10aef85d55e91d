"""What type checkers see of endpoints and listings; each `ignore` marks an error that they must find.

mypy (warn_unused_ignores) and pyright (the rule below) both fail where an expected error is gone.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from typing import Any, assert_type

import pytest
from attrs import frozen

from kloudsync.http.caller import Awaiting, Blocking, Raw
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import Request
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.pages import AwaitingPages, BlockingPages, Page, pages


@frozen
class Numbers:
    """A page of numbers."""

    items: Sequence[int]

    def next_request(self, request: Request) -> Request | None:
        """Be the last page."""
        return None


class Things(Resource[C_co]):
    """A resource with one endpoint and one listing."""

    @endpoint
    @staticmethod
    def get(thing: str, *, deep: bool = False) -> Operation[float]:
        """Read one thing."""
        request = Request(method="GET", path=f"things/{thing}", query=(("deep", str(deep)),))
        return Operation(name="things.get", request=request, decode=lambda _: 1.5)

    @pages
    @staticmethod
    def numbers(limit: int = 10) -> Operation[Page[int]]:
        """List numbers."""
        request = Request(method="GET", path="numbers", query=(("limit", str(limit)),))
        return Operation(name="things.numbers", request=request, decode=lambda _: Numbers([1]))


def blocking(things: Things[Blocking], raw: Things[Raw[Blocking]]) -> None:
    """See values, answers and iterators on a blocking client."""
    assert_type(things.get("a"), float)
    assert_type(things.get("a", deep=True), float)
    assert_type(raw.get("a"), Answer[float])
    assert_type(raw.get("a").value, float)
    assert_type(things.numbers(limit=5), BlockingPages[int])
    assert_type(iter(things.numbers()), Iterator[int])
    assert_type(things.numbers().by_page(), Iterator[Page[int]])


async def awaiting(things: Things[Awaiting], raw: Things[Raw[Awaiting]]) -> None:
    """See coroutines and async iterators on an awaiting client."""
    reading = things.get("a")
    _ = assert_type(reading, Coroutine[Any, Any, float])
    assert_type(await reading, float)
    assert_type(await raw.get("a"), Answer[float])
    assert_type(things.numbers(), AwaitingPages[int])
    assert_type(aiter(things.numbers()), AsyncIterator[int])
    assert_type([number async for number in things.numbers()], list[int])


def refused(things: Things[Blocking], coroutines: Things[Awaiting]) -> None:
    """Find wrong names, wrong types, missing arguments and the wrong colour."""
    things.get()  # type: ignore[call-arg]
    things.get(1)  # type: ignore[arg-type]
    things.get("a", True)  # type: ignore[call-arg]
    things.get("a", shallow=True)  # type: ignore[call-arg]
    things.numbers(limit="5")  # type: ignore[arg-type]
    for _ in coroutines.numbers():  # type: ignore[attr-defined]
        pass
    name: str = things.get("a")  # type: ignore[assignment]
    del name


def test_descriptions_on_the_class_are_operations() -> None:
    """On the class an endpoint is a plain function that describes."""
    assert_type(Things.get("a"), Operation[float])
    assert_type(Things.numbers(), Operation[Page[int]])
    describe: Callable[..., Operation[float]] = Things.get
    assert describe("a").name == "things.get"
    assert Things.numbers(3).request.query == (("limit", "3"),)


@pytest.mark.parametrize("seen", [blocking, awaiting, refused])
def test_the_cases_are_for_type_checkers(seen: Callable[..., object]) -> None:
    """They are checked with the rest of the tests by mypy and pyright, and never run."""
    assert seen.__annotations__
