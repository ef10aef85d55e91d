"""Faults in Graph's own words."""

from collections.abc import Callable

from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Request, Resource
from kloudsync.testing.faults import FaultKind
from kloudsync.testing.microsoft.refusals import (
    Refusal,
    access_denied,
    bad_token,
    invalid_delta_token,
    sync_state_not_found,
    throttled,
)
from kloudsync.testing.wording import Refuse, Wording

MALFORMED: Resource = {
    "@odata.type": "#microsoft.graph.event",
    "@odata.etag": 0,
    "id": "AAMkMALFORMED=",
    "type": "seriesMaster",
    "start": {"dateTime": "tomorrow, at the usual time", "timeZone": "Nowhere"},
    "end": "20260230",
    "recurrence": {"pattern": "weekly", "range": None},
}


def _plain(refuse: Callable[[], Refusal]) -> Refuse:
    return lambda _: refuse()


def _worded(status: int, code: str, message: str) -> Refuse:
    return lambda advice: Refusal(status, code, message, headers=advice)


def _malformed(listed: Resource, _: Request) -> Resource:
    return listed | {"value": [MALFORMED, *listed["value"]]}


def _endless(listed: Resource, request: Request) -> Resource:
    """Let a page name itself as the next one; a first page has no name, so it stays as it is."""
    if not any(name.lower() in {"$skip", "$skiptoken"} for name, _ in request.query.pairs):
        return listed
    listed.pop("@odata.deltaLink", None)
    return listed | {"@odata.nextLink": request.url}


WORDING = Wording(
    refusals={
        # Graph refuses for no limit with 403; what asks for one gets what a limit looks like here.
        FaultKind.RATE_LIMIT: throttled,
        FaultKind.USER_RATE_LIMIT: throttled,
        FaultKind.RETRY_AFTER_SECONDS: throttled,
        FaultKind.RETRY_AFTER_DATE: throttled,
        FaultKind.TOO_MANY_REQUESTS: _worded(429, "TooManyRequests", "Too many requests."),
        FaultKind.QUOTA_EXCEEDED: _worded(507, "ErrorQuotaExceeded", "The mailbox is full."),
        FaultKind.FORBIDDEN: _plain(access_denied),
        FaultKind.SERVER_ERROR: _worded(
            500, "ErrorInternalServerTransientError", "An internal server error occurred."
        ),
        FaultKind.UNAVAILABLE: _worded(
            503, "ErrorMailboxStoreUnavailable", "The mailbox database is unavailable."
        ),
        FaultKind.UNAUTHORIZED: _plain(bad_token),
        FaultKind.CURSOR_GONE: _plain(sync_state_not_found),
        FaultKind.CURSOR_INVALID: lambda _: invalid_delta_token("$deltaToken", "…"),
        FaultKind.CURSOR_UNNAMED: _worded(
            400, "ErrorInvalidParameter", "The value of a parameter is invalid."
        ),
    },
    bare={FaultKind.CURSOR_GONE_SILENTLY: 410},
    changes={FaultKind.MALFORMED_ITEM: _malformed, FaultKind.ENDLESS_PAGES: _endless},
    encode=encode,
)
