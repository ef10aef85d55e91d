"""How an endpoint of Kloudless becomes a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, TypeVar

from kloudsync.errors import UsageError
from kloudsync.http.codec import JSONObject
from kloudsync.http.message import QueryValue, json_request, path
from kloudsync.http.operation import Operation
from kloudsync.http.scalars import timestamp
from kloudsync.providers.kloudless.wire.codec import codec, decode_done, decoder

T = TypeVar("T")
Method: TypeAlias = Literal["GET", "POST", "PATCH", "DELETE"]
AccountRef: TypeAlias = str | int | Sequence[str | int]
"""An account's id, `me` for the token's own, or several accounts of several tokens."""

Extra: TypeAlias = Mapping[str, QueryValue]
"""Query parameters that no document at hand names, sent as they are."""

ME = "me"


def account_path(account: AccountRef, *segments: str) -> str:
    """Return the path of a resource below one account or several.

    Paths end with a slash: without it the service answers with a redirect, which would
    turn a POST into a GET.

    Raises:
        UsageError: No account is named.
    """
    named = [account] if isinstance(account, (str, int)) else account
    joined = ",".join(path(part) for one in named for part in str(one).split(","))
    if not joined:
        raise UsageError("no account is named; pass an account's id, or 'me'")
    return "/".join(("accounts", joined, *map(path, segments))) + "/"


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
