from datetime import UTC, datetime

import pytest

from kloudsync.errors import (
    APIError,
    BadRequest,
    Conflict,
    ConsentRequired,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServiceUnavailable,
    Unauthorized,
)
from kloudsync.http.message import Headers, Response
from kloudsync.http.retry import is_transient
from kloudsync.providers.kloudless.errors import decode_error

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def error(status: int, body: str = "", operation: str = "events.list", **headers: str) -> APIError:
    """Decode an error answer."""
    fields = Headers.of({name.replace("_", "-"): value for name, value in headers.items()})
    return decode_error(Response(status=status, headers=fields, body=body.encode()), operation, NOW)


@pytest.mark.parametrize(
    ("status", "code", "leaf"),
    [
        (400, "invalid_parameters", BadRequest),
        (401, "unauthorized", Unauthorized),
        (401, "invalid_token", Unauthorized),
        (401, "service_unauthorized", ConsentRequired),
        (403, "service_forbidden", PermissionDenied),
        (404, "not_found", NotFound),
        (409, "naming_conflict", Conflict),
        (429, "too_many_requests", RateLimited),
        (429, "too_many_service_requests", RateLimited),
        (500, "internal_error", ServiceUnavailable),
        (500, "unsupported_media_type", BadRequest),
        (501, "not_implemented", BadRequest),
        (502, "bad_gateway", ServiceUnavailable),
        (507, "insufficient_storage", BadRequest),
        (418, "a_code_of_tomorrow", BadRequest),
        (599, "a_code_of_tomorrow", ServiceUnavailable),
    ],
)
def test_codes_become_leaves(status: int, code: str, leaf: type[APIError]) -> None:
    """Each documented code has its exception, and unknown ones follow their status."""
    found = error(status, f'{{"error_code": "{code}", "message": "said", "id": "r-1"}}')
    assert type(found) is leaf
    assert (found.reason, found.request_id, found.operation) == (code, "r-1", "events.list")
    assert "said" in str(found)


def test_an_account_to_reconnect_is_told_from_a_bad_token() -> None:
    """Only a refusal of the upstream service asks for the user, and it is never retried."""
    found = error(401, '{"error_code": "service_unauthorized"}')
    assert "connect the account again" in str(found)
    assert not is_transient(found, repeatable=True)


@pytest.mark.parametrize("body", ["", "<html>Bad Gateway</html>", "[1]", '{"error_code": 7}', "{"])
def test_answers_without_a_code_are_decoded_by_status(body: str) -> None:
    """HTML, nothing and nonsense become errors by their status, and their content stays out."""
    found = error(502, body, Content_Type="text/html; charset=utf-8")
    assert type(found) is ServiceUnavailable
    assert found.reason is None
    assert "text/html" in str(found)
    assert "<html>" not in str(found)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 05 Jan 2026 09:00:30 GMT", 30.0),
        ("Mon, 05 Jan 2026 08:00:00 GMT", 0.0),
        ("soon", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    """A date in Retry-After is read, and nonsense in it hides no error."""
    found = error(429, '{"error_code": "too_many_requests"}', Retry_After=value)
    assert (type(found), found.retry_after) == (RateLimited, seconds)


def test_a_redirect_names_its_cause() -> None:
    """A redirect is an error: followed, it would carry the credentials and lose the body."""
    assert "redirect" in str(error(301, Location="https://elsewhere.example.com"))


def test_an_invalid_token_is_400_where_it_is_verified() -> None:
    """The one call that answers an invalid token with 400 says so."""
    assert type(error(400, "{}", "oauth.verify")) is Unauthorized
