"""How an endpoint of Kloudless becomes a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, TypeVar

from kloudsync.errors import UsageError
from kloudsync.http.codec import JSONObject
from kloudsync.http.message import QueryValue, json_request
from kloudsync.http.operation import Operation
from kloudsync.http.scalars import timestamp
from kloudsync.providers.kloudless.wire.codec import codec, decode_done, decoder

T = TypeVar("T")
Method: TypeAlias = Literal["GET", "POST", "PATCH", "DELETE"]

Extra: TypeAlias = Mapping[str, QueryValue]
"""Query parameters that no document at hand names, sent as they are."""


def call(
    name: str,
    method: Method,
    location: str,
    answer: type[T],
    parameters: Mapping[str, Any] | None = None,
    *,
    body: JSONObject | Mapping[str, Any] | None = None,
    extra: Extra | None = None,
    repeatable: bool | None = None,
) -> Operation[T]:
    """Describe a call that answers with a resource.

    A POST is not sent twice unless it only reads: no key tells its second try from its first.
    """
    content = codec.dump(body) if isinstance(body, JSONObject) else body
    request = json_request(
        method,
        location,
        parameters=_texts({**(parameters or {}), **(extra or {})}),
        content=content,
    )
    return Operation(
        name=name,
        request=request,
        decode=decoder(answer),
        repeatable=method != "POST" if repeatable is None else repeatable,
    )


def order(name: str, method: Method, location: str) -> Operation[None]:
    """Describe a call that answers with nothing worth reading."""
    request = json_request(method, location)
    return Operation(name=name, request=request, decode=decode_done)


def _texts(parameters: Mapping[str, Any]) -> dict[str, QueryValue | Iterable[str]]:
    return {name: _text(name, value) for name, value in parameters.items()}


def _text(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UsageError(f"{name} has no time zone; pass an aware datetime")
        return timestamp(value)
    return value.isoformat() if isinstance(value, date) else value
