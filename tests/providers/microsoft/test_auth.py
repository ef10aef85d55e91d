"""Ways in to Microsoft."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kloudsync.errors import (
    ConsentRequired,
    DecodeError,
    MissingExtra,
    PermissionDenied,
    Unauthorized,
    UsageError,
)
from kloudsync.http.device_consent import DeviceCode
from kloudsync.http.oauth import RefreshedToken
from kloudsync.http.token_endpoint import Tokens
from kloudsync.providers.microsoft import auth
from kloudsync.providers.microsoft.auth import (
    ApplicationToken,
    ask_microsoft,
    ask_on_device,
    certificate_proof,
    microsoft_endpoint,
)
from kloudsync.providers.microsoft.client import Microsoft
from kloudsync.providers.microsoft.clouds import CHINA
from kloudsync.providers.microsoft.scopes import SYNC, Scope, plain_scope
from kloudsync.testing.clock import ManualClock

NOW = datetime(2026, 3, 1, tzinfo=UTC)
GRAPH = "https://graph.microsoft.com"
ENDPOINT = microsoft_endpoint("app", "planted-secret", tenant="example.com")


class Platform:
    """The identity platform and Graph behind it, as far as a script goes."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.forms: list[dict[str, str]] = []
        self.addresses: list[str] = []
        self.clock = ManualClock(NOW)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request for tokens from the script, and any other with an empty list."""
        if "login" not in request.url.host:
            return httpx.Response(200, json={"value": []})
        self.addresses.append(str(request.url))
        form = parse_qs(request.content.decode())
        self.forms.append({name: values[0] for name, values in form.items()})
        status, body = self.answers.pop(0)
        return httpx.Response(status, json=body)

    def client(self, token: Any = "token") -> Microsoft:
        """Return a client of it."""
        transport = httpx.MockTransport(self)
        return Microsoft(token, http_client=httpx.Client(transport=transport), clock=self.clock)


def granted(number: int, **more: Any) -> tuple[int, dict[str, Any]]:
    """Return a grant, with a new refresh token as each one has."""
    return 200, {
        "access_token": f"planted-a{number}",
        "refresh_token": f"planted-r{number}",
        "expires_in": 3600,
        **more,
    }


def test_the_question_asks_for_offline_access_with_proof() -> None:
    """A code grant with PKCE, in the tenant and cloud that were chosen."""
    question = ask_microsoft(
        "app",
        redirect_uri="http://localhost:1",
        entropy=bytes(range(64)),
        tenant="organizations",
        cloud=CHINA,
    )
    url = urlsplit(question.url)
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}" == CHINA.authority
    assert url.path == "/organizations/oauth2/v2.0/authorize"
    assert "offline_access" in asked["scope"].split()
    assert asked["code_challenge_method"] == "S256"
    assert asked["prompt"] == "select_account"


def test_a_renewal_keeps_the_new_refresh_token() -> None:
    """Trouble 34: it is kept before it is used, so that a crash loses nothing."""
    platform = Platform(granted(2), granted(3))
    kept: list[Tokens] = []
    token = RefreshedToken(ENDPOINT, "planted-r1", keep=kept.append, scopes=SYNC)
    client = platform.client(token)
    client.calendars.list()
    assert [one.refresh_token for one in kept] == ["planted-r2"]
    token.rejected("planted-a2")
    client.calendars.list()
    assert [form["refresh_token"] for form in platform.forms] == ["planted-r1", "planted-r2"]
    assert "planted" not in repr(token)


@pytest.mark.parametrize(
    "scope",
    [
        "Calendars.Read MailboxSettings.Read User.Read",
        f"{GRAPH}/Calendars.Read {GRAPH}/MailboxSettings.Read {GRAPH}/User.Read openid profile",
        "calendars.readwrite mailboxsettings.read user.read",
    ],
)
def test_scopes_are_compared_however_they_are_spelled(scope: str) -> None:
    """Trouble 35: qualified or not, in any case, and without offline_access."""
    platform = Platform(granted(2, scope=scope))
    platform.client(RefreshedToken(ENDPOINT, "planted-r1", scopes=SYNC)).calendars.list()


def test_a_grant_of_less_is_an_error_that_says_what_is_missing() -> None:
    """A token without scopes for calendars is of no use."""
    platform = Platform(granted(2, scope="User.Read"))
    client = platform.client(RefreshedToken(ENDPOINT, "planted-r1", scopes=SYNC))
    with pytest.raises(PermissionDenied, match=r"Calendars\.Read"):
        client.calendars.list()


def test_what_only_a_person_can_mend_is_told() -> None:
    """A refresh token that ended by inactivity or a new password wants consent."""
    refused = 400, {"error": "invalid_grant", "error_codes": [700082]}
    platform = Platform(refused, refused)
    client = platform.client(RefreshedToken(ENDPOINT, "planted-r1"))
    with pytest.raises(ConsentRequired):
        client.calendars.list()


def test_scopes_that_nobody_knows_stay_as_they_are() -> None:
    """Only what is known is written as it is known."""
    assert plain_scope("https://graph.microsoft.com/calendars.read") == Scope.READ
    assert plain_scope("https://graph.microsoft.com/Tasks.Read") == "Tasks.Read"
    assert plain_scope("OpenID") == "OpenID"


def test_an_application_proves_itself_by_a_secret() -> None:
    """It asks for all that the administrator allows, and gets no refresh token."""
    platform = Platform((200, {"access_token": "planted-a", "expires_in": 3600}))
    platform.client(ApplicationToken(ENDPOINT)).calendars.list(mailbox="ann@example.com")
    (form,) = platform.forms
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == "https://graph.microsoft.com/.default"
    assert platform.addresses == ["https://login.microsoftonline.com/example.com/oauth2/v2.0/token"]


def test_an_application_proves_itself_by_a_certificate() -> None:
    """The proof is signed for the endpoint, and good for minutes; the secret is not sent."""
    private, thumbprint = key()
    endpoint = microsoft_endpoint("app", tenant="example.com", cloud=CHINA)
    platform = Platform((200, {"access_token": "planted-a", "expires_in": 3600}))
    token = ApplicationToken(
        endpoint, cloud=CHINA, prove=certificate_proof(endpoint, private, thumbprint)
    )
    platform.client(token).calendars.list()
    (form,) = platform.forms
    assert form["client_assertion_type"].endswith("jwt-bearer")
    claims = json.loads(_unpadded(form["client_assertion"].split(".")[1]))
    assert (claims["aud"], claims["iss"], claims["sub"]) == (endpoint.url, "app", "app")
    assert claims["exp"] - claims["nbf"] == 600
    assert form["scope"] == f"{CHINA.graph}/.default"
    assert "client_secret" not in form


def test_a_certificate_that_is_none_is_told_without_its_key() -> None:
    """The error names neither the key nor what the library said of it."""
    prove = certificate_proof(ENDPOINT, "planted key", "00")
    with pytest.raises(UsageError, match="certificate") as told:
        prove(NOW)
    assert "planted" not in str(told.value)
    with pytest.raises(UsageError, match="certificate"):
        certificate_proof(ENDPOINT, "planted key", "not hexadecimal")


def test_an_application_needs_a_proof_and_an_organisation() -> None:
    """`common` is nobody's organisation in particular."""
    with pytest.raises(UsageError, match="secret or a certificate"):
        ApplicationToken(microsoft_endpoint("app", tenant="example.com"))
    with pytest.raises(UsageError, match="one organisation"):
        ApplicationToken(microsoft_endpoint("app", "planted-secret"))


