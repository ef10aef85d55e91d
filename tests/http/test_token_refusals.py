"""What the refusals of a token endpoint mean."""

import pytest

from kloudsync.errors import (
    APIError,
    BadRequest,
    ConsentRequired,
    PermissionDenied,
    Unauthorized,
)
from kloudsync.http.message import Response
from kloudsync.http.token_refusals import refusal


@pytest.mark.parametrize(
    ("status", "body", "leaf", "reason"),
    [
        (400, b'{"error":"invalid_grant"}', ConsentRequired, "invalid_grant"),
        (401, b'{"error":"invalid_client"}', Unauthorized, "invalid_client"),
        (400, b'{"error":"unauthorized_client"}', Unauthorized, "unauthorized_client"),
        (400, b'{"error":"invalid_scope"}', PermissionDenied, "invalid_scope"),
        (400, b'{"error":"unsupported_grant_type"}', BadRequest, "unsupported_grant_type"),
        (400, b'{"error":{"code":400}}', BadRequest, None),
        (404, b"<html>", BadRequest, None),
        (302, b"", BadRequest, None),
    ],
)
def test_a_refusal_is_told_by_its_code(
    status: int, body: bytes, leaf: type[APIError], reason: str | None
) -> None:
    """Each says what to do; only a person can mend a grant that is gone."""
    error = refusal(Response(status=status, body=body), "scripted", {})
    assert (type(error), error.status, error.reason) == (leaf, status, reason)
    assert (error.provider, error.operation) == ("scripted", "oauth.token")


def test_a_service_that_quotes_a_secret_does_not_get_it_into_the_message() -> None:
    """The description can be read in the response, on purpose only."""
    body = b'{"error":"invalid_grant","error_description":"planted-token is malformed"}'
    error = refusal(Response(status=400, body=body), "scripted", {})
    assert error.reason == "invalid_grant"
    assert "planted" not in str(error) + repr(error) + repr(error.response)


def test_a_code_that_quotes_what_was_sent_is_not_told() -> None:
    """A reason is logged and shown, so that it may hold no part of a credential."""
    body = b'{"error":"planted-token_is_unknown"}'
    given = {"refresh_token": "planted-token"}
    assert refusal(Response(status=400, body=body), "scripted", given).reason is None
