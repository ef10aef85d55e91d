"""Faults in Salesloft's own words."""

from kloudsync.testing.exchange import Request, Resource
from kloudsync.testing.faults import FaultKind
from kloudsync.testing.salesloft.refusals import limited, refuse, unauthorized
from kloudsync.testing.wording import Refuse, Wording

MALFORMED: Resource = {"id": {"no": "id"}, "start_time": "tomorrow", "attendees": "all"}


def _refuse(status: int, error: str) -> Refuse:
    return lambda _: refuse(status, error)


def _malformed(listed: Resource, _: Request) -> Resource:
    return listed | {"data": [MALFORMED, *listed["data"]]}


def _endless(listed: Resource, _: Request) -> Resource:
    paging = listed.get("metadata", {}).get("paging", {})
    paging["next_page"] = paging.get("current_page", 1)
    return listed


def _duplicated(listed: Resource, _: Request) -> Resource:
    return listed | {"data": [*listed["data"], *listed["data"][:1]]}


def _reordered(listed: Resource, _: Request) -> Resource:
    return listed | {"data": listed["data"][::-1]}


WORDING = Wording(
    refusals={
        FaultKind.RATE_LIMIT: limited,
        FaultKind.USER_RATE_LIMIT: limited,
        FaultKind.TOO_MANY_REQUESTS: limited,
        FaultKind.QUOTA_EXCEEDED: limited,
        FaultKind.RETRY_AFTER_SECONDS: limited,
        FaultKind.RETRY_AFTER_DATE: limited,
        FaultKind.FORBIDDEN: _refuse(403, "You do not have permission to do this"),
        FaultKind.SERVER_ERROR: _refuse(500, "Internal Server Error"),
        FaultKind.UNAVAILABLE: _refuse(503, "Service Unavailable"),
        FaultKind.UNAUTHORIZED: lambda _: unauthorized(),
    },
    changes={
        FaultKind.MALFORMED_ITEM: _malformed,
        FaultKind.ENDLESS_PAGES: _endless,
        FaultKind.DUPLICATE_ITEMS: _duplicated,
        FaultKind.REORDER_PAGES: _reordered,
    },
)