def test_without_msal_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only certificates need it."""

    def missing(_: str) -> Any:
        raise ImportError

    monkeypatch.setattr(auth, "import_module", missing)
    with pytest.raises(MissingExtra, match=r"kloudsync\[msal\]"):
        certificate_proof(ENDPOINT, "key", "00")


CODE = (
    200,
    {
        "device_code": "planted-d",
        "user_code": "ABCD",
        "verification_uri": "https://login.example.com/device",
        "interval": 5,
        "expires_in": 60,
        "message": "Open the page",
    },
)
PENDING = 400, {"error": "authorization_pending"}


def on_device(platform: Platform) -> tuple[Any, list[DeviceCode], ManualClock]:
    """Ask a person at another device."""
    shown: list[DeviceCode] = []
    client = platform.client()
    flow = ask_on_device(ENDPOINT, shown.append, NOW)
    return (lambda: client.caller.follow(flow)), shown, platform.clock


def test_a_person_is_asked_at_another_device() -> None:
    """The code is shown once, and asked about every few seconds until it was typed in."""
    platform = Platform(CODE, PENDING, PENDING, granted(1))
    ask, shown, clock = on_device(platform)
    assert ask().refresh_token == "planted-r1"
    (code,) = shown
    assert platform.addresses[0] == f"{ENDPOINT.url.removesuffix('token')}devicecode"
    assert (code.url, code.user_code) == ("https://login.example.com/device", "ABCD")
    assert "planted" not in repr(code)
    assert clock.slept == [5, 5, 5]


@pytest.mark.parametrize("refusal", ["access_denied", "authorization_declined", "expired_token"])
def test_a_person_may_say_no_at_another_device(refusal: str) -> None:
    """Then the program hears it, and asks no more."""
    ask, _, _ = on_device(Platform(CODE, (400, {"error": refusal})))
    with pytest.raises(PermissionDenied):
        ask()


@pytest.mark.parametrize(
    ("refusal", "leaf"), [("unauthorized_client", Unauthorized), ("invalid_grant", ConsentRequired)]
)
def test_a_program_that_may_not_ask_hears_it(refusal: str, leaf: type[Exception]) -> None:
    """An application that takes work accounts only refuses a personal one; nobody said no."""
    ask, _, _ = on_device(Platform(CODE, (400, {"error": refusal})))
    with pytest.raises(leaf, match=refusal) as told:
        ask()
    assert "said no" not in str(told.value)


def test_nobody_waits_for_a_person_for_ever() -> None:
    """When the code has ended, nobody asks any more."""
    ask, _, clock = on_device(Platform(CODE, *[PENDING] * 20))
    with pytest.raises(PermissionDenied, match="in time"):
        ask()
    assert 55 <= sum(clock.slept) <= 65


def test_an_answer_without_a_code_is_told() -> None:
    """An application that may not use this flow gets none."""
    ask, _, _ = on_device(Platform((200, {"error": "invalid_client"})))
    with pytest.raises(DecodeError, match="code for a device"):
        ask()


def key() -> tuple[str, str]:
    """Return a private key as PEM, and a fingerprint."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode(), "ab" * 32


def _unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
