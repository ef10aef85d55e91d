import json
import sys
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.http.drives import AwaitingDrive, BlockingDrive, Drive, Script, reading, setting

from kloudsync.errors import (
    ConsentRequired,
    MissingExtra,
    ServiceUnavailable,
    Unauthorized,
    UsageError,
)
from kloudsync.http.token_endpoint import Tokens
from kloudsync.providers.google.auth import (
    AUTHORIZATION_URL,
    TOKEN_URL,
    GoogleAuthToken,
    application_default,
    ask_google,
    google_endpoint,
    service_account,
)
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.scopes import SYNC, Scope
from kloudsync.testing.clock import ManualClock

SUBJECT = "someone@example.com"
ROBOT = "robot@project.example.com"

both = pytest.mark.parametrize(
    "drive", [BlockingDrive(), AwaitingDrive()], ids=["blocking", "awaiting"]
)


@pytest.fixture(scope="module")
def key() -> dict[str, str]:
    """The content of a key file of a service account, with a key made for this run."""
    pem = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "client_email": ROBOT,
        "private_key": pem.decode(),
        "private_key_id": "1",
        "token_uri": TOKEN_URL,
    }


def granted(token: str = "planted-a1") -> httpx.Response:
    """Return the answer of Google's token endpoint."""
    return httpx.Response(200, json={"access_token": token, "expires_in": 3599})


def refused(error: str) -> httpx.Response:
    """Return a refusal of Google's token endpoint."""
    return httpx.Response(400, json={"error": error, "error_description": "planted words"})


def claims(request: httpx.Request) -> dict[str, Any]:
    """Read what a service account signed."""
    fields = dict(parse_qsl(request.content.decode()))
    payload = fields["assertion"].split(".")[1]
    read: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


def test_a_person_is_asked_for_access_that_lasts() -> None:
    """Offline access with a fresh consent brings a refresh token; the scopes are the least."""
    consent = ask_google("the client", redirect_uri="http://127.0.0.1:8400", entropy=bytes(64))
    assert consent.url.startswith(AUTHORIZATION_URL + "?")
    asked = parse_qs(urlsplit(consent.url).query)
    assert (asked["access_type"], asked["prompt"]) == (["offline"], ["consent"])
    assert set(asked["scope"][0].split()) == SYNC


def test_a_wider_grant_is_enough() -> None:
    """Whoever granted everything need not be asked to read events."""
    endpoint = google_endpoint("the client", "planted-secret")
    everything = Tokens(access_token="a1", scopes=frozenset({Scope.CALENDAR}))
    availability = Tokens(access_token="a1", scopes=frozenset({Scope.FREEBUSY}))
    assert endpoint.lacking(everything, SYNC) == frozenset()
    assert endpoint.lacking(availability, SYNC) == SYNC
    assert "planted" not in repr(endpoint)


@both
def test_a_service_account_signs_for_the_subject(drive: Drive, key: dict[str, str]) -> None:
    """The signed claims name account, user and scopes; the call goes out with the token."""
    script = Script([granted(), httpx.Response(200, text="done")])
    auth = service_account(key, scopes=[Scope.EVENTS], subject=SUBJECT)
    assert drive.perform(reading(), setting(auth), script).value == "done"
    signed = claims(script.asked[0])
    assert (signed["iss"], signed["sub"], signed["aud"]) == (ROBOT, SUBJECT, TOKEN_URL)
    assert signed["scope"] == Scope.EVENTS
    assert script.asked[1].headers["Authorization"] == "Bearer planted-a1"


@both
def test_a_refused_token_is_renewed_with_a_new_signature(drive: Drive, key: dict[str, str]) -> None:
    """A service account renews like every other grant."""
    script = Script(
        [granted(), httpx.Response(401), granted("planted-a2"), httpx.Response(200, text="done")]
    )
    answer = drive.perform(reading(), setting(service_account(key)), script)
    assert (answer.value, answer.attempts) == ("done", 2)
    assert script.asked[3].headers["Authorization"] == "Bearer planted-a2"


