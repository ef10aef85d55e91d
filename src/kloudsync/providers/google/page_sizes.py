"""Pages that are too long to be read are asked for with half as many events, and so are those after.

The service wants every page of a listing asked for alike, so where pages were made smaller, the
position in the listing says how small.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from attrs import evolve

from kloudsync.http.message import Request, Response
from kloudsync.http.operation import Operation
from kloudsync.model.page import SourcePage

Decode: TypeAlias = Callable[[Response], SourcePage]

LARGEST_PAGE: Final = 2500
"""How many events a page has at most."""

_SIZED: Final = "maxResults="
"""How positions of smaller pages begin; no token of the service does."""


def placed(position: str | None, size: int) -> tuple[str | None, int]:
    """Return the page token of a position, and how many events to ask for there.

    Args:
        position: `SourcePage.next` of the page before; None for the first page.
        size: How many to ask for unless the position says otherwise.
    """
    if position is None or not position.startswith(_SIZED):
        return position, size
    smaller, _, token = position.removeprefix(_SIZED).partition("&")
    return token, int(smaller)


def shrinking(request: Request, decode: Decode, size: int, usual: int) -> Operation[SourcePage]:
    """Describe the fetch of a page that is asked for with fewer events where its answer is too long.

    Args:
        request: Asks for `size` events at most.
        decode: Reads the answer.
        size: That number.
        usual: How many are asked for where nothing was too long.
    """
    return Operation(
        name="events.list",
        request=request,
        decode=decode if size == usual else partial(_sized, decode, size),
        smaller=partial(_halved, request, decode, size, usual),
    )


def _halved(
    request: Request, decode: Decode, size: int, usual: int
) -> Operation[SourcePage] | None:
    if size <= 1:
        return None
    half = size // 2
    return shrinking(request.with_query(maxResults=half), decode, half, usual)


def _sized(decode: Decode, size: int, response: Response) -> SourcePage:
    read = decode(response)
    return read if read.next is None else evolve(read, next=f"{_SIZED}{size}&{read.next}")
