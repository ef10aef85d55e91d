"""Faults in Graph's own words."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import format_datetime
from functools import partial

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import AFTERWARDS, Disrupted, Fault, FaultKind, html_page
from kloudsync.testing.microsoft.encoding import Resource, decode, encode
from kloudsync.testing.microsoft.refusals import (
    Refusal,
    access_denied,
    bad_token,
    invalid_delta_token,
    sync_state_not_found,
    throttled,
)

MALFORMED: Resource = {
    "@odata.type": "#microsoft.graph.event",
    "@odata.etag": 0,
    "id": "AAMkMALFORMED=",
    "type": "seriesMaster",
    "start": {"dateTime": "tomorrow, at the usual time", "timeZone": "Nowhere"},
    "end": "20260230",
    "recurrence": {"pattern": "weekly", "range": None},
}


def before(fault: Fault, clock: TellsTime, *, fractional: bool = False) -> Reply | None:
    """Commit a fault in place of performing the request; None for faults that come later.

    Args:
        fault: The fault.
        clock: What tells the present.
        fractional: Whether a wait has a fraction of a second.
    """
    if fault.kind is FaultKind.CUT_CONNECTION:
        raise Disrupted(fault.kind, None, fault.seconds)
    if fault.kind in {FaultKind.HTML_502, FaultKind.HTML_200}:
        return html_page(502 if fault.kind is FaultKind.HTML_502 else 200)
    if fault.kind is FaultKind.CURSOR_GONE_SILENTLY:
        return Reply(410, {}, b"")
    refusal = _refusal(fault, clock, fractional=fractional)
    if refusal is not None:
        raise refusal
    return None


def _refusal(fault: Fault, clock: TellsTime, *, fractional: bool) -> Refusal | None:
    if fault.kind is FaultKind.RETRY_AFTER_SECONDS:
        return throttled(f"{fault.seconds:.3f}" if fractional else f"{fault.seconds:.0f}")
    if fault.kind is FaultKind.RETRY_AFTER_DATE:
        moment = clock.now() + timedelta(seconds=fault.seconds)
        return throttled(format_datetime(moment, usegmt=True))
    return _REFUSALS[fault.kind]() if fault.kind in _REFUSALS else None


_REFUSALS: Mapping[FaultKind, Callable[[], Refusal]] = {
    # Graph refuses for no limit with 403; what asks for one gets what a limit looks like here.
    FaultKind.RATE_LIMIT: throttled,
    FaultKind.USER_RATE_LIMIT: throttled,
    FaultKind.TOO_MANY_REQUESTS: partial(
        Refusal, 429, "TooManyRequests", "Too many requests. Please retry after some time."
    ),
    FaultKind.QUOTA_EXCEEDED: partial(
        Refusal, 507, "ErrorQuotaExceeded", "The mailbox has exceeded its quota."
    ),
    FaultKind.FORBIDDEN: access_denied,
    FaultKind.SERVER_ERROR: partial(
        Refusal, 500, "ErrorInternalServerTransientError", "An internal server error occurred."
    ),
    FaultKind.UNAVAILABLE: partial(
        Refusal, 503, "ErrorMailboxStoreUnavailable", "The mailbox database is unavailable."
    ),
    FaultKind.UNAUTHORIZED: bad_token,
    FaultKind.CURSOR_GONE: sync_state_not_found,
    FaultKind.CURSOR_INVALID: partial(invalid_delta_token, "$deltaToken", "…"),
    FaultKind.CURSOR_UNNAMED: partial(
        Refusal, 400, "ErrorInvalidParameter", "The value of a parameter is invalid."
    ),
}


def after(fault: Fault, reply: Reply, address: str) -> Reply:
    """Commit a fault on the answer to a request that was performed.

    Args:
        fault: The fault.
        reply: The answer as it should be.
        address: The request's own address; empty for a first page.
    """
    if fault.kind in AFTERWARDS:
        raise Disrupted(fault.kind, reply, fault.seconds)
    if reply.status != 200:
        return reply
    if fault.kind is FaultKind.MALFORMED_ITEM:
        listed = decode(reply.body)
        return reply._replace(body=encode(listed | {"value": [MALFORMED, *listed["value"]]}))
    if fault.kind is FaultKind.ENDLESS_PAGES and address:
        listed = decode(reply.body)
        listed.pop("@odata.deltaLink", None)
        return reply._replace(body=encode(listed | {"@odata.nextLink": address}))
    return reply
