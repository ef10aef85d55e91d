from __future__ import annotations

import asyncio
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.providers.salesloft.colours import Colour

from kloudsync.errors import ConsentRequired, PermissionDenied, UsageError
from kloudsync.http.oauth import ClientCredentialsToken, RefreshedToken
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.providers.salesloft.auth import (
    AUTHORIZATION_URL,
    TOKEN_URL,
    ask_salesloft,
    redeem,
    salesloft_endpoint,
)
from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
from kloudsync.providers.salesloft.limiter import TeamBudget
from kloudsync.providers.salesloft.resources.users import Me
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.salesloft import FakeSalesloft

ENTROPY = bytes(range(64))
REDIRECT = "https://app.example.com/back"


@pytest.fixture
def endpoint() -> TokenEndpoint:
    """The token endpoint as a registered application sees it."""
    return salesloft_endpoint("app", "app-s3cret")


def expired(fake: FakeSalesloft) -> str:
    """Return a refresh token whose access token has lapsed."""
    return fake.tokens.issue(fake.clock.now())[1]


def test_refresh_tokens_rotate_and_are_kept_before_they_are_used(
    fake: FakeSalesloft, endpoint: TokenEndpoint, colour: Colour, manual_clock: ManualClock
) -> None:
    """Each refresh token is used once, and the next one is kept before anything is sent with it."""
    kept: list[tuple[str | None, int]] = []

    def keep(tokens: Tokens) -> None:
        sent = sum(line.operation == "me.get" for line in fake.requests)
        kept.append((tokens.refresh_token, sent))

    auth = RefreshedToken(endpoint, expired(fake), keep=keep)
    for _ in range(3):
        colour.call(Me.get(), fake.transport(), clock=manual_clock, token=auth)
        manual_clock.sleep(7200)
    assert kept == [("refresh-2", 0), ("refresh-3", 1), ("refresh-4", 2)]
    assert fake.tokens.reused == 0


def test_threads_renew_once(
    fake: FakeSalesloft, endpoint: TokenEndpoint, manual_clock: ManualClock
) -> None:
    """While one thread renews, the others wait for its token."""
    client = Salesloft(
        RefreshedToken(endpoint, expired(fake)),
        http_client=httpx.Client(transport=fake.transport()),
        clock=manual_clock,
        limiter=TeamBudget(),
    )
    threads = [Thread(target=client.me.get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fake.tokens.grants["refresh_token"] == 1
    assert [line.status for line in fake.requests] == [200] * 9


def test_tasks_renew_once(
    fake: FakeSalesloft, endpoint: TokenEndpoint, manual_clock: ManualClock
) -> None:
    """The same for tasks, whose keeper may be a coroutine function."""
    kept: list[Tokens] = []

    async def keep(tokens: Tokens) -> None:
        await asyncio.sleep(0)
        kept.append(tokens)

    async def main() -> None:
        client = AsyncSalesloft(
            RefreshedToken(endpoint, expired(fake), keep=keep),
            http_client=httpx.AsyncClient(transport=fake.transport()),
            clock=manual_clock,
            limiter=TeamBudget(),
        )
        await asyncio.gather(*(client.me.get() for _ in range(8)))

    asyncio.run(main())
    assert len(kept) == fake.tokens.grants["refresh_token"] == 1


def test_a_revoked_grant_needs_a_person(
    fake: FakeSalesloft, endpoint: TokenEndpoint, colour: Colour, manual_clock: ManualClock
) -> None:
    """It is its own error, and never tried again."""
    auth = RefreshedToken(endpoint, expired(fake))
    fake.tokens.revoke()
    with pytest.raises(ConsentRequired):
        colour.call(Me.get(), fake.transport(), clock=manual_clock, token=auth)
    assert len(fake.requests) == 1


def test_applications_of_the_team_need_no_person(
    fake: FakeSalesloft, endpoint: TokenEndpoint, colour: Colour, manual_clock: ManualClock
) -> None:
    """Client credentials are exchanged for a token without a refresh token."""
    expired(fake)
    auth = ClientCredentialsToken(endpoint)
    colour.call(Me.get(), fake.transport(), clock=manual_clock, token=auth)
    assert fake.tokens.grants == {"client_credentials": 1}


def test_a_consent_is_asked_and_redeemed(
    fake: FakeSalesloft, endpoint: TokenEndpoint, manual_clock: ManualClock
) -> None:
    """What the redirect brings beside the code is given back with it."""
    consent = ask_salesloft("app", redirect_uri=REDIRECT, entropy=ENTROPY)
    assert consent.url.startswith(AUTHORIZATION_URL)
    asked = parse_qs(urlsplit(consent.url).query)
    assert asked["response_type"] == ["code"]
    answer = f"{REDIRECT}?code={fake.tokens.code()}&state={consent.state}"
    client = Salesloft("none", http_client=httpx.Client(transport=fake.transport()))
    redirected = f"{answer}&context={fake.tokens.context}&scope=meetings:read&noise=1"
    flow = redeem(endpoint, consent, redirected, manual_clock.now())
    tokens = client.caller.follow(flow)
    assert tokens.refresh_token == "refresh-2"
    assert tokens.scopes == frozenset({"meetings:read"})


def test_a_consent_that_was_refused_is_told(endpoint: TokenEndpoint) -> None:
    """A no is a no, and somebody else's answer is none."""
    consent = ask_salesloft("app", redirect_uri=REDIRECT, entropy=ENTROPY)
    now = ManualClock().now()
    with pytest.raises(PermissionDenied):
        redeem(endpoint, consent, f"{REDIRECT}?error=access_denied&state={consent.state}", now)
    with pytest.raises(UsageError):
        redeem(endpoint, consent, f"{REDIRECT}?code=1&state=other", now)


def test_secrets_are_not_shown(endpoint: TokenEndpoint) -> None:
    """Neither endpoint nor scheme shows what it holds."""
    auth = RefreshedToken(endpoint, "refresh-s3cret")
    assert "s3cret" not in repr((endpoint, auth))
    assert endpoint.url == TOKEN_URL
