"""How an endpoint of Salesloft becomes a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias, TypeVar

from kloudsync.errors import UsageError
from kloudsync.http.codec import JSONObject, decode_nothing
from kloudsync.http.message import QueryValue, Response, json_request
from kloudsync.http.operation import Operation
from kloudsync.http.scalars import timestamp
from kloudsync.providers.salesloft.limiter import page_price
from kloudsync.providers.salesloft.wire.codec import codec, data, whole

T = TypeVar("T")
Method: TypeAlias = Literal["GET", "POST", "PUT", "DELETE"]
Parameter: TypeAlias = QueryValue | datetime | Sequence[str] | Sequence[int]
Direction: TypeAlias = Literal["ASC", "DESC"]

LARGEST_PAGE = 100


class Sign(StrEnum):
    """How a range filter compares."""

    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"


Range: TypeAlias = Mapping[Sign | Literal["gt", "gte", "lt", "lte"], datetime]
"""Bounds of a time, such as `{"gte": start, "lt": end}`."""


def listing(
    name: str,
    location: str,
    page: type[T],
    parameters: Mapping[str, Parameter],
    *,
    method: Method = "GET",
    body: Mapping[str, Any] | None = None,
) -> Operation[T]:
    """Describe a call that answers with a page; deep pages cost more."""
    expect_page(parameters)
    request = json_request(method, location, parameters=_sent(parameters), content=body)
    return Operation(
        name=name,
        request=request,
        decode=whole(page),
        cost=page_price(request),
        price=page_price,
    )


def call(
    name: str,
    method: Method,
    location: str,
    answer: type[T],
    *,
    body: JSONObject | Mapping[str, Any] | None = None,
    repeatable: bool | None = None,
) -> Operation[T]:
    """Describe a call that answers with one object.

    A POST is not sent twice unless it leads to the same state again.
    """
    content = codec.dump(body) if isinstance(body, JSONObject) else body
    return Operation(
        name=name,
        request=json_request(method, location, content=content),
        decode=data(answer),
        repeatable=method != "POST" if repeatable is None else repeatable,
    )


def order(name: str, method: Method, location: str) -> Operation[None]:
    """Describe a call that answers with nothing."""
    decode: Callable[[Response], None] = decode_nothing
    return Operation(name=name, request=json_request(method, location), decode=decode)


def ranged(name: str, bounds: Range | None) -> dict[str, datetime]:
    """Write bounds as the service names them, such as `start_time[gte]`.

    Raises:
        UsageError: A bound has no such comparison.
    """
    try:
        return {f"{name}[{Sign(sign)}]": moment for sign, moment in (bounds or {}).items()}
    except ValueError as error:
        raise UsageError(f"{name}: {error}; bounds are gt, gte, lt and lte") from error


def expect_page(parameters: Mapping[str, Parameter]) -> None:
    """Refuse what the service would correct without a word.

    Raises:
        UsageError: `per_page` is not 1 to 100, or `page` not at least 1.
    """
    size, page = parameters.get("per_page"), parameters.get("page")
    if isinstance(size, int) and not 1 <= size <= LARGEST_PAGE:
        raise UsageError(f"per_page is {size}; 1 to {LARGEST_PAGE} are possible")
    if isinstance(page, int) and page < 1:
        raise UsageError(f"page is {page}; pages are counted from 1")


def _sent(parameters: Mapping[str, Parameter]) -> dict[str, QueryValue | Iterable[str]]:
    return dict(_written(name, value) for name, value in parameters.items())


def _written(name: str, value: Parameter) -> tuple[str, QueryValue | Iterable[str]]:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UsageError(f"{name} has no time zone; pass an aware datetime")
        return name, timestamp(value)
    if value is None or isinstance(value, (str, int, float)):
        return name, value
    # The way that working clients send lists; the documents are silent.
    return f"{name}[]", [str(one) for one in value]
