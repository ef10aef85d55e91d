"""A small authorisation server, and a browser that goes where it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from kloudsync.http.consent import challenge
from kloudsync.providers.google.scopes import SYNC
from kloudsync.testing.exchange import Reply

SECRET = "planted-secret-000"


class FakeAuthorisation:
    """Asks nobody, and sends the browser back with a code; its refresh tokens are good once.

    Attributes:
        asked: The parameters of the last question.
        denies: Whether the answer is no.
        state: What the redirect brings back in place of the question's own state.
        granted: The scopes that tokens have.
        renewable: Whether tokens come with a refresh token.
        issued: How many access tokens were issued.
        refresh_token: The one that is good.
    """

    base_path = ""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.denies = False
        self.state: str | None = None
        self.granted = " ".join(sorted(SYNC))
        self.renewable = True
        self.issued = 0
        self.refresh_token = ""

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer a visit of the browser, or a request for tokens."""
        target = urlsplit(url)
        if (method, target.path) == ("GET", "/auth"):
            return self._redirect(dict(parse_qsl(target.query)))
        return self._grant(dict(parse_qsl(body.decode())))

    def _redirect(self, asked: dict[str, str]) -> Reply:
        self.asked = asked
        answer = {"error": "access_denied"} if self.denies else {"code": "code-1"}
        answer["state"] = self.state or asked["state"]
        location = f"{asked['redirect_uri']}?{urlencode(answer)}"
        return Reply(302, {"Location": location}, b"")

    def _grant(self, sent: dict[str, str]) -> Reply:
        if not self._is_good(sent):
            return Reply(400, {}, b'{"error": "invalid_grant"}')
        self.issued += 1
        self.refresh_token = f"refresh-{self.issued}"
        tokens = {
            "access_token": f"access-{self.issued}",
            "expires_in": 3599,
            "scope": self.granted,
            "token_type": "Bearer",
            **({"refresh_token": self.refresh_token} if self.renewable else {}),
        }
        return Reply(200, {"Content-Type": "application/json"}, json.dumps(tokens).encode())

    def _is_good(self, sent: dict[str, str]) -> bool:
        if sent.get("client_secret") != SECRET or sent["client_id"] != self.asked["client_id"]:
            return False
        if sent["grant_type"] == "refresh_token":
            return sent["refresh_token"] == self.refresh_token
        proven = challenge(sent["code_verifier"]) == self.asked["code_challenge"]
        return proven and sent["redirect_uri"] == self.asked["redirect_uri"]


def visit(url: str) -> bool:
    """Go where a browser would, to the end; takes the place of `webbrowser.open`."""
    return httpx.get(url, follow_redirects=True).is_success
