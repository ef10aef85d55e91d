"""What is secret stays secret, however a run ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from tests.security.conftest import Expect
from tests.security.scan import (
    ACCESS,
    ADDRESS,
    API_KEY,
    CLIENT_SECRET,
    PERSONAL,
    REFRESH,
    SECRETS,
    echo,
    leaks,
    shown,
    told,
)

from kloudsync.errors import APIError, KloudsyncError
from kloudsync.http.limits import Unlimited
from kloudsync.http.oauth import RefreshedToken
from kloudsync.http.retry import Retry
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.model.event import Event
from kloudsync.objects.mirror import Mirror
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.providers.google.auth import google_endpoint
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.kloudless.client import Kloudless
from kloudsync.providers.salesloft.auth import salesloft_endpoint
from kloudsync.providers.salesloft.client import Salesloft
from kloudsync.providers.salesloft.policy import Detail
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.sync.progress import Progress
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.salesloft import FakeSalesloft

EXPIRED = datetime(2020, 1, 1, tzinfo=UTC)
STATUSES = (301, 307, 400, 401, 403, 404, 409, 410, 412, 422, 429, 500, 503)


def expect_kept(*objects: object, errors: tuple[BaseException, ...] = ()) -> None:
    """See that no secret is shown by any object or error, and nothing personal by an error."""
    assert leaks(shown(*objects, *errors), SECRETS) == []
    texts = [text for error in errors for text in told(error)]
    assert leaks(texts, SECRETS + PERSONAL) == []


def attempt(work: Callable[[], object], outcomes: list[object]) -> tuple[KloudsyncError, ...]:
    """Do something, and return the error that it ended in, if any."""
    try:
        outcomes.append(work())
    except KloudsyncError as error:
        return (error,)
    return ()


@pytest.mark.parametrize("times", [1, None], ids=["once", "always"])
@pytest.mark.parametrize("kind", FaultKind, ids=lambda kind: kind.name)
def test_a_run_with_a_fault_shows_nothing(
    private_google: FakeGoogle,
    kind: FaultKind,
    times: int | None,
    expect_quiet_log: Expect,
    tmp_path: Path,
) -> None:
    """Client, engine, store, steps, report and error hide tokens; log and error what is private."""
    heard: list[Progress] = []
    options: dict[str, Any] = {"clock": private_google.clock, "retry": Retry(attempts=3)}
    transport = private_google.transport()
    google = Google(ACCESS, http_client=httpx.Client(transport=transport), **options)
    with SQLiteStore(tmp_path / "c.db") as store:
        source = google.calendar(page_size=3)
        engine = SyncEngine(source, store, hook=heard.append)
        outcomes: list[object] = [google, source, store, engine, heard]
        errors = attempt(engine.sync, outcomes)
        private_google.faults = Faults([Fault(kind, times=times)])
        private_google.calendar().create("planted-title", EXPIRED, EXPIRED)
        errors += attempt(engine.sync, outcomes)
        held = [store.state(source.key), store.quarantined(source.key), *engine.changes("reader")]
        expect_kept(*outcomes, *held, errors=errors)
    expect_quiet_log()


def test_an_awaiting_run_shows_nothing(
    private_google: FakeGoogle, expect_quiet_log: Expect
) -> None:
    """The other colour keeps as quiet."""
    private_google.faults = Faults([Fault(FaultKind.SERVER_ERROR, times=None, nth=2)])
    client = httpx.AsyncClient(transport=private_google.transport())
    google = AsyncGoogle(ACCESS, http_client=client, clock=ManualClock())
    engine = AsyncSyncEngine(google.calendar(page_size=3), MemoryStore())
    errors = attempt(lambda: asyncio.run(engine.sync()), [])
    assert errors
    expect_kept(google, engine, errors=errors)
    expect_quiet_log()


def quoting(status: int, shape: str, request: httpx.Request) -> httpx.Response:
    """Answer as a gateway does that quotes the request in its error, in some service's words."""
    said = echo(request)
    bodies: dict[str, Any] = {
        "google": {"error": {"message": said, "errors": [{"reason": said, "message": said}]}},
        "oauth": {"error": said, "error_description": said},
        "kloudless": {"error_code": said, "message": said, "id": said},
        "salesloft": {"errors": {said: [said], "title": said}},
        "list": [said],
    }
    headers = {"Location": f"https://elsewhere.example.com/?{said[:200]}", "X-Echo": "yes"}
    body = bodies.get(shape)
    if body is None:
        return httpx.Response(status, headers=headers, text=said)
    return httpx.Response(status, headers=headers, json=body)


