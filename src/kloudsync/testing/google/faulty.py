"""Faults in Google's own words."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import format_datetime
from functools import partial

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import AFTERWARDS, Disrupted, Fault, FaultKind, html_page
from kloudsync.testing.google.encoding import Resource, decode, encode
from kloudsync.testing.google.refusals import (
    Refusal,
    bad_credentials,
    full_sync_required,
    invalid_sync_token,
    refuse_invalid,
    usage_limit,
)

MALFORMED: Resource = {
    "kind": "calendar#event",
    "etag": '"0"',
    "id": "malformedmalformedmalforme",
    "status": "confirmed",
    "start": {"dateTime": "tomorrow, at the usual time"},
    "end": {"date": 20260230},
    "recurrence": "RRULE",
}


def before(fault: Fault, clock: TellsTime) -> Reply | None:
    """Commit a fault in place of performing the request; None for faults that come later."""
    if fault.kind is FaultKind.CUT_CONNECTION:
        raise Disrupted(fault.kind, None, fault.seconds)
    if fault.kind in {FaultKind.HTML_502, FaultKind.HTML_200}:
        return html_page(502 if fault.kind is FaultKind.HTML_502 else 200)
    if fault.kind is FaultKind.CURSOR_GONE_SILENTLY:
        return Reply(410, {}, b"")
    refusal = _refusal(fault, clock)
    if refusal is not None:
        raise refusal
    return None


def _refusal(fault: Fault, clock: TellsTime) -> Refusal | None:
    if fault.kind is FaultKind.RETRY_AFTER_SECONDS:
        return usage_limit(429, "rateLimitExceeded", _LIMIT, f"{fault.seconds:.0f}")
    if fault.kind is FaultKind.RETRY_AFTER_DATE:
        moment = clock.now() + timedelta(seconds=fault.seconds)
        wait = format_datetime(moment, usegmt=True)
        return usage_limit(429, "rateLimitExceeded", _LIMIT, wait)
    return _REFUSALS[fault.kind]() if fault.kind in _REFUSALS else None


_LIMIT = "Rate Limit Exceeded"
_REFUSALS: Mapping[FaultKind, Callable[[], Refusal]] = {
    FaultKind.RATE_LIMIT: partial(usage_limit, 403, "rateLimitExceeded", _LIMIT),
    FaultKind.USER_RATE_LIMIT: partial(usage_limit, 403, "userRateLimitExceeded", f"User {_LIMIT}"),
    FaultKind.TOO_MANY_REQUESTS: partial(usage_limit, 429, "rateLimitExceeded", _LIMIT),
    FaultKind.QUOTA_EXCEEDED: partial(
        usage_limit, 403, "quotaExceeded", "Calendar usage limits exceeded."
    ),
    FaultKind.FORBIDDEN: partial(Refusal, 403, "forbidden", "Forbidden"),
    FaultKind.SERVER_ERROR: partial(Refusal, 500, "backendError", "Backend Error"),
    FaultKind.UNAVAILABLE: partial(Refusal, 503, "backendError", "Service Unavailable"),
    FaultKind.UNAUTHORIZED: bad_credentials,
    FaultKind.CURSOR_GONE: full_sync_required,
    FaultKind.CURSOR_INVALID: invalid_sync_token,
    FaultKind.CURSOR_UNNAMED: refuse_invalid,
}


def after(fault: Fault, reply: Reply, page: str) -> Reply:
    """Commit a fault on the answer to a request that was performed.

    Args:
        fault: The fault.
        reply: The answer as it should be.
        page: The page token of the request; empty for a first page.
    """
    if fault.kind in AFTERWARDS:
        raise Disrupted(fault.kind, reply, fault.seconds)
    if reply.status != 200:
        return reply
    if fault.kind is FaultKind.MALFORMED_ITEM:
        listed = decode(reply.body)
        return reply._replace(body=encode(listed | {"items": [MALFORMED, *listed["items"]]}))
    if fault.kind is FaultKind.ENDLESS_PAGES:
        return _endless(reply, page)
    return reply


def _endless(reply: Reply, page: str) -> Reply:
    """Let a page name itself as the next one; a first page has no name, so it stays as it is."""
    listed = decode(reply.body)
    if page:
        listed.pop("nextSyncToken", None)
        listed["nextPageToken"] = page
    return reply._replace(body=encode(listed))
