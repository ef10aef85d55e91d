import json
from urllib.parse import urlencode

import pytest
from tests.testing.oauth.browser import FORM, Application, basic

from kloudsync.testing.oauth import FakeAuthorisationServer, RegisteredClient

KNOWN = RegisteredClient(id="client", secret="planted secret")


def ask(
    server: FakeAuthorisationServer, headers: dict[str, str], **fields: str
) -> tuple[int, str, dict[str, str]]:
    """Ask for the application's own tokens; returns status, error and headers."""
    body = urlencode({"grant_type": "client_credentials"} | fields).encode()
    reply = server.handle("POST", "/oauth/token", FORM | headers, body)
    return reply.status, json.loads(reply.body).get("error", ""), dict(reply.headers)


@pytest.mark.parametrize(
    ("headers", "fields", "status", "error"),
    [
        ({}, {"client_id": "client", "client_secret": "planted secret"}, 200, ""),
        (basic("client", "planted+secret"), {}, 200, ""),
        (basic("client", "planted+secret"), {"client_id": "client"}, 200, ""),
        ({}, {"client_id": "client", "client_secret": "wrong"}, 401, "invalid_client"),
        ({}, {"client_id": "client"}, 401, "invalid_client"),
        ({}, {"client_id": "unknown", "client_secret": "x"}, 401, "invalid_client"),
        ({}, {}, 400, "invalid_request"),
        (basic("client", "wrong"), {}, 401, "invalid_client"),
        (basic("client", "planted+secret"), {"client_id": "other"}, 400, "invalid_request"),
        (
            basic("client", "planted+secret"),
            {"client_secret": "planted secret"},
            400,
            "invalid_request",
        ),
        ({"Authorization": "Basic ???"}, {}, 401, "invalid_client"),
        ({"Authorization": "Bearer x"}, {}, 401, "invalid_client"),
    ],
)
def test_an_application_proves_itself_in_one_way(
    headers: dict[str, str], fields: dict[str, str], status: int, error: str
) -> None:
    """By its header or in the form, with the secret that it was given."""
    answer = ask(FakeAuthorisationServer([KNOWN]), headers, **fields)
    assert answer[:2] == (status, error)


def test_a_refused_header_is_challenged() -> None:
    """The answer names the scheme (RFC 6749, section 5.2)."""
    answer = ask(FakeAuthorisationServer([KNOWN]), basic("client", "wrong"))
    assert answer[2]["WWW-Authenticate"].startswith("Basic")


def test_a_secret_is_not_shown() -> None:
    """Neither in the repr nor in the log."""
    server = FakeAuthorisationServer([KNOWN])
    ask(server, {}, client_id="client", client_secret="planted secret")
    assert "planted" not in f"{KNOWN} {server.requests}"


def test_a_public_client_has_no_tokens_of_its_own() -> None:
    """Client credentials are for those that have any."""
    server = FakeAuthorisationServer([RegisteredClient(id="client")])
    assert ask(server, {}, client_id="client")[1] == "unauthorized_client"


def test_tokens_of_the_application_itself_do_not_last() -> None:
    """There is no refresh token, and no person behind them."""
    app = Application(FakeAuthorisationServer([KNOWN]), secret="planted secret")
    status, tokens = app.token(grant_type="client_credentials", scope="read")
    assert (status, tokens["scope"], "refresh_token" in tokens) == (200, "read", False)
    assert app.server.user_of(tokens["access_token"]) == ""
