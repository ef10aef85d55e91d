"""Where a fleet's notifications arrive: at one address, or at one for each provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import field, frozen

from kloudsync.errors import UsageError
from kloudsync.http.addresses import expect_address

_WHAT = "the address for notifications"


@frozen
class Addresses:
    """What each provider is told to write to.

    Each has a handshake and messages of its own, which one page cannot tell apart before it knows
    whose they are.

    Attributes:
        named: By the provider's name.
        other: That of every other provider; None where those are polled.
    """

    named: Mapping[str, str] = field(factory=dict[str, str])
    other: str | None = None

    @classmethod
    def of(cls, given: str | Mapping[str, str] | None) -> Self:
        """Read what a program gives.

        Args:
            given: One address for all accounts; or addresses by provider; None for none at all.

        Raises:
            UsageError: One is no https address, or nothing is named.
        """
        if given is None or isinstance(given, str):
            return cls(other=given and expect_address(given, _WHAT, query=True))
        by_provider: Any = given  # whatever a program without a type checker hands in
        if not isinstance(by_provider, Mapping) or not by_provider:
            raise UsageError(f"{_WHAT} is a text, or texts by provider, not {given!r}")
        for provider, address in given.items():
            expect_address(address, f"{_WHAT} of {provider}", query=True)
        return cls(dict(given))

    def at(self, provider: str) -> str | None:
        """Return where a provider's notifications arrive, or None where it is polled."""
        return self.named.get(provider, self.other)
