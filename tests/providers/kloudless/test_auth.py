from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.providers.kloudless.world import BASE_URL, client_of

from kloudsync.errors import BadRequest, SignatureMismatch, Unauthorized, UsageError
from kloudsync.providers.kloudless.auth import (
    CLOUD,
    authorize_url,
    choose_auth,
    expect_application,
    service_url,
)
from kloudsync.providers.kloudless.client import Kloudless
from kloudsync.testing.kloudless import FakeKloudless


def test_the_browser_is_sent_with_state() -> None:
    """The address has everything that the service needs, each value encoded."""
    url = authorize_url(
        client_id="app",
        redirect_uri="https://example.com/back?x=1",
        scope="google_calendar calendar",
        state="s t",
        base_url=BASE_URL,
        extra_data={"domain": "example.com"},
    )
    query = parse_qs(urlsplit(url).query)
    assert url.startswith(f"{BASE_URL}/v1/oauth?")
    assert query["redirect_uri"] == ["https://example.com/back?x=1"]
    assert query["state"] == ["s t"]
    assert query["extra_data"] == ['{"domain":"example.com"}']


def test_a_state_is_required() -> None:
    """Without state anybody could finish somebody else's consent."""
    with pytest.raises(UsageError):
        authorize_url(client_id="a", redirect_uri="b", scope="c", state="")


def test_a_code_is_exchanged_and_the_token_verified(fake: FakeKloudless) -> None:
    """The code buys a token once; whose it is can be asked, at version 1 whatever the client's."""
    fake.credentials.tokens["fresh"] = 4242
    fake.credentials.codes["code"] = "fresh"
    client = client_of(fake, version=2)
    arguments = {
        "client_id": fake.application,
        "client_secret": "test-api-key",
        "redirect_uri": "https://example.com/back",
    }
    granted = client.oauth.exchange("code", **arguments)
    assert granted.access_token == "fresh"
    assert "fresh" not in repr(granted)
    with pytest.raises(BadRequest):
        client.oauth.exchange("code", **arguments)
    verified = client.oauth.verify("fresh")
    assert (verified.client_id, verified.account_id) == (fake.application, "4242")
    assert {line.path for line in fake.requests} == {"/v1/oauth/token"}


def test_tokens_of_others_are_refused() -> None:
    """A valid token of another application does not pass."""
    fake = FakeKloudless(tokens={"theirs": 4242})
    client = client_of(fake, token="theirs")
    verified = client.oauth.verify("theirs")
    expect_application(verified, fake.application)
    with pytest.raises(SignatureMismatch):
        expect_application(verified, "another")
    with pytest.raises(Unauthorized):
        client.oauth.verify("unknown")


def test_several_tokens_travel_together() -> None:
    """Calls over several accounts send their tokens separated by commas."""
    scheme = choose_auth(["one", "two"], None)
    assert scheme.token(datetime(2026, 1, 5, tzinfo=UTC)) == "one,two"
    assert choose_auth(None, "key").scheme == "APIKey"


def test_one_credential_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither and both are refused; the environment gives what is not passed."""
    for name in ("TOKEN", "API_KEY", "BASE_URL"):
        monkeypatch.delenv(f"KLOUDSYNC_KLOUDLESS_{name}", raising=False)
    with pytest.raises(UsageError):
        Kloudless()
    with pytest.raises(UsageError):
        Kloudless("token", api_key="key")
    monkeypatch.setenv("KLOUDSYNC_KLOUDLESS_API_KEY", "key")
    monkeypatch.setenv("KLOUDSYNC_KLOUDLESS_BASE_URL", "https://appliance.example.com/v2/")
    with Kloudless() as client:
        setting = client.caller.setting
    assert setting.auth is not None
    assert (setting.auth.scheme, setting.service.base_url) == (
        "APIKey",
        "https://appliance.example.com/v2",
    )
    assert "key" not in repr(client)


@pytest.mark.parametrize(
    ("base_url", "version", "expected"),
    [
        (CLOUD, 1, "https://api.kloudless.com/v1"),
        ("https://x.example.com/v2/", 1, "https://x.example.com/v1"),
        ("https://x.example.com/kloudless", 2, "https://x.example.com/kloudless/v2"),
    ],
)
def test_addresses_get_their_version(base_url: str, version: int, expected: str) -> None:
    """An address may or may not name a version; it ends with the one that is wanted."""
    assert service_url(base_url, version) == expected


@pytest.mark.parametrize(
    "base_url",
    ["ftp://x.example.com", "x.example.com", "https://u:p@x.example.com", "https://x?y=1"],
)
def test_impossible_addresses_are_refused(base_url: str) -> None:
    """An address that is none, or that holds credentials, is the caller's mistake."""
    with pytest.raises(UsageError):
        Kloudless("token", base_url=base_url)
    with pytest.raises(UsageError):
        Kloudless("token", version=3)
