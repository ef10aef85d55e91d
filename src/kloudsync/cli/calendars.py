"""The calendars of an account."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from kloudsync.cli.options import AccountOption, JsonOption, ListedArgument, TokensOption
from kloudsync.cli.output import print_json, written_out
from kloudsync.cli.sign_in import way_in
from kloudsync.cli.terminal import Terminal, console
from kloudsync.model.calendar import Calendar
from kloudsync.objects.registry import provider_named


def calendars(
    provider: ListedArgument = "google",
    *,
    account: AccountOption = None,
    tokens: TokensOption = None,
    json: JsonOption = False,
) -> None:
    """List the calendars of an account: what `--calendar` may be.

    What a file holds is told by `kloudsync status`.
    """
    chosen = provider_named(provider)
    name = account or chosen.account
    open_client = chosen.offer(chosen.client, "client")
    listed = chosen.offer(chosen.calendars, "list of calendars")
    with open_client(way_in(chosen, name, tokens), name) as client:
        show_calendars(console, listed(client, name), json=json)


def show_calendars(console: Terminal, found: Iterable[Calendar], *, json: bool = False) -> None:
    """Print a line for each calendar.

    Raises:
        UsageError: The output cannot be written.
    """
    with written_out(console):
        for one in found:
            if json:
                print_json(console, one.to_dict())
            else:
                console.print(_shown(one), soft_wrap=True)


def _shown(one: Calendar) -> Text:
    line = Text.assemble((one.id, "bold"), f"  {one.title or '(no title)'}")
    for told in ("primary" if one.primary else None, one.zone, one.access):
        if told:
            line.append(f"  {told}", "dim")
    return line
