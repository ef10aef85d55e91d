"""Faults in Kloudless's own words."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Query, Reply
from kloudsync.testing.faults import AFTERWARDS, Disrupted, Fault, FaultKind, html_page
from kloudsync.testing.kloudless.refusals import Refusal, unauthorized

Page = dict[str, Any]

_LIMIT = "Too many requests."
_REFUSALS = {
    FaultKind.RATE_LIMIT: (429, "too_many_service_requests", _LIMIT),
    FaultKind.USER_RATE_LIMIT: (429, "too_many_requests", _LIMIT),
    FaultKind.TOO_MANY_REQUESTS: (429, "too_many_requests", _LIMIT),
    FaultKind.SERVER_ERROR: (500, "internal_error", "Internal error."),
    FaultKind.UNAVAILABLE: (503, "service_not_available", "The service is not available."),
    FaultKind.CURSOR_GONE: (410, "request_failed", "The cursor has expired."),
    FaultKind.CURSOR_INVALID: (400, "invalid_parameters", "Invalid cursor."),
}


def before(fault: Fault, clock: TellsTime) -> Reply | None:
    """Commit a fault in place of performing the request; None for faults that come later."""
    if fault.kind is FaultKind.CUT_CONNECTION:
        raise Disrupted(fault.kind, None, fault.seconds)
    if fault.kind in {FaultKind.HTML_502, FaultKind.HTML_200}:
        return html_page(502 if fault.kind is FaultKind.HTML_502 else 200)
    if fault.kind is FaultKind.UNAUTHORIZED:
        raise unauthorized()
    if fault.kind in {FaultKind.RETRY_AFTER_SECONDS, FaultKind.RETRY_AFTER_DATE}:
        raise Refusal(429, "too_many_requests", _LIMIT, {"Retry-After": _wait(fault, clock)})
    if fault.kind in _REFUSALS:
        raise Refusal(*_REFUSALS[fault.kind])
    return None


def after(fault: Fault, reply: Reply, query: Query) -> Reply:
    """Commit a fault on the answer to a request that was performed."""
    if fault.kind in AFTERWARDS:
        raise Disrupted(fault.kind, reply, fault.seconds)
    if reply.status != 200 or fault.kind not in _PAGE_FAULTS:
        return reply
    page = json.loads(reply.body)
    _PAGE_FAULTS[fault.kind](page, query)
    return reply._replace(body=json.dumps(page).encode())


def _wait(fault: Fault, clock: TellsTime) -> str:
    if fault.kind is FaultKind.RETRY_AFTER_SECONDS:
        return f"{fault.seconds:.0f}"
    return format_datetime(clock.now() + timedelta(seconds=fault.seconds), usegmt=True)


def _add_malformed(page: Page, _: Query) -> None:
    senseless = {"id": "event_malformed", "start": "tomorrow", "end": 20260230, "recurrence": 7}
    activity = {"id": None, "type": "update", "metadata": senseless}
    page["objects"].insert(0, activity if "cursor" in page else senseless)


def _repeat(page: Page, _: Query) -> None:
    page["objects"] = [*page["objects"], *page["objects"]]


def _reverse(page: Page, _: Query) -> None:
    page["objects"].reverse()


def _name_itself(page: Page, query: Query) -> None:
    if "next_page" in page and query.get("page"):
        page["next_page"] = query.get("page")


_PAGE_FAULTS: Mapping[FaultKind, Callable[[Page, Query], None]] = {
    FaultKind.MALFORMED_ITEM: _add_malformed,
    FaultKind.DUPLICATE_ITEMS: _repeat,
    FaultKind.REORDER_PAGES: _reverse,
    FaultKind.ENDLESS_PAGES: _name_itself,
}
