"""How a method of Google Calendar becomes a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar

from kloudsync.errors import UsageError
from kloudsync.http.codec import JSONObject, decode_nothing
from kloudsync.http.message import QueryValue, Request, json_request, path
from kloudsync.http.operation import Operation
from kloudsync.http.scalars import timestamp
from kloudsync.providers.google.resources.fields import expect_mask
from kloudsync.providers.google.resources.settling import (
    settle_change,
    settle_deletion,
    settle_insert,
)
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
    content = None if body is None else codec.dump(body)
    settled = content is not None and if_match is not None
    return Operation(
        name=name,
        request=_request(method, location, parameters, content, if_match),
        decode=codec.decode(answer),
        repeatable=method != "POST",
        settle=settle_change(name, location, answer, content or {}) if settled else None,
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
    content = None if body is None else codec.dump(body)
    return Operation(
        name=name,
        request=_request(method, location, parameters, content, if_match),
        decode=decode_nothing,
        repeatable=method != "POST",
        settle=settle_deletion if method == "DELETE" else None,
    )


def keyed_insert(
    name: str,
    location: str,
    answer: type[T],
    parameters: Parameters,
    *,
    body: JSONObject,
    key: str,
) -> Operation[T]:
    """Describe an insert under an id of the caller's own, which may be sent twice."""
    content = codec.dump(body)
    return Operation(
        name=name,
        request=_request("POST", location, parameters, content),
        decode=codec.decode(answer),
        settle=settle_insert(name, f"{location}/{path(key)}", answer, content),
    )


def event_path(calendar_id: str, event_id: str, *beyond: str) -> str:
    """Return the path of an event, and of what lies below it."""
    return path("calendars", calendar_id, "events", event_id, *beyond)


def _request(
    method: Method,
    location: str,
    parameters: Parameters | None,
    content: dict[str, Any] | None,
    if_match: str | None = None,
) -> Request:
    given = parameters or {}
    expect_mask(given.get("fields"))
    request = json_request(method, location, parameters=_texts(given), content=content)
    return request if if_match is None else request.with_headers({"If-Match": _etag(if_match)})


def _etag(etag: str) -> str:
    if not etag or not all(" " <= character <= "~" for character in etag):
        raise UsageError(f"{etag!r} is not an etag; pass the etag of the version that was read")
    return etag


def _texts(parameters: Parameters) -> dict[str, QueryValue | Iterable[str]]:
    return {name: _text(name, value) for name, value in parameters.items()}


def _text(name: str, value: Parameter) -> QueryValue | Iterable[str]:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise UsageError(f"{name} has no time zone; pass an aware datetime")
    return timestamp(value)
