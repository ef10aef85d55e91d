"""Where an account's resources lie below the service's address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from kloudsync.errors import UsageError
from kloudsync.http.message import path

AccountRef: TypeAlias = str | int | Sequence[str | int]
"""An account's id, `me` for the token's own, or several accounts of several tokens."""

ME: Final = "me"
"""The account whose token it is."""


def account_path(account: AccountRef, *segments: str) -> str:
    """Return the path of a resource below one account or several.

    Paths end with a slash: without it the service answers with a redirect, which would
    turn a POST into a GET.

    Raises:
        UsageError: No account is named.
    """
    named = [account] if isinstance(account, (str, int)) else account
    joined = ",".join(path(part) for one in named for part in str(one).split(","))
    if not joined:
        raise UsageError("no account is named; pass an account's id, or 'me'")
    return "/".join(("accounts", joined, *map(path, segments))) + "/"
