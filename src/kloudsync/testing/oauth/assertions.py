"""Service accounts: tokens for a signed statement (RFC 7523), in Google's words."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, cast

import attrs

from kloudsync.errors import MissingExtra
from kloudsync.testing.clock import TellsTime
from kloudsync.testing.oauth.grants import Grant, Grants
from kloudsync.testing.oauth.refusals import Refusal, bad_request, dead_grant

LONGEST, SKEW = timedelta(hours=1), timedelta(minutes=5)
_SHORT_LIVED = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
_UNALLOWED = (
    "Client is unauthorized to retrieve access tokens using this method, or client not "
    "authorized for any of the scopes requested."
)


@attrs.frozen(kw_only=True)
class ServiceAccount:
    """A service account as the server knows it.

    Attributes:
        email: Its address.
        public_key: The PEM text that signatures are held against; empty to believe them all.
        subjects: The persons whom it may act for, and the scopes that an administrator allowed.
    """

    email: str
    public_key: str = attrs.field(default="", repr=False)
    subjects: Mapping[str, frozenset[str]] = attrs.field(factory=dict[str, frozenset[str]])


class Assertions:
    """The service accounts of a server, and what they state.

    Args:
        clock: What tells the present.
        grants: Where what was allowed is written down.
    """

    def __init__(self, clock: TellsTime, grants: Grants) -> None:
        self._clock = clock
        self._grants = grants
        self._accounts: dict[str, ServiceAccount] = {}

    def add(self, account: ServiceAccount) -> None:
        """Get to know a service account.

        Raises:
            MissingExtra: There is a key, and google-auth, which checks signatures, is missing.
        """
        if account.public_key:
            _crypt()
        self._accounts[account.email] = account

    def redeem(self, assertion: str) -> Grant:
        """Judge a statement, and write down what it is good for."""
        claims, signed, signature = _read(assertion)
        account = self._accounts.get(str(claims.get("iss")))
        if account is None:
            raise dead_grant("Invalid grant: account not found")
        if account.public_key and not _is_signed(signed, signature, account.public_key):
            raise dead_grant("Invalid JWT Signature.")
        self._check_times(claims)
        scopes = tuple(str(claims.get("scope", "")).split())
        subject = str(claims.get("sub") or account.email)
        if subject != account.email:
            _check_subject(account, subject, scopes)
        return self._grants.begin(account.email, subject, scopes, lasting=False)

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now()
        issued, expires = _moment(claims.get("iat"), now), _moment(claims.get("exp"), now)
        if not now - LONGEST - SKEW < issued < now + SKEW or not now - SKEW < expires:
            raise dead_grant(_SHORT_LIVED)
        if expires - issued > LONGEST:
            raise dead_grant(_SHORT_LIVED)


def _check_subject(account: ServiceAccount, subject: str, scopes: tuple[str, ...]) -> None:
    if not account.subjects:
        raise Refusal("unauthorized_client", _UNALLOWED, status=401)
    if subject not in account.subjects:
        raise dead_grant("Invalid email or User ID")
    if not set(scopes) <= account.subjects[subject]:
        raise Refusal("unauthorized_client", _UNALLOWED, status=401)


def _moment(value: object, now: datetime) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise dead_grant(_SHORT_LIVED)
    try:
        return datetime.fromtimestamp(value, now.tzinfo)
    except (OverflowError, ValueError, OSError) as error:
        raise dead_grant(_SHORT_LIVED) from error


def _read(assertion: str) -> tuple[Mapping[str, Any], bytes, bytes]:
    """Take a JWT apart: its claims, what is signed, the signature."""
    parts = assertion.split(".")
    if len(parts) != 3:
        raise bad_request("Bad Request")
    try:
        claims: Any = json.loads(_octets(parts[1]))
        signature = _octets(parts[2])
    except (binascii.Error, ValueError, RecursionError) as error:
        raise bad_request("Bad Request") from error
    if not isinstance(claims, dict):
        raise bad_request("Bad Request")
    return cast("Mapping[str, Any]", claims), assertion.rpartition(".")[0].encode(), signature


def _octets(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _is_signed(signed: bytes, signature: bytes, key: str) -> bool:
    return bool(_crypt().verify_signature(signed, signature, key))


def _crypt() -> Any:
    try:
        return import_module("google.auth.crypt")
    except ImportError as error:
        raise MissingExtra(
            'google-auth is not installed; run `pip install "kloudsync[google-auth]"`'
        ) from error
