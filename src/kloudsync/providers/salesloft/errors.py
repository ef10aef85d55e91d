"""Salesloft's error answers as exceptions.

There are no machine-readable codes: the number decides, and the body says what
is wrong, as one text under `error` or field by field under `errors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from kloudsync.errors import (
    APIError,
    BadRequest,
    Conflict,
    Gone,
    InvalidFields,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    RateLimited,
    ServiceUnavailable,
    Unauthorized,
)
from kloudsync.http.error_answers import REDIRECTED, body_of, leaf_of, sentence
from kloudsync.http.message import Response
from kloudsync.http.retry import parse_retry_after
from kloudsync.providers.salesloft.limiter import until_granted

PROVIDER: Final = "salesloft"

_STATUSES: Final[Mapping[int, type[APIError]]] = {422: InvalidFields}

_ADVICE: Final[Mapping[type[APIError], str]] = {
    BadRequest: "correct the request; sending it again will not help",
    InvalidFields: "correct these fields",
    Unauthorized: "pass a valid API key or access token",
    PermissionDenied: "check the token's scopes and its user's permissions",
    NotFound: "check the id, and that the token's user may see it",
    Conflict: "read what is there",
    Gone: "nothing is left to do",
    PreconditionFailed: "read the current version, and decide anew",
    RateLimited: "the team's budget of this minute is spent, by whatever integration",
    ServiceUnavailable: "try again later",
}


def decode_error(response: Response, operation: str, now: datetime) -> APIError:
    """Turn an error answer into an exception.

    Args:
        response: The answer, of status 300 or above; its body may be JSON, HTML or nothing.
        operation: The name of the call, such as `calendar_events.upsert`.
        now: The current time.
    """
    body = body_of(response)
    fields = field_errors(body.get("errors"))
    leaf = _leaf(response.status, fields)
    details: dict[str, Any] = {
        "status": response.status,
        "provider": PROVIDER,
        "operation": operation,
        "retry_after": _wait(response, now),
        "response": response,
    }
    message = _sentence(response.status, operation, _said(body, fields), leaf)
    if leaf is InvalidFields:
        return InvalidFields(message, fields=fields, **details)
    return leaf(message, **details)


def field_errors(errors: object) -> dict[str, tuple[str, ...]]:
    """Read errors by field, whether a field has one text or several."""
    if isinstance(errors, Mapping):
        held = cast("Mapping[str, Any]", errors)
        return {str(name): _texts(said) for name, said in held.items()}
    return {"": _texts(errors)} if errors else {}


def _leaf(status: int, fields: Mapping[str, tuple[str, ...]]) -> type[APIError]:
    if status < 400:
        return APIError
    if status == 400 and fields:
        return InvalidFields
    return leaf_of(status, _STATUSES)


def _wait(response: Response, now: datetime) -> float | None:
    if response.status == 429:
        return until_granted(response, now.timestamp())
    return parse_retry_after(response.headers.get("Retry-After"), now)


def _said(body: Mapping[str, Any], fields: Mapping[str, tuple[str, ...]]) -> str:
    by_field = "; ".join(f"{name} {', '.join(said)}".strip() for name, said in fields.items())
    said = [*_texts(body.get("error")), *_texts(body.get("error_description")), by_field]
    return " ".join(" ".join(filter(None, said)).split())[:300]


def _sentence(status: int, operation: str, said: str, leaf: type[APIError]) -> str:
    advice = REDIRECTED if status < 400 else _ADVICE[leaf]
    return sentence(PROVIDER, operation, str(status), said, advice)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(str(one) for one in cast("list[object]", value))
    return ()
