"""Being let in at Google: by a token from the environment, or by what a person granted."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from urllib.parse import quote

import typer

from kloudsync.cli.token_file import TokenFile
from kloudsync.cli.token_lock import TokenLock
from kloudsync.cli.token_seal import Seal
from kloudsync.errors import UsageError
from kloudsync.http.oauth import RefreshedToken, RenewalLease
from kloudsync.providers.google.scopes import SYNC
from kloudsync.providers.google.service import VENDOR


def kept_at(account: str) -> Path:
    """Return where the login of a Google account is kept unless said otherwise."""
    return Path(typer.get_app_dir("kloudsync")) / f"google-{quote(account, safe='')}.json"


def google_auth(account: str, tokens: Path | None) -> str | RefreshedToken:
    """Return the way in to a Google account.

    A file that is named comes first, then the environment, then the account's own file.

    Args:
        account: Your name for the account.
        tokens: The file of `kloudsync login`, or None.

    Raises:
        UsageError: There is no way in.
    """
    given = os.environ.get(VENDOR.token_variable)
    if given and tokens is None:
        return given
    return _kept(TokenFile(tokens or kept_at(account), Seal.of_environment()))


def _kept(file: TokenFile) -> RefreshedToken:
    grant = file.read()
    if grant is None:
        raise UsageError(
            f"there is no token: set {VENDOR.token_variable} in the environment, "
            f"or run `kloudsync login google`, which keeps one in {file.path}"
        )
    return RefreshedToken(
        grant.endpoint,
        grant.tokens,
        load=file.tokens,
        keep=partial(file.keep, grant),
        lease=RenewalLease(TokenLock(file.path), file.path.name),
        scopes=SYNC,
    )
