"""What the page can break: its switches, each of which is turned back as easily."""

from __future__ import annotations

from enum import StrEnum

from kloudsync.errors import UsageError
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle


class Switch(StrEnum):
    """A fault that lasts until it is turned off."""

    TOKEN = "token"  # noqa: S105 - the name of a switch
    """The service refuses the access token, with 401."""
    RATE = "rate"
    """The service answers with 429, and asks for a second's patience."""
    PUSH = "push"
    """Notifications get lost on their way."""


def switch_named(name: str) -> Switch:
    """Return a switch.

    Raises:
        UsageError: There is none of that name.
    """
    try:
        return Switch(name)
    except ValueError as error:
        known = ", ".join(Switch)
        raise UsageError(f"no fault is called {name!r}; there are {known}") from error


class Switchboard:
    """Turns faults of a fake on and off.

    Args:
        fake: The service.
        token: The access token that it can be made to refuse.
        account: Whom the token acts for.
    """

    def __init__(self, fake: FakeGoogle, token: str, account: str) -> None:
        self._fake = fake
        self._token = token
        self._account = account
        self._on: set[Switch] = set()

    def __contains__(self, switch: Switch) -> bool:
        """Tell whether a fault is on."""
        return switch in self._on

    def turn(self, switch: Switch, *, on: bool) -> None:
        """Turn a fault on or off."""
        (self._on.add if on else self._on.discard)(switch)
        if switch is Switch.TOKEN and on:
            self._fake.accounts.revoke(self._token)
        elif switch is Switch.TOKEN:
            self._fake.accounts.grant(self._token, self._account)
        elif switch is Switch.RATE:
            fault = Fault(FaultKind.RETRY_AFTER_SECONDS, times=None, seconds=1.0)
            self._fake.faults = Faults([fault] if on else [])
