"""What keeps a file small, and lets those go who left: pruning and forgetting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from kloudsync.cli.ages import GoneOption, OlderOption, ago
from kloudsync.cli.options import AccountOption, CopyOption, DatabaseOption, JsonOption
from kloudsync.cli.output import print_json, written_out
from kloudsync.cli.places import Place, held_in, store_in
from kloudsync.cli.runs import plural
from kloudsync.cli.terminal import console
from kloudsync.errors import UsageError
from kloudsync.http.drives import Drive
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import LEASE_TTL, Consumer
from kloudsync.model.writes import tells_of
from kloudsync.objects.owner import owner_name
from kloudsync.runtime.clock import entropy
from kloudsync.runtime.drive import run
from kloudsync.runtime.local import Local
from kloudsync.stores import SQLiteStore
from kloudsync.sync.forgetting import Forgetting


def prune(
    *,
    database: DatabaseOption = Path("calendars.db"),
    older_than: OlderOption = "90d",
    gone_since: GoneOption = None,
    json: JsonOption = False,
) -> None:
    """Forget old entries of the change feed that everybody has read, of all calendars of a file.

    Events stay; so do entries that no consumer ever read, unless --gone-since says how old they get.
    """
    before = ago(older_than, "--older-than")
    since = None if gone_since is None else ago(gone_since, "--gone-since")
    with store_in(database) as store:
        known = store.consumers()
        forgotten = store.prune(before, gone_since=since)
        left = {_reader(one) for one in store.consumers()}
    gone = [one for one in known if _reader(one) not in left]
    if json:
        named = [{"consumer": one.name, "calendar": _named(one.key)} for one in gone]
        _print({"type": "pruned", "entries": forgotten, "dismissed": named})
        return
    console.print(f"{forgotten:,} {'entry' if forgotten == 1 else 'entries'} forgotten")
    for one in gone:
        console.print(Text(f"dismissed {one.name} of {one.key or 'all calendars'}", "yellow"))


def forget(
    *,
    calendar: Annotated[
        str | None,
        typer.Option("--calendar", help="The calendar's id, or `primary`.", metavar="ID"),
    ] = None,
    database: DatabaseOption = Path("calendars.db"),
    account: AccountOption = None,
    provider: CopyOption = "google",
    whole_account: Annotated[
        bool,
        typer.Option(
            "--whole-account", help="All calendars of the account, and all that is kept of it."
        ),
    ] = False,
    confirm: Annotated[
        bool,
        typer.Option(
            "--confirm",
            help="Do it, also where a mirror's records stay behind; else --whole-account only says "
            "what would go.",
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Remove a calendar's copy from the file as if it had never been synced, its feed included.

    Copies of parts of it, such as searches and windows, go with it. Nothing is written to the
    calendar itself. With --whole-account all copies of an account go, and its channels and tokens;
    without --confirm it says which, and exits with 1. What `push` wrote elsewhere stays there for
    good: where there is such, --confirm is asked for, and `withdraw` is what comes first.
    """
    if (calendar is None) is not whole_account:
        raise typer.BadParameter("give either --calendar ID or --whole-account")
    place = Place(name=provider, calendar=calendar or "", account=account)
    if calendar is not None:
        with place.copy_in(database) as (copy, store):
            left = _left_behind(store, [copy.key])
            if left and not confirm:
                raise UsageError(f"{left} To forget it all the same, add --confirm")
            _forget_calendar(store, copy.key)
        _tell([copy.key], f"{copy.key} forgotten", json=json)
        return
    with store_in(database) as store:
        _forget_account(store, place.key, confirmed=confirm, json=json)


def _forget_calendar(store: SQLiteStore, key: CalendarKey) -> None:
    forgetting = Forgetting(
        store=store,
        ports=Drive(Local()),
        owner=partial(owner_name, entropy),
        lease_ttl=LEASE_TTL,
    )
    run(forgetting.forget(key))


def _forget_account(store: SQLiteStore, key: CalendarKey, *, confirmed: bool, json: bool) -> None:
    provider, account = key.provider, key.account
    known = store.calendars_of(provider, account)
    if not (known or store.due(provider, account)):
        raise UsageError(f"nothing is held of account {account!r} at {provider}; {held_in(store)}")
    counted = f"{plural(len(known), 'calendar')} of {provider}:{account}"
    if not confirmed:
        listed = "".join(f"  {one}\n" for one in known)
        rest = "and all else that is kept of the account, would be forgotten; run it again with"
        left = _left_behind(store, known)
        words = f"{listed}{counted}, {rest} --confirm\n{left}"
        _tell(known, words, json=json, done=False)
        raise typer.Exit(1)
    store.forget_account(provider, account)
    _tell(known, f"{counted} forgotten", json=json)


def _left_behind(store: SQLiteStore, keys: Sequence[CalendarKey]) -> str:
    """Say what mirrors of calendars wrote that only they know; nothing where that is cancelled or over."""
    mirrors = [name for name in store.mirrors() if any(tells_of(name, key) for key in keys)]
    count = sum(not one.cancelled for name in mirrors for one in store.ledger(name).values())
    if not count:
        return ""
    return (
        f"{plural(count, 'record')} that `kloudsync push` wrote would stay where they are for good, since "
        "nothing else knows of them: run `kloudsync withdraw` first."
    )


def _tell(keys: Sequence[CalendarKey], words: str, *, json: bool, done: bool = True) -> None:
    if json:
        _print({"type": "forgotten", "done": done, "calendars": [_named(one) for one in keys]})
    else:
        for line in words.splitlines():
            console.print(line, soft_wrap=True)


def _print(told: Mapping[str, Any]) -> None:
    with written_out(console):
        print_json(console, told)


def _named(key: CalendarKey | None) -> dict[str, Any] | None:
    return None if key is None else key.to_dict()


def _reader(one: Consumer) -> tuple[str, CalendarKey | None]:
    return one.name, one.key
