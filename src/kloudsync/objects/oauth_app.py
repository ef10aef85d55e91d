"""An application that people let into their calendars, as a provider has it registered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from os import urandom
from typing import TypeAlias, Unpack
from urllib.parse import urlencode, urlsplit

from attrs import evolve

from kloudsync.errors import APIError, BadRequest, ConsentRequired, PermissionDenied, UsageError
from kloudsync.http.addresses import expect_address
from kloudsync.http.auth import CalledToken
from kloudsync.http.caller import Awaiting, Blocking, K_co
from kloudsync.http.client import AwaitingClient, BlockingClient, Client, ClientOptions, setting
from kloudsync.http.consent import ENTROPY, Consent
from kloudsync.http.message import Response
from kloudsync.http.oauth import Keeper, RefreshedToken, RenewalLease
from kloudsync.http.sending import follow
from kloudsync.http.setting import Setting
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.http.token_refusals import OPERATION
from kloudsync.http.vendor import service_of
from kloudsync.objects.registry import provider_named
from kloudsync.runtime.provider import SignIn
from kloudsync.runtime.twin import twin

Kept: TypeAlias = Tokens | str | None
"""Tokens, or the text of `Tokens.kept`; None where nothing is kept."""

LoadTokens: TypeAlias = Callable[[], Kept | Awaitable[Kept]]
"""Returns what was kept last; with Async clients it may be a coroutine function."""


class OAuthApplication(Client[K_co]):
    """An application that is registered with a provider, in either colour."""

    def __init__(
        self,
        provider: str | SignIn,
        client_id: str,
        client_secret: str | None = None,
        *,
        redirect_uri: str,
        scopes: Iterable[str] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        """Make it; nothing is sent yet.

        Args:
            provider: Its name, such as `google`; or how people sign in there, such as
                `microsoft_sign_in(tenant=…)`.
            client_id: What the provider calls the application.
            client_secret: The secret that goes with it; at Kloudless the API key.
            redirect_uri: The page of yours that the browser comes back to, as it is registered.
            scopes: What to ask for; less is refused. What syncing needs where None.
            **options: What all clients take. `base_url` replaces the scheme and host of all the
                provider's addresses, as for an appliance or a fake.

        Raises:
            UsageError: The provider is not known or has no such way in, or an argument is not
                possible.
        """
        self._sign_in = _moved(_sign_in(provider), options)
        self._redirect_uri = expect_address(redirect_uri, "redirect_uri", query=True)
        self._endpoint: TokenEndpoint = self._sign_in.endpoint(
            _expect_text(client_id, "client_id"),
            client_secret,
            url=self._sign_in.token_url,
            insecure=options.get("insecure", False),
        )
        # One scope or several with spaces between is what people write down.
        wanted = scopes.split() if isinstance(scopes, str) else scopes
        self._scopes = frozenset(self._sign_in.scopes if wanted is None else wanted)
        super().__init__(_setting(self._endpoint, options), options)

    @property
    def provider(self) -> str:
        """The name of the provider, such as `google`."""
        return self._endpoint.provider

    def begin(self, *, login_hint: str | None = None) -> Consent:
        """Compose the question to a person, for a first consent and for any later one.

        Send their browser to its `url`, and put its `kept()` into their session.

        Args:
            login_hint: The address of the account that is asked for, which spares the person a
                choice; providers that know nothing of it are not told.
        """
        question: Consent = self._sign_in.ask(
            self._endpoint.client_id,
            redirect_uri=self._redirect_uri,
            entropy=urandom(ENTROPY),
            scopes=self._scopes,
            url=self._sign_in.authorization_url,
        )
        if login_hint is None or not self._sign_in.hinted:
            return question
        return evolve(question, url=f"{question.url}&{urlencode({'login_hint': login_hint})}")

    @twin
    async def complete(
        self, callback: str | Mapping[str, str], question: Consent | str | None
    ) -> Tokens:
        """Turn the answer that the browser came back with into tokens.

        Args:
            callback: The URL that the browser asked for, or the parameters of its query.
            question: What the person was asked, or the text of it from their session.

        Raises:
            UsageError: It is not the answer to this question, or there is none; or the grant
                cannot be renewed.
            PermissionDenied: The person or the service said no, or not to everything.
            ConsentRequired: The code has lapsed or was used before.
        """
        asked = _question(question)
        redirect = asked.answer(callback)
        wanted_back = {
            name: redirect.extra[name] for name in self._sign_in.returns if name in redirect.extra
        }
        flow = self._endpoint.exchange(
            redirect.code,
            redirect_uri=asked.redirect_uri,
            verifier=asked.verifier,
            now=self.caller.ports.now(),
            extra=wanted_back,
        )
        tokens = await follow(flow, self.caller.setting, self.caller.ports)
        self._expect_whole(tokens)
        return tokens

    def token(
        self,
        held: Tokens | str | None = None,
        *,
        load: LoadTokens | None = None,
        keep: Keeper | None = None,
        lease: RenewalLease | None = None,
    ) -> RefreshedToken | CalledToken:
        """Return what a client of the person's calendars is made with: `Google(app.token(…))`.

        Args:
            held: The tokens, or the text of their `kept()`; what `load` returns where None.
            load: Returns what was kept last.
            keep: Given new tokens before they are used; they replace the old ones.
            lease: Held while tokens are renewed, where several workers share the login.

        Raises:
            UsageError: There are no tokens, they cannot be renewed, or cover too little.
        """
        if held is None and load is None:
            raise UsageError("token() needs the tokens of complete(), or load=")
        if not self._sign_in.renewable:
            return CalledToken(_lasting(self._endpoint.provider, load or (lambda: held)))
        return RefreshedToken(
            self._endpoint,
            _tokens(held),
            load=None if load is None else _loading(load),
            keep=keep,
            lease=lease,
            scopes=self._scopes,
        )

    @twin
    async def revoke(self, tokens: Tokens | str) -> bool:
        """Give a grant back, as when a person disconnects; forget the tokens afterwards.

        Args:
            tokens: The tokens that are kept, or the text of their `kept()`.

        Returns:
            Whether the grant has ended. False where the provider has no way to end one
            (Microsoft, Salesloft): the person does it in the settings of their account.

        Raises:
            BadRequest: The service refuses.
        """
        ended = _tokens(tokens)
        if self._sign_in.revoke is None or ended is None:
            return False
        flow = self._sign_in.revoke(self._endpoint, self._sign_in.revocation_url, ended)
        await follow(flow, self.caller.setting, self.caller.ports)
        return True

    def _expect_whole(self, tokens: Tokens) -> None:
        lacking = self._endpoint.lacking(tokens, self._scopes)
        if lacking:
            raise PermissionDenied(
                f"{self._endpoint.provider}: access was granted without "
                f"{' '.join(sorted(lacking))}; ask again, for every box to be ticked",
                status=200,
                provider=self._endpoint.provider,
                operation=OPERATION,
                reason="insufficient_scope",
            )
        if self._sign_in.renewable and tokens.refresh_token is None:
            raise UsageError(
                f"{self._endpoint.provider} granted no refresh token: access would end within the "
                "hour; register the application for offline access"
            )

    def _shown(self) -> Mapping[str, object]:
        return {"provider": self._endpoint.provider, "client_id": self._endpoint.client_id}


class OAuthApp(OAuthApplication[Blocking], BlockingClient):
    """An application that people let into their calendars: asks, completes, renews, gives back.

    ```python
    app = OAuthApp("google", client_id, client_secret, redirect_uri="https://app.example.com/back")
    question = app.begin()                              # redirect to question.url
    session["question"] = question.kept()
    tokens = app.complete(request.url, session.pop("question"))      # at /back
    google = Google(app.token(tokens, keep=keep))
    app.revoke(tokens)                                  # disconnect
    ```

    Threads may share it.
    """


class AsyncOAuthApp(OAuthApplication[Awaiting], AwaitingClient):
    """The twin of `OAuthApp` for event loops: `complete` and `revoke` are awaited."""


def _sign_in(provider: str | SignIn) -> SignIn:
    if isinstance(provider, SignIn):
        return provider
    found = provider_named(provider)
    return found.offer(found.web_sign_in or found.sign_in, "sign-in for web applications")


def _moved(sign_in: SignIn, options: ClientOptions) -> SignIn:
    """Let a service be elsewhere: all its addresses, with the paths that they have."""
    given = options.get("base_url")
    if given is None:
        return sign_in
    base = expect_address(given, "base_url", insecure=options.get("insecure", False))
    revoked = sign_in.revocation_url
    return evolve(
        sign_in,
        authorization_url=f"{base}{urlsplit(sign_in.authorization_url).path}",
        token_url=f"{base}{urlsplit(sign_in.token_url).path}",
        revocation_url=None if revoked is None else f"{base}{urlsplit(revoked).path}",
    )


def _setting(endpoint: TokenEndpoint, options: ClientOptions) -> Setting:
    return setting(service_of(endpoint.url, endpoint.provider, _refusal), None, options)


def _refusal(response: Response, operation: str, now: datetime) -> APIError:  # noqa: ARG001 - the shape of all
    return BadRequest(
        f"{operation}: answered {response.status}",
        status=response.status,
        provider="oauth",
        operation=operation,
        response=response,
    )


def _question(question: Consent | str | None) -> Consent:
    if isinstance(question, Consent):
        return question
    if not question:
        raise UsageError(
            "the session holds no question: it has ended, or the answer came twice; ask again"
        )
    return Consent.of(question)


def _tokens(kept: Kept) -> Tokens | None:
    return kept if kept is None or isinstance(kept, Tokens) else Tokens.of(kept)


def _loading(load: LoadTokens) -> Callable[[], Tokens | Awaitable[Tokens | None] | None]:
    def loaded() -> Tokens | Awaitable[Tokens | None] | None:
        kept = load()
        return _awaited(kept) if isinstance(kept, Awaitable) else _tokens(kept)

    return loaded


async def _awaited(kept: Awaitable[Kept]) -> Tokens | None:
    return _tokens(await kept)


def _lasting(provider: str, load: LoadTokens) -> Callable[[], str | Awaitable[str]]:
    """Return the token of the moment where grants neither lapse nor are renewed."""

    def access(tokens: Tokens | None) -> str:
        if tokens is None:
            raise ConsentRequired(
                f"{provider}: no login is kept; a person has to grant access again",
                status=401,
                provider=provider,
                operation=OPERATION,
            )
        return tokens.access_token

    async def awaited(promised: Awaitable[Tokens | None]) -> str:
        return access(await promised)

    def token() -> str | Awaitable[str]:
        kept = _loading(load)()
        return awaited(kept) if isinstance(kept, Awaitable) else access(kept)

    return token


def _expect_text(given: object, what: str) -> str:
    if not isinstance(given, str) or not given:
        raise UsageError(f"{what} has to be text, as the provider registered the application")
    return given
