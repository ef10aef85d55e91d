"""Google's error answers become exceptions by their reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.recorded import cases

from kloudsync.errors import (
    AddressRefused,
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
from kloudsync.http.message import Headers, Response
from kloudsync.providers.google.errors import decode_error

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)

TABLE: list[tuple[int, str, str, type[APIError]]] = [
    (400, "timeRangeEmpty", "The specified time range is empty.", BadRequest),
    (400, "required", "Missing start time.", BadRequest),
    (400, "invalid", "Invalid sequence value.", BadRequest),
    (400, "invalid", "Invalid Value", BadRequest),
    (400, "invalid", "Invalid sync token value.", CursorRefused),
    (400, "syncTokenWithRequestRestrictions", "Sync token cannot be used.", BadRequest),
    (400, "syncTokenWithNonDefaultOrdering", "Sync token cannot be used.", BadRequest),
    (401, "authError", "Invalid Credentials", Unauthorized),
    (401, "required", "Login Required", Unauthorized),
    (403, "rateLimitExceeded", "Rate Limit Exceeded", RateLimited),
    (403, "userRateLimitExceeded", "User Rate Limit Exceeded", RateLimited),
    (403, "quotaExceeded", "Calendar usage limits exceeded.", RateLimited),
    (403, "calendarUsageLimitsExceeded", "Calendar usage limits exceeded.", RateLimited),
    (403, "dailyLimitExceeded", "Daily Limit Exceeded", RateLimited),
    (403, "forbiddenForNonOrganizer", "Shared properties…", PermissionDenied),
    (403, "forbidden", "Forbidden", PermissionDenied),
    (403, "insufficientPermissions", "Insufficient Permission", PermissionDenied),
    (403, "accessNotConfigured", "The API is not enabled.", PermissionDenied),
    (403, "notACalendarUser", "The user must be signed up.", PermissionDenied),
    (404, "notFound", "Not Found", NotFound),
    (409, "duplicate", "The requested identifier already exists.", Conflict),
    (409, "conflict", "Conflict", Conflict),
    (410, "fullSyncRequired", "Sync token is no longer valid.", CursorRefused),
    (410, "updatedMinTooLongAgo", "Too far in the past.", CursorRefused),
    (410, "deleted", "Resource has been deleted", Gone),
    (412, "conditionNotMet", "Precondition Failed", PreconditionFailed),
    (418, "teapot", "A reason of the future", BadRequest),
    (429, "rateLimitExceeded", "Rate Limit Exceeded", RateLimited),
    (500, "backendError", "Backend Error", ServiceUnavailable),
    (503, "rateLimitExceeded", "A 5xx stays one", ServiceUnavailable),
]


def answer(status: int, body: object = b"", **headers: str) -> Response:
    """Return an error answer; anything but bytes is encoded as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status=status, headers=Headers(tuple(headers.items())), body=content)


def envelope(status: int, reason: str, message: str, **more: str) -> dict[str, Any]:
    """Return Google's error envelope."""
    detail = {"domain": "global", "reason": reason, "message": message, **more}
    return {"error": {"errors": [detail], "code": status, "message": message}}


def decoded(response: Response, operation: str = "events.list") -> APIError:
    """Decode an error answer."""
    return decode_error(response, operation, NOW)


@pytest.mark.parametrize(("status", "reason", "message", "leaf"), TABLE)
def test_reason_decides(status: int, reason: str, message: str, leaf: type[APIError]) -> None:
    """Each documented reason has its exception, which says what was called and what to do."""
    error = decoded(answer(status, envelope(status, reason, message)))

    assert type(error) is leaf
    assert (error.status, error.reason, error.provider) == (status, reason, "google")
    assert error.operation == "events.list"
    assert f"google events.list was answered with {status} {reason}: {message} (" in str(error)


@pytest.mark.parametrize(
    ("status", "leaf"),
    [
        (400, BadRequest),
        (401, Unauthorized),
        (403, PermissionDenied),
        (404, NotFound),
        (408, ServiceUnavailable),
        (409, Conflict),
        (412, PreconditionFailed),
        (413, BadRequest),
        (429, RateLimited),
        (500, ServiceUnavailable),
        (502, ServiceUnavailable),
        (503, ServiceUnavailable),
        (504, ServiceUnavailable),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><h1>Error</h1>",
        b"",
        b"[]",
        b'{"error": 5}',
        b'{"error": {"errors": {}, "details": [null], "message": 7}}',
        b'{"error": {"errors": ["x"]}}',
        b"[" * 100_000,
    ],
    ids=["html", "empty", "list", "number", "odd", "odder", "deep"],
)
def test_bodies_of_any_shape_are_told_by_status(
    status: int, leaf: type[APIError], body: bytes
) -> None:
    """Where the body says nothing, the number decides; no shape of body breaks the reader."""
    error = decoded(answer(status, body), "events.get")

    assert type(error) is leaf
    assert error.reason is None


def test_empty_410_of_a_listing_refuses_the_cursor() -> None:
    """A dead sync token was seen to be answered with 410 and nothing else."""
    assert isinstance(decoded(answer(410), "calendarList.list"), CursorRefused)
    assert isinstance(decoded(answer(410), "events.delete"), Gone)


