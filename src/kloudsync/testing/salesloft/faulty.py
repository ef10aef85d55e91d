"""Faults in Salesloft's own words."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import AFTERWARDS, Disrupted, Fault, FaultKind, html_page
from kloudsync.testing.salesloft.refusals import Refusal, limited, refuse, unauthorized

MALFORMED: dict[str, Any] = {"id": {"no": "id"}, "start_time": "tomorrow", "attendees": "all"}
_LIMITS = frozenset(
    (
        FaultKind.RATE_LIMIT,
        FaultKind.USER_RATE_LIMIT,
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.QUOTA_EXCEEDED,
    )
)
_REFUSALS: Mapping[FaultKind, tuple[int, str]] = {
    FaultKind.FORBIDDEN: (403, "You do not have permission to do this"),
    FaultKind.SERVER_ERROR: (500, "Internal Server Error"),
    FaultKind.UNAVAILABLE: (503, "Service Unavailable"),
}


def before(fault: Fault, now: datetime) -> Reply | None:
    """Commit a fault in place of performing the request; None for faults that come later."""
    if fault.kind is FaultKind.CUT_CONNECTION:
        raise Disrupted(fault.kind, None, fault.seconds)
    if fault.kind in {FaultKind.HTML_502, FaultKind.HTML_200}:
        return html_page(502 if fault.kind is FaultKind.HTML_502 else 200)
    refusal = _refusal(fault, now)
    if refusal is not None:
        raise refusal
    return None


def after(fault: Fault, reply: Reply) -> Reply:
    """Commit a fault on the answer to a request that was performed."""
    if fault.kind in AFTERWARDS:
        raise Disrupted(fault.kind, reply, fault.seconds)
    change = _CHANGES.get(fault.kind)
    if reply.status != 200 or change is None:
        return reply
    return reply._replace(body=json.dumps(change(json.loads(reply.body))).encode())


def _refusal(fault: Fault, now: datetime) -> Refusal | None:
    if fault.kind in _LIMITS:
        return limited()
    if fault.kind is FaultKind.RETRY_AFTER_SECONDS:
        return limited({"Retry-After": f"{fault.seconds:.0f}"})
    if fault.kind is FaultKind.RETRY_AFTER_DATE:
        moment = now + timedelta(seconds=fault.seconds)
        return limited({"Retry-After": format_datetime(moment, usegmt=True)})
    if fault.kind is FaultKind.UNAUTHORIZED:
        return unauthorized()
    return refuse(*_REFUSALS[fault.kind]) if fault.kind in _REFUSALS else None


def _malformed(listed: dict[str, Any]) -> dict[str, Any]:
    return listed | {"data": [MALFORMED, *listed["data"]]}


def _endless(listed: dict[str, Any]) -> dict[str, Any]:
    paging = listed.get("metadata", {}).get("paging", {})
    paging["next_page"] = paging.get("current_page", 1)
    return listed


def _duplicated(listed: dict[str, Any]) -> dict[str, Any]:
    return listed | {"data": [*listed["data"], *listed["data"][:1]]}


def _reordered(listed: dict[str, Any]) -> dict[str, Any]:
    return listed | {"data": listed["data"][::-1]}


_CHANGES = {
    FaultKind.MALFORMED_ITEM: _malformed,
    FaultKind.ENDLESS_PAGES: _endless,
    FaultKind.DUPLICATE_ITEMS: _duplicated,
    FaultKind.REORDER_PAGES: _reordered,
}
