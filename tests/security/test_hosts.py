"""Tokens reach the host that they are for, and no other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.security.scan import ACCESS
from tests.security.wire import raw_server

from kloudsync.errors import APIError, KloudsyncError, TransportError, UsageError
from kloudsync.http.message import Request
from kloudsync.http.operation import Operation
from kloudsync.http.retry import Retry
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.kloudless.client import Kloudless
from kloudsync.providers.salesloft.client import Salesloft

ONCE = Retry(attempts=1)
BASE = "https://api.example.com/v1"
FOREIGN = (
    "https://elsewhere.example.com/v1/events",
    "http://api.example.com/v1/events",
    "https://api.example.com:8443/v1/events",
    "https://api.example.com.evil.example/v1/events",
    "https://api.example.com@evil.example/v1/events",
    "https://evil.example/?https://api.example.com/v1",
    "https://evil.example\\@api.example.com/v1/events",
    "https://sub.api.example.com/v1/events",
    "https://[::1]/v1/events",
    "https://api.example.com:99999/v1/events",
)
OWN = (
    "https://api.example.com/v1/events",
    "https://api.example.com:443/v1/events",
    "https://API.example.com/v1/events",
    "events",
)


def reading(path: str) -> Operation[str]:
    """Describe a call to a path or an absolute address."""
    request = Request(method="GET", path=path)
    return Operation(name="any.get", request=request, decode=lambda response: response.text)


def tokens_sent(path: str) -> list[tuple[str, str | None]]:
    """Return where requests for a path really go, and what credentials they carry."""
    sent: list[tuple[str, str | None]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.url.host, request.headers.get("Authorization")))
        return httpx.Response(200, text="{}")

    http = httpx.Client(transport=httpx.MockTransport(answer))
    google = Google(ACCESS, base_url=BASE, http_client=http, retry=ONCE)
    try:
        google.caller.call(reading(path))
    except KloudsyncError:
        assert sent == [], "what can't be an address is not asked for"
    return sent


@pytest.mark.parametrize("address", FOREIGN)
def test_an_absolute_address_elsewhere_gets_no_token(address: str) -> None:
    """Another host, port or scheme, however it is disguised, sees nothing of ours."""
    assert not any(ACCESS in (token or "") for _, token in tokens_sent(address))


@pytest.mark.parametrize("address", OWN)
def test_an_absolute_address_at_home_gets_the_token(address: str) -> None:
    """The service's own host is recognised in every spelling."""
    assert tokens_sent(address) == [("api.example.com", f"Bearer {ACCESS}")]


def moved(status: int, asked: list[httpx.Request]) -> Callable[[httpx.Request], httpx.Response]:
    """Return a service that sends everybody elsewhere."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, headers={"Location": "https://elsewhere.example.com/"})

    return answer


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    """Of either colour and any provider, even where the HTTP client would follow."""
    asked: list[httpx.Request] = []
    options: dict[str, Any] = {"retry": ONCE, "base_url": BASE}
    transport = httpx.MockTransport(moved(status, asked))
    http = httpx.Client(transport=transport, follow_redirects=True)
    for client in (Google, Kloudless, Salesloft):
        with pytest.raises(APIError, match="redirect"):
            client(ACCESS, http_client=http, **options).caller.call(reading("events"))

    async def call() -> None:
        client = httpx.AsyncClient(transport=transport, follow_redirects=True)
        await AsyncGoogle(ACCESS, http_client=client, **options).caller.call(reading("events"))

    with pytest.raises(APIError, match="redirect"):
        asyncio.run(call())
    assert [request.url.host for request in asked] == ["api.example.com"] * 4


class Proxy:
    """A proxy that notes the heads it is sent, and refuses."""

    def __init__(self) -> None:
        self.heads: list[bytes] = []
        self._lock = threading.Lock()

    def __call__(self, head: bytes) -> bytes:
        """Note and refuse."""
        with self._lock:
            self.heads.append(head)
        return b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def test_a_proxy_sees_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """For https the environment's proxy is asked for a tunnel; the token would follow inside."""
    proxy = Proxy()
    with raw_server(proxy) as url:
        monkeypatch.setenv("HTTPS_PROXY", url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with (
            Google(ACCESS, base_url="https://api.example.com/v1", retry=ONCE) as google,
            pytest.raises(TransportError),
        ):
            google.events.get("primary", "abcde")
    (head,) = proxy.heads
    assert head.startswith(b"CONNECT api.example.com:443 ")
    assert ACCESS.encode() not in head


@pytest.mark.parametrize("client", [Google, Kloudless, Salesloft])
@pytest.mark.parametrize(
    "base_url",
    [
        "api.example.com",
        "//api.example.com",
        "ftp://api.example.com",
        "file:///etc/passwd",
        "https://",
        "https:///v1",
        "https://user:planted@api.example.com",
        "https://api.example.com/?key=planted",
        "https://api.example.com/#planted",
        "https://api.example.com:port",
        "https://api.example.com:99999",
        "https://[::1",
        "javascript:alert(1)",
    ],
)
def test_a_base_url_that_is_none_is_refused_at_once(client: Any, base_url: str) -> None:
    """Nothing is sent to an address with a user, a query or no host; none is repeated."""
    with pytest.raises(UsageError) as caught:
        client(ACCESS, base_url=base_url)
    assert "planted" not in str(caught.value)
