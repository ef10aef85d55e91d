"""Accounts of a fleet, and what it needs of a client of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import field, frozen

from kloudsync.errors import UsageError


@frozen(order=True)
class Account:
    """Whose calendars are followed.

    Attributes:
        provider: The service, such as `google`.
        name: The program's own name for the account; any stable text, such as a key of its table.

    Raises:
        UsageError: One of them is empty.
    """

    provider: str
    name: str

    def __attrs_post_init__(self) -> None:
        """Refuse an account without a name."""
        if not self.provider or not self.name:
            raise UsageError(f"{self!r} lacks a provider or a name")

    def __str__(self) -> str:
        """Return it on one line, for messages of the program's own."""
        return f"{self.provider}:{self.name}"


@frozen(kw_only=True)
class Line:
    """How a fleet reaches an account.

    Clients of registered providers are taken as they are; `connect` returns a line of its own
    where a program wants something else, such as windows, or has a source that is no client's:

    ```python
    def connect(account):
        return Line(calendar=lambda name: google_of(account).window(name))
    ```

    Attributes:
        calendar: Returns the source of a calendar.
        calendars: The account's list of calendars, as a `CollectionEngine` follows it, or None.
        names: Returns the ids of the account's calendars, where there is no list to follow, or
            None: then calendars have to be named when the account is enrolled.
        push: The account as a `Watcher` keeps its channels, or None where there are none.
        close: Closes what was opened for this account alone, or None.
    """

    calendar: Callable[[str], Any]
    calendars: Any = None
    names: Callable[[], Iterable[str]] | None = None
    push: Any = None
    close: Callable[[], Any] | None = field(default=None, repr=False)


def account_of(account: Account | str, name: str | None) -> Account:
    """Return an account, which may be told by its provider and its name.

    Raises:
        UsageError: The name is missing.
    """
    if isinstance(account, Account):
        return account
    if name is None:
        raise UsageError(f"give the account's name beside its provider {account!r}")
    return Account(account, name)
