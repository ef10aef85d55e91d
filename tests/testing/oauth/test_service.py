from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx
import pytest
from tests.testing.oauth.browser import FORM, REDIRECT, VERIFIER, Application

from kloudsync import Google
from kloudsync.errors import ConsentRequired, Unauthorized
from kloudsync.http.oauth import RefreshedToken
from kloudsync.providers.google.auth import ask_google, google_endpoint
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Disrupted, Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.oauth import FakeAuthorisationServer


@pytest.fixture
def app(fake_oauth: FakeAuthorisationServer) -> Application:
    """An application that the server believes."""
    return Application(fake_oauth)


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/token", "oauth.token"),
        ("/oauth/token", "oauth.token"),
        ("/common/oauth2/v2.0/token", "oauth.token"),
        ("/revoke", "oauth.revoke"),
        ("/device/code", "oauth.device"),
        ("/common/oauth2/v2.0/devicecode", "oauth.device"),
        ("/o/oauth2/v2/auth", "oauth.authorize"),
        ("/oauth/authorize", "oauth.authorize"),
        ("/elsewhere", ""),
    ],
)
def test_it_stands_at_the_paths_of_many_services(
    fake_oauth: FakeAuthorisationServer, path: str, operation: str
) -> None:
    """Only the end of a path matters."""
    fake_oauth.handle("POST", path, {})
    assert fake_oauth.requests[-1].operation == operation


def test_it_describes_itself(fake_oauth_url: str) -> None:
    """Clients that discover their endpoints find these."""
    path = "/.well-known/oauth-authorization-server"
    described = httpx.get(f"{fake_oauth_url}{path}").json()
    assert described["issuer"] == fake_oauth_url
    assert described["token_endpoint"] == f"{fake_oauth_url}/token"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "error"),
    [
        ("GET", "/token", {}, b"", 405, ""),
        ("POST", "/token", FORM, b"grant_type=magic&client_id=a", 400, "unsupported_grant_type"),
        ("POST", "/token", FORM, b"client_id=a", 400, "unsupported_grant_type"),
        ("POST", "/token", FORM, b"client_id=a&client_id=b", 400, "invalid_request"),
        ("POST", "/token", {}, b'{"client_id":"a"}', 400, "invalid_request"),
        ("POST", "/token", FORM, b"\xff\xfe", 400, "invalid_request"),
        ("POST", "/elsewhere", FORM, b"", 404, ""),
    ],
)
def test_odd_requests_are_refused(
    fake_oauth: FakeAuthorisationServer,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    status: int,
    error: str,
) -> None:
    """Each with the code that fits."""
    reply = fake_oauth.handle(method, path, headers, body)
    said = json.loads(reply.body)["error"] if error else ""
    assert (reply.status, said) == (status, error)


def test_answers_with_tokens_are_not_to_be_kept(app: Application) -> None:
    """Caches are told so (RFC 6749, section 5.1)."""
    body = urlencode({"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"})
    reply = app.server.handle("POST", "/token", FORM, body.encode())
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("status", [400, 403, 500])
def test_it_stumbles_as_it_is_told(app: Application, status: int) -> None:
    """Transient codes come with any status, spend nothing, and pass."""
    token = app.server.grant()
    app.server.stumble("internal_failure", status=status, description="Try again", times=2)
    for _ in range(2):
        answer = {"error": "internal_failure", "error_description": "Try again"}
        assert app.refresh(token) == (status, answer)
    assert app.refresh(token)[0] == 200


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        (FaultKind.TOO_MANY_REQUESTS, 429, "rate_limit_exceeded"),
        (FaultKind.SERVER_ERROR, 500, "server_error"),
        (FaultKind.UNAVAILABLE, 503, "temporarily_unavailable"),
        (FaultKind.UNAUTHORIZED, 401, "invalid_client"),
    ],
)
def test_faults_are_in_its_words(
    app: Application, kind: FaultKind, status: int, error: str
) -> None:
    """The scripts of the other fakes work here too."""
    app.server.faults = Faults([Fault(kind, operation="oauth.token")])
    token = app.server.grant()
    assert app.refresh(token) == (status, {"error": error})
    assert app.refresh(token)[0] == 200


def test_an_answer_that_is_cut_has_spent_the_token(app: Application) -> None:
    """The renewal was performed, and the next one with the same token is a reuse."""
    app.server.faults = Faults([Fault(FaultKind.CUT_BODY)])
    token = app.server.grant()
    with pytest.raises(Disrupted):
        app.refresh(token)
    assert app.refresh(token)[0] == 400
    assert app.server.grants.reused == 1


def test_advice_comes_as_a_date_or_in_seconds(app: Application) -> None:
    """A fault says how long to wait."""
    script = [
        Fault(FaultKind.RETRY_AFTER_SECONDS, seconds=7),
        Fault(FaultKind.RETRY_AFTER_DATE, seconds=7, nth=2),
    ]
    app.server.faults = Faults(script)
    replies = [app.server.handle("POST", "/token", FORM, b"") for _ in script]
    assert [reply.headers["Retry-After"] for reply in replies] == [
        "7",
        "Mon, 05 Jan 2026 09:00:07 GMT",
    ]


def test_no_credential_is_logged(app: Application) -> None:
    """Neither codes nor tokens nor proof keys."""
    code = app.brought()["code"]
    _, tokens = app.exchange(code)
    app.refresh(tokens["refresh_token"])
    logged = str(app.server.requests)
    for secret in (code, tokens["access_token"], tokens["refresh_token"], VERIFIER):
        assert secret not in logged
    assert "refresh_token" in logged


def test_our_own_client_goes_the_whole_way(
    fake_google: FakeGoogle, fake_oauth: FakeAuthorisationServer, manual_clock: ManualClock
) -> None:
    """Ask, answer, exchange, use, renew, and be told when the person takes access back."""
    fake_google.accounts.trust(fake_oauth.user_of)
    consent = ask_google("client", redirect_uri=REDIRECT, entropy=bytes(64))
    code = consent.answer(fake_oauth.consent(consent.url)).code
    endpoint = google_endpoint("client", "secret")
    with httpx.Client(transport=_Both(fake_google, fake_oauth)) as http:
        first = Google("none", http_client=http, clock=manual_clock)
        flow = endpoint.exchange(
            code, redirect_uri=REDIRECT, verifier=consent.verifier, now=manual_clock.now()
        )
        tokens = first.caller.follow(flow)
        auth = RefreshedToken(endpoint, tokens)
        google = Google(auth, http_client=http, clock=manual_clock)
        assert google.calendars.get("primary").summary == "owner@example.com"
        fake_oauth.grants.lapse()
        assert google.calendars.get("primary").summary == "owner@example.com"
        assert fake_oauth.granted["refresh_token"] == 1
        fake_oauth.withdraw()
        with pytest.raises(ConsentRequired):
            google.calendars.get("primary")
        with pytest.raises(Unauthorized):
            first.calendars.get("primary")


class _Both(httpx.BaseTransport):
    """The network of an application: one service at one host, one at the others."""

    def __init__(self, google: FakeGoogle, oauth: FakeAuthorisationServer) -> None:
        self._google = google.transport()
        self._oauth = oauth.transport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request to where it belongs."""
        theirs = request.url.host == "oauth2.googleapis.com"
        return (self._oauth if theirs else self._google).handle_request(request)
