"""Ways in to Microsoft: a person's consent, a code for another device, an application's own access.

Microsoft's identity platform (v2.0) is asked by this library's own client. The library msal (extra
`msal`) signs where an application proves itself by a certificate, and does nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Final

from kloudsync.errors import MissingExtra, UsageError
from kloudsync.http.auth import Flow
from kloudsync.http.consent import Consent, ask_consent
from kloudsync.http.device_consent import DeviceCode, consent_on_device
from kloudsync.http.message import path
from kloudsync.http.oauth import SKEW, GrantedToken
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.providers.microsoft.clouds import GLOBAL, Cloud
from kloudsync.providers.microsoft.scopes import (
    INCLUDES,
    SYNC,
    UNTOLD,
    application_scope,
    plain_scope,
)

ANYBODY: Final = "common"
"""Work, school and personal accounts."""

ORGANIZATIONS: Final = "organizations"
"""Work and school accounts only."""

CONSUMERS: Final = "consumers"
"""Personal accounts only."""

AUTHORIZATION_URL: Final = f"{GLOBAL.authority}/{ANYBODY}/oauth2/v2.0/authorize"
"""The page that asks a person for access, with any kind of account."""

TOKEN_URL: Final = f"{GLOBAL.authority}/{ANYBODY}/oauth2/v2.0/token"
"""Where codes and refresh tokens are turned into access tokens."""

ASSERTION_LIFE: Final = timedelta(minutes=10)
"""How long a signed proof is good for."""


def microsoft_endpoint(
    client_id: str,
    client_secret: str | None = None,
    *,
    tenant: str = ANYBODY,
    cloud: Cloud = GLOBAL,
    url: str | None = None,
    insecure: bool = False,
) -> TokenEndpoint:
    """Return Microsoft's token endpoint, as one registered application of it.

    Args:
        client_id: The application's id.
        client_secret: Its secret; None for programs on people's own machines, and where a
            certificate proves who asks.
        tenant: Whose accounts: `common`, `organizations`, `consumers`, or an organisation's id
            or domain, which applications need that act for themselves.
        cloud: The deployment.
        url: Another address, as of a fake; the cloud's own where None.
        insecure: Whether the address may be http beyond this machine.
    """
    return TokenEndpoint(
        provider="microsoft",
        url=url or token_url(tenant, cloud),
        client_id=client_id,
        client_secret=client_secret,
        # Each renewal brings a new refresh token, and the old one stays good for a while.
        single_use=False,
        includes=INCLUDES,
        plain=plain_scope,
        untold=UNTOLD,
        insecure=insecure,
    )


def ask_microsoft(
    client_id: str,
    *,
    redirect_uri: str,
    entropy: bytes,
    scopes: Iterable[str] = SYNC,
    tenant: str = ANYBODY,
    cloud: Cloud = GLOBAL,
    url: str | None = None,
    prompt: str = "select_account",
) -> Consent:
    """Compose the question for access that outlasts the person's presence.

    Register the redirect as one of a web application or of an installed one: refresh tokens of
    single-page applications end after a day.

    Args:
        client_id: The application's id.
        redirect_uri: Where the browser is sent with the answer; `http://localhost:PORT` for
            installed applications.
        entropy: 64 random bytes, for this question only.
        scopes: What to ask for; `offline_access` has to be among it.
        tenant: Whose accounts, see `microsoft_endpoint`.
        cloud: The deployment.
        url: The page that asks; the cloud's own where None.
        prompt: Whether the person chooses an account (`select_account`) or confirms the access
            anew (`consent`).
    """
    return ask_consent(
        url or authorization_url(tenant, cloud),
        client_id=client_id,
        redirect_uri=redirect_uri,
        scopes=sorted(scopes),
        entropy=entropy,
        extra={"response_mode": "query", "prompt": prompt},
    )


def ask_on_device(
    endpoint: TokenEndpoint,
    show: Callable[[DeviceCode], object],
    now: datetime,
    *,
    scopes: Iterable[str] = SYNC,
) -> Flow[Tokens]:
    """Describe how a person is asked who may sit at another device.

    Codes are handed out beside the endpoint: in the same cloud, and for the same accounts.

    Args:
        endpoint: Where the answer is exchanged for tokens.
        show: Tells the person which page to open, and what to type there.
        now: The current time, aware.
        scopes: What to ask for.

    Raises:
        PermissionDenied: The person said no, or nothing in time.
    """
    asked = f"{endpoint.url.rpartition('/')[0]}/devicecode"
    return consent_on_device(endpoint, asked, sorted(scopes), show, now)


class ApplicationToken(GrantedToken):
    """The access of an application itself, to whatever its organisation's administrator allows.

    Name the mailbox with it: `Microsoft(auth, mailbox="ann@example.com")`. What it may reach is
    best limited by a policy (RBAC for applications).

    Args:
        endpoint: Where tokens are fetched, of a certain tenant.
        cloud: The deployment whose Graph is meant.
        prove: Returns a signed assertion at an instant, such as `certificate_proof` makes; None
            where the endpoint's secret proves who asks.

    Raises:
        UsageError: There is neither a secret nor a proof, or the tenant is nobody's in particular.
    """

    def __init__(
        self,
        endpoint: TokenEndpoint,
        *,
        cloud: Cloud = GLOBAL,
        prove: Callable[[datetime], str] | None = None,
    ) -> None:
        if prove is None and endpoint.client_secret is None:
            raise UsageError("an application needs a secret or a certificate to prove itself by")
        if any(f"/{name}/" in endpoint.url for name in (ANYBODY, ORGANIZATIONS, CONSUMERS)):
            raise UsageError(
                "an application acts within one organisation; pass tenant=, its id or domain"
            )
        super().__init__(endpoint, tokens=None, scopes=(), keep=None, skew=SKEW, scheme="Bearer")
        self._scope = application_scope(cloud.graph)
        self._prove = prove

    def _grant(self, now: datetime) -> Flow[Tokens]:
        proof = None if self._prove is None else self._prove(now)
        return self.endpoint.client_credentials([self._scope], now, assertion=proof)


def certificate_proof(
    endpoint: TokenEndpoint, private_key: str, thumbprint: str
) -> Callable[[datetime], str]:
    """Return what signs an application's proof with its certificate's key.

    Args:
        endpoint: Who is asked, and for whom.
        private_key: The key, PEM, not encrypted.
        thumbprint: The certificate's SHA-256 fingerprint in hexadecimal.

    Raises:
        MissingExtra: msal is not installed.
        UsageError: The key or the fingerprint is none.
    """
    signer = _signer(private_key, thumbprint)

    def prove(now: datetime) -> str:
        begins = int(now.timestamp())
        try:
            signed = signer.create_normal_assertion(
                endpoint.url,
                endpoint.client_id,
                issued_at=begins,
                not_before=begins,
                expires_at=begins + int(ASSERTION_LIFE.total_seconds()),
            )
        except Exception as error:  # noqa: BLE001 - msal lets out what jwt and cryptography raise
            # The cause may quote the key; its type has to do.
            raise _unusable(error) from None
        return signed.decode() if isinstance(signed, bytes) else str(signed)

    return prove


def _signer(private_key: str, thumbprint: str) -> Any:
    try:
        assertions = import_module("msal.oauth2cli.assertion")
    except ImportError as error:
        raise MissingExtra('msal is not installed; run `pip install "kloudsync[msal]"`') from error
    try:
        return assertions.JwtAssertionCreator(
            private_key, "RS256", sha256_thumbprint=thumbprint.replace(":", "")
        )
    except Exception as error:  # noqa: BLE001 - as above
        raise _unusable(error) from None


def _unusable(error: Exception) -> UsageError:
    return UsageError(
        f"the certificate cannot be used ({type(error).__name__}); pass the private key as PEM, "
        "not encrypted, and the SHA-256 fingerprint in hexadecimal"
    )


def authorization_url(tenant: str, cloud: Cloud) -> str:
    """Return the page that asks a person for access."""
    return _at(cloud, tenant, "authorize")


def token_url(tenant: str, cloud: Cloud) -> str:
    """Return where codes and refresh tokens are turned into access tokens."""
    return _at(cloud, tenant, "token")


def _at(cloud: Cloud, tenant: str, what: str) -> str:
    return f"{cloud.authority}/{path(tenant)}/oauth2/v2.0/{what}"
