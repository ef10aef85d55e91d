"""What a call is: a name, a request, and how its answer is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import field, frozen

from kloudsync.http.message import Request, Response

T_co = TypeVar("T_co", covariant=True)


@frozen(kw_only=True)
class Operation(Generic[T_co]):
    """A call, described: performing it is the caller's work.

    Attributes:
        name: The vendor's name of the call, such as `events.list`; errors carry it.
        request: What to send.
        decode: Reads the answer of a success.
        repeatable: Whether sending it twice does no harm, so that a try whose fate
            is unknown may be repeated. Reads are; a create is once it carries its key.
        cost: What the call takes from a budget that its service counts in points.
    """

    name: str
    request: Request
    decode: Callable[[Response], T_co] = field(repr=False)
    repeatable: bool = True
    cost: int = 1


@frozen(kw_only=True)
class Answer(Generic[T_co]):
    """A call's decoded value together with the raw answer that it came from.

    Attributes:
        value: What the call returns.
        response: Status, headers and body as received.
        attempts: How many tries were made, the successful one included.
    """

    value: T_co
    response: Response
    attempts: int = 1

    @property
    def status(self) -> int:
        """The HTTP status code."""
        return self.response.status
