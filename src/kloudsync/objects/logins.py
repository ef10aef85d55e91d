"""Logins of many people, kept in a store as nobody can read them without a key."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from typing import Any, Unpack

from attrs import define, field

from kloudsync.errors import ConsentRequired, UsageError
from kloudsync.fleet.accounts import Account
from kloudsync.http.client import ClientOptions
from kloudsync.http.oauth import RenewalLease
from kloudsync.http.secret import Secret
from kloudsync.http.token_endpoint import Tokens
from kloudsync.http.token_refusals import OPERATION
from kloudsync.objects.fitting import TOKENS, expect
from kloudsync.objects.oauth_app import OAuthApplication
from kloudsync.objects.registry import provider_named
from kloudsync.objects.token_seal import Seal
from kloudsync.runtime.colour import Awaits, Blocks, C_co, Colour, InColour
from kloudsync.runtime.tokens import TokenStore
from kloudsync.runtime.twin import twin


class KeptLogins(InColour[C_co]):
    """The logins of a program's users, and the way in to each, in either colour."""

    def __init__(
        self,
        store: Any,
        apps: OAuthApplication[Any] | Iterable[OAuthApplication[Any]],
        keys: str | Iterable[str],
        **options: Unpack[ClientOptions],
    ) -> None:
        """Make it; nothing is read or sent yet.

        Args:
            store: Keeps the logins, encrypted; a fleet's own, so that `forget_account` erases them.
            apps: The applications that people let in, one for each provider.
            keys: Keys as `Fernet.generate_key` makes them, the newest first: it closes, any opens.
                What an older one closed is closed anew when it is renewed, or by `reseal`.
            **options: What all clients are made with, such as one `http_client` for all of them.

        Raises:
            UsageError: The store keeps no logins, a key is none or there is none, or an application
                is of another colour or a provider's second one.
            MissingExtra: `cryptography` is not installed.
        """
        expect(store, TOKENS, self)
        given: Any = [apps] if isinstance(apps, OAuthApplication) else apps
        self._apps: dict[str, OAuthApplication[Any]] = {}
        for app in given:
            self._expect_app(app)
            self._apps[app.provider] = app
        seal = Seal(tuple([keys] if isinstance(keys, str) else keys))
        if not seal.keys:
            raise UsageError("there is no key; logins are not kept where anybody can read them")
        seal.expect_usable()
        self._store, self._seal, self._options = store, seal, options

    @twin
    async def keep(self, provider: str, account: str, tokens: Tokens) -> None:
        """Keep what a person granted, in place of what they granted before.

        Args:
            provider: The service, such as `google`.
            account: The program's name for the account.
            tokens: What `OAuthApp.complete` returned.

        Raises:
            UsageError: There is no application of the provider.
        """
        await self._login(Account(provider, account)).put(tokens)

    @twin
    async def load(self, provider: str, account: str) -> Tokens | None:
        """Return what is kept of an account, or None.

        Raises:
            UsageError: No key opens it, or there is no application of the provider.
        """
        return await self._login(Account(provider, account)).read()

    @twin
    async def connect(self, account: Account) -> Any:
        """Return a client of an account, as a fleet wants one: `Fleet(store, logins.connect)`.

        Tokens are renewed by one worker while the others wait, and kept before they are used.

        Raises:
            ConsentRequired: Nothing is kept of the account; the person has to be asked.
            UsageError: No key opens it, or there is no application of the provider.
        """
        login = self._login(account)
        held = await login.read()
        if held is None:
            raise ConsentRequired(
                f"{account.provider}: no login is kept; a person has to grant access",
                status=401,
                provider=account.provider,
                operation=OPERATION,
            )
        token = self._apps[account.provider].token(
            held,
            load=login.load,
            keep=login.keep,
            lease=RenewalLease(self._store, str(account)),
        )
        provider = provider_named(account.provider)
        awaits = self.colour is Awaits
        offered = provider.async_client if awaits else provider.client
        return provider.offer(offered, "client")(token, account.name, **self._options)

    @twin
    async def disconnect(self, provider: str, account: str) -> bool:
        """Give the grant of an account back, and forget its login.

        Copies stay until `store.forget_account` erases all that is held of the account.

        Returns:
            Whether the grant has ended; False where nothing was kept, or the provider has no way to
            end one.

        Raises:
            BadRequest: The service refuses; the login is still kept.
        """
        login = self._login(Account(provider, account))
        held = await login.read()
        ended: bool = False
        if held is not None:
            revoked: Any = self._apps[provider].revoke(held)
            ended = await revoked if self.colour is Awaits else revoked
        await self.colour.run(self._store.forget_token, provider, account)
        return ended

    @twin
    async def reseal(self, provider: str, account: str) -> bool:
        """Close what is kept of an account with the newest key; False where nothing is.

        For accounts whose tokens are not renewed, before an old key is thrown away.
        """
        login = self._login(Account(provider, account))
        held = await login.read()
        if held is not None:
            await login.follow(held)
        return held is not None

    def _login(self, account: Account) -> _Login:
        if account.provider not in self._apps:
            there = ", ".join(sorted(self._apps)) or "none"
            raise UsageError(f"there is no application of {account.provider!r}; there are {there}")
        return _Login(store=self._store, seal=self._seal, account=account, colour=self.colour)

    def _expect_app(self, app: Any) -> None:
        kind, needed = type(app).__name__, "AsyncOAuthApp" if self.colour is Awaits else "OAuthApp"
        if not isinstance(app, OAuthApplication):
            raise UsageError(f"apps have to be {needed}(…), not {kind}")
        if not issubclass(app.colour, self.colour):
            raise UsageError(f"{type(self).__name__} needs an {needed}, not {kind}")
        if app.provider in self._apps:
            raise UsageError(f"there are two applications of {app.provider!r}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._store!r}, providers={sorted(self._apps)})"


class Logins(KeptLogins[Blocks]):
    """Keeps the logins of a program's users encrypted in its store, and connects with them.

    ```python
    logins = Logins(store, app, os.environ["LOGIN_KEY"])
    logins.keep("google", "ann", app.complete(request.url, question))
    fleet = Fleet(store, logins.connect)
    logins.disconnect("google", "ann")
    ```

    Needs the extra `encryption`. Threads may share it.
    """

    colour: type[Colour] = Blocks


class AsyncLogins(KeptLogins[Awaits]):
    """The twin of `Logins` for event loops, with `AsyncOAuthApp` and Async clients."""

    colour: type[Colour] = Awaits


@define(eq=False)
class _Login(InColour[Any]):
    """One account's login, as it was read last.

    Attributes:
        store: Where it is kept.
        seal: Opens and closes it.
        account: Whose it is.
        colour: That of the client that it lets in.
        version: Which one was read; 0 where there was none.
        held: What was read.
    """

    store: TokenStore
    seal: Seal
    account: Account
    colour: type[Colour]
    version: int = 0
    held: Tokens | None = field(default=None, repr=False)

    @twin
    async def load(self) -> Tokens | None:
        """Return what is kept now, or None: what a token asks before it renews."""
        return await self.read()

    @twin
    async def keep(self, tokens: Tokens) -> None:
        """Keep what a token was renewed to."""
        await self.follow(tokens)

    async def read(self) -> Tokens | None:
        """Return what is kept now, or None."""
        kept = await self.colour.run(self.store.token, self.account.provider, self.account.name)
        self.version = 0 if kept is None else kept.version
        self.held = None if kept is None else self._opened(kept.body)
        return self.held

    async def follow(self, tokens: Tokens) -> None:
        """Keep what took the place of what was read.

        Where the person has consented anew since, or has left, what is there stays.
        """
        read = self.held
        while not await self.put(tokens, since=self.version):
            if await self.read() is None or self.held != read:
                return

    async def put(self, tokens: Tokens, *, since: int | None = None) -> bool:
        """Keep tokens, unless another version is there than the one that they follow."""
        put = partial(self.store.keep_token, since=since)
        name, body = self.account.name, self._closed(tokens)
        version = await self.colour.run(put, self.account.provider, name, body)
        if version is not None:
            self.version, self.held = version, tokens
        return version is not None

    def _closed(self, tokens: Tokens) -> bytes:
        # Whoever can write to the table cannot let one person in with another one's login.
        return self.seal.close(Secret(f"{json.dumps(str(self.account))}\n{tokens.kept()}")).encode()

    def _opened(self, body: bytes) -> Tokens:
        try:
            whose, kept = _parted(self.seal.open(body.decode("ascii", "replace")))
        except UsageError as error:
            raise UsageError(f"{error}: that of {self.account}") from None
        if whose != json.dumps(str(self.account)):
            raise UsageError(f"what is kept as the login of {self.account} is another account's")
        return Tokens.of(kept)


def _parted(text: str) -> tuple[str, Secret]:
    """Return whose login it is, and the login: no frame that raises holds it as plain text."""
    whose, _, kept = text.partition("\n")
    return whose, Secret(kept)
