"""Dead tokens are told from mistakes and from deleted events."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.recorded import cases

from kloudsync.errors import APIError
from kloudsync.http.message import Response
from kloudsync.providers.google.errors import decode_error
from kloudsync.providers.google.refusal import why_refused


def refusal(
    status: int, reason: str | None, message: str = "", location: str | None = None
) -> APIError:
    """Make the error of an answer in Google's envelope; of an empty one without a reason."""
    detail = {"reason": reason, "message": message, **({"location": location} if location else {})}
    body = {"error": {"errors": [detail], "code": status, "message": message}}
    return answered(status, json.dumps(body) if reason else message)


def answered(status: int, body: str) -> APIError:
    """Make the error of an answer."""
    response = Response(status=status, body=body.encode())
    return decode_error(response, "events.list", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (refusal(410, "fullSyncRequired"), "410 fullSyncRequired: the cursor has expired"),
        (refusal(410, "updatedMinTooLongAgo"), "410 updatedMinTooLongAgo: the cursor has expired"),
        (refusal(410, None), "410 without a reason: the cursor has expired"),
        (refusal(400, "invalid", "Invalid sync token value."), "400 invalid: the service does not"),
        (refusal(400, "invalid", "Invalid Value"), "400 invalid: the service does not know"),
        (refusal(400, "invalid", "Invalid Value", "syncToken"), "400 invalid"),
        (refusal(400, "invalid", "Invalid page token value.", "pageToken"), "400 invalid"),
        (refusal(400, "badRequest", "Invalid sync token value."), "400 badRequest"),
        (refusal(400, "INVALID_ARGUMENT", "Page token is invalid"), "400 INVALID_ARGUMENT"),
    ],
)
def test_a_token_that_the_service_refuses_is_dead(error: APIError, why: str) -> None:
    """The reason says what the service said, for the report of the run."""
    said = why_refused(error, sent=True)

    assert said is not None
    assert said.startswith(why)


@pytest.mark.parametrize(
    "error",
    [
        refusal(410, "deleted", "Resource has been deleted"),
        refusal(400, "syncTokenWithRequestRestrictions", "Sync token cannot be used with …"),
        refusal(400, "syncTokenWithNonDefaultOrdering", "Sync token cannot be used with …"),
        refusal(400, "timeRangeEmpty", "The specified time range is empty.", "timeMax"),
        refusal(400, "required", "Required"),
        refusal(400, "invalid", "Invalid Value", "timeMax"),
        refusal(400, "invalid", "The requested ordering is not available", "orderBy"),
        refusal(401, "authError", "Invalid Credentials"),
        refusal(403, "rateLimitExceeded", "Rate Limit Exceeded"),
        refusal(404, "notFound", "Not Found"),
        refusal(500, "backendError", "Backend Error"),
        answered(400, "<html>"),
        answered(400, '{"error": {"errors": []}}'),
        answered(400, '{"error": {"errors": ["invalid"]}}'),
        APIError("refused", status=400, provider="google"),
    ],
)
def test_other_errors_say_nothing_about_a_token(error: APIError) -> None:
    """A full pass would not mend them."""
    assert why_refused(error, sent=True) is None


def test_without_a_token_a_value_can_only_be_the_callers_mistake() -> None:
    """Only the service's plain demand for a full pass is taken at its word then."""
    assert why_refused(refusal(400, "invalid", "Invalid Value"), sent=False) is None
    assert why_refused(refusal(410, "updatedMinTooLongAgo"), sent=False) is None
    assert why_refused(refusal(410, None), sent=False) is None
    assert why_refused(refusal(410, "fullSyncRequired"), sent=False) is not None


@pytest.mark.parametrize("row", cases("google_resources.json"))
def test_recorded_errors_lead_to_a_full_pass_only_where_they_should(row: dict[str, Any]) -> None:
    """All recorded 410 of listings do, and the 400 that a malformed token was answered with."""
    if row["kind"] != "error":
        pytest.skip("not an error")
    body = row["body"] if isinstance(row["body"], str) else json.dumps(row["body"])
    dead = row["suggested"] == "full-resync" if "suggested" in row else False

    said = why_refused(answered(row["status"], body), sent=True)

    assert (said is not None) is (dead or "malformed syncToken" in row.get("note", ""))
