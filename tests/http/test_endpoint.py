import asyncio
import inspect

import httpx
from tests.http.drives import Script, awaiting_ports, blocking_ports, setting

from kloudsync.http.caller import Awaiting, Blocking, Raw
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import Request, path
from kloudsync.http.operation import Operation


class Things(Resource[C_co]):
    """A resource with one endpoint."""

    @endpoint
    @staticmethod
    def get(thing: str, *, times: int = 1) -> Operation[str]:
        """Read one thing."""
        return Operation(
            name="things.get",
            request=Request(method="GET", path=path("things", thing)),
            decode=lambda response: response.text * times,
        )


def service() -> Script:
    """Return a service that answers once."""
    return Script([httpx.Response(200, text="ab")])


def test_on_the_class_an_endpoint_describes_the_call() -> None:
    """Nothing is sent; the description can be read, kept or put in a batch."""
    operation = Things.get("a/b")
    assert (operation.name, operation.request.path) == ("things.get", "things/a%2Fb")


def test_on_a_client_an_endpoint_performs_the_call() -> None:
    """A blocking client answers with the value, an awaiting one with a coroutine of it."""
    blocking = Things(Blocking(setting(), blocking_ports(service())))
    assert blocking.get("x", times=2) == "abab"
    awaiting = Things(Awaiting(setting(), awaiting_ports(service())))
    assert asyncio.run(awaiting.get("x", times=2)) == "abab"


def test_on_a_raw_caller_an_endpoint_answers_with_status_and_headers() -> None:
    """The value is there too, decoded."""
    raw = Things(Raw(Blocking(setting(), blocking_ports(service()))))
    answer = raw.get("x")
    assert (answer.status, answer.value, answer.response.text) == (200, "ab", "ab")
    awaiting = Things(Raw(Awaiting(setting(), awaiting_ports(service()))))
    assert asyncio.run(awaiting.get("x")).response.headers.get("content-length") == "2"


def test_name_docstring_and_parameters_survive() -> None:
    """Help and editors see the function as it was written."""
    bound = Things(Blocking(setting(), blocking_ports(service()))).get
    for seen in (bound, Things.get):
        assert (seen.__name__, seen.__doc__) == ("get", "Read one thing.")
        assert list(inspect.signature(seen).parameters) == ["thing", "times"]
