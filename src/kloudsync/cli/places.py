"""The calendar that a command line names, and the ways to it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from kloudsync.cli.sign_in import way_in
from kloudsync.errors import UsageError
from kloudsync.http.caller import Blocking
from kloudsync.model.calendar import CalendarKey
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.reading import copy_of
from kloudsync.objects.registry import provider_named
from kloudsync.runtime.provider import Provider
from kloudsync.stores import SQLiteStore
from kloudsync.sync.source import Source

_MOST: Final = 10
"""How many copies are named in an error."""


@frozen(kw_only=True)
class Place:
    """A calendar of an account at a provider.

    Attributes:
        name: The name of the provider where it lives.
        calendar: Its id, or `primary`.
        account: The account; the provider's usual one if None.
    """

    name: str
    calendar: str
    account: str | None = None

    @property
    def provider(self) -> Provider:
        """Where it lives."""
        return provider_named(self.name)

    @property
    def key(self) -> CalendarKey:
        """Which copy it has."""
        return CalendarKey(self.name, self.account or self.provider.account, self.calendar)

    @contextmanager
    def online(self, tokens: Path | None = None) -> Generator[Source[Blocking]]:
        """Open the calendar for syncing, with the credentials of the environment.

        Args:
            tokens: What `kloudsync login` kept; the account's own file if None.

        Raises:
            UsageError: There are no credentials, or they are another provider's.
        """
        provider, account = self.provider, self.key.account
        open_client = provider.offer(provider.client, "client")
        open_calendar = provider.offer(provider.calendar, "calendars to sync")
        with open_client(way_in(provider, account, tokens), account) as client:
            yield open_calendar(client, self.calendar, account)

    @contextmanager
    def copy_in(self, database: Path) -> Generator[tuple[CalendarCopy, SQLiteStore]]:
        """Open the copy of the calendar that a file holds, and the file.

        A file or calendar whose name is mistyped is not taken for an empty one: mirrors would
        cancel everything for it.

        Raises:
            UsageError: There is no such file, or it holds no copy of the calendar.
        """
        with store_in(database) as store:
            yield _held(store, self.key, database), store


@frozen(kw_only=True)
class Places:
    """Several copies in one file.

    Attributes:
        name: The name of the provider of those that are called by their ids.
        account: Their account; the provider's usual one if None.
        calendars: Ids, or whole names of copies.
        everything: Whether all copies of the file are meant.
    """

    name: str
    account: str | None = None
    calendars: Sequence[str] = ()
    everything: bool = False

    @contextmanager
    def copies_in(self, database: Path) -> Generator[tuple[list[CalendarCopy], SQLiteStore]]:
        """Open the copies, and the file.

        Raises:
            UsageError: There is no such file, or it lacks one of them, or holds none.
        """
        if self.everything and self.calendars:
            raise UsageError("--all means every copy; leave out --calendar")
        with store_in(database) as store:
            known = {str(key): key for key in store.calendars()}
            named = self.calendars or ("primary",)
            keys = [known.get(one) or self._place(one).key for one in named]
            if self.everything:
                keys = [known[one] for one in sorted(known)]
            if not keys:
                raise UsageError(f"{database} holds no copies; run `kloudsync sync` first")
            yield [_held(store, key, database) for key in keys], store

    def _place(self, calendar: str) -> Place:
        return Place(name=self.name, calendar=calendar, account=self.account)


def _held(store: SQLiteStore, key: CalendarKey, database: Path) -> CalendarCopy:
    copy = copy_of(store, key)
    if not copy.state().passes:
        others = (
            "Name one of them by --account and --calendar, or run" if store.calendars() else "Run"
        )
        raise UsageError(
            f"{database} holds no copy of {key.provider} calendar {key.calendar!r} of "
            f"account {key.account!r}; {held_in(store)}. {others} `kloudsync sync {key.provider}` "
            "first, with the same options"
        )
    return copy


def store_in(database: Path) -> SQLiteStore:
    """Open the store in a file that is there.

    Raises:
        UsageError: There is no such file: a mistyped name is not taken for an empty store.
    """
    if not database.exists():
        raise UsageError(
            f"there is no store at {database}; sync first, or say where it is with --db"
        )
    return SQLiteStore(database)


def held_in(store: SQLiteStore) -> str:
    """Say what a store holds, for whoever looks for something else."""
    keys = sorted(map(str, store.calendars()))
    more = f" and {len(keys) - _MOST:,} more" if len(keys) > _MOST else ""
    return f"it holds {', '.join(keys[:_MOST])}{more}" if keys else "it holds none at all"