CALLS: dict[str, Callable[[httpx.Client], object]] = {
    "google": lambda http: Google(ACCESS, http_client=http, retry=Retry(attempts=1)).events.get(
        "primary", "abcde"
    ),
    "kloudless": lambda http: (
        Kloudless(api_key=API_KEY, base_url="https://api.example.com", http_client=http)
        .with_options(retry=Retry(attempts=1))
        .accounts.get("1")
    ),
    "salesloft": lambda http: Salesloft(
        ACCESS, http_client=http, limiter=Unlimited(), retry=Retry(attempts=1)
    ).me.get(),
}


@pytest.mark.parametrize("shape", ["google", "oauth", "kloudless", "salesloft", "list", "text"])
@pytest.mark.parametrize("provider", CALLS)
def test_an_answer_that_quotes_the_request_is_not_passed_on(
    provider: str, shape: str, expect_quiet_log: Expect
) -> None:
    """Errors of all three services drop the credential that somebody on the way wrote back."""
    for status in STATUSES:
        transport = httpx.MockTransport(partial(quoting, status, shape))
        with pytest.raises(APIError) as caught:
            CALLS[provider](httpx.Client(transport=transport))
        expect_kept(caught.value, errors=(caught.value,))
    expect_quiet_log()


def kloudless_endpoint(client_id: str, client_secret: str) -> TokenEndpoint:
    """Return Kloudless's token endpoint."""
    return TokenEndpoint(
        provider="kloudless",
        url="https://api.example.com/v1/oauth/token",
        client_id=client_id,
        client_secret=client_secret,
    )


@pytest.mark.parametrize("shape", ["oauth", "kloudless", "list", "text"])
@pytest.mark.parametrize("endpoint", [google_endpoint, kloudless_endpoint, salesloft_endpoint])
def test_a_refresh_that_fails_shows_no_token(
    endpoint: Callable[[str, str], TokenEndpoint], shape: str, expect_quiet_log: Expect
) -> None:
    """Refresh token and client secret stay hidden, even where the endpoint quotes them."""
    tokens = Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=EXPIRED)
    for status in (200, *STATUSES):
        auth = RefreshedToken(endpoint("client", CLIENT_SECRET), tokens)
        transport = httpx.MockTransport(partial(quoting, status, shape))
        http = httpx.Client(transport=transport)
        google = Google(auth, http_client=http, retry=Retry(attempts=1))
        with pytest.raises(KloudsyncError) as caught:
            google.events.get("primary", "abcde")
        expect_kept(google, auth, tokens, caught.value, errors=(caught.value,))
    expect_quiet_log()


@pytest.mark.parametrize(
    "granted",
    [
        {"access_token": f"{ACCESS} with spaces", "refresh_token": REFRESH},
        {"refresh_token": REFRESH},
        {"access_token": [ACCESS], "scope": 5},
        {"access_token": ACCESS, "expires_in": ACCESS, "refresh_token": {"a": REFRESH}},
    ],
)
@pytest.mark.respx(assert_all_called=False)
def test_a_grant_that_makes_no_sense_shows_no_token(
    respx_mock: respx.MockRouter, granted: dict[str, Any]
) -> None:
    """What can't be used as a token is not quoted either."""
    respx_mock.post("https://oauth2.googleapis.com/token").respond(json=granted)
    respx_mock.get(path__regex="/events/abcde$").respond(401)
    auth = RefreshedToken(google_endpoint("client", CLIENT_SECRET), REFRESH)
    google = Google(auth, retry=Retry(attempts=1))
    errors = attempt(lambda: google.events.get("primary", "abcde"), [])
    expect_kept(google, auth, errors=errors)


