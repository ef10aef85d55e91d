"""How a method of Google Calendar becomes a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, TypeAlias, TypeVar

from kloudsync.errors import UsageError
from kloudsync.http.codec import JSONObject, decode_nothing
from kloudsync.http.message import QueryValue, json_request
from kloudsync.http.operation import Operation
from kloudsync.http.scalars import timestamp
from kloudsync.providers.google.wire.codec import codec

T = TypeVar("T")
Parameter: TypeAlias = QueryValue | datetime | Iterable[str]
Parameters: TypeAlias = Mapping[str, Parameter]
Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


def call(
    name: str,
    method: Method,
    location: str,
    answer: type[T],
    parameters: Parameters | None = None,
    *,
    body: JSONObject | None = None,
    if_match: str | None = None,
) -> Operation[T]:
    """Describe a method that answers with a resource.

    All but POST may be sent twice without harm: reads, and writes that lead to the
    same state again.
    """
    request = json_request(
        method,
        location,
        parameters=_texts(parameters or {}),
        content=None if body is None else codec.dump(body),
    )
    if if_match is not None:
        request = request.with_headers({"If-Match": if_match})
    return Operation(
        name=name, request=request, decode=codec.decode(answer), repeatable=method != "POST"
    )


def order(
    name: str,
    method: Method,
    location: str,
    parameters: Parameters | None = None,
    *,
    body: JSONObject | None = None,
    if_match: str | None = None,
) -> Operation[None]:
    """Describe a method that answers with nothing."""
    described = call(name, method, location, JSONObject, parameters, body=body, if_match=if_match)
    return Operation(
        name=name,
        request=described.request,
        decode=decode_nothing,
        repeatable=described.repeatable,
    )


def _texts(parameters: Parameters) -> dict[str, QueryValue | Iterable[str]]:
    return {name: _text(name, value) for name, value in parameters.items()}


def _text(name: str, value: Parameter) -> QueryValue | Iterable[str]:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise UsageError(f"{name} has no time zone; pass an aware datetime")
    return timestamp(value)
