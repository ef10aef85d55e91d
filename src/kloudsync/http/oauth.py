"""Tokens that lapse and are renewed in time.

Some services let a refresh token be used once, so that whoever loses one, or uses one that
somebody else has used, locks the account out. New tokens are therefore handed to the caller's
own function *before* they are used; where several workers share a login, what is kept is read
again before it is used, and one of them renews while the others wait.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from os import urandom
from typing import Any, Protocol

from attrs import field, frozen
from attrs.validators import gt

from kloudsync.errors import ConsentRequired, LeaseHeld, PermissionDenied, UsageError
from kloudsync.http.auth import Flow, Pause, Work
from kloudsync.http.secret import secret
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.http.token_refusals import OPERATION

Keeper = Callable[[Tokens], object]
"""Keeps new tokens where the next start finds them; with Async clients it may be a coroutine."""

Loader = Callable[[], Tokens | str | Awaitable[Tokens | str | None] | None]
"""Returns the tokens, or just the refresh token, that were kept last; None where nothing is."""

REMEMBERED = 4
"""How many pairs of tokens are kept out of errors, the present one included."""

SKEW = timedelta(seconds=60)
"""How long before its end a token is renewed: clocks differ, and requests take their time."""


@frozen
class _Held:
    access_token: str = field(repr=False)
    renew_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        return self.renew_at is None or now < self.renew_at


class GrantedToken(ABC):
    """A token that a token endpoint grants, renewed before it lapses or when it is refused.

    One task or thread of a client renews while the others wait. Share the client, not the
    scheme: two clients would renew at the same time, unless a `RenewalLease` keeps them apart.
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
        self._earlier: deque[str] = deque(maxlen=2 * REMEMBERED)
        self._held: _Held | None = None
        if tokens is not None:
            self._remember(tokens)
            self._held = _Held(tokens.access_token, _end(tokens, skew))

    def __repr__(self) -> str:
        """Show where tokens come from, never a token."""
        return f"{type(self).__name__}(provider={self.endpoint.provider!r})"

    @abstractmethod
    def _grant(self, now: datetime) -> Flow[Tokens]:
        """Describe how the next tokens are asked for."""

    def token(self, now: datetime) -> str | None:
        """Return the access token, or None where it lapses soon or was refused."""
        held = self._held
        return held.access_token if held is not None and held.is_good(now) else None

    def refresh(self, now: datetime) -> Flow[None]:
        """Fetch tokens, have them kept, then use them.

        Raises:
            ConsentRequired: A person has to grant access again.
            PermissionDenied: Less was granted than `scopes` ask for.
        """
        tokens = yield from self._grant(now)
        self._remember(tokens)
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

    def secrets(self) -> Iterable[str]:
        """Return the tokens that it holds or held a short while ago, and the client's secret."""
        secret = self.endpoint.client_secret
        return (*self._earlier, *(() if secret is None else (secret,)))

    def _remember(self, tokens: Tokens) -> None:
        # An answer that is late, or a gateway's cache, may quote one that was replaced already.
        self._earlier.append(tokens.access_token)
        if tokens.refresh_token is not None:
            self._earlier.append(tokens.refresh_token)

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


class TokenLeases(Protocol):
    """Where workers agree on who renews; every store of kloudsync is one."""

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Any:
        """Take a lease that is free or has expired; None if another worker holds it."""
        ...

    def release(self, lease: Any) -> None:
        """Give a lease back."""
        ...


@frozen
class RenewalLease:
    """The right to renew one login, one worker at a time.

    Attributes:
        leases: Where workers agree: a store.
        name: Names the login; the same in all workers.
        ttl: Seconds after which the lease of a worker that died is taken over. It has to
            outlast one request for tokens.
        patience: Seconds between two looks at whether the other worker is done.
    """

    leases: TokenLeases = field(repr=False)
    name: str
    ttl: float = field(default=150.0, validator=gt(0))
    patience: float = field(default=0.25, validator=gt(0))

    def held(self, owner: str, now: datetime) -> Flow[object]:
        """Take the lease, or return None where another worker has it."""
        take = partial(
            self.leases.acquire,
            f"token:{self.name}",
            owner,
            ttl=self.ttl,
            now=now.timestamp(),
        )
        return (yield Work(take))


