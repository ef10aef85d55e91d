import json
from typing import Any

import pytest

from kloudsync.errors import (
    APIError,
    BadRequest,
    InvalidFields,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServiceUnavailable,
    Unauthorized,
)
from kloudsync.http.message import Response
from kloudsync.providers.salesloft.errors import decode_error, field_errors
from kloudsync.testing.clock import ManualClock

NOW = ManualClock().now()


def decoded(status: int, body: object) -> APIError:
    """Decode an error answer of a calendar event's upsert."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return decode_error(Response(status=status, body=content), "calendar_events.upsert", NOW)


@pytest.mark.parametrize(
    ("status", "leaf"),
    [
        (302, APIError),
        (400, BadRequest),
        (401, Unauthorized),
        (403, PermissionDenied),
        (404, NotFound),
        (422, InvalidFields),
        (429, RateLimited),
        (500, ServiceUnavailable),
        (503, ServiceUnavailable),
    ],
)
@pytest.mark.parametrize("body", [{"error": "It says so"}, {}, [], b"<html>", b""])
def test_the_number_decides(status: int, leaf: type[APIError], body: Any) -> None:
    """There are no codes, and the body may be anything."""
    error = decoded(status, body)
    assert type(error) is leaf
    assert (error.status, error.provider, error.operation) == (
        status,
        "salesloft",
        "calendar_events.upsert",
    )
    assert str(error).startswith(f"salesloft calendar_events.upsert was answered with {status}")


def test_fields_are_reachable() -> None:
    """What is wrong with each field can be shown beside the field."""
    body = {"errors": {"start_time": ["can't be blank", "is invalid"], "status": "is unknown"}}
    error = decoded(422, body)
    assert isinstance(error, InvalidFields)
    assert error.fields == {
        "start_time": ("can't be blank", "is invalid"),
        "status": ("is unknown",),
    }
    assert "start_time can't be blank, is invalid; status is unknown" in str(error)


@pytest.mark.parametrize(
    ("errors", "fields"),
    [
        (None, {}),
        ([], {}),
        ("broken", {"": ("broken",)}),
        (["one", 2], {"": ("one", "2")}),
        ({"a": 7}, {"a": ()}),
    ],
)
def test_other_shapes_are_tolerated(errors: object, fields: dict[str, tuple[str, ...]]) -> None:
    """Texts, lists and nonsense under `errors` do no harm."""
    assert field_errors(errors) == fields


def test_a_400_with_fields_is_about_fields() -> None:
    """The fields matter more than the number."""
    assert isinstance(decoded(400, {"errors": {"a": ["b"]}}), InvalidFields)


def test_both_keys_are_read() -> None:
    """`error` beside an empty `errors` still says what is wrong."""
    assert "Not found" in str(decoded(404, {"error": "Not found", "errors": None}))


def test_long_texts_are_cut_and_kept_on_one_line() -> None:
    """A message stays a message."""
    text = str(decoded(403, {"error": "very\nlong " * 100}))
    assert "\n" not in text
    assert len(text) < 500
