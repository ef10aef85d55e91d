"""Being let in: by a token from the environment, or by what a person granted."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

import typer

from kloudsync.cli.token_file import TokenFile
from kloudsync.cli.token_lock import TokenLock
from kloudsync.errors import UsageError
from kloudsync.http.oauth import RefreshedToken, RenewalLease
from kloudsync.objects.token_seal import Seal
from kloudsync.runtime.provider import Provider, SignIn

KEY_VARIABLE: Final = "KLOUDSYNC_TOKEN_KEY"
"""Keys as `Fernet.generate_key` makes them, the newest first, with commas between."""


def seal_of_environment() -> Seal:
    """Return what closes logins, with the keys of the environment; they stay in clear without."""
    keys = os.environ.get(KEY_VARIABLE, "").split(",")
    return Seal(tuple(key.strip() for key in keys if key.strip()), KEY_VARIABLE)


def variable(provider: Provider, what: str) -> str:
    """Return the name of the environment variable that tells something of a provider."""
    return f"KLOUDSYNC_{provider.name.upper()}_{what}"


def kept_at(provider: Provider, account: str) -> Path:
    """Return where the login of an account is kept unless said otherwise."""
    return Path(typer.get_app_dir("kloudsync")) / f"{provider.name}-{quote(account, safe='')}.json"


def way_in(provider: Provider, account: str, tokens: Path | None) -> str | RefreshedToken | None:
    """Return the way in to an account; None where its client finds one in the environment.

    A file that is named comes first, then the environment, then the account's own file.

    Args:
        provider: Where the account is.
        account: Your name for the account.
        tokens: The file of `kloudsync login`, or None.

    Raises:
        UsageError: There is no way in.
    """
    if provider.sign_in is None:
        if tokens is not None:
            raise UsageError(
                f"--tokens is for what `kloudsync login` keeps; {provider.title}'s token is in "
                "the environment"
            )
        return None
    given = os.environ.get(variable(provider, "TOKEN"))
    if given and tokens is None:
        return given
    if tokens is not None and not tokens.exists():
        raise UsageError(
            f"there is no file at {tokens}; run `kloudsync login {provider.name} --tokens {tokens}`"
        )
    sign_in = provider.sign_in.load()
    file = TokenFile(tokens or kept_at(provider, account), seal_of_environment())
    return _kept(provider, sign_in, file)


def _kept(provider: Provider, sign_in: SignIn, file: TokenFile) -> RefreshedToken:
    grant = file.read()
    if grant is None:
        raise UsageError(
            f"there is no token: set {variable(provider, 'TOKEN')} in the environment, "
            f"or run `kloudsync login {provider.name}`, which keeps one in {file.path}"
        )
    return RefreshedToken(
        grant.endpoint,
        grant.tokens,
        load=file.tokens,
        keep=partial(file.keep, grant),
        lease=RenewalLease(TokenLock(file.path), file.path.name),
        scopes=sign_in.scopes,
    )
