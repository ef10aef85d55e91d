"""The calendar that a command line names, and the ways to it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from kloudsync.cli.options import Provider
from kloudsync.cli.sign_in import google_auth
from kloudsync.errors import UsageError
from kloudsync.http.caller import Blocking
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.providers.google.client import Google
from kloudsync.providers.kloudless.client import Kloudless
from kloudsync.stores import SQLiteStore
from kloudsync.sync.ports import Source

GOOGLE_ACCOUNT = "default"
KLOUDLESS_ACCOUNT = "me"


@frozen(kw_only=True)
class Place:
    """A calendar of an account at a provider.

    Attributes:
        provider: Where it lives.
        calendar: Its id, or `primary`.
        account: The account; the provider's usual one if None.
    """

    provider: Provider
    calendar: str
    account: str | None = None

    @contextmanager
    def online(self, tokens: Path | None = None) -> Generator[Source[Blocking]]:
        """Open the calendar for syncing, with the credentials of the environment.

        Args:
            tokens: What `kloudsync login` kept; the account's own file if None.

        Raises:
            UsageError: There are no credentials, or they are another provider's.
        """
        if self.provider is Provider.KLOUDLESS:
            if tokens is not None:
                raise UsageError("--tokens is Google's; Kloudless's token is in the environment")
            with Kloudless() as kloudless:
                yield self._at_kloudless(kloudless)
            return
        account = self.account or GOOGLE_ACCOUNT
        with Google(google_auth(account, tokens), account=account) as google:
            yield google.calendar(self.calendar)

    @contextmanager
    def copy_in(self, database: Path) -> Generator[tuple[CalendarCopy, SQLiteStore]]:
        """Open the copy of the calendar that a file holds, and the file.

        A file or calendar whose name is mistyped is not taken for an empty one: mirrors would
        cancel everything for it.

        Raises:
            UsageError: There is no such file, or it holds no copy of the calendar.
        """
        if not database.exists():
            raise UsageError(
                f"there is no store at {database}; sync first, or say where it is with --db"
            )
        with self._offline() as source, SQLiteStore(database) as store:
            copy = CalendarCopy(source, store)
            if not copy.state().passes:
                key = copy.key
                raise UsageError(
                    f"{database} holds no copy of {key.provider} calendar {key.calendar!r} of "
                    f"account {key.account!r}; run `kloudsync sync {key.provider}` first, with the "
                    "same options"
                )
            yield copy, store

    @contextmanager
    def _offline(self) -> Generator[Source[Blocking]]:
        """Open the calendar for reading its copy, which needs no credentials."""
        if self.provider is Provider.KLOUDLESS:
            with Kloudless("unused") as kloudless:
                yield self._at_kloudless(kloudless)
            return
        account = self.account or GOOGLE_ACCOUNT
        with Google("unused", account=account) as google:
            yield google.calendar(self.calendar)

    def _at_kloudless(self, kloudless: Kloudless) -> Source[Blocking]:
        return kloudless.calendar(self.calendar, account=self.account or KLOUDLESS_ACCOUNT)
