"""What error answers of all vendors have alike: what a status means, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from kloudsync.errors import (
    APIError,
    BadRequest,
    Conflict,
    Gone,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    RateLimited,
    ServiceUnavailable,
    Unauthorized,
)
from kloudsync.http.message import Response

STATUSES: Final[Mapping[int, type[APIError]]] = {
    401: Unauthorized,
    403: PermissionDenied,
    404: NotFound,
    408: ServiceUnavailable,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    429: RateLimited,
    501: BadRequest,
}
"""What a status means by itself (RFC 9110, section 15), where a vendor says nothing else."""

REDIRECTED: Final = "redirects are not followed, since the token would go along; check base_url"
"""What to do about an answer that points elsewhere."""

_LONGEST: Final = 300


def leaf_of(status: int, own: Mapping[int, type[APIError]] | None = None) -> type[APIError]:
    """Return what a status means.

    Args:
        status: Of 400 or above.
        own: What some mean at this vendor.
    """
    known = STATUSES if own is None else {**STATUSES, **own}
    return known.get(status, ServiceUnavailable if status >= 500 else BadRequest)


def body_of(response: Response) -> Mapping[str, Any]:
    """Return the object that an answer holds; an empty one where it holds anything else."""
    try:
        return object_in(response.json())
    except ValueError:
        return {}


def object_in(value: object) -> Mapping[str, Any]:
    """Return a value of JSON if it is an object, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def line_in(value: object) -> str:
    """Return text fit for a message: one line, not too long; empty where it is no text."""
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""


def sentence(provider: str, operation: str, found: str, said: str, advice: str) -> str:
    """Tell of an error answer.

    Args:
        provider: Who answered.
        operation: What was asked, such as `events.list`.
        found: Its status and reason.
        said: The service's own words, or nothing.
        advice: What to do about it.
    """
    told = f": {said}" if said else ""
    return f"{provider} {operation} was answered with {found}{told} ({advice})"
