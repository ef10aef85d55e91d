"""Asking a token endpoint for tokens (RFC 6749), described as flows.

Answers are read tolerantly. What an endpoint's errors mean is in `token_refusals`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

from attrs import evolve, field, frozen

from kloudsync.errors import (
    DecodeError,
    UsageError,
)
from kloudsync.http.addresses import expect_address
from kloudsync.http.auth import Flow, Once, is_bare
from kloudsync.http.message import Response, form_request
from kloudsync.http.secret import Secret, secret
from kloudsync.http.token_refusals import OPERATION, members_of, refusal, text

K = TypeVar("K", bound="Tokens")

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@frozen(kw_only=True)
class Tokens:
    """What a token endpoint granted. The repr shows neither token.

    Attributes:
        access_token: Sent with requests.
        refresh_token: Buys the next access token; None where the grant has none.
        expires_at: When the access token lapses, aware; None where the service does not say.
        scopes: What was granted; None where the service does not say, which means what
            was asked for (RFC 6749, section 5.1).
    """

    access_token: str = field(repr=False, converter=Secret)
    refresh_token: str | None = field(default=None, repr=False, converter=secret)
    expires_at: datetime | None = None
    scopes: frozenset[str] | None = None

    def kept(self) -> str:
        """Return the tokens as text, in clear: encrypt it where you keep it."""
        members = {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "expires_at": None if self.expires_at is None else self.expires_at.isoformat(),
            "scopes": None if self.scopes is None else sorted(self.scopes),
        }
        return Secret(json.dumps(members, separators=(",", ":")))

    @classmethod
    def of(cls, kept: str) -> Self:
        """Return the tokens that `kept` wrote down.

        Raises:
            UsageError: It is no such text.
        """
        tokens = _kept(cls, kept)
        if tokens is None:
            # Raised here, where no variable holds what the text did.
            raise UsageError(
                "what was kept are no tokens; keep what Tokens.kept() returns, and make "
                "Tokens(access_token=…, refresh_token=…) of what another library kept"
            )
        return tokens


@frozen(kw_only=True)
class TokenEndpoint:
    """A service's token endpoint, as one registered client of it.

    Attributes:
        provider: The service's name in errors, such as `google`.
        url: The absolute URL of the endpoint.
        client_id: The id that the service gave the application.
        client_secret: The secret that goes with it; None for public clients.
        single_use: Whether a refresh token may be good for one use. A renewal whose answer is
            lost is then not repeated: services that see a token twice may revoke the grant.
        includes: For scopes that include others, which; a wider scope satisfies a narrower wish.
        plain: Returns a scope as it is compared, where answers spell it otherwise.
        untold: Scopes that answers leave out although they were granted.
        insecure: Whether the URL may be http beyond this machine: for ways that are safe.

    Raises:
        UsageError: The URL is none that secrets may be sent to.
    """

    provider: str
    url: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False, converter=secret)
    single_use: bool = True
    includes: Mapping[str, frozenset[str]] = field(factory=dict[str, frozenset[str]], repr=False)
    plain: Callable[[str], str] = field(default=str, repr=False)
    untold: frozenset[str] = field(default=frozenset(), repr=False)
    insecure: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse an address that secrets must not be sent to."""
        expect_address(self.url, "the token endpoint's url", insecure=self.insecure, query=True)

    def refresh(self, refresh_token: str, now: datetime) -> Flow[Tokens]:
        """Buy new tokens; where the answer brings no new refresh token, the old one is kept.

        Raises:
            ConsentRequired: The refresh token was revoked, has lapsed or was used before.
        """
        fields = {"grant_type": "refresh_token", "refresh_token": Secret(refresh_token)}
        tokens = yield from self._ask(fields, now, once=self.single_use)
        return tokens if tokens.refresh_token else evolve(tokens, refresh_token=refresh_token)

    def exchange(
        self,
        code: str,
        *,
        redirect_uri: str,
        verifier: str,
        now: datetime,
        extra: Mapping[str, str] | None = None,
    ) -> Flow[Tokens]:
        """Turn the code of a person's consent into tokens (RFC 6749, section 4.1.3).

        A code whose answer is lost is not sent again: a service that sees it twice should
        revoke what it issued. Ask the person again then.

        Args:
            code: What the redirect brought; good for one exchange within minutes.
            redirect_uri: The address that the consent was asked with.
            verifier: The secret whose challenge the consent was asked with (RFC 7636).
            now: The current time, aware.
            extra: Further fields that the service wants back.

        Raises:
            ConsentRequired: The code has lapsed or was used before.
        """
        fields = {
            "grant_type": "authorization_code",
            "code": Secret(code),
            "redirect_uri": redirect_uri,
            "code_verifier": Secret(verifier),
        }
        return self._ask({**(extra or {}), **fields}, now, once=True)

    def client_credentials(
        self, scopes: Iterable[str], now: datetime, *, assertion: str | None = None
    ) -> Flow[Tokens]:
        """Fetch tokens of the application itself (RFC 6749, section 4.4).

        Args:
            scopes: What to ask for.
            now: The current time, aware.
            assertion: A signed proof in place of the secret (RFC 7523, section 2.2), or None.
        """
        fields = {"grant_type": "client_credentials", "scope": " ".join(scopes)}
        if assertion is not None:
            fields |= {"client_assertion_type": _ASSERTION, "client_assertion": Secret(assertion)}
        return self._ask(fields, now)

    def redeem_device(self, device_code: str, now: datetime) -> Flow[Tokens]:
        """Ask whether a person has answered on another device (RFC 8628, section 3.4).

        Raises:
            APIError: Not yet (`authorization_pending`, `slow_down`), or not at all.
        """
        fields = {"grant_type": _DEVICE, "device_code": Secret(device_code)}
        return self._ask(fields, now)

    def lacking(self, tokens: Tokens, wanted: Iterable[str]) -> frozenset[str]:
        """Return the wanted scopes that were not granted, as far as the service said."""
        if tokens.scopes is None:
            return frozenset()
        nothing: frozenset[str] = frozenset()
        granted = frozenset(map(self.plain, tokens.scopes))
        implied = (self.includes.get(scope, nothing) for scope in granted)
        covered = granted.union(self.untold, *implied)
        return frozenset(one for one in wanted if self.plain(one) not in covered)

    def _ask(self, fields: Mapping[str, str], now: datetime, *, once: bool = False) -> Flow[Tokens]:
        client = {"client_id": self.client_id}
        if self.client_secret is not None:
            client["client_secret"] = self.client_secret
        given = {name: value for name, value in fields.items() if value}
        request = form_request(self.url, {**client, **given})
        response: Response = yield Once(request) if once else request
        if not 200 <= response.status < 300:
            raise refusal(response, self.provider, {**client, **given})
        tokens = _tokens(members_of(response), now)
        if isinstance(tokens, str):
            # Raised here, where no variable holds what the answer did; nor is it attached: it
            # may hold a refresh token.
            raise DecodeError(
                f"{OPERATION}: the answer holds no access token that could be sent",
                operation=OPERATION,
                problems=(tokens,),
            )
        return tokens