@both
def test_a_token_endpoint_that_fails_for_a_moment_is_asked_again(
    drive: Drive, key: dict[str, str]
) -> None:
    """The retries are our own, with our clock; google-auth's never run."""
    script = Script([httpx.Response(503), granted(), httpx.Response(200, text="done")])
    assert drive.perform(reading(), setting(service_account(key)), script).value == "done"


SHORT_LIVED = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)


@both
@pytest.mark.parametrize(
    ("description", "advice"),
    [(SHORT_LIVED, "this machine's clock"), ("Invalid JWT Signature.", "check the key")],
)
def test_a_wrong_clock_or_key_is_no_revoked_grant(
    drive: Drive, key: dict[str, str], description: str, advice: str
) -> None:
    """Nobody was asked and nothing revoked: the machine or the key has to be mended."""
    body = {"error": "invalid_grant", "error_description": description}
    script = Script([httpx.Response(400, json=body)])
    with pytest.raises(Unauthorized, match=advice):
        drive.perform(reading(), setting(service_account(key)), script)


@both
@pytest.mark.parametrize(
    "answer",
    [
        (500, {}),
        (503, {}),
        (400, {"error": "temporarily_unavailable"}),
        (500, {"error": "server_error"}),
    ],
    ids=str,
)
def test_tries_of_googles_library_are_not_multiplied_by_ours(
    drive: Drive, key: dict[str, str], answer: tuple[int, dict[str, str]]
) -> None:
    """An endpoint that is down costs as many requests as the policy says, at our own pace."""
    status, body = answer
    script, clock = Script([httpx.Response(status, json=body) for _ in range(20)]), ManualClock()
    with pytest.raises(ServiceUnavailable):
        drive.perform(reading(), setting(service_account(key)), script, clock=clock)
    assert (len(script.asked), len(clock.slept)) == (4, 3)


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/api/token",
        "http://10.0.0.5:9200/_all",
        "https://login.example.com/token",
        "https://googleapis.com.example.com/token",
        "https://evilgoogleapis.com/token",
        "http://oauth2.googleapis.com/token",
        "https://accounts.google.com@elsewhere.example.com/",
        "https://elsewhere.example.com\\@accounts.google.com/",
    ],
)
def test_a_key_sends_requests_to_google_only(key: dict[str, str], address: str) -> None:
    """Whoever hands in a key does not choose where the program sends something."""
    with pytest.raises(UsageError, match="token_uri"):
        service_account({**key, "token_uri": address})


@pytest.mark.parametrize(
    "address", ["https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/token"]
)
def test_googles_own_addresses_are_taken(key: dict[str, str], address: str) -> None:
    """Old keys name the old one."""
    made = service_account({**key, "token_uri": address})
    assert isinstance(made, GoogleAuthToken)


def test_another_address_has_to_be_chosen(key: dict[str, str]) -> None:
    """The program's own choice wins over the key's, by the rule for all addresses."""
    odd = {**key, "token_uri": "http://10.0.0.5/"}
    made = service_account(odd, token_uri="https://proxy.example.com/token")
    assert isinstance(made, GoogleAuthToken)
    with pytest.raises(UsageError, match="clear text"):
        service_account(odd, token_uri="http://proxy.example.com/token")


@both
@pytest.mark.parametrize(
    ("error", "leaf", "advice"),
    [
        ("unauthorized_client", Unauthorized, "administrator allowed"),
        ("invalid_grant", ConsentRequired, "no user of the domain"),
    ],
)
def test_a_refused_signature_says_what_to_check(
    drive: Drive, key: dict[str, str], error: str, leaf: type[Exception], advice: str
) -> None:
    """No exception of google-auth comes through, nor the service's own words."""
    auth = service_account(key, subject=SUBJECT)
    with pytest.raises(leaf, match=advice) as caught:
        drive.perform(reading(), setting(auth), Script([refused(error)]))
    assert type(caught.value) is leaf
    assert "planted" not in str(caught.value)


def test_a_key_can_be_a_file(key: dict[str, str], tmp_path: Path) -> None:
    """The path of the file that Google issued is enough."""
    path = tmp_path / "key.json"
    path.write_text(json.dumps(key))
    assert repr(service_account(path)) == "GoogleAuthToken(provider='google')"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"private_key": "planted"}'])
