"""The wire between client and service: it remembers all that passes, and objects to foul play."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from typing import Any, cast

import httpx


class FoulPlay(AssertionError):
    """A request carried what it must not carry."""


class Wire(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carries requests to a service, and keeps a digest of everything said.

    Args:
        inner: Carries the request on.
        token: The only access token that may be sent.

    Attributes:
        answers: How many answers there were, by status.
    """

    def __init__(self, inner: httpx.BaseTransport, token: str) -> None:
        self._inner = inner
        self._token = token
        self._issued: dict[str, str] = {}
        self._digest = sha256()
        self.answers: Counter[int] = Counter()

    @property
    def digest(self) -> str:
        """A digest of every request and answer so far, in order."""
        return self._digest.hexdigest()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Check a request, carry it, and remember both sides."""
        self._check(request)
        self._digest.update(f"{request.method} {request.url}\n".encode())
        response = self._inner.handle_request(request)
        body = response.read()
        self._digest.update(str(response.status_code).encode() + body)
        self.answers[response.status_code] += 1
        self._learn(request, response.status_code, body)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request of an awaiting client alike; the service is in this process."""
        return self.handle_request(request)

    def _check(self, request: httpx.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            raise FoulPlay("a request without the one token that it may carry")
        for name in ("syncToken", "pageToken"):
            token = request.url.params.get(name)
            if token is not None and self._issued.get(f"{name}:{token}") != request.url.path:
                raise FoulPlay(f"{request.url.path} was sent a {name} that it never issued")
        if "syncToken" in request.url.params and "timeMin" in request.url.params:
            raise FoulPlay("a filter beside a sync token")

    def _learn(self, request: httpx.Request, status: int, body: bytes) -> None:
        page = _object(body) if status == 200 else {}
        for name, field in (("syncToken", "nextSyncToken"), ("pageToken", "nextPageToken")):
            if field in page:
                self._issued[f"{name}:{page[field]}"] = request.url.path


def _object(body: bytes) -> dict[str, Any]:
    try:
        decoded: Any = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", decoded) if isinstance(decoded, dict) else {}
