"""Asking a person for access from the terminal: the flow of installed applications (RFC 8252)."""

from __future__ import annotations

import os
import webbrowser
from secrets import token_bytes
from typing import Annotated

import typer

from kloudsync.cli.options import AccountOption, JsonOption, SignInArgument, TokensOption
from kloudsync.cli.output import print_json
from kloudsync.cli.redirect import PATIENCE, await_redirect
from kloudsync.cli.sign_in import kept_at, seal_of_environment, variable
from kloudsync.cli.terminal import Terminal, beside, console
from kloudsync.cli.token_file import Grant, TokenFile
from kloudsync.errors import PermissionDenied, UsageError
from kloudsync.http.auth import Flow
from kloudsync.http.caller import Blocking
from kloudsync.http.consent import ENTROPY, Consent, Redirect
from kloudsync.http.device_consent import DeviceCode
from kloudsync.http.oauth import RefreshedToken
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.http.token_refusals import OPERATION
from kloudsync.objects.registry import provider_named
from kloudsync.runtime.provider import Provider, SignIn


def login(
    provider: SignInArgument = "google",
    *,
    client_id: Annotated[
        str | None,
        typer.Option(
            help="The OAuth client for desktop programs that you registered with the provider; "
            "else KLOUDSYNC_GOOGLE_CLIENT_ID, by the provider's name.",
            metavar="ID",
        ),
    ] = None,
    account: AccountOption = None,
    tokens: TokensOption = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open it, or print the address.")
    ] = True,
    device: Annotated[
        bool,
        typer.Option("--device", help="Show a code to type in on any device (Microsoft)."),
    ] = False,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Ask for access to change events too, as `mcp --write` needs."
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Let a person grant access to their calendars, to read them.

    The client's secret comes from KLOUDSYNC_GOOGLE_CLIENT_SECRET (by the provider's name), never
    from the command line.
    What is granted is kept in a file that only you can read, encrypted where KLOUDSYNC_TOKEN_KEY
    has a key, and renewed there by `sync`.
    """
    chosen = provider_named(provider)
    endpoint = endpoint_of(chosen, client_id)
    path = tokens or kept_at(chosen, account or chosen.account)
    file = TokenFile(path, seal_of_environment())
    file.prepare()
    asking = beside if json else console
    granted = log_in(asking, chosen, endpoint, browser=browser, device=device, write=write)
    file.write(Grant(endpoint, granted))
    if json:
        print_json(console, {"type": "login", "provider": chosen.name, "kept_in": str(file.path)})
    else:
        console.print(f"Access granted; kept in {file.path}", soft_wrap=True)


def sign_in_of(provider: Provider) -> SignIn:
    """Return how a person grants access at a provider.

    Raises:
        UsageError: Nobody can from the command line.
    """
    return provider.offer(provider.sign_in, "login from the command line")


def endpoint_of(provider: Provider, client_id: str | None = None) -> TokenEndpoint:
    """Return a provider's token endpoint, with what is not given from the environment.

    Raises:
        UsageError: There is no client's id.
    """
    known = client_id or os.environ.get(variable(provider, "CLIENT_ID"))
    if not known:
        raise UsageError(
            f"there is no client: give --client-id, or set {variable(provider, 'CLIENT_ID')}"
        )
    sign_in = sign_in_of(provider)
    secret = os.environ.get(variable(provider, "CLIENT_SECRET")) or None
    url = os.environ.get(variable(provider, "TOKEN_URL")) or sign_in.token_url
    made: TokenEndpoint = sign_in.endpoint(known, secret, url=url)
    return made


def log_in(
    console: Terminal,
    provider: Provider,
    endpoint: TokenEndpoint,
    *,
    browser: bool = True,
    device: bool = False,
    write: bool = False,
    patience: float = PATIENCE,
) -> Tokens:
    """Ask the person at the terminal for access to their calendars.

    Args:
        console: Where to say what to do.
        provider: Where the calendars are.
        endpoint: Where the answer is exchanged for tokens.
        browser: Whether to open the browser, or only say what to open.
        device: Whether to show a code instead, which the person types in on any device.
        write: Whether to ask for access to change events too.
        patience: How many seconds the person has; with a code, the service says so.

    Raises:
        TimedOut: The person did not answer.
        PermissionDenied: The person said no, or not to everything.
        UsageError: The answer belongs to another question, or the provider has no such codes, or
            nothing that could be changed.
        ConsentRequired: The service does not take its own code.
    """
    sign_in = sign_in_of(provider)
    if write and not sign_in.editing:
        raise UsageError(f"{provider.title} offers no edits; leave --write away")
    scopes = sign_in.editing if write else sign_in.scopes
    if device:
        tokens = _by_code(console, provider, endpoint, scopes)
    else:
        tokens = _by_browser(console, provider, endpoint, scopes, patience, browser=browser)
    _expect_whole(endpoint, tokens, scopes)
    return tokens


def _by_browser(
    console: Terminal,
    provider: Provider,
    endpoint: TokenEndpoint,
    scopes: frozenset[str],
    patience: float,
    *,
    browser: bool,
) -> Tokens:
    sign_in = sign_in_of(provider)
    asked_at = os.environ.get(variable(provider, "AUTHORIZATION_URL"))
    with await_redirect() as landing:
        question: Consent = sign_in.ask(
            endpoint.client_id,
            redirect_uri=landing.address,
            entropy=token_bytes(ENTROPY),
            scopes=scopes,
            url=asked_at or sign_in.authorization_url,
        )
        landing.expect(question.state)
        _ask(console, question.url, browser=browser)
        redirect = question.answer(landing.wait(patience))
    return _exchanged(provider, endpoint, question, redirect)


def _by_code(
    console: Terminal, provider: Provider, endpoint: TokenEndpoint, scopes: frozenset[str]
) -> Tokens:
    sign_in = sign_in_of(provider)
    if sign_in.on_device is None:
        raise UsageError(
            f"{provider.title} hands out no codes for other devices; leave --device away"
        )

    def show(code: DeviceCode) -> None:
        _say(console, "Open this address on any device:", code.url)
        _say(console, "and type this code there:", code.user_code)

    open_client = provider.offer(provider.client, "client")
    with open_client("unused", provider.account) as client:
        caller: Blocking = client.caller
        flow: Flow[Tokens] = sign_in.on_device(endpoint, show, caller.ports.now(), scopes=scopes)
        return caller.follow(flow)


def _ask(console: Terminal, url: str, *, browser: bool) -> None:
    if browser and webbrowser.open(url):
        console.print("Your browser asks you for access; say yes there.")
        return
    _say(console, "Open this address in a browser on this machine, and say yes there:", url)


def _say(console: Terminal, *lines: str) -> None:
    # Not folded: an address with line breaks cannot be clicked.
    for line in lines:
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def _exchanged(
    provider: Provider, endpoint: TokenEndpoint, question: Consent, redirect: Redirect
) -> Tokens:
    open_client = provider.offer(provider.client, "client")
    with open_client("unused", provider.account) as client:
        caller: Blocking = client.caller
        flow = endpoint.exchange(
            redirect.code,
            redirect_uri=question.redirect_uri,
            verifier=question.verifier,
            now=caller.ports.now(),
        )
        return caller.follow(flow)


def _expect_whole(endpoint: TokenEndpoint, tokens: Tokens, scopes: frozenset[str]) -> None:
    """Refuse a grant that syncing cannot live on."""
    lacking = endpoint.lacking(tokens, scopes)
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
