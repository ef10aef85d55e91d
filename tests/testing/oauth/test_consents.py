from datetime import timedelta

import pytest
from tests.testing.oauth.browser import REDIRECT, Application

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.oauth import FakeAuthorisationServer, RegisteredClient


@pytest.fixture
def app(fake_oauth: FakeAuthorisationServer) -> Application:
    """An application that the server believes."""
    return Application(fake_oauth)


def test_a_consent_brings_a_code_and_the_state(app: Application) -> None:
    """The code buys tokens for what was asked."""
    brought = app.brought()
    assert brought["state"] == "state-1"
    status, tokens = app.exchange(brought["code"])
    assert (status, tokens["scope"], tokens["token_type"]) == (200, "read write", "Bearer")
    assert app.server.user_of(tokens["access_token"]) == "owner@example.com"


def test_a_redirect_uri_keeps_its_query(app: Application) -> None:
    """What the application put there comes back beside the answer."""
    brought = app.brought(redirect_uri=f"{REDIRECT}?page=1")
    assert brought["page"] == "1"
    assert "code" in brought


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:9999/"}, "redirect_uri_mismatch"),
        ({"client_id": "somebody else"}, "invalid_grant"),
        ({"code": "code-made-up"}, "invalid_grant"),
    ],
)
def test_a_code_is_good_for_its_own_question_alone(
    app: Application, more: dict[str, str], error: str
) -> None:
    """Another proof, address or application gets nothing for it, and does not use it up."""
    code = app.brought()["code"]
    given = {name: value for name, value in more.items() if value}
    if "code_verifier" in more and not more["code_verifier"]:
        answer = app.token(grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
    else:
        answer = app.exchange(**({"code": code} | given))
    assert (answer[0], answer[1]["error"]) == (400, error)
    assert app.exchange(code)[0] == 200


def test_a_code_that_comes_twice_ends_what_it_bought(app: Application) -> None:
    """One of the two who sent it has stolen it."""
    code = app.brought()["code"]
    _, tokens = app.exchange(code)
    assert app.exchange(code)[1]["error"] == "invalid_grant"
    assert app.server.user_of(tokens["access_token"]) is None
    assert app.refresh(tokens["refresh_token"])[0] == 400


def test_a_code_lapses(app: Application, manual_clock: ManualClock) -> None:
    """Ten minutes are enough for a redirect."""
    code = app.brought()["code"]
    manual_clock.advance(timedelta(minutes=10))
    assert app.exchange(code)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
    ],
)
def test_a_bad_question_is_answered_at_the_redirect(
    app: Application, more: dict[str, str], error: str
) -> None:
    """The application hears of it, with its state."""
    brought = app.brought(**more)
    assert (brought["error"], brought["state"]) == (error, "state-1")


def test_a_person_may_say_no(app: Application) -> None:
    """The redirect says so, without a code."""
    app.server.person.willing = False
    brought = app.brought()
    assert (brought["error"], "code" in brought) == ("access_denied", False)


def test_a_person_may_tick_less(app: Application) -> None:
    """The tokens are good for what was ticked, and say so."""
    app.server.person.ticked = frozenset(["read"])
    assert app.exchange(app.brought()["code"])[1]["scope"] == "read"


def test_nobody_is_sent_to_an_address_that_is_not_registered() -> None:
    """The page shows an error instead, as for an application that nobody knows."""
    known = RegisteredClient(id="client", redirects=("https://app.example.com/back",))
    app = Application(FakeAuthorisationServer([known]))
    with pytest.raises(ValueError, match="redirect_uri_mismatch"):
        app.brought()
    with pytest.raises(ValueError, match="invalid_client"):
        app.brought(client_id="unknown")


def test_a_public_client_needs_a_proof_key() -> None:
    """Whoever has no secret has PKCE."""
    app = Application(FakeAuthorisationServer([RegisteredClient(id="client")]))
    assert app.brought(code_challenge="", code_challenge_method="")["error"] == "invalid_request"
    assert app.exchange(app.brought()["code"])[0] == 200


@pytest.mark.parametrize(
    ("more", "lasting"),
    [
        ({}, False),
        ({"access_type": "offline"}, True),
        ({"scope": "read offline_access"}, True),
    ],
)
def test_refresh_tokens_may_be_for_the_offline_only(more: dict[str, str], lasting: bool) -> None:
    """By a switch, as at Google and Microsoft."""
    app = Application(FakeAuthorisationServer(offline_only=True))
    _, tokens = app.exchange(app.brought(**more)["code"])
    assert ("refresh_token" in tokens) is lasting
