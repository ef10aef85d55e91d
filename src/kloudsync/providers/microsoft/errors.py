"""Graph's error answers, told apart by status and code, never by their words.

`error.code` is general, and `innerError` may nest and hold more special ones: the innermost that
is known decides. The case of codes differs from service to service and does not count. Answers of
gateways that are no JSON are told by their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from kloudsync.errors import (
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

PROVIDER: Final = "microsoft"

ON_PREMISES: Final = frozenset({"mailboxnotenabledforrestapi", "mailboxnotsupportedforrestapi"})
"""The mailbox is not in the cloud, and so nothing of it can be reached."""

_CODES: Final[dict[str, type[APIError]]] = {
    "syncstatenotfound": CursorRefused,
    "resyncrequired": CursorRefused,
    "invaliddeltatoken": CursorRefused,
    "applicationthrottled": RateLimited,
    "toomanyrequests": RateLimited,
    "activitylimitreached": RateLimited,
    "erroritemnotfound": NotFound,
    "errorfoldernotfound": NotFound,
    "resourcenotfound": NotFound,
    "errorirresolvableconflict": Conflict,
    "invalid_grant": ConsentRequired,
    **dict.fromkeys(ON_PREMISES, PermissionDenied),
}


_STATUSES: Final[Mapping[int, type[APIError]]] = {507: BadRequest}

_ADVICE: Final[dict[type[APIError], str]] = {
    BadRequest: "correct the request; sending it again will not help",
    Unauthorized: "pass a fresh access token of this cloud for Graph",
    ConsentRequired: "ask the user to grant access again",
    PermissionDenied: "check the token's scopes, the calendar's sharing, and the organisation's "
    "policies for this application",
    NotFound: "check the id, its mailbox, and in which form ids are",
    Conflict: "read what is there, and decide whether it is yours",
    Gone: "nothing is left to do",
    CursorRefused: "forget the link and list everything anew",
    PreconditionFailed: "read the current version, apply the change to it, and write again",
    RateLimited: "slow down, and keep to four requests at once for a mailbox",
    ServiceUnavailable: "try again later; where a window holds series without end, make it shorter",
}

_DEEPEST: Final = 8
"""Inner errors within inner errors that are looked at."""


@frozen
class _Fault:
    """What an error answer says: nothing where it says nothing."""

    codes: tuple[str, ...] = ()
    message: str = ""
    request_id: str | None = None

    @property
    def reason(self) -> str | None:
        """The code that decides: the innermost that is known, or else the first."""
        known = [code for code in self.codes if code.lower() in _CODES]
        return known[-1] if known else next(iter(self.codes), None)


def decode_error(response: Response, operation: str, now: datetime) -> APIError:
    """Turn an error answer into an exception.

    Args:
        response: The answer, of status 300 or above.
        operation: The name of the call, such as `events.list`.
        now: The current time, for a `Retry-After` that is a date.
    """
    fault = _read(response)
    leaf = _leaf(response, fault)
    request_id = response.headers.get("request-id") or fault.request_id
    return leaf(
        _sentence(response, operation, fault, leaf, request_id),
        status=response.status,
        provider=PROVIDER,
        operation=operation,
        reason=fault.reason,
        request_id=request_id,
        retry_after=parse_retry_after(response.headers.get("Retry-After"), now),
        response=response,
    )


def _leaf(response: Response, fault: _Fault) -> type[APIError]:
    status = response.status
    if status < 400:
        return APIError
    if status == 401 and "insufficient_claims" in (response.headers.get("WWW-Authenticate") or ""):
        # The organisation wants its user to sign in anew, and no refresh token will do.
        return ConsentRequired
    known = _CODES.get((fault.reason or "").lower())
    if known is not None and status < 500 and status not in (401, 412):
        return known
    return leaf_of(status, _STATUSES)


def _sentence(
    response: Response,
    operation: str,
    fault: _Fault,
    leaf: type[APIError],
    request_id: str | None,
) -> str:
    found = " ".join(filter(None, (str(response.status), fault.reason)))
    if 300 <= response.status < 400:
        advice = REDIRECTED
    elif (fault.reason or "").lower() in ON_PREMISES:
        advice = "the mailbox is not in the cloud, or has no licence; nothing of it can be reached"
    else:
        advice = _ADVICE[leaf]
    name = f", request {request_id}" if request_id else ""
    return sentence(PROVIDER, operation, found, fault.message, f"{advice}{name}")


def _read(response: Response) -> _Fault:
    body = body_of(response)
    error = body.get("error")
    if isinstance(error, str):
        # The token endpoint's envelope (RFC 6749, section 5.2).
        return _Fault((line_in(error),), line_in(body.get("error_description")))
    levels = list(_levels(object_in(error)))
    codes = tuple(code for level in levels if (code := line_in(level.get("code"))))
    ids = (line_in(level.get("request-id")) for level in levels)
    return _Fault(codes, line_in(object_in(error).get("message")), next(filter(None, ids), None))


def _levels(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield an error and those within it, outermost first."""
    for _ in range(_DEEPEST):
        if not error:
            return
        yield error
        error = object_in(error.get("innerError") or error.get("innererror"))
