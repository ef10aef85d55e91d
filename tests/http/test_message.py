from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.http.drives import Drive, Script, reading, setting

from kloudsync.errors import UsageError
from kloudsync.http.message import (
    Headers,
    Request,
    Response,
    form_request,
    json_request,
    path,
    query,
)

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
ids = text.filter(lambda value: value not in (".", ".."))


@given(st.lists(ids, min_size=1, max_size=4))
def test_a_path_gives_each_segment_back_whole(segments: list[str]) -> None:
    """Splitting at slashes and decoding returns the ids, whatever characters they hold."""
    joined = path(*segments)
    assert [unquote(segment, errors="strict") for segment in joined.split("/")] == segments
    assert joined.isascii()


@pytest.mark.parametrize(
    ("identifier", "encoded"),
    [
        ("a/b", "a%2Fb"),
        ("a#b", "a%23b"),
        ("a?b", "a%3Fb"),
        ("100%", "100%25"),
        ("room@example.com", "room%40example.com"),
        ("a+b c", "a%2Bb%20c"),
        ("räume/日", "r%C3%A4ume%2F%E6%97%A5"),
        ("..%2F", "..%252F"),
    ],
)
def test_odd_ids_reach_the_service_as_one_segment(
    drive: Drive, identifier: str, encoded: str
) -> None:
    """The HTTP library sends the path exactly as it was encoded."""
    script = Script([httpx.Response(200)])
    drive.perform(reading(path("calendars", identifier, "events")), setting(), script)
    assert script.asked[0].url.raw_path == f"/v1/calendars/{encoded}/events".encode()


@pytest.mark.parametrize("segment", ["", ".", "..", "\ud800"])
def test_a_segment_that_names_no_resource_is_refused(segment: str) -> None:
    """Empty, dot and unencodable segments are the caller's mistake."""
    with pytest.raises(UsageError):
        path("calendars", segment)


@given(st.dictionaries(text, text | st.integers() | st.booleans() | st.none() | st.lists(text)))
def test_query_parameters_survive_the_url(parameters: dict[str, Any]) -> None:
    """A service that decodes the URL reads the pairs that were described."""
    pairs = query(parameters)
    url = Request(method="GET", path="events", query=pairs).url("https://api.example.com")
    assert tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True)) == pairs


@given(st.lists(st.tuples(text, text), min_size=1))
def test_a_query_is_encoded_as_forms_are(pairs: list[tuple[str, str]]) -> None:
    """Whatever the standard library would write of a query, the URL holds."""
    request = Request(method="GET", path="events", query=tuple(pairs))
    assert (
        request.url("https://api.example.com")
        == f"https://api.example.com/events?{urlencode(pairs)}"
    )


def test_query_writes_booleans_small_repeats_lists_and_leaves_none_out() -> None:
    """Values are written as JSON services read them."""
    pairs = query({"a": True, "b": False, "c": None, "d": ["x", "y"], "e": 5})
    assert pairs == (("a", "true"), ("b", "false"), ("d", "x"), ("d", "y"), ("e", "5"))


def test_half_a_surrogate_pair_is_refused_before_anything_is_sent() -> None:
    """Text that is not Unicode is a usage error in query and content alike."""
    with pytest.raises(UsageError, match="surrogate"):
        query({"q": "\udfff"})
    with pytest.raises(UsageError, match="cannot be sent"):
        json_request("POST", "events", content={"summary": "\udfff"})


def test_content_that_json_cannot_hold_is_refused() -> None:
    """NaN is no JSON; sending it would be the service's puzzle."""
    with pytest.raises(UsageError, match="cannot be sent"):
        json_request("POST", "events", content={"weight": float("nan")})


def test_a_changed_request_leaves_the_first_as_it_was() -> None:
    """Query and headers are put in place of equal names, on a copy."""
    first = Request(method="GET", path="events", query=(("page", "1"), ("q", "x")))
    second = (
        first.with_query(page="2").with_headers({"IF-MATCH": "1"}).with_headers({"If-Match": "2"})
    )
    assert first.query == (("page", "1"), ("q", "x"))
    assert second.query == (("q", "x"), ("page", "2"))
    assert second.headers.pairs == (("If-Match", "2"),)


def test_a_query_is_added_to_a_path_that_has_one() -> None:
    """A next link with a query of its own takes more parameters."""
    request = Request(method="GET", path="https://api.example.com/e?a=1", query=(("b", "2"),))
    assert request.url("https://api.example.com") == "https://api.example.com/e?a=1&b=2"


def test_header_names_compare_without_case() -> None:
    """Reading a header does not depend on how the service spells it."""
    headers = Headers.of({"Retry-After": "3"})
    assert headers.get("retry-after") == "3"
    assert "RETRY-AFTER" in headers
    assert headers.get("etag") is None


def test_form_fields_are_encoded_in_the_body() -> None:
    """A form request is a POST with its fields in the body, none in the URL."""
    request = form_request("https://login.example.com/token", {"a b": "c&d"})
    assert (request.method, request.body) == ("POST", b"a+b=c%26d")
    assert request.headers.get("content-type") == "application/x-www-form-urlencoded"


def test_text_of_bytes_that_are_not_utf_8_is_replaced() -> None:
    """A body in a strange encoding still has a text to show."""
    assert Response(status=200, body=b"\xff ok").text == "\N{REPLACEMENT CHARACTER} ok"


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\x00", b"[" * 200_000, b"9" * 5000])
def test_a_body_that_is_no_json_is_a_value_error(body: bytes) -> None:
    """Whatever the bytes, parsing fails in one way only."""
    with pytest.raises(ValueError, match=r".+"):
        Response(status=200, body=body).json()