def test_a_file_that_is_no_key_is_refused_without_quoting_it(content: str, tmp_path: Path) -> None:
    """Nor does the message lead to a cause that quotes it."""
    path = tmp_path / "key.json"
    path.write_text(content)
    with pytest.raises(UsageError, match="JSON key file") as caught:
        service_account(path)
    assert "planted" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_key_file_is_refused(tmp_path: Path) -> None:
    """A wrong path is the caller's mistake."""
    with pytest.raises(UsageError, match="FileNotFoundError"):
        service_account(tmp_path / "nowhere.json")


@both
def test_the_environments_login_is_taken(
    drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person's login that the gcloud command left is refreshed through our own client."""
    login = {
        "type": "authorized_user",
        "client_id": "the client",
        "client_secret": "planted-secret",
        "refresh_token": "planted-r0",
    }
    path = tmp_path / "login.json"
    path.write_text(json.dumps(login))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    script = Script([granted(), httpx.Response(200, text="done")])
    assert drive.perform(reading(), setting(application_default()), script).value == "done"
    sent = dict(parse_qsl(script.asked[0].content.decode()))
    assert (sent["grant_type"], sent["refresh_token"]) == ("refresh_token", "planted-r0")


def test_an_environment_without_credentials_says_how_to_give_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the variable and the command."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "nowhere.json"))
    with pytest.raises(UsageError, match="gcloud auth application-default login"):
        application_default()


@pytest.mark.parametrize(
    "way_in", [lambda: service_account({}), application_default], ids=["key", "default"]
)
def test_without_the_extra_the_message_names_it(
    way_in: Callable[[], GoogleAuthToken], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lacks google-auth is told what to install."""
    monkeypatch.setitem(sys.modules, "google.oauth2.service_account", None)
    monkeypatch.setitem(sys.modules, "google.auth", None)
    with pytest.raises(MissingExtra, match=r"kloudsync\[google-auth\]"):
        way_in()


def _personal(**members: Any) -> Any:
    return import_module("google.oauth2.credentials").Credentials(**members)


@both
@pytest.mark.parametrize("expiry", [None, datetime(2099, 1, 1)])
def test_a_token_that_is_valid_is_used_as_it_is(drive: Drive, expiry: datetime | None) -> None:
    """Credentials that hold one are not renewed before they have to be."""
    auth = GoogleAuthToken(_personal(token="planted-a0", expiry=expiry))
    script = Script([httpx.Response(200, text="done")])
    assert drive.perform(reading(), setting(auth), script).value == "done"
    assert script.asked[0].headers["Authorization"] == "Bearer planted-a0"


@both
def test_a_person_who_cannot_be_asked_by_a_machine_has_to_consent_again(drive: Drive) -> None:
    """A refused token without a refresh token is worded for persons, not for service accounts."""
    auth = GoogleAuthToken(_personal(token="planted-a0"))
    with pytest.raises(ConsentRequired, match="no refresh token") as caught:
        drive.perform(reading(), setting(auth), Script([httpx.Response(401)]))
    assert "administrator" not in str(caught.value)


@both
def test_what_others_renewed_is_taken_over(drive: Drive) -> None:
    """Credentials that a program shares with Google's own client are renewed by either."""
    shared = _personal(token="planted-a0")
    auth = GoogleAuthToken(shared)
    shared.token = "planted-a1"
    script = Script([httpx.Response(401), httpx.Response(200, text="done")])
    assert drive.perform(reading(), setting(auth), script).value == "done"
    assert script.asked[1].headers["Authorization"] == "Bearer planted-a1"


@pytest.mark.parametrize("client", [Google, AsyncGoogle])
def test_clients_take_credentials_of_googles_own_library(client: type[Google]) -> None:
    """What every user of Google's client holds is a way in as it is."""
    made = client(_personal(token="planted-a0"))
    assert isinstance(made.caller.setting.auth, GoogleAuthToken)
    assert "planted" not in repr(made)


def test_what_is_no_credentials_is_refused() -> None:
    """A token is for the client itself, and the message does not repeat it."""
    with pytest.raises(UsageError, match="credentials of google-auth") as caught:
        GoogleAuthToken("planted")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert "planted" not in str(caught.value)
