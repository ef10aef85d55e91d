"""Ways in to Google: a person's consent, service accounts, application default credentials.

The library google-auth (extra `google-auth`) reads keys and signs; what it
wants to send is sent by our own client, in either colour.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from attrs import field, frozen

from kloudsync.errors import APIError, ConsentRequired, MissingExtra, Unauthorized, UsageError
from kloudsync.http.addresses import expect_address
from kloudsync.http.auth import Flow
from kloudsync.http.consent import Consent, ask_consent
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.oauth import SKEW, GrantedToken
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.http.token_refusals import OPERATION
from kloudsync.providers.google.credentials import GoogleCredentials, is_google_credentials
from kloudsync.providers.google.scopes import INCLUDES, SYNC

AUTHORIZATION_URL = "https://accounts.google.com/o/oauth2/v2/auth"
"""The page that asks a person for access."""

ISSUER = "https://accounts.google.com"
"""What Google calls itself in answers to questions."""

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
"""Where codes and refresh tokens are turned into access tokens."""

REVOCATION_URL = "https://oauth2.googleapis.com/revoke"
"""Where a grant is given back."""


def google_endpoint(
    client_id: str = "",
    client_secret: str | None = None,
    *,
    url: str = TOKEN_URL,
    insecure: bool = False,
) -> TokenEndpoint:
    """Return Google's token endpoint, as one registered client of it."""
    return TokenEndpoint(
        provider="google",
        url=url,
        client_id=client_id,
        client_secret=client_secret,
        # Good for as long as the grant: Google issues no new one when it is used.
        single_use=False,
        includes=INCLUDES,
        insecure=insecure,
    )


def ask_google(
    client_id: str,
    *,
    redirect_uri: str,
    entropy: bytes,
    scopes: Iterable[str] = SYNC,
    url: str = AUTHORIZATION_URL,
) -> Consent:
    """Compose the question for access that outlasts the person's presence.

    Args:
        client_id: The id of the application's OAuth client.
        redirect_uri: Where the browser is sent with the answer; `http://127.0.0.1:PORT` for
            installed applications.
        entropy: 64 random bytes, for this question only.
        scopes: What to ask for; reading events and the list of calendars by default.
        url: The page that asks.
    """
    return ask_consent(
        url,
        client_id=client_id,
        redirect_uri=redirect_uri,
        scopes=sorted(scopes),
        entropy=entropy,
        # Google sends a refresh token for offline access only, and again only after a new consent.
        extra={"access_type": "offline", "prompt": "consent"},
        issuer=ISSUER if url == AUTHORIZATION_URL else None,
    )


class GoogleAuthToken(GrantedToken):
    """The token of any credentials object of the library google-auth.

    A token that the credentials hold is used while they say that it is valid, and renewed
    through the client's own connections afterwards.

    Args:
        credentials: Credentials of google-auth, with their scopes set.
        scopes: What the program needs, where a grant of less should be an error.

    Raises:
        UsageError: They are no such credentials.
    """

    def __init__(self, credentials: GoogleCredentials, *, scopes: Iterable[str] = ()) -> None:
        if not is_google_credentials(credentials):
            raise UsageError(
                "GoogleAuthToken needs credentials of google-auth, such as google.auth.default()[0], "
                f"not {type(credentials).__name__}"
            )
        held = _tokens(credentials) if credentials.valid else None
        super().__init__(
            google_endpoint(), tokens=held, scopes=scopes, keep=None, skew=SKEW, scheme="Bearer"
        )
        self._credentials = credentials

    def _grant(self, now: datetime) -> Flow[Tokens]:  # noqa: ARG002 - google-auth knows the time
        if self._credentials.valid and self._credentials.token not in self._earlier:
            return _tokens(self._credentials)  # whoever shares them has renewed them
        answers: list[Response] = []
        while (request := _wanted(self._credentials, answers)) is not None:
            answers.append((yield request))
        return _tokens(self._credentials)


def service_account(
    key: str | PathLike[str] | Mapping[str, str],
    *,
    scopes: Iterable[str] = SYNC,
    subject: str | None = None,
    token_uri: str | None = None,
) -> GoogleAuthToken:
    """Return the way in of a service account.

    Args:
        key: The path of the key file, or its content.
        scopes: What to ask for; with a subject, exactly what the administrator allowed.
        subject: The user of the Workspace domain to act for, by domain-wide delegation;
            None to act as the service account itself, which then needs calendars shared with it.
        token_uri: Where tokens are asked for; what the key says where None, which has to be an
            address of Google's then. Whoever wrote the key, such as a customer, would otherwise
            choose where this program sends requests.

    Raises:
        MissingExtra: google-auth is not installed.
        UsageError: The key can't be read, or names an address that is not Google's.
    """
    credentials = _google_auth("google.oauth2.service_account").Credentials
    try:
        content = _content(key)
        content["token_uri"] = _expect_googles(content["token_uri"], token_uri)
        made = credentials.from_service_account_info(
            content, scopes=sorted(scopes), subject=subject
        )
    except UsageError:
        raise
    except (OSError, LookupError, ValueError, TypeError) as error:
        # The cause may quote the key; its type has to do.
        raise UsageError(
            f"the service account's key cannot be used ({type(error).__name__}); "
            "pass the JSON key file that Google issued"
        ) from None
    return GoogleAuthToken(made)


