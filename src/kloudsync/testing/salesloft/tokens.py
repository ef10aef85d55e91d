"""Access tokens that lapse, and refresh tokens that are good for one use."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from kloudsync.testing.bodies import read_object
from kloudsync.testing.exchange import Reply
from kloudsync.testing.salesloft.refusals import JSON, Refusal, unauthorized

LIFETIME = timedelta(hours=2)


class Tokens:
    """The tokens of a team; while none was issued, every bearer token is good.

    Attributes:
        context: What the redirect of a consent brings along and the exchange has to repeat.
        grants: How many tokens were granted, by kind of grant.
        reused: How often a refresh token came a second time.
    """

    context = "context-1"

    def __init__(self) -> None:
        self.grants: Counter[str] = Counter()
        self.reused: int = 0
        self._access: dict[str, datetime] = {}
        self._refresh: set[str] = set()
        self._used: set[str] = set()
        self._codes: set[str] = set()
        self._issued = 0

    def code(self) -> str:
        """Issue a code, as a person's consent does."""
        self._codes.add(code := f"code-{self._next()}")
        return code

    def issue(self, now: datetime) -> tuple[str, str]:
        """Issue an access token and the refresh token that goes with it."""
        number = self._next()
        access, refresh = f"access-{number}", f"refresh-{number}"
        self._access[access] = now + LIFETIME
        self._refresh.add(refresh)
        return access, refresh

    def revoke(self) -> None:
        """Take access away; only a person can give it back."""
        self._refresh.clear()
        self._access.clear()

    def authorise(self, header: str, now: datetime) -> None:
        """Let a request pass, or refuse it with 401."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthorized()
        if self._issued and not (token in self._access and now < self._access[token]):
            raise unauthorized()

    def answer(self, body: bytes, now: datetime) -> Reply:
        """Answer a request to the token endpoint, sent as a form or as JSON."""
        fields = _fields(body)
        kind = fields.get("grant_type", "")
        self._redeem(kind, fields)
        self.grants[kind] += 1
        access, refresh = self.issue(now)
        granted = {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": fields.get("scope", ""),
            "created_at": int(now.timestamp()),
        }
        if kind == "client_credentials":
            self._refresh.discard(refresh)
        else:
            granted["refresh_token"] = refresh
        return Reply(200, JSON, json.dumps(granted).encode())

    def _redeem(self, kind: str, fields: Mapping[str, str]) -> None:
        if not fields.get("client_id") or not fields.get("client_secret"):
            raise _refusal(401, "invalid_client")
        if kind == "refresh_token":
            self._take(self._refresh, fields.get("refresh_token", ""))
        elif kind == "authorization_code":
            if fields.get("context") != self.context:
                raise _refusal(400, "invalid_request")
            self._take(self._codes, fields.get("code", ""))
        elif kind != "client_credentials":
            raise _refusal(400, "unsupported_grant_type")

    def _take(self, good: set[str], token: str) -> None:
        if token not in good:
            self.reused += token in self._used
            raise _refusal(400, "invalid_grant")
        good.remove(token)
        self._used.add(token)

    def _next(self) -> int:
        self._issued += 1
        return self._issued


def _refusal(status: int, error: str) -> Refusal:
    described = "The provided authorization grant is invalid"
    return Refusal(status, {"error": error, "error_description": described})


def _fields(body: bytes) -> dict[str, str]:
    if not body.startswith(b"{"):
        return dict(parse_qsl(body.decode(errors="replace")))
    try:
        sent = read_object(body)
    except ValueError as error:
        raise _refusal(400, "invalid_request") from error
    return {name: value for name, value in sent.items() if isinstance(value, str)}
