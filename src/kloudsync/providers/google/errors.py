"""Google's error answers, told apart by reason.

Status numbers alone mislead: 403 is a missing right or a rate limit, 410 a
deleted event or a dead sync token. The reason decides, in the service's old
envelope as in its new one; bodies that are not JSON at all are told by number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from attrs import frozen

from kloudsync.errors import (
    AddressRefused,
    APIError,
    BadRequest,
    Conflict,
    ConsentRequired,
    CursorRefused,
    Gone,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    RateLimited,
    ServiceUnavailable,
    Unauthorized,
)
from kloudsync.http.error_answers import REDIRECTED, body_of, leaf_of, line_in, object_in, sentence
from kloudsync.http.message import Response
from kloudsync.http.retry import parse_retry_after

PROVIDER = "google"

SOON = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
"""Usage limits that the next seconds lift."""

LATER = frozenset({"quotaExceeded", "calendarUsageLimitsExceeded", "dailyLimitExceeded"})
"""Usage limits that take hours to lift."""

HOURS = 3600.0

USAGE_LIMITS = "usageLimits"
"""The domain of limits. The service adds reasons to it: all are limits, but for these."""

NO_LIMITS = frozenset(
    {
        "accessNotConfigured",
        "SERVICE_DISABLED",
        "ipRefererBlocked",
        "refererNotAllowed",
        "keyExpired",
        "keyInvalid",
    }
)

ADDRESS = "push.webhookUrl"
"""How reasons begin that speak of the address for notifications."""

_REASONS: dict[str, type[APIError]] = {
    **dict.fromkeys(SOON | LATER, RateLimited),
    "fullSyncRequired": CursorRefused,
    "updatedMinTooLongAgo": CursorRefused,
    "deleted": Gone,
    "invalid_grant": ConsentRequired,
    "authError": Unauthorized,
    "backendError": ServiceUnavailable,
}


_ADVICE: dict[type[APIError], str] = {
    BadRequest: "correct the request; sending it again will not help",
    AddressRefused: "the address has to be https with a valid certificate; where the service wants "
    "it, its domain has to be verified for the project",
    Unauthorized: "pass a fresh access token with a Calendar scope",
    ConsentRequired: "ask the user to grant access again",
    PermissionDenied: "check the token's scopes, the calendar's sharing, and that the API is enabled",
    NotFound: "check the id, and that the calendar is shared with these credentials",
    Conflict: "read what is there, and decide whether it is yours",
    Gone: "nothing is left to do",
    CursorRefused: "forget the token and list everything anew",
    PreconditionFailed: "read the current version, apply the change to it, and write again",
    RateLimited: "slow down, and spread the load over time",
    ServiceUnavailable: "try again later",
}


@frozen
class _Fault:
    """What an error answer says: empty strings where it says nothing."""

    reason: str = ""
    message: str = ""
    location: str = ""
    domain: str = ""

    @property
    def is_limit(self) -> bool:
        """Whether it speaks of usage limits, in whatever words."""
        if self.domain == USAGE_LIMITS:
            return self.reason not in NO_LIMITS
        return not self.reason and "usage limits exceeded" in self.message.lower()


def decode_error(response: Response, operation: str, now: datetime) -> APIError:
    """Turn an error answer into an exception.

    Args:
        response: The answer, of status 300 or above.
        operation: The name of the call, such as `events.list`.
        now: The current time, for a `Retry-After` that is a date.
    """
    fault = _read(response)
    leaf = _leaf(response, operation, fault)
    retry_after = parse_retry_after(response.headers.get("Retry-After"), now)
    if retry_after is None and leaf is RateLimited and _takes_hours(fault):
        retry_after = HOURS
    return leaf(
        _sentence(response, operation, fault, leaf),
        status=response.status,
        provider=PROVIDER,
        operation=operation,
        reason=fault.reason or None,
        retry_after=retry_after,
        response=response,
    )


def _leaf(response: Response, operation: str, fault: _Fault) -> type[APIError]:
    status = response.status
    if status < 400:
        return APIError
    if _refuses_cursor(response, operation, fault):
        return CursorRefused
    if status < 500 and fault.reason.startswith(ADDRESS):
        # Also with 401, which says nothing of the token then.
        return AddressRefused
    if status < 500 and fault.reason in _REASONS:
        return _REASONS[fault.reason]
    if status == 403 and fault.is_limit:
        return RateLimited
    return leaf_of(status)


def _takes_hours(fault: _Fault) -> bool:
    return fault.reason in LATER or (not fault.reason and fault.is_limit)


def _refuses_cursor(response: Response, operation: str, fault: _Fault) -> bool:
    if response.status == 410:
        # Seen in the wild: a dead token answered with 410 and no body at all.
        return not response.body.strip() and operation.endswith(".list")
    if response.status != 400 or fault.reason.startswith("syncTokenWith"):
        return False
    return fault.location == "syncToken" or fault.message.lower().startswith("invalid sync token")


def _sentence(response: Response, operation: str, fault: _Fault, leaf: type[APIError]) -> str:
    found = " ".join(filter(None, (str(response.status), fault.reason)))
    if 300 <= response.status < 400:
        advice = REDIRECTED
    elif response.status == 501:
        advice = "the service has no such method; check base_url and what is asked for"
    else:
        advice = _ADVICE[leaf]
    return sentence(PROVIDER, operation, found, fault.message, advice)


def _read(response: Response) -> _Fault:
    envelope = body_of(response)
    error = envelope.get("error")
    if isinstance(error, str):
        # The token endpoint's envelope (RFC 6749, section 5.2).
        return _Fault(line_in(error), line_in(envelope.get("error_description")))
    held = object_in(error)
    first = _first(held.get("errors"))
    detail = _first(held.get("details"), having="reason")
    return _Fault(
        reason=line_in(first.get("reason")) or line_in(detail.get("reason")),
        message=line_in(held.get("message")) or line_in(first.get("message")),
        location=line_in(first.get("location")),
        domain=line_in(first.get("domain")),
    )


def _first(value: object, having: str = "") -> Mapping[str, Any]:
    members = cast("list[object]", value) if isinstance(value, list) else []
    objects = (object_in(member) for member in members)
    return next((o for o in objects if not having or having in o), object_in(None))
