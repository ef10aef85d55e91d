"""The calendars of an account."""

from __future__ import annotations

from rich.text import Text

from kloudsync.cli.options import AccountOption, JsonOption, ListedArgument, TokensOption
from kloudsync.cli.output import show_each
from kloudsync.cli.sign_in import way_in
from kloudsync.cli.terminal import console
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
        show_each(console, listed(client, name), _shown, json=json)


def _shown(one: Calendar) -> Text:
    line = Text.assemble((one.id, "bold"), f"  {one.title or '(no title)'}")
    for told in ("primary" if one.primary else None, one.zone, one.access):
        if told:
            line.append(f"  {told}", "dim")
    return line
