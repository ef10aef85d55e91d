"""Faults in the words of an authorisation server."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import AFTERWARDS, Disrupted, Fault, FaultKind, html_page
from kloudsync.testing.oauth.refusals import Refusal

_REFUSALS: Mapping[FaultKind, tuple[int, str]] = {
    FaultKind.RATE_LIMIT: (403, "rate_limit_exceeded"),
    FaultKind.USER_RATE_LIMIT: (403, "rate_limit_exceeded"),
    FaultKind.QUOTA_EXCEEDED: (403, "rate_limit_exceeded"),
    FaultKind.TOO_MANY_REQUESTS: (429, "rate_limit_exceeded"),
    FaultKind.RETRY_AFTER_SECONDS: (429, "rate_limit_exceeded"),
    FaultKind.RETRY_AFTER_DATE: (429, "rate_limit_exceeded"),
    FaultKind.SERVER_ERROR: (500, "server_error"),
    FaultKind.UNAVAILABLE: (503, "temporarily_unavailable"),
    FaultKind.FORBIDDEN: (403, "access_denied"),
    FaultKind.UNAUTHORIZED: (401, "invalid_client"),
}


def before(fault: Fault, clock: TellsTime) -> Reply | None:
    """Commit a fault in place of performing the request; None for faults that come later."""
    if fault.kind is FaultKind.CUT_CONNECTION:
        raise Disrupted(fault.kind, None, fault.seconds)
    if fault.kind in {FaultKind.HTML_502, FaultKind.HTML_200}:
        return html_page(502 if fault.kind is FaultKind.HTML_502 else 200)
    if fault.kind not in _REFUSALS:
        return None
    status, error = _REFUSALS[fault.kind]
    raise Refusal(error, status=status, headers=_advice(fault, clock))


def _advice(fault: Fault, clock: TellsTime) -> dict[str, str]:
    if fault.kind is FaultKind.RETRY_AFTER_SECONDS:
        return {"Retry-After": f"{fault.seconds:.0f}"}
    if fault.kind is FaultKind.RETRY_AFTER_DATE:
        moment = clock.now() + timedelta(seconds=fault.seconds)
        return {"Retry-After": format_datetime(moment, usegmt=True)}
    return {}


def after(fault: Fault, reply: Reply) -> Reply:
    """Commit a fault on the answer to a request that was performed: what it brought is lost."""
    if fault.kind in AFTERWARDS:
        raise Disrupted(fault.kind, reply, fault.seconds)
    return reply
