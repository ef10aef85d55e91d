"""How a method of Graph becomes a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias, TypeVar

from attrs import evolve

from kloudsync.errors import APIError, NotFound, UsageError
from kloudsync.http.codec import JSONObject, decode_nothing
from kloudsync.http.message import QueryValue, Request, Response, json_request
from kloudsync.http.operation import Answer, Operation
from kloudsync.providers.microsoft.wire.codec import codec

T = TypeVar("T")
Method: TypeAlias = Literal["GET", "POST", "PATCH", "DELETE"]
Parameters: TypeAlias = Mapping[str, QueryValue]


IMMUTABLE: Final = 'IdType="ImmutableId"'
"""So that ids stay when an event moves within its mailbox (outlook-immutable-id)."""

_UTC: Final = 'outlook.timezone="UTC"'
_TEXT: Final = 'outlook.body-content-type="text"'


def preferences(*, text: bool = False, page_size: int | None = None) -> str:
    """Return the `Prefer` field of a request; the service remembers none from page to page."""
    wishes = [IMMUTABLE, _UTC]
    if text:
        wishes.append(_TEXT)
    if page_size is not None:
        wishes.append(f"odata.maxpagesize={page_size}")
    return ", ".join(wishes)


def call(
    name: str,
    method: Method,
    location: str,
    answer: type[T],
    parameters: Parameters | None = None,
    *,
    body: JSONObject | None = None,
    text: bool = False,
    page_size: int | None = None,
    repeatable: bool | None = None,
) -> Operation[T]:
    """Describe a method that answers with a resource.

    All but POST may be sent twice without harm: reads, and writes that lead to the same state.

    Args:
        name: The method's name.
        method: The HTTP verb.
        location: The path.
        answer: What it answers with.
        parameters: Of the query.
        body: What is sent.
        text: Whether bodies of events should come as text.
        page_size: How many items to ask for by header.
        repeatable: Whether it may be sent twice, where the verb does not say.
    """
    return Operation(
        name=name,
        request=_request(method, location, parameters, body, text=text, page_size=page_size),
        decode=codec.decode(answer),
        repeatable=method != "POST" if repeatable is None else repeatable,
    )


def order(
    name: str,
    method: Method,
    location: str,
    *,
    body: JSONObject | None = None,
) -> Operation[None]:
    """Describe a method that answers with nothing."""
    return Operation(
        name=name,
        request=_request(method, location, None, body),
        decode=decode_nothing,
        repeatable=method != "POST",
        settle=_settle_deletion if method == "DELETE" else None,
    )


def asked(described: Operation[T]) -> Operation[T]:
    """Describe a question that is posted but changes nothing."""
    return evolve(described, repeatable=True)


def expect_top(top: int | None) -> int | None:
    """Refuse a size of pages below 1."""
    if top is not None and (isinstance(top, bool) or top < 1):
        raise UsageError(f"top is {top!r}; it has to be at least 1")
    return top


def joined(names: Iterable[str] | None) -> str | None:
    """Join names of members by commas; None where there are none.

    Raises:
        UsageError: They are one text, whose letters are no names.
    """
    if isinstance(names, str):
        raise UsageError(f"{names!r} is one text; pass a list of names, such as ['id', 'subject']")
    return None if names is None else ",".join(names) or None


def _request(
    method: Method,
    location: str,
    parameters: Parameters | None,
    body: JSONObject | None,
    *,
    text: bool = False,
    page_size: int | None = None,
) -> Request:
    content = None if body is None else codec.dump(body)
    request = json_request(method, location, parameters=parameters or {}, content=content)
    return request.with_headers({"Prefer": preferences(text=text, page_size=page_size)})


def _settle_deletion(error: APIError, attempt: int) -> Answer[None] | None:
    """Take absence for success where a try before may have deleted what is absent."""
    response = error.response
    if attempt == 1 or not isinstance(error, NotFound) or not isinstance(response, Response):
        return None
    return Answer(value=None, response=response, attempts=attempt)
