"""A service whose refresh tokens are good once, and how its clients renew."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl

import httpx
from attrs import define, field
from tests.http.drives import TOKEN_URL

from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.testing.clock import ManualClock

ENDPOINT = TokenEndpoint(
    provider="scripted", url=TOKEN_URL, client_id="the client", client_secret="planted-secret"
)
START = ManualClock().now()


@define
class Rotating:
    """A service whose refresh tokens can be used once, and its protected resource."""

    life: float = 3600
    scope: str = "read write"
    number: int = 0
    revoked: frozenset[str] = frozenset()
    seen: list[str] = field(factory=list[str])
    meet: Callable[[], object] = lambda: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Grant tokens, or check one."""
        if str(request.url) == TOKEN_URL:
            return self._grant(dict(parse_qsl(request.content.decode())))
        shown = request.headers["Authorization"].removeprefix("Bearer ")
        self.seen.append(shown)
        if shown == f"planted-a{self.number}" and shown not in self.revoked:
            return httpx.Response(200, text="done")
        self.meet()
        return httpx.Response(401)

    def _grant(self, fields: dict[str, str]) -> httpx.Response:
        given = fields.get("refresh_token")
        if given is not None and given != f"planted-r{self.number}":
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.number += 1
        granted = {"access_token": f"planted-a{self.number}", "scope": self.scope}
        if given is not None:
            granted["refresh_token"] = f"planted-r{self.number}"
        return httpx.Response(200, json={**granted, "expires_in": self.life})


OLD = frozenset({"planted-a0"})


def held(expires_in: float | None = None, scopes: frozenset[str] | None = None) -> Tokens:
    """Return the tokens of the last run."""
    end = None if expires_in is None else START + timedelta(seconds=expires_in)
    return Tokens(
        access_token="planted-a0", refresh_token="planted-r0", expires_at=end, scopes=scopes
    )
