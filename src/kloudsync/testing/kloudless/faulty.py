"""Faults in Kloudless's own words."""

from kloudsync.testing.exchange import Request, Resource
from kloudsync.testing.faults import FaultKind
from kloudsync.testing.kloudless.refusals import Refusal, unauthorized
from kloudsync.testing.wording import Refuse, Wording


def _refuse(status: int, code: str, message: str) -> Refuse:
    return lambda advice: Refusal(status, code, message, advice)


def _add_malformed(page: Resource, _: Request) -> Resource:
    senseless = {"id": "event_malformed", "start": "tomorrow", "end": 20260230, "recurrence": 7}
    activity = {"id": None, "type": "update", "metadata": senseless}
    page["objects"].insert(0, activity if "cursor" in page else senseless)
    return page


def _repeat(page: Resource, _: Request) -> Resource:
    return page | {"objects": [*page["objects"], *page["objects"]]}


def _reverse(page: Resource, _: Request) -> Resource:
    return page | {"objects": page["objects"][::-1]}


def _name_itself(page: Resource, request: Request) -> Resource:
    name = request.query.get("page")
    return page | {"next_page": name} if "next_page" in page and name else page


_LIMITED = _refuse(429, "too_many_requests", "Too many requests.")

WORDING = Wording(
    refusals={
        FaultKind.RATE_LIMIT: _refuse(429, "too_many_service_requests", "Too many requests."),
        FaultKind.USER_RATE_LIMIT: _LIMITED,
        FaultKind.TOO_MANY_REQUESTS: _LIMITED,
        FaultKind.RETRY_AFTER_SECONDS: _LIMITED,
        FaultKind.RETRY_AFTER_DATE: _LIMITED,
        FaultKind.SERVER_ERROR: _refuse(500, "internal_error", "Internal error."),
        FaultKind.UNAVAILABLE: _refuse(
            503, "service_not_available", "The service is not available."
        ),
        FaultKind.CURSOR_GONE: _refuse(410, "request_failed", "The cursor has expired."),
        FaultKind.CURSOR_INVALID: _refuse(400, "invalid_parameters", "Invalid cursor."),
        FaultKind.UNAUTHORIZED: lambda _: unauthorized(),
    },
    changes={
        FaultKind.MALFORMED_ITEM: _add_malformed,
        FaultKind.DUPLICATE_ITEMS: _repeat,
        FaultKind.REORDER_PAGES: _reverse,
        FaultKind.ENDLESS_PAGES: _name_itself,
    },
)
