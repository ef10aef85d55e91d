"""Tokens that lapse and are renewed in time.

New tokens are handed to the caller's own function *before* they are used: some
services let a refresh token be used once, so that a crash between use and
keeping would lock the account out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from attrs import field, frozen

from kloudsync.errors import PermissionDenied, UsageError
from kloudsync.http.auth import Flow
from kloudsync.http.token_endpoint import OPERATION, TokenEndpoint, Tokens

Keeper = Callable[[Tokens], object]
"""Keeps new tokens where the next start finds them; with Async clients it may be a coroutine."""

SKEW = timedelta(seconds=60)
"""How long before its end a token is renewed: clocks differ, and requests take their time."""


@frozen
class _Held:
    access_token: str = field(repr=False)
    renew_at: datetime | None


class GrantedToken(ABC):
    """A token that a token endpoint grants, renewed before it lapses or when it is refused.

    One task or thread of a client renews while the others wait. Share the
    client, not the scheme: two clients would renew at the same time.
    """

    def __init__(
        self,
        endpoint: TokenEndpoint,
        *,
        tokens: Tokens | None,
        scopes: Iterable[str],
        keep: Keeper | None,
        skew: timedelta,
        scheme: str,
    ) -> None:
        self.endpoint = endpoint
        self.scheme = scheme
        self.scopes: frozenset[str] = frozenset(scopes)
        self._keep = keep
        self._skew = skew
        self._held = None if tokens is None else _Held(tokens.access_token, _end(tokens, skew))

    def __repr__(self) -> str:
        """Show where tokens come from, never a token."""
        return f"{type(self).__name__}(provider={self.endpoint.provider!r})"

    @abstractmethod
    def _grant(self, now: datetime) -> Flow[Tokens]:
        """Describe how the next tokens are asked for."""

    def token(self, now: datetime) -> str | None:
        """Return the access token, or None where it lapses soon or was refused."""
        held = self._held
        if held is None or (held.renew_at is not None and now >= held.renew_at):
            return None
        return held.access_token

    def refresh(self, now: datetime) -> Flow[None]:
        """Fetch tokens, have them kept, then use them.

        Raises:
            ConsentRequired: A person has to grant access again.
            PermissionDenied: Less was granted than `scopes` ask for.
        """
        tokens = yield from self._grant(now)
        kept = self._keep(tokens) if self._keep is not None else None
        if isinstance(kept, Awaitable):
            yield kept
        self._expect_scopes(tokens)
        self._held = _Held(tokens.access_token, _renewal(tokens, now, self._skew))

    def rejected(self, token: str) -> bool:
        """Forget a token that was answered with 401, unless it has been replaced already."""
        held = self._held
        if held is not None and held.access_token == token:
            self._held = None
        return True

    def _expect_scopes(self, tokens: Tokens) -> None:
        lacking = self.endpoint.lacking(tokens, self.scopes)
        if lacking:
            raise PermissionDenied(
                f"{self.endpoint.provider}: access was granted without {' '.join(sorted(lacking))}; "
                "ask the person for consent again, with every box ticked",
                status=200,
                provider=self.endpoint.provider,
                operation=OPERATION,
                reason="insufficient_scope",
            )


class RefreshedToken(GrantedToken):
    """The access that a person granted, kept alive by a refresh token.

    Args:
        endpoint: Where tokens are renewed.
        held: The tokens of the last run, or just the refresh token.
        keep: Called with new tokens before they are used; the new refresh token replaces the
            old one for good. Where it raises, the call fails and the next one renews again,
            with the new refresh token. It must not use the client that it renews for.
        scopes: What the program needs; a grant of less is an error that names what is missing.
        skew: How long before its end an access token is renewed.
        scheme: The word before the token in the `Authorization` header.

    Raises:
        UsageError: There is no refresh token, or the held grant lacks scopes.
    """

    def __init__(
        self,
        endpoint: TokenEndpoint,
        held: Tokens | str,
        *,
        keep: Keeper | None = None,
        scopes: Iterable[str] = (),
        skew: timedelta = SKEW,
        scheme: str = "Bearer",
    ) -> None:
        tokens = None if isinstance(held, str) else held
        refresh_token = held if isinstance(held, str) else held.refresh_token
        if not refresh_token:
            raise UsageError("there is no refresh token; ask for offline access and consent again")
        super().__init__(
            endpoint, tokens=tokens, scopes=scopes, keep=keep, skew=skew, scheme=scheme
        )
        self._refresh_token = refresh_token
        lacking = endpoint.lacking(tokens, self.scopes) if tokens is not None else None
        if lacking:
            raise UsageError(
                f"the held tokens do not cover {' '.join(sorted(lacking))}; ask for consent again"
            )

    def _grant(self, now: datetime) -> Flow[Tokens]:
        tokens = yield from self.endpoint.refresh(self._refresh_token, now)
        # From here on the old one may be dead, whatever becomes of the rest.
        self._refresh_token = tokens.refresh_token or self._refresh_token
        return tokens


class ClientCredentialsToken(GrantedToken):
    """The access of the application itself, without a person.

    Args:
        endpoint: Where tokens are fetched; needs the client's secret.
        scopes: What to ask for; a grant of less is an error that names what is missing.
        keep: Called with new tokens before they are used.
        skew: How long before its end an access token is renewed.
        scheme: The word before the token in the `Authorization` header.

    Raises:
        UsageError: The endpoint has no client secret.
    """

    def __init__(
        self,
        endpoint: TokenEndpoint,
        *,
        scopes: Iterable[str] = (),
        keep: Keeper | None = None,
        skew: timedelta = SKEW,
        scheme: str = "Bearer",
    ) -> None:
        if endpoint.client_secret is None:
            raise UsageError("client credentials need a client secret")
        super().__init__(endpoint, tokens=None, scopes=scopes, keep=keep, skew=skew, scheme=scheme)

    def _grant(self, now: datetime) -> Flow[Tokens]:
        return self.endpoint.client_credentials(sorted(self.scopes), now)


def _end(tokens: Tokens, skew: timedelta) -> datetime | None:
    return None if tokens.expires_at is None else tokens.expires_at - skew


def _renewal(tokens: Tokens, now: datetime, skew: timedelta) -> datetime | None:
    if tokens.expires_at is None:
        return None
    # A token that lives no longer than the skew is used for half of its life all the same.
    return max(tokens.expires_at - skew, now + (tokens.expires_at - now) / 2)
