"""Asking a person for access: the URL to open, and what to make of where it leads back.

Pure: the chance comes in as bytes. The proof key (RFC 7636, method S256) ties
the code to this program, the state (RFC 6749, section 10.12) ties the redirect
to this question.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from attrs import field, frozen

from kloudsync.errors import PermissionDenied, UsageError
from kloudsync.http.addresses import expect_address
from kloudsync.http.secret import Secret

ENTROPY = 64
"""How many random bytes a question takes: one half for the proof key, one for the state."""


@frozen(kw_only=True)
class Redirect:
    """What a redirect brought back.

    Attributes:
        code: To be exchanged for tokens, once and soon.
        extra: Everything else that the service added; some want parts of it back.
    """

    code: str = field(repr=False)
    extra: Mapping[str, str] = field(repr=False)


@frozen(kw_only=True)
class Consent:
    """One question to a person. Keep it until the answer comes; the repr shows no secret.

    Attributes:
        url: The page to open in the person's browser.
        redirect_uri: Where the browser is sent with the answer.
        verifier: The proof key, for the exchange of the code; empty where the service knows none.
        state: What the answer has to bring back.
        issuer: Who was asked, as the answer may say (RFC 9207); None where that is not known.
    """

    url: str = field(repr=False)
    redirect_uri: str
    verifier: str = field(repr=False, converter=Secret)
    state: str = field(repr=False, converter=Secret)
    issuer: str | None = None

    def kept(self) -> str:
        """Return the question as text, for the person's session: it holds what proves the answer.

        A session that the person can read but not change will do, such as a signed cookie. Take
        it out when the answer comes: a question is answered once.
        """
        members = {
            "redirect_uri": self.redirect_uri,
            "verifier": self.verifier,
            "state": self.state,
            "issuer": self.issuer,
        }
        return json.dumps(members, separators=(",", ":"))

    @classmethod
    def of(cls, kept: str) -> Self:
        """Return the question that `kept` wrote down; of its URL nothing is known any more.

        Raises:
            UsageError: It is no such text.
        """
        members = _members(kept)
        issuer = members.get("issuer")
        texts = [members.get(name) for name in ("redirect_uri", "verifier", "state")]
        if not all(isinstance(one, str) for one in (*texts, issuer or "")) or not texts[-1]:
            raise UsageError("what was kept is no question; keep what Consent.kept() returns")
        redirect_uri, verifier, state = cast("list[str]", texts)
        return cls(
            url="", redirect_uri=redirect_uri, verifier=verifier, state=state, issuer=issuer or None
        )

    def answer(self, redirected: str | Mapping[str, str]) -> Redirect:
        """Read the URL that the browser was sent to, or the parameters of its query.

        Raises:
            UsageError: It is not the answer to this question.
            PermissionDenied: The person or the service said no.
        """
        brought = _brought(redirected)
        if not hmac.compare_digest(brought.pop("state", "").encode(), self.state.encode()):
            raise UsageError(
                "the redirect does not answer this question (its state differs); start again"
            )
        issuer = brought.get("iss", self.issuer)
        if self.issuer is not None and issuer != self.issuer:
            raise UsageError("the redirect comes from another service than was asked; start again")
        code = brought.pop("code", None)
        if code is None:
            raise _refusal(brought.get("error"))
        return Redirect(code=Secret(code), extra=brought)


def ask_consent(
    authorization_url: str,
    *,
    client_id: str,
    redirect_uri: str,
    scopes: Iterable[str],
    entropy: bytes,
    extra: Mapping[str, str] | None = None,
    issuer: str | None = None,
    proof: bool = True,
    insecure: bool = False,
) -> Consent:
    """Compose the question whether the application may have access.

    Args:
        authorization_url: The service's page for such questions.
        client_id: The id that the service gave the application.
        redirect_uri: Where the browser is sent with the answer; registered with the service.
        scopes: What to ask for.
        entropy: At least 64 bytes from a source that nobody can guess, for this question only.
        extra: Further parameters that the service knows.
        issuer: The service's name of itself, where it is known: an answer that names another
            one is refused.
        proof: Whether the service knows proof keys (RFC 7636).
        insecure: Whether the page may be http beyond this machine.

    Raises:
        UsageError: There is too little entropy, or the page is none to send people to.
    """
    if len(entropy) < ENTROPY:
        raise UsageError(f"entropy has to be {ENTROPY} random bytes, not {len(entropy)}")
    expect_address(authorization_url, "authorization_url", insecure=insecure, query=True)
    verifier, state = _text(entropy[: ENTROPY // 2]), _text(entropy[ENTROPY // 2 : ENTROPY])
    shown = {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        **(shown if proof else {}),
        **(extra or {}),
    }
    joint = "&" if "?" in authorization_url else "?"
    return Consent(
        url=f"{authorization_url}{joint}{urlencode(parameters)}",
        redirect_uri=redirect_uri,
        verifier=verifier if proof else "",
        state=state,
        issuer=issuer,
    )


def challenge(verifier: str) -> str:
    """Return what a proof key shows of itself beforehand (RFC 7636, section 4.2, S256)."""
    return _text(sha256(verifier.encode("ascii")).digest())


def _brought(redirected: str | Mapping[str, str]) -> dict[str, str]:
    try:
        if isinstance(redirected, str):
            redirected.encode()
            brought = dict(parse_qsl(urlsplit(redirected).query))
        else:
            # By name: frameworks keep several values of one name behind an ordinary mapping.
            brought = {name: redirected[name] for name in redirected.keys()}  # noqa: SIM118 - refuses what has none
        for value in brought.values():
            value.encode()
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError(
            "the redirect is no URL; pass what the browser was sent to, or its parameters as text"
        ) from error
    return brought


def _members(kept: str) -> Mapping[str, Any]:
    try:
        members: Any = json.loads(kept)
    except (TypeError, ValueError):
        return {}
    return cast("Mapping[str, Any]", members) if isinstance(members, dict) else {}


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _refusal(reason: str | None) -> PermissionDenied | UsageError:
    if reason is None:
        return UsageError("the redirect brings neither a code nor an error; pass its whole URL")
    return PermissionDenied(
        "access was not granted; ask again when the person agrees",
        status=302,
        provider="oauth",
        operation="oauth.authorize",
        reason=reason,
    )
