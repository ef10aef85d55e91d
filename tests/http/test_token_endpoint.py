from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.http.drives import TOKEN_URL, Drive, Script, setting

from kloudsync.errors import (
    DecodeError,
)
from kloudsync.http.auth import Flow, Once
from kloudsync.http.message import Request, Response
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

ENDPOINT = TokenEndpoint(
    provider="scripted",
    url=TOKEN_URL,
    client_id="the client",
    client_secret="planted-secret",
    includes={"all": frozenset({"read", "write"})},
)


def finish(flow: Flow[Tokens], response: Response) -> Tokens:
    """Answer a flow's one request."""
    next(flow)
    try:
        flow.send(response)
    except StopIteration as stop:
        tokens: Tokens = stop.value
        return tokens
    raise AssertionError("one request is enough")


def read(body: bytes, status: int = 200) -> Tokens:
    """Read an answer to a refresh."""
    return finish(ENDPOINT.refresh("r0", NOW), Response(status=status, body=body))


def sent(flow: Flow[Tokens]) -> dict[str, list[str]]:
    """Return the form fields of a flow's request."""
    step = next(flow)
    flow.close()
    request = step.request if isinstance(step, Once) else step
    assert isinstance(request, Request)
    assert (request.method, request.path, request.query) == ("POST", TOKEN_URL, ())
    return parse_qs((request.body or b"").decode(), strict_parsing=True)


CLIENT = {"client_id": ["the client"], "client_secret": ["planted-secret"]}


def test_each_grant_sends_the_fields_of_its_section_of_the_standard() -> None:
    """Sections 6, 4.1.3 and 4.4 of RFC 6749; all in the body, nothing in the URL."""
    assert sent(ENDPOINT.refresh("r0", NOW)) == {
        **CLIENT,
        "grant_type": ["refresh_token"],
        "refresh_token": ["r0"],
    }
    exchange = ENDPOINT.exchange(
        "c0", redirect_uri="http://127.0.0.1/", verifier="v0", now=NOW, extra={"context": "x"}
    )
    assert sent(exchange) == {
        **CLIENT,
        "grant_type": ["authorization_code"],
        "code": ["c0"],
        "redirect_uri": ["http://127.0.0.1/"],
        "code_verifier": ["v0"],
        "context": ["x"],
    }
    assert sent(ENDPOINT.client_credentials(["a", "b"], NOW)) == {
        **CLIENT,
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
    }


def test_a_public_client_sends_no_secret_and_no_scope_is_no_field() -> None:
    """Empty fields are left out rather than sent empty."""
    public = TokenEndpoint(provider="scripted", url=TOKEN_URL, client_id="the client")
    assert sent(public.client_credentials([], NOW)) == {
        "client_id": ["the client"],
        "grant_type": ["client_credentials"],
    }


def test_an_answer_is_read_with_its_end_and_scopes() -> None:
    """The life of a token is counted from before the request."""
    tokens = read(
        b'{"access_token":"a1","refresh_token":"r1","expires_in":3599,"scope":"read write",'
        b'"token_type":"Bearer","created_at":1}'
    )
    assert tokens == Tokens(
        access_token="a1",
        refresh_token="r1",
        expires_at=NOW + timedelta(seconds=3599),
        scopes=frozenset({"read", "write"}),
    )


def test_an_answer_without_a_refresh_token_keeps_the_old_one() -> None:
    """Some services never send it again; what they leave out is unknown, not empty."""
    assert read(b'{"access_token":"a1"}') == Tokens(access_token="a1", refresh_token="r0")


@pytest.mark.parametrize(
    ("expires_in", "life"),
    [
        ("60", 60),
        ('"60"', 60),
        ("60.5", 60.5),
        *[(odd, None) for odd in ("0", "-1", "null", "1e999", "NaN", "[]", "1e15", '"soon"')],
    ],
)
def test_an_odd_life_is_read_tolerantly(expires_in: str, life: float | None) -> None:
    """What is no time to come is unknown; the token is then renewed when it is refused."""
    tokens = read(f'{{"access_token":"a1","expires_in":{expires_in}}}'.encode())
    assert tokens.expires_at == (None if life is None else NOW + timedelta(seconds=life))


@given(st.binary() | st.sampled_from([b"[]", b'""', b"{}", b'{"access_token":5}']))
def test_what_holds_no_token_is_a_decode_error_without_the_answer(body: bytes) -> None:
    """Nothing of the answer is kept: it may hold the other token."""
    with pytest.raises(DecodeError) as caught:
        read(body)
    assert caught.value.response is None
    assert caught.value.problems


def test_a_token_that_could_not_be_sent_is_a_decode_error() -> None:
    """A line break in a token would end a header."""
    with pytest.raises(DecodeError) as caught:
        read(b'{"access_token":"planted\\n"}')
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize(
    ("granted", "wanted", "lacking"),
    [
        (None, {"read"}, set[str]()),
        ({"read"}, {"read"}, set[str]()),
        ({"read"}, {"read", "write"}, {"write"}),
        ({"all"}, {"read", "write"}, set[str]()),
        (set[str](), {"all"}, {"all"}),
        ({"read", "write"}, {"all"}, {"all"}),
    ],
)
def test_a_wider_scope_covers_a_narrower_one(
    granted: set[str] | None, wanted: set[str], lacking: set[str]
) -> None:
    """What the service did not say is taken as granted."""
    scopes = None if granted is None else frozenset(granted)
    assert ENDPOINT.lacking(Tokens(access_token="a", scopes=scopes), wanted) == lacking


def test_no_secret_is_in_a_repr() -> None:
    """An endpoint and its tokens can be printed."""
    tokens = Tokens(access_token="planted-access", refresh_token="planted-refresh")
    assert "planted" not in repr(ENDPOINT) + repr(tokens)


def test_a_code_is_exchanged_on_either_colour_of_client(drive: Drive) -> None:
    """A flow runs on a client without credentials."""
    answer: dict[str, Any] = {"access_token": "a1", "refresh_token": "r1"}
    script = Script([httpx.Response(200, json=answer)])
    flow = ENDPOINT.exchange("c0", redirect_uri="http://127.0.0.1/", verifier="v0", now=NOW)
    tokens = drive.follow(flow, setting(), script)
    assert (tokens.access_token, tokens.refresh_token) == ("a1", "r1")
    assert "Authorization" not in script.asked[0].headers