def test_a_mirror_shows_nothing(private_google: FakeGoogle, expect_quiet_log: Expect) -> None:
    """Pushing to Salesloft, with and without faults, hides tokens, and is silent on contents."""
    salesloft = FakeSalesloft(clock=private_google.clock)
    options: dict[str, Any] = {"clock": private_google.clock, "retry": Retry(attempts=2)}
    http = [httpx.Client(transport=one.transport()) for one in (private_google, salesloft)]
    google = Google(ACCESS, http_client=http[0], **options)
    target = Salesloft(API_KEY, http_client=http[1], **options)
    store = MemoryStore()
    engine = SyncEngine(google.calendar(), store)
    engine.sync()
    sink = target.calendar(salesloft.calendar_id, policy=whole)
    mirror = Mirror(engine, sink, store)
    for kind in (*FaultKind, None):
        salesloft.faults = Faults([] if kind is None else [Fault(kind, times=None)])
        outcomes: list[object] = [target, sink, mirror, store]
        errors = attempt(mirror.push, outcomes)
        expect_kept(*outcomes, errors=errors)
    assert salesloft.events(salesloft.calendar_id)
    expect_quiet_log()


def whole(event: Event) -> Detail:
    """A policy that sends every meeting whole."""
    return Detail.FULL


def test_a_sync_through_kloudless_shows_nothing(
    private_google: FakeGoogle, expect_quiet_log: Expect
) -> None:
    """The API key of an application is as hidden as a token."""
    for kind in FaultKind:
        fake = FakeKloudless(private_google)
        http = httpx.Client(transport=fake.transport())
        options: dict[str, Any] = {"clock": fake.clock, "retry": Retry(attempts=2)}
        client = Kloudless(ACCESS, base_url="https://api.example.com", http_client=http, **options)
        source = client.calendar()
        engine = SyncEngine(source, MemoryStore())
        outcomes: list[object] = [client, source, engine]
        fake.faults = Faults([Fault(kind, nth=2, times=None)])
        expect_kept(*outcomes, errors=attempt(engine.sync, outcomes))
    expect_quiet_log()


@respx.mock
def test_ids_that_are_addresses_are_masked_in_logs(caplog: pytest.LogCaptureFixture) -> None:
    """A log tells which call failed, and of a calendar named like a mailbox the host alone."""
    caplog.set_level("DEBUG", logger="kloudsync")
    respx.get(path__regex="/events$").respond(404)
    with suppress(APIError):
        Google(ACCESS).events.list(ADDRESS)
    assert "GET calendars/…%40example.com/events" in caplog.text
    assert leaks([caplog.text], PERSONAL) == []


@respx.mock
def test_a_decoding_error_names_paths_and_types_only() -> None:
    """What can't be understood is told by its place, never by its content."""
    item = {"id": "abcde", "summary": ["planted-title"], "start": "planted-place"}
    respx.get(path__regex="/events/abcde$").respond(json=item)
    with pytest.raises(KloudsyncError) as caught:
        Google(ACCESS).events.get("primary", "abcde")
    expect_kept(errors=(caught.value,))


def test_the_scan_finds_what_is_shown() -> None:
    """A secret in a message, a note, a cause or a held value would have been found."""
    noted = KloudsyncError("refused")
    noted.add_note(ACCESS)
    caused = KloudsyncError("refused")
    caused.__cause__ = ValueError(ACCESS)
    for error in (KloudsyncError(ACCESS), noted, caused):
        assert leaks(told(error), SECRETS)
    google = Google(ACCESS, account=ACCESS)
    assert leaks(shown([{"client": google}]), SECRETS)
    assert leaks(shown(google.calendar()), SECRETS)
