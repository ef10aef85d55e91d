"""Kloudless's error answers as exceptions, by reason rather than by number alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from kloudsync.errors import APIError, BadRequest, ConsentRequired, RateLimited, Unauthorized
from kloudsync.http.error_answers import body_of
from kloudsync.http.error_answers import leaf_of as by_status
from kloudsync.http.message import Response
from kloudsync.http.retry import parse_retry_after

PROVIDER: Final = "kloudless"

_BY_REASON: Final[Mapping[str, type[APIError]]] = {
    # The upstream service has withdrawn its consent: only the user can give it again.
    "service_unauthorized": ConsentRequired,
    "unauthorized": Unauthorized,
    "authentication_required": Unauthorized,
    "invalid_token": Unauthorized,
    # Sent as 500, but the same request can never succeed.
    "unsupported_media_type": BadRequest,
    "not_implemented": BadRequest,
    "insufficient_storage": BadRequest,
    "too_many_requests": RateLimited,
    "too_many_service_requests": RateLimited,
}

_BY_STATUS: Final[Mapping[int, type[APIError]]] = {507: BadRequest}

VERIFY = "oauth.verify"
"""The one call whose 400 means that a token is not valid."""


def decode_error(response: Response, operation: str, now: datetime) -> APIError:
    """Map an error answer to an exception.

    Args:
        response: The answer; its body may be JSON, HTML or nothing.
        operation: The name of the call.
        now: The current time, which a date in `Retry-After` is compared with.
    """
    body = body_of(response)
    reason = _text(body, "error_code")
    return leaf_of(response.status, reason, operation)(
        f"kloudless {operation}: {_message(response, body, reason)}",
        status=response.status,
        provider=PROVIDER,
        operation=operation,
        reason=reason,
        request_id=_text(body, "id"),
        retry_after=parse_retry_after(response.headers.get("Retry-After"), now),
        response=response,
    )


def leaf_of(status: int, reason: str | None, operation: str) -> type[APIError]:
    """Return the exception that a status and Kloudless's own code for the error mean."""
    if operation == VERIFY and status == 400:
        return Unauthorized
    by_reason = _BY_REASON.get(reason or "")
    if by_reason is not None:
        return by_reason
    return by_status(status, _BY_STATUS)


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) and value else None


def _message(response: Response, body: Mapping[str, Any], reason: str | None) -> str:
    said = _text(body, "message")
    if 300 <= response.status < 400:
        return f"answered {response.status}, a redirect, which is not followed; check base_url"
    if said is None and reason is None:
        media_type = (response.headers.get("Content-Type") or "no media type").partition(";")[0]
        return f"answered {response.status} {_phrase(response.status)} with {media_type[:60]}"
    answered = f"answered {response.status} {reason or _phrase(response.status)}"
    told = f"{answered}: {said[:300]}" if said else answered
    if reason == "service_unauthorized":
        return f"{told}. The user has to connect the account again"
    return told


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(unknown status)"
