"""Faults in Google's own words."""

from collections.abc import Callable

from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Request, Resource
from kloudsync.testing.faults import FaultKind
from kloudsync.testing.google.refusals import (
    Refusal,
    bad_credentials,
    full_sync_required,
    invalid_sync_token,
    refuse_invalid,
    usage_limit,
)
from kloudsync.testing.wording import Refuse, Wording

MALFORMED: Resource = {
    "kind": "calendar#event",
    "etag": '"0"',
    "id": "malformedmalformedmalforme",
    "status": "confirmed",
    "start": {"dateTime": "tomorrow, at the usual time"},
    "end": {"date": 20260230},
    "recurrence": "RRULE",
}
_LIMIT = "Rate Limit Exceeded"


def _limit(status: int, reason: str, message: str = _LIMIT) -> Refuse:
    return lambda advice: usage_limit(status, reason, message, advice)


def _plain(refuse: Callable[[], Refusal]) -> Refuse:
    return lambda _: refuse()


def _malformed(listed: Resource, _: Request) -> Resource:
    return listed | {"items": [MALFORMED, *listed["items"]]}


def _endless(listed: Resource, request: Request) -> Resource:
    """Let a page name itself as the next one; a first page has no name, so it stays as it is."""
    page = request.query.get("pageToken")
    if page:
        listed.pop("nextSyncToken", None)
        listed["nextPageToken"] = page
    return listed


WORDING = Wording(
    refusals={
        FaultKind.RATE_LIMIT: _limit(403, "rateLimitExceeded"),
        FaultKind.USER_RATE_LIMIT: _limit(403, "userRateLimitExceeded", f"User {_LIMIT}"),
        FaultKind.TOO_MANY_REQUESTS: _limit(429, "rateLimitExceeded"),
        FaultKind.RETRY_AFTER_SECONDS: _limit(429, "rateLimitExceeded"),
        FaultKind.RETRY_AFTER_DATE: _limit(429, "rateLimitExceeded"),
        FaultKind.QUOTA_EXCEEDED: _limit(403, "quotaExceeded", "Calendar usage limits exceeded."),
        FaultKind.FORBIDDEN: lambda _: Refusal(403, "forbidden", "Forbidden"),
        FaultKind.SERVER_ERROR: lambda _: Refusal(500, "backendError", "Backend Error"),
        FaultKind.UNAVAILABLE: lambda _: Refusal(503, "backendError", "Service Unavailable"),
        FaultKind.UNAUTHORIZED: _plain(bad_credentials),
        FaultKind.CURSOR_GONE: _plain(full_sync_required),
        FaultKind.CURSOR_INVALID: _plain(invalid_sync_token),
        FaultKind.CURSOR_UNNAMED: _plain(refuse_invalid),
    },
    bare={FaultKind.CURSOR_GONE_SILENTLY: 410},
    changes={FaultKind.MALFORMED_ITEM: _malformed, FaultKind.ENDLESS_PAGES: _endless},
    encode=encode,
)
