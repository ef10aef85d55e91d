"""What tools that record crashes write down: the local variables of every frame."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tests.cases import expect_right, programs
from tests.security.scan import ACCESS, CLIENT_SECRET, REFRESH, SECRETS, leaks

from kloudsync.errors import KloudsyncError
from kloudsync.http.auth import Auth, FixedToken
from kloudsync.http.oauth import RefreshedToken
from kloudsync.http.retry import Retry
from kloudsync.providers.google.auth import google_endpoint
from kloudsync.providers.google.client import AsyncGoogle, Google

Act = Callable[[httpx.Request], httpx.Response]


def fail(error: Exception) -> Act:
    """Return a service that never answers."""

    def act(_: httpx.Request) -> httpx.Response:
        raise error

    return act


def refreshed() -> Auth:
    """Return a scheme that has to renew first."""
    return RefreshedToken(google_endpoint("client", CLIENT_SECRET), REFRESH)


def fixed() -> Auth:
    """Return a scheme that holds a token."""
    return FixedToken(ACCESS)


ACTS: dict[str, Act] = {
    "refused": fail(httpx.ConnectError("refused")),
    "reset": fail(httpx.ReadError("reset")),
    "slow": fail(httpx.ReadTimeout("slow")),
    "protocol": fail(httpx.RemoteProtocolError("odd")),
    "400": lambda _: httpx.Response(400, json={"error": "invalid_grant"}),
    "401": lambda _: httpx.Response(401, json={"error": "invalid_client"}),
    "403": lambda _: httpx.Response(403, json={"error": {"code": 403}}),
    "500": lambda _: httpx.Response(500),
    "HTML": lambda _: httpx.Response(200, text="<html>"),
}
GRANTS: dict[str, Act] = {
    "list": lambda _: httpx.Response(200, json={"access_token": [ACCESS]}),
    "odd": lambda _: httpx.Response(200, json={"access_token": f"{ACCESS} and more"}),
    "other": lambda _: httpx.Response(200, json={"refresh_token": REFRESH}),
}
WAYS = [(fixed, act) for act in ACTS] + [(refreshed, act) for act in (*ACTS, *GRANTS)]


def recorded(error: BaseException) -> list[str]:
    """Return what a crash reporter would write down, without the frames of these tests."""
    summary = traceback.TracebackException.from_exception(error, capture_locals=True)
    texts: list[str] = []
    waiting: list[traceback.TracebackException | None] = [summary]
    while waiting:
        one = waiting.pop()
        if one is None:
            continue
        frames = [frame for frame in one.stack if frame.filename != __file__]
        texts += [str(one), *(str(frame.locals) for frame in frames)]
        waiting += [one.__cause__, one.__context__]
    return texts


@pytest.mark.parametrize(("scheme", "act"), WAYS)
def test_no_frame_shows_a_secret(scheme: Callable[[], Auth], act: str) -> None:
    """Neither ours nor the HTTP library's, however a call or a renewal fails."""
    http = httpx.Client(transport=httpx.MockTransport({**ACTS, **GRANTS}[act]))
    google = Google(scheme(), http_client=http, retry=Retry(attempts=1))
    with pytest.raises(KloudsyncError) as caught:
        google.colors.get()
    assert leaks(recorded(caught.value), SECRETS) == []


@pytest.mark.parametrize(("scheme", "act"), WAYS)
def test_no_frame_of_a_task_shows_a_secret(scheme: Callable[[], Auth], act: str) -> None:
    """The other colour keeps as quiet."""

    async def main() -> KloudsyncError:
        http = httpx.AsyncClient(transport=httpx.MockTransport({**ACTS, **GRANTS}[act]))
        google = AsyncGoogle(scheme(), http_client=http, retry=Retry(attempts=1))
        with pytest.raises(KloudsyncError) as caught:
            await google.colors.get()
        return caught.value

    assert leaks(recorded(asyncio.run(main())), SECRETS) == []


@pytest.mark.parametrize(
    "program",
    programs(
        "security/captured_locals",
        "security/clear_text",
        "security/consent_answers",
        "security/cookies",
        "security/key_file_address",
        "security/library_logs",
        "security/messages_hide_credentials",
        "security/upstream_headers",
    ),
)
def test_what_was_found_stays_mended(program: Path) -> None:
    """Ways on which credentials left: messages, clear text, cookies, logs, key files."""
    expect_right(program)
