from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt
from google.auth import jwt as google_jwt
from tests.testing.oauth.browser import Application

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.oauth import FakeAuthorisationServer
from kloudsync.testing.oauth.service import ASSERTION_GRANT

ROBOT, PERSON = "robot@project.example.com", "someone@example.com"
Keys = tuple[str, str]


@pytest.fixture(scope="module")
def keys() -> Keys:
    """A private key and the public one that goes with it."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture
def app(keys: Keys, fake_oauth: FakeAuthorisationServer) -> Application:
    """A server that knows the robot."""
    fake_oauth.add_service_account(ROBOT, public_key=keys[1], subjects={PERSON: ["read"]})
    return Application(fake_oauth)


def state(keys: Keys, now: datetime, **claims: Any) -> str:
    """Sign a statement."""
    said = {"iss": ROBOT, "scope": "read", "iat": now, "exp": now + timedelta(hours=1)} | claims
    plain = {
        name: int(value.timestamp()) if isinstance(value, datetime) else value
        for name, value in said.items()
    }
    signer = crypt.RSASigner.from_string(keys[0])  # type: ignore[no-untyped-call]
    return bytes(google_jwt.encode(signer, plain)).decode()  # type: ignore[no-untyped-call]


def redeem(app: Application, assertion: str) -> tuple[int, dict[str, Any]]:
    """Ask for tokens with a statement."""
    return app.token(grant_type=ASSERTION_GRANT, assertion=assertion)


def test_a_signed_statement_buys_access(
    app: Application, keys: Keys, manual_clock: ManualClock
) -> None:
    """For the robot itself, and for a person whom it may act for; there is no refresh token."""
    now = manual_clock.now()
    status, tokens = redeem(app, state(keys, now))
    assert (status, "refresh_token" in tokens) == (200, False)
    assert app.server.user_of(tokens["access_token"]) == ROBOT
    _, tokens = redeem(app, state(keys, now, sub=PERSON))
    assert app.server.user_of(tokens["access_token"]) == PERSON


@pytest.mark.parametrize(
    ("claims", "error", "said"),
    [
        ({"iss": "nobody@example.com"}, "invalid_grant", "account not found"),
        ({"sub": "stranger@example.com"}, "invalid_grant", "Invalid email or User ID"),
        ({"sub": PERSON, "scope": "read write"}, "unauthorized_client", "unauthorized to"),
        ({"iat": datetime(2026, 1, 4, 9, tzinfo=UTC)}, "invalid_grant", "short-lived"),
        ({"iat": datetime(2026, 1, 5, 9, 5, tzinfo=UTC)}, "invalid_grant", "short-lived"),
        ({"exp": datetime(2026, 1, 5, 10, 1, tzinfo=UTC)}, "invalid_grant", "short-lived"),
        ({"exp": datetime(2026, 1, 5, 8, 50, tzinfo=UTC)}, "invalid_grant", "short-lived"),
        ({"iat": "now"}, "invalid_grant", "short-lived"),
        ({"exp": 10**30}, "invalid_grant", "short-lived"),
    ],
)
def test_a_statement_is_held_against_what_is_known(
    app: Application,
    keys: Keys,
    manual_clock: ManualClock,
    claims: dict[str, Any],
    error: str,
    said: str,
) -> None:
    """A wrong clock is told as Google tells it, like strangers and scopes that nobody allowed."""
    _, answer = redeem(app, state(keys, manual_clock.now(), **claims))
    assert answer["error"] == error
    assert said in answer["error_description"]


def test_another_key_signs_for_nobody(
    app: Application, keys: Keys, manual_clock: ManualClock
) -> None:
    """The answer speaks of the signature."""
    statement = state(keys, manual_clock.now())
    _, answer = redeem(app, statement[:-8] + "AAAAAAAA")
    assert answer == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}


@pytest.mark.parametrize("assertion", ["", "x", "x.y.z", "e30.W10.e30", "e30.e30.é"])
def test_what_is_no_statement_is_refused(app: Application, assertion: str) -> None:
    """Odd texts are the sender's fault."""
    assert redeem(app, assertion)[0] == 400


def test_delegation_has_to_be_allowed(keys: Keys, manual_clock: ManualClock) -> None:
    """Without an administrator's word a robot acts for itself alone."""
    app = Application(FakeAuthorisationServer(clock=manual_clock))
    app.server.add_service_account(ROBOT)
    status, answer = redeem(app, state(keys, manual_clock.now(), sub=PERSON))
    assert (status, answer["error"]) == (401, "unauthorized_client")