def _expect_googles(named: str, chosen: str | None) -> str:
    if chosen is not None:
        return expect_address(chosen, "token_uri", query=True)
    address = expect_address(str(named), "the key's token_uri")
    host = urlsplit(address).hostname or ""
    if not (host == "accounts.google.com" or host.endswith(".googleapis.com")):
        raise UsageError(
            "the key's token_uri is no address of Google's; pass token_uri= if it is right"
        )
    return address


def _content(key: str | PathLike[str] | Mapping[str, str]) -> dict[str, str]:
    if isinstance(key, Mapping):
        return dict(key)
    content: Any = json.loads(Path(key).read_bytes())
    if not isinstance(content, dict):
        raise TypeError
    return cast("dict[str, str]", content)


def application_default(*, scopes: Iterable[str] = SYNC) -> GoogleAuthToken:
    """Return the way in that the environment offers (application default credentials).

    Looked for are `GOOGLE_APPLICATION_CREDENTIALS`, the login of the gcloud command, and the
    service account of the machine at Google Cloud.

    Args:
        scopes: What to ask for.

    Raises:
        MissingExtra: google-auth is not installed.
        UsageError: The environment offers none.
    """
    google_auth = _google_auth("google.auth")
    try:
        credentials, _ = google_auth.default(scopes=sorted(scopes))
    except _google_auth("google.auth.exceptions").GoogleAuthError:
        raise UsageError(
            "the environment offers no credentials; set GOOGLE_APPLICATION_CREDENTIALS "
            "or run `gcloud auth application-default login`"
        ) from None
    return GoogleAuthToken(credentials)


def _google_auth(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra(
            'google-auth is not installed; run `pip install "kloudsync[google-auth]"`'
        ) from error


@frozen
class _Answer:
    """An answer in the shape that google-auth reads."""

    status: int
    headers: Mapping[str, str]
    data: bytes = field(repr=False)


class _Wanted(BaseException):
    """A signal that google-auth must not catch."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request


def _wanted(credentials: Any, answers: list[Response]) -> Request | None:
    """Return what google-auth wants to send after these answers; None when it is done.

    It sends from within, so it is run anew each time: the answers so far are given again in
    order, and the first request beyond them interrupts the run.
    """
    given = iter(answers)

    def send(
        url: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> _Answer:
        answer = next(given, None)
        if answer is None:
            content = body.encode() if isinstance(body, str) else body
            fields = Headers.of(headers or {})
            raise _Wanted(Request(method=method, path=url, headers=fields, body=content))
        return _Answer(answer.status, dict(answer.headers.pairs), answer.body)

    try:
        credentials.refresh(send)
    except _Wanted as wanted:
        return wanted.request
    except _google_auth("google.auth.exceptions").GoogleAuthError as error:
        raise _refusal(error, answers, credentials) from None
    return None


_CLOCK = "the times in it are not the service's: set this machine's clock right"
_KEY = "its signature does not fit: check the key, which may have been deleted or replaced"
_SCOPES = "check the key, and for domain-wide delegation the scopes that the administrator allowed"
_UNRENEWABLE = (
    "they hold a token that is no longer good, and no refresh token to renew it with: "
    "ask the person for offline access again"
)
_PERSON = "check the client's id and secret: they have to be those that the person's access is of"
_REVOKED = "access was revoked, or the subject is no user of the domain"


def _refusal(error: Exception, answers: list[Response], credentials: Any) -> APIError:
    said = str(error)
    # A person's credentials have the word, be it empty; a service account's have a key.
    personal = hasattr(credentials, "refresh_token")
    revoked = "invalid_grant" in said
    leaf: type[APIError] = Unauthorized
    # Nobody was asked and nothing revoked where the assertion itself is refused.
    if "short-lived" in said or "reasonable timeframe" in said:
        advice = _CLOCK
    elif "Invalid JWT" in said:
        advice = _KEY
    elif revoked:
        leaf, advice = ConsentRequired, _REVOKED
    elif personal and not credentials.refresh_token:
        leaf, advice = ConsentRequired, _UNRENEWABLE
    else:
        advice = _PERSON if personal else _SCOPES
    last = answers[-1] if answers else None
    return leaf(
        f"google {OPERATION}: the credentials were refused; {advice}",
        status=last.status if last else 401,
        provider="google",
        operation=OPERATION,
        reason="invalid_grant" if revoked else None,
        response=last,
    )


def _tokens(credentials: Any) -> Tokens:
    granted = getattr(credentials, "granted_scopes", None)
    expiry: datetime | None = credentials.expiry
    return Tokens(
        access_token=credentials.token,
        # google-auth writes UTC without saying so.
        expires_at=None if expiry is None else expiry.replace(tzinfo=UTC),
        scopes=None if granted is None else frozenset(granted),
    )
