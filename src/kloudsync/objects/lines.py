"""How a fleet reaches an account through a client of a registered provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kloudsync.errors import UsageError
from kloudsync.fleet.accounts import Account, Line
from kloudsync.objects.registry import provider_named
from kloudsync.runtime.colour import Blocks, Colour
from kloudsync.runtime.provider import Provider


def line_to(client: Any, account: Account, colour: type[Colour]) -> Line:
    """Return how an account is reached; a line as it is.

    Args:
        client: What `connect` returned.
        account: The account.
        colour: The colour of the fleet.

    Raises:
        UsageError: It is no client, or nobody registered the account's provider.
    """
    if isinstance(client, Line):
        return client
    if not callable(getattr(client, "calendar", None)):
        raise UsageError(
            "connect has to return a client such as Google(…), or Line(calendar=…), "
            f"not {type(client).__name__}"
        )
    provider = provider_named(account.provider)
    open_calendar = provider.offer(provider.calendar, "calendars that can be synced")
    collections = getattr(client, "collections", None)
    return Line(
        calendar=lambda name: open_calendar(client, name, account.name),
        calendars=None if collections is None else collections.calendars(),
        names=_names(provider, client, account, colour),
        push=None if provider.push is None else provider.push.load()(client),
        close=getattr(client, "close", None) or getattr(client, "aclose", None),
    )


def _names(
    provider: Provider, client: Any, account: Account, colour: type[Colour]
) -> Callable[[], Iterable[str]] | None:
    # Lists are described for blocking clients; an awaiting fleet follows lists or is told names.
    if provider.calendars is None or colour is not Blocks:
        return None
    listed = provider.calendars.load()
    return lambda: [calendar.id for calendar in listed(client, account.name)]
