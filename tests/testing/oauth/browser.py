"""An application of few words, and what the fake authorisation server answers it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from attrs import frozen

from kloudsync.http.consent import challenge
from kloudsync.testing.oauth import FakeAuthorisationServer

REDIRECT = "http://127.0.0.1:8400/"
VERIFIER = "v" * 43
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@frozen
class Application:
    """Asks the server without any HTTP client."""

    server: FakeAuthorisationServer
    client_id: str = "client"
    secret: str | None = None

    def question(self, **more: str) -> str:
        """Compose the URL that a person opens; an empty value leaves a parameter out."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": REDIRECT,
            "scope": "read write",
            "state": "state-1",
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
        }
        kept = {name: value for name, value in (asked | more).items() if value}
        return f"https://accounts.example.com/authorize?{urlencode(kept)}"

    def brought(self, **more: str) -> Mapping[str, str]:
        """Let the person answer; returns what the redirect brings."""
        return dict(parse_qsl(urlsplit(self.server.consent(self.question(**more))).query))

    def post(self, path: str, **fields: str) -> tuple[int, dict[str, Any]]:
        """Send a form; returns the status and the answer."""
        own = {"client_id": self.client_id}
        own |= {"client_secret": self.secret} if self.secret is not None else {}
        body = urlencode(own | fields).encode()
        reply = self.server.handle("POST", path, FORM, body)
        return reply.status, cast("dict[str, Any]", json.loads(reply.body))

    def token(self, **fields: str) -> tuple[int, dict[str, Any]]:
        """Ask for tokens."""
        return self.post("/token", **fields)

    def exchange(self, code: str, **more: str) -> tuple[int, dict[str, Any]]:
        """Turn a code into tokens."""
        fields = {"code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
        return self.token(grant_type="authorization_code", **(fields | more))

    def refresh(self, token: str, **more: str) -> tuple[int, dict[str, Any]]:
        """Buy new tokens."""
        return self.token(grant_type="refresh_token", refresh_token=token, **more)


def basic(name: str, secret: str) -> dict[str, str]:
    """Write the header by which an application proves itself."""
    return {"Authorization": f"Basic {b64encode(f'{name}:{secret}'.encode()).decode()}"}
