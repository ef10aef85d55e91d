"""Asking a person for access from the terminal: the flow of installed applications (RFC 8252)."""

from __future__ import annotations

import os
import webbrowser
from secrets import token_bytes

from kloudsync.cli.redirect import PATIENCE, await_redirect
from kloudsync.cli.terminal import Terminal
from kloudsync.errors import PermissionDenied
from kloudsync.http.consent import ENTROPY, Consent, Redirect
from kloudsync.http.oauth import RefreshedToken
from kloudsync.http.token_endpoint import OPERATION, TokenEndpoint, Tokens
from kloudsync.providers.google.auth import (
    AUTHORIZATION_URL,
    TOKEN_URL,
    ask_google,
    google_endpoint,
)
from kloudsync.providers.google.client import Google
from kloudsync.providers.google.scopes import SYNC

SECRET_VARIABLE = "KLOUDSYNC_GOOGLE_CLIENT_SECRET"  # noqa: S105 - the variable's name
AUTHORIZATION_URL_VARIABLE = "KLOUDSYNC_GOOGLE_AUTHORIZATION_URL"
TOKEN_URL_VARIABLE = "KLOUDSYNC_GOOGLE_TOKEN_URL"  # noqa: S105 - the variable's name


def endpoint_of(client_id: str) -> TokenEndpoint:
    """Return Google's token endpoint, with the client's secret from the environment."""
    secret = os.environ.get(SECRET_VARIABLE) or None
    url = os.environ.get(TOKEN_URL_VARIABLE) or TOKEN_URL
    return google_endpoint(client_id, secret, url=url)


def log_in(
    console: Terminal, endpoint: TokenEndpoint, *, browser: bool = True, patience: float = PATIENCE
) -> Tokens:
    """Ask the person at the terminal for access to their calendars.

    Args:
        console: Where to say what to do.
        endpoint: Where the answer is exchanged for tokens.
        browser: Whether to open the browser, or only say what to open.
        patience: How many seconds the person has.

    Raises:
        TimedOut: The person did not answer.
        PermissionDenied: The person said no, or not to everything.
        UsageError: The answer belongs to another question.
        ConsentRequired: The service does not take its own code.
    """
    with await_redirect() as landing:
        question = ask_google(
            endpoint.client_id,
            redirect_uri=landing.address,
            entropy=token_bytes(ENTROPY),
            url=os.environ.get(AUTHORIZATION_URL_VARIABLE) or AUTHORIZATION_URL,
        )
        landing.expect(question.state)
        _ask(console, question.url, browser=browser)
        redirect = question.answer(landing.wait(patience))
    tokens = _exchanged(endpoint, question, redirect)
    _expect_whole(endpoint, tokens)
    return tokens


def _ask(console: Terminal, url: str, *, browser: bool) -> None:
    if browser and webbrowser.open(url):
        console.print("Your browser asks you for access; say yes there.")
        return
    # Not folded: an address with line breaks cannot be clicked.
    for line in ("Open this address in a browser on this machine, and say yes there:", url):
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def _exchanged(endpoint: TokenEndpoint, question: Consent, redirect: Redirect) -> Tokens:
    with Google("unused") as google:
        flow = endpoint.exchange(
            redirect.code,
            redirect_uri=question.redirect_uri,
            verifier=question.verifier,
            now=google.caller.ports.now(),
        )
        return google.caller.follow(flow)


def _expect_whole(endpoint: TokenEndpoint, tokens: Tokens) -> None:
    """Refuse a grant that syncing cannot live on."""
    lacking = endpoint.lacking(tokens, SYNC)
    if lacking:
        raise PermissionDenied(
            f"access was granted without {' '.join(sorted(lacking))}; "
            "log in again, and tick every box",
            status=200,
            provider=endpoint.provider,
            operation=OPERATION,
            reason="insufficient_scope",
        )
    RefreshedToken(endpoint, tokens)  # refuses a grant that cannot be renewed
