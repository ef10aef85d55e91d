"""What error answers of all vendors have alike."""

from __future__ import annotations

import pytest

from kloudsync.errors import (
    APIError,
    BadRequest,
    InvalidFields,
    PreconditionFailed,
    ServiceUnavailable,
)
from kloudsync.http.error_answers import body_of, leaf_of, line_in, sentence
from kloudsync.http.message import Headers, Response


def answer(body: bytes) -> Response:
    """Return an error answer with a body."""
    return Response(status=400, headers=Headers.of({}), body=body)


@pytest.mark.parametrize(
    ("status", "leaf"),
    [
        (400, BadRequest),
        (408, ServiceUnavailable),
        (412, PreconditionFailed),
        (418, BadRequest),
        (500, ServiceUnavailable),
        (501, BadRequest),
        (599, ServiceUnavailable),
    ],
)
def test_a_status_means_the_same_at_every_vendor(status: int, leaf: type[APIError]) -> None:
    """One that nobody names is the caller's mistake below 500, and the service's from there on."""
    assert leaf_of(status) is leaf


def test_a_vendor_may_mean_something_else_by_a_status() -> None:
    """What it says of one leaves the others as they are."""
    own = {422: InvalidFields, 507: BadRequest}
    assert (leaf_of(422, own), leaf_of(507, own), leaf_of(503, own)) == (
        InvalidFields,
        BadRequest,
        ServiceUnavailable,
    )


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_says_nothing(body: bytes) -> None:
    """Gateways answer with pages, and some services with nothing."""
    assert body_of(answer(body)) == {}
    assert body_of(answer(b'{"error": 1}')) == {"error": 1}


def test_what_a_service_says_is_told_on_one_line_of_bounded_length() -> None:
    """A message is no place for a page of HTML."""
    assert line_in("  two\n lines\t") == "two lines"
    assert len(line_in("long " * 999)) == 300
    assert line_in({"no": "text"}) == ""


def test_a_sentence_names_service_call_status_words_and_what_to_do() -> None:
    """Words that the service did not say leave no gap."""
    told = sentence("google", "events.list", "404 notFound", "Not Found", "check the id")
    assert told == "google events.list was answered with 404 notFound: Not Found (check the id)"
    assert sentence("google", "events.list", "404", "", "check it").endswith("404 (check it)")
