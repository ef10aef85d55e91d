"""A file of copies, served to an assistant."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from kloudsync.cli.options import DatabaseOption, TokensOption
from kloudsync.cli.places import store_in
from kloudsync.cli.sign_in import way_in
from kloudsync.errors import UsageError
from kloudsync.mcp import Confirm, server
from kloudsync.objects.registry import provider_named


def mcp(
    *,
    database: DatabaseOption = Path("calendars.db"),
    write: Annotated[
        list[str] | None,
        typer.Option(
            "--write",
            help="Whose calendars the assistant may propose to change: google, or google:work for "
            "the account of that name; may be repeated. None if not given.",
            metavar="PROVIDER[:ACCOUNT]",
        ),
    ] = None,
    confirm: Annotated[
        Confirm,
        typer.Option(
            "--confirm",
            help="Who asks the person before anything is written: this server, through the "
            "assistant's program, or that program itself before each call of `commit`.",
        ),
    ] = Confirm.PERSON,
    tokens: TokensOption = None,
) -> None:
    """Serve the copies of a file to an assistant, on standard input and output (MCP).

    Its tools read: agenda, free time, search, what changed. With --write it may also propose changes,
    which are made once you have confirmed them. Needs the extra `mcp`.
    """
    accounts = write or ()
    if tokens is not None and len(accounts) != 1:
        raise UsageError("--tokens is the login of one account; give --write once with it")
    with ExitStack() as opened:
        store = opened.enter_context(store_in(database))
        writers = [opened.enter_context(one) for one in _clients(accounts, tokens)]
        server(store, writers=writers, confirm=confirm).run()


def _clients(accounts: Iterable[str], tokens: Path | None) -> Iterable[Any]:
    for told in accounts:
        name, _, account = told.partition(":")
        provider = provider_named(name)
        provider.offer(provider.edits, "edits")
        open_client = provider.offer(provider.client, "client")
        known = account or provider.account
        yield open_client(way_in(provider, known, tokens), known)