def _tokens(members: Mapping[str, Any] | None, now: datetime) -> Tokens | str:
    """Return the tokens of an answer, or what is wrong with it."""
    if members is None:
        return "the answer is not a JSON object"
    access_token = text(members.get("access_token")) or ""
    if not is_bare(access_token):
        return "access_token: missing, or not a text without spaces"
    return Tokens(
        access_token=access_token,
        refresh_token=text(members.get("refresh_token")),
        expires_at=_expiry(members.get("expires_in"), now),
        scopes=_scopes(members.get("scope")),
    )


def _kept(cls: type[K], kept: str) -> K | None:
    try:
        members = json.loads(kept)
        ends, scopes = members["expires_at"], members["scopes"]
        tokens = cls(
            access_token=_expected(members["access_token"]),
            refresh_token=text(members["refresh_token"]),
            expires_at=None if ends is None else datetime.fromisoformat(ends).astimezone(UTC),
            scopes=None if scopes is None else frozenset(map(_expected, scopes)),
        )
    except (ValueError, TypeError, KeyError):
        return None
    return tokens


def _expected(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _expiry(value: Any, now: datetime) -> datetime | None:
    try:
        lifetime = timedelta(seconds=float(value))
        return now + lifetime if lifetime > timedelta() else None
    except (TypeError, ValueError, OverflowError):
        return None


def _scopes(value: object) -> frozenset[str] | None:
    return frozenset(value.split()) if isinstance(value, str) else None
