"""Where users grant access to their accounts, and what a client authorises its calls with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode

from kloudsync.errors import SignatureMismatch, UsageError
from kloudsync.http.addresses import expect_address
from kloudsync.http.auth import Auth, TokenSource, as_auth

if TYPE_CHECKING:
    from kloudsync.providers.kloudless.wire.account import VerifiedToken

CLOUD: Final = "https://api.kloudless.com"
"""Where the public cloud was; appliances have addresses of their own."""

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect address of programs that no browser can come back to."""

Token = str | list[str] | tuple[str, ...] | TokenSource | Auth
"""A token, several tokens for calls over several accounts, a function, or a scheme."""


def choose_auth(token: Token | None, api_key: str | None) -> Auth:
    """Return the scheme for a token of an account, or for an application's API key.

    Raises:
        UsageError: Neither or both are given.
    """
    if (token is None) == (api_key is None):
        raise UsageError(
            "pass either token= (of an account) or api_key= (of the application), "
            "or set KLOUDSYNC_KLOUDLESS_TOKEN or KLOUDSYNC_KLOUDLESS_API_KEY"
        )
    if api_key is not None:
        return as_auth(api_key, "APIKey")
    assert token is not None, "checked above"  # noqa: S101 - a local invariant
    if isinstance(token, (list, tuple)):
        several = cast("Sequence[str]", token)
        if not all(isinstance(one, str) for one in cast("Sequence[object]", token)):
            raise UsageError("each token of several has to be text")
        return as_auth(",".join(several))
    return as_auth(token)


def authorize_url(
    *,
    client_id: str,
    redirect_uri: str,
    scope: str,
    state: str,
    response_type: str = "code",
    base_url: str = CLOUD,
    extra_data: Mapping[str, Any] | None = None,
    insecure: bool = False,
) -> str:
    """Return the address that the user's browser has to visit to connect an account.

    Args:
        client_id: The application's id.
        redirect_uri: Where the browser comes back to with `code` and `state`, or with `error`.
        scope: What is asked for, such as `google_calendar` or `calendar`; separated by spaces.
        state: A value that nobody can guess, kept with the user's session; compare it when the
            browser comes back.
        response_type: `code`, or `token` for programs without a server.
        base_url: The address of the service.
        extra_data: What the service's pages may fill in, such as a domain.
        insecure: Whether the address may be http beyond this machine.

    Raises:
        UsageError: The state is empty, or the address is none to send people to.
    """
    if not state:
        raise UsageError("state is empty; pass a random value and compare it on the way back")
    query = {
        "client_id": client_id,
        "response_type": response_type,
        "redirect_uri": redirect_uri,
        "scope": scope,
        "state": state,
    }
    if extra_data:
        query["extra_data"] = json.dumps(dict(extra_data), separators=(",", ":"))
    root = expect_address(base_url, "base_url", insecure=insecure, such_as=CLOUD)
    return f"{service_url(root, 1)}/oauth?{urlencode(query)}"


def expect_application(verified: VerifiedToken, client_id: str) -> None:
    """Refuse a token that was issued to another application.

    Raises:
        SignatureMismatch: It was.
    """
    if not compare_digest(verified.client_id.encode(), client_id.encode()):
        raise SignatureMismatch("the token is valid, but was issued to another application")


def service_url(base_url: str, version: int) -> str:
    """Return the address of a version of the API; `base_url` may already name a version.

    Raises:
        UsageError: The version is not known.
    """
    if version not in (1, 2):
        raise UsageError(f"Kloudless has versions 1 and 2, not {version!r}")
    root = base_url.rstrip("/")
    for known in ("/v1", "/v2"):
        root = root.removesuffix(known)
    return f"{root}/v{version}"
