"""What a call is: a name, a request, and how its answer is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from attrs import field, frozen

from kloudsync.errors import APIError
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
        price: What the call costs with another request in its place, such as that of a later
            page; as much as this one where None.
        settle: Asked when an error answer would end the call; None where errors just stand.
        smaller: Describes the same call for less at once, which is performed in its place where
            the answer is too long to be read; None, or None in answer, where there is none.
    """

    name: str
    request: Request
    decode: Callable[[Response], T_co] = field(repr=False)
    repeatable: bool = True
    cost: int = 1
    price: Callable[[Request], int] | None = field(default=None, repr=False)
    settle: Settle[T_co] | None = field(default=None, repr=False)
    smaller: Callable[[], Operation[T_co] | None] | None = field(default=None, repr=False)


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


Settle: TypeAlias = Callable[[APIError, int], Operation[T_co] | Answer[T_co] | None]
"""Tells, from an error answer and the number of tries, what became of a call after all.

A write may have arrived although its answer was lost; the next try is then refused, as a
duplicate or for a version that is no longer there. What settles it is a call to perform
in the failed one's place, its answer itself, or None where the error stands.
"""