class RefreshedToken(GrantedToken):
    """The access that a person granted, kept alive by a refresh token.

    Renewing and keeping run to their end once they have begun, also where the task that needed
    the token is cancelled. Several workers may share a login if they give `load`, `keep` and
    `lease`:

    ```python
    auth = RefreshedToken(
        salesloft_endpoint(client_id, client_secret),
        load=lambda: vault.tokens("acme"),
        keep=lambda tokens: vault.put("acme", tokens),
        lease=RenewalLease(store, "salesloft:acme"),
    )
    ```

    Args:
        endpoint: Where tokens are renewed.
        held: The tokens of the last run, or just the refresh token; what `load` returns where
            None.
        load: Called before a renewal, and once more where the service refuses the refresh
            token: another worker may have renewed meanwhile.
        keep: Called with new tokens before they are used; the new refresh token replaces the
            old one for good. Where it raises, the call fails and the next one renews again,
            with the new refresh token. It must not use the client that it renews for.
        lease: Held while tokens are loaded, renewed and kept.
        scopes: What the program needs; a grant of less is an error that names what is missing.
        skew: How long before its end an access token is renewed.
        scheme: The word before the token in the `Authorization` header.

    Raises:
        UsageError: There is no refresh token, or the held grant lacks scopes.
    """

    def __init__(
        self,
        endpoint: TokenEndpoint,
        held: Tokens | str | None = None,
        *,
        load: Loader | None = None,
        keep: Keeper | None = None,
        lease: RenewalLease | None = None,
        scopes: Iterable[str] = (),
        skew: timedelta = SKEW,
        scheme: str = "Bearer",
    ) -> None:
        tokens = held if isinstance(held, Tokens) else None
        super().__init__(
            endpoint, tokens=tokens, scopes=scopes, keep=keep, skew=skew, scheme=scheme
        )
        self._load = load
        self._lease = lease
        self._refused: str | None = None
        self._refresh_token = secret(_refresh_token(held))
        if self._refresh_token is None and (load is None or held is not None):
            raise UsageError("there is no refresh token; ask for offline access and consent again")
        lacking = endpoint.lacking(tokens, self.scopes) if tokens is not None else None
        if lacking:
            raise UsageError(
                f"the held tokens do not cover {' '.join(sorted(lacking))}; ask for consent again, "
                "or name in scopes= what they have, where that is enough"
            )

    def rejected(self, token: str) -> bool:
        """Forget a token that was answered with 401, wherever it is kept."""
        self._refused = secret(token)
        return super().rejected(token)

    def secrets(self) -> Iterable[str]:
        """Return the tokens that it holds or held a short while ago, and the client's secret."""
        spent = self._refresh_token
        return (*super().secrets(), *(() if spent is None else (spent,)))

    def refresh(self, now: datetime) -> Flow[None]:
        """Fetch tokens, have them kept, then use them; see `GrantedToken.refresh`."""
        if self._lease is None:
            yield from self._renew(now)
            return
        lease = yield from self._hold(self._lease, now)
        if lease is None:
            return
        give_back = Work(partial(self._lease.leases.release, lease))
        try:
            yield from self._renew(now)
        except Exception:
            yield give_back
            raise
        yield give_back

    def _hold(self, lease: RenewalLease, now: datetime) -> Flow[object]:
        """Take the lease; None where another worker has renewed while this one waited for it."""
        owner = urandom(16).hex()
        waited = timedelta()
        while True:
            held = yield from lease.held(owner, now + waited)
            if held is not None:
                return held
            yield Pause(lease.patience)
            waited += timedelta(seconds=lease.patience)
            if waited.total_seconds() > 2 * lease.ttl:
                raise LeaseHeld(f"another worker renews the login {lease.name!r}, and does not end")
            if (yield from self._adopt(now + waited)):
                return None

    def _renew(self, now: datetime) -> Flow[None]:
        if (yield from self._adopt(now)):
            return
        spent = self._refresh_token
        try:
            yield from super().refresh(now)
        except ConsentRequired:
            # Another worker may have used the refresh token, and kept the next one since.
            if (yield from self._adopt(now)):
                return
            if self._refresh_token == spent:
                raise
            yield from super().refresh(now)

    def _adopt(self, now: datetime) -> Flow[bool]:
        """Take over what is kept; tell whether it can be used as it is."""
        kept = self._load() if self._load is not None else None
        if isinstance(kept, Awaitable):
            kept = yield kept
        self._refresh_token = secret(_refresh_token(kept)) or self._refresh_token
        if not isinstance(kept, Tokens):
            return False
        self._remember(kept)
        held = _Held(kept.access_token, _end(kept, self._skew))
        if kept.access_token == self._refused or not held.is_good(now):
            return False
        self._held = held
        return True

    def _grant(self, now: datetime) -> Flow[Tokens]:
        if self._refresh_token is None:
            raise UsageError("no login is kept; ask for offline access and consent again")
        tokens = yield from self.endpoint.refresh(self._refresh_token, now)
        # From here on the old one may be dead, whatever becomes of the rest.
        self._refresh_token = secret(tokens.refresh_token) or self._refresh_token
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


def _refresh_token(kept: Tokens | str | None) -> str | None:
    return (kept.refresh_token if isinstance(kept, Tokens) else kept) or None


def _end(tokens: Tokens, skew: timedelta) -> datetime | None:
    return None if tokens.expires_at is None else tokens.expires_at - skew


def _renewal(tokens: Tokens, now: datetime, skew: timedelta) -> datetime | None:
    if tokens.expires_at is None:
        return None
    # A token that lives no longer than the skew is used for half of its life all the same.
    return max(tokens.expires_at - skew, now + (tokens.expires_at - now) / 2)
