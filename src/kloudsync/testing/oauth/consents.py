"""Asking a person: the questions of applications, and the codes that the answers bring."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

import attrs

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.oauth.clients import Clients
from kloudsync.testing.oauth.grants import Grant, Grants
from kloudsync.testing.oauth.refusals import Refusal, bad_request, dead_grant

CODE_LIFETIME = timedelta(minutes=10)


@attrs.define(kw_only=True)
class Person:
    """Who sits before the browser and answers.

    Attributes:
        address: Whose access is granted.
        willing: Whether they agree.
        ticked: The scopes that they agree to; None for all that are asked for.
    """

    address: str = "owner@example.com"
    willing: bool = True
    ticked: frozenset[str] | None = None

    def allows(self, scope: str) -> tuple[str, ...]:
        """Choose from the scopes that are asked for."""
        return tuple(one for one in scope.split() if self.ticked is None or one in self.ticked)


@attrs.define(kw_only=True)
class Code:
    """A code that a redirect brought.

    Attributes:
        fields: The question that it answers.
        user: Who answered it.
        scopes: What they agreed to.
        expires_at: When it lapses.
        grant: What it was exchanged for; None before.
    """

    fields: Mapping[str, str]
    user: str
    scopes: tuple[str, ...]
    expires_at: datetime
    grant: Grant | None = None


class Consents:
    """The questions put to persons, and what became of them.

    Args:
        clock: What tells the present.
        grants: Where what was allowed is written down.
        clients: The applications that may ask.
    """

    def __init__(self, clock: TellsTime, grants: Grants, clients: Clients) -> None:
        self._clock = clock
        self._grants = grants
        self._clients = clients
        self._codes: dict[str, Code] = {}

    def ask(self, fields: Mapping[str, str], person: Person) -> str:
        """Put a question to a person; answers with the URL that their browser is sent to.

        Raises:
            Refusal: The application is unknown, or may not have the answer sent there.
        """
        client = self._clients.find(fields.get("client_id", ""))
        target = fields.get("redirect_uri", "")
        if not urlsplit(target).scheme or (client.redirects and target not in client.redirects):
            raise Refusal("redirect_uri_mismatch", "The redirect URI is not registered.")
        state = {"state": fields["state"]} if "state" in fields else {}
        mark = "&" if urlsplit(target).query else "?"
        answer = self._answer(fields, person, proof=self._clients.needs_proof(client))
        return f"{target}{mark}{urlencode(state | answer)}"

    def _answer(self, fields: Mapping[str, str], person: Person, *, proof: bool) -> dict[str, str]:
        if fields.get("response_type") != "code":
            return {"error": "unsupported_response_type"}
        method = fields.get("code_challenge_method", "plain")
        if "code_challenge" in fields and method != "S256":
            return {"error": "invalid_request", "error_description": "Use S256."}
        if proof and "code_challenge" not in fields:
            return {"error": "invalid_request", "error_description": "Code challenge required."}
        if not person.willing:
            return {"error": "access_denied"}
        granted = person.allows(fields.get("scope", ""))
        code = self._grants.secret("code")
        self._codes[code] = Code(
            fields=fields,
            user=person.address,
            scopes=granted,
            expires_at=self._clock.now() + CODE_LIFETIME,
        )
        return {"code": code, "scope": " ".join(granted)}

    def exchange(self, fields: Mapping[str, str], client: str, *, lasting: bool | None) -> Grant:
        """Turn a code into a grant.

        A code that comes twice ends what it was exchanged for (RFC 6749, section 4.1.2).

        Args:
            fields: The form that asks.
            client: Who sends it.
            lasting: Whether there is a refresh token; None where `access_type` says so.
        """
        code = self._codes.get(fields.get("code", ""))
        if code is None or code.fields["client_id"] != client:
            raise dead_grant("Malformed auth code.")
        if code.grant is not None:
            code.grant.alive = False
            raise dead_grant("Code was already redeemed.")
        if self._clock.now() >= code.expires_at:
            raise dead_grant("Code has expired.")
        if fields.get("redirect_uri") != code.fields["redirect_uri"]:
            raise Refusal("redirect_uri_mismatch", "Bad Request")
        _check_proof(code.fields.get("code_challenge"), fields.get("code_verifier"))
        offline = code.fields.get("access_type") == "offline"
        offline = offline or "offline_access" in code.scopes
        lasts = offline if lasting is None else lasting
        code.grant = self._grants.begin(client, code.user, code.scopes, lasting=lasts)
        return code.grant


def _check_proof(challenge: str | None, verifier: str | None) -> None:
    """Hold the proof key against what was shown of it (RFC 7636, section 4.6)."""
    if challenge is None and verifier is None:
        return
    if challenge is None or verifier is None:
        raise dead_grant("Missing code verifier." if verifier is None else "No challenge.")
    if not 43 <= len(verifier) <= 128:
        raise bad_request("The code verifier has 43 to 128 characters.")
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    if not hmac.compare_digest(digest, challenge.encode()):
        raise dead_grant("Invalid code verifier.")