def test_blamed_sync_token_refuses_the_cursor() -> None:
    """A 400 that points at the sync token says that the token is dead."""
    body = envelope(400, "invalid", "Invalid Value", location="syncToken")

    assert isinstance(decoded(answer(400, body)), CursorRefused)


def test_error_info_is_read_too() -> None:
    """The newer envelope names the reason among its details."""
    info = [{"@type": "help"}, {"@type": "ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED"}]
    error = decoded(answer(403, {"error": {"code": 403, "message": "Slow", "details": info}}))

    assert isinstance(error, RateLimited)
    assert error.reason == "RATE_LIMIT_EXCEEDED"


def test_lost_grant_asks_for_consent() -> None:
    """The token endpoint's refusal is for a person to mend."""
    body = {"error": "invalid_grant", "error_description": "Token has been revoked."}
    error = decoded(answer(400, body), "oauth.token")

    assert isinstance(error, ConsentRequired)
    assert "Token has been revoked." in str(error)
    assert "grant access again" in str(error)


@pytest.mark.parametrize(
    ("reason", "message", "leaf", "seconds"),
    [
        ("variableTermLimitExceeded", "Limit", RateLimited, None),
        ("servingLimitExceeded", "Limit", RateLimited, None),
        ("concurrentLimitExceeded", "Limit", RateLimited, None),
        ("nobodyKnowsThisLimitYet", "Limit", RateLimited, None),
        ("quotaExceeded", "Calendar usage limits exceeded.", RateLimited, 3600.0),
        ("", "Calendar usage limits exceeded.", RateLimited, 3600.0),
        ("accessNotConfigured", "The API is not enabled", PermissionDenied, None),
        ("ipRefererBlocked", "The request was blocked", PermissionDenied, None),
    ],
)
def test_every_reason_among_the_usage_limits_is_a_rate_limit(
    reason: str, message: str, leaf: type[APIError], seconds: float | None
) -> None:
    """The service adds limits; what else lies in their domain is known by name."""
    said = {"domain": "usageLimits", "reason": reason, "message": message}
    body = {"error": {"code": 403, "message": message, "errors": [said]}}
    error = decoded(answer(403, json.dumps(body).encode()))
    assert (type(error), error.retry_after) == (leaf, seconds)


@pytest.mark.parametrize("status", [400, 401])
def test_a_refused_address_is_no_refused_token(status: int) -> None:
    """Whatever the status, the address has to be mended."""
    reason = "push.webhookUrlUnauthorized"
    error = decoded(
        answer(status, envelope(status, reason, "Unauthorized WebHook callback channel"))
    )
    assert type(error) is AddressRefused
    assert "domain" in str(error)


def test_a_method_that_does_not_exist_is_not_tried_again() -> None:
    """501 does not pass by itself, and the advice says where to look."""
    error = decoded(answer(501, envelope(501, "notImplemented", "Not Implemented")))
    assert type(error) is BadRequest
    assert "check base_url" in str(error)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("Mon, 05 Jan 2026 09:00:30 GMT", 30.0), ("soon", None)],
)
def test_retry_after_is_read(value: str, seconds: float | None) -> None:
    """How long to wait comes as seconds or as a date."""
    error = decoded(answer(503, b"", **{"Retry-After": value}))

    assert error.retry_after == seconds


def test_long_limits_say_to_wait_long() -> None:
    """A limit that takes hours to lift is not tried again within seconds."""
    error = decoded(answer(403, envelope(403, "quotaExceeded", "Calendar usage limits exceeded.")))

    assert error.retry_after == 3600.0


def test_redirects_are_told_as_such() -> None:
    """A redirect is an error of its own, without the address that it names."""
    error = decoded(answer(302, b"", Location="https://elsewhere.example.com/?token=t0p"))

    assert type(error) is APIError
    assert "redirects are not followed" in str(error)
    assert "elsewhere" not in str(error)


def test_messages_stay_on_one_line() -> None:
    """A long or broken message of the service is made fit for a log."""
    error = decoded(answer(400, envelope(400, "invalid", "a\n" * 1000)))

    assert "\n" not in str(error)
    assert len(str(error)) < 500


LEAVES = {
    "gr-064": CursorRefused,
    "gr-065": BadRequest,
    "gr-001": BadRequest,
    "gr-004": RateLimited,
    "gr-007": RateLimited,
    "gr-010": NotFound,
    "gr-013": PreconditionFailed,
    "gr-050": Unauthorized,
    "gr-053": RateLimited,
    "gr-056": Conflict,
    "gr-059": CursorRefused,
    "gr-062": RateLimited,
    "gr-068": CursorRefused,
    "gr-071": RateLimited,
    "gr-074": ConsentRequired,
}


@pytest.mark.parametrize("row", cases("google_resources.json"))
def test_recorded_errors(row: dict[str, Any]) -> None:
    """What live services answered is told apart as they meant it."""
    error = decoded(answer(row["status"], row["body"] or b""))

    assert type(error) is LEAVES[row["id"]]
