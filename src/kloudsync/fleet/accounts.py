"""Accounts of a fleet, and what it needs of a client of one."""

from __future__ import annotations

from collections.abc import Callable
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
    """How a fleet reaches an account: what `connect` returns for a client of another kind.

    Clients of Google and Microsoft are taken as they are. For others, such as Kloudless, whose
    client serves many accounts:

    ```python
    def connect(account):
        return Line(calendar=lambda name: kloudless.calendar(name, account=account.name))
    ```

    Attributes:
        calendar: Returns the source of a calendar.
        calendars: The account's list of calendars, as a `CollectionEngine` follows it, or None:
            then calendars have to be named when the account is enrolled.
        push: The account as a `Watcher` keeps its channels, or None where there are none.
        close: Closes what was opened for this account alone, or None.
    """

    calendar: Callable[[str], Any]
    calendars: Any = None
    push: Any = None
    close: Callable[[], Any] | None = field(default=None, repr=False)


def line_to(client: Any) -> Line:
    """Return how a client is reached; a line as it is.

    Raises:
        UsageError: It is no client that a fleet knows how to use.
    """
    if isinstance(client, Line):
        return client
    collections, push = getattr(client, "collections", None), getattr(client, "push", None)
    if not callable(getattr(client, "calendar", None)) or collections is None:
        raise UsageError(
            "connect has to return a client such as Google(…), or Line(calendar=…), "
            f"not {type(client).__name__}"
        )
    close = getattr(client, "close", None) or getattr(client, "aclose", None)
    return Line(calendar=client.calendar, calendars=collections.calendars(), push=push, close=close)
