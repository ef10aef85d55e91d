"""How long to leave alone what a service refused: longer each time, and as long as it asks for."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from attrs import Factory, define

from kloudsync.errors import APIError
from kloudsync.push.policy import WatchPolicy
from kloudsync.runtime.rests import HOPELESS, rest_after

ACCOUNT: Final = "account"
"""What rests where the account's credentials are at fault."""


@define
class Rests:
    """What a watcher leaves alone, and until when.

    How often something failed is remembered while the program runs; until when a topic rests is
    in the store as well, so that a program that is started anew does not begin to hammer.

    Attributes:
        policy: The first rest and the longest.
    """

    policy: WatchPolicy
    _failed: dict[Hashable, int] = Factory(dict[Hashable, int])
    _until: dict[Hashable, float] = Factory(dict[Hashable, float])

    def begin(self, what: Hashable, error: Exception, now: float) -> float:
        """Note a failure, and return until when to leave it alone, in seconds since 1970."""
        times = self._failed[what] = self._failed.get(what, 0) + 1
        until = now + self._length(times, error)
        self._until[what] = until
        return until

    def end(self, what: Hashable) -> None:
        """Note a success."""
        self._failed.pop(what, None)
        self._until.pop(what, None)

    def until(self, what: Hashable, now: float) -> float | None:
        """Return until when something rests, or None if it does not."""
        until = self._until.get(what, 0.0)
        return until if until > now else None

    def _length(self, times: int, error: Exception) -> float:
        asked = error.retry_after if isinstance(error, APIError) else None
        rest = rest_after(times, first=self.policy.rest, longest=self.policy.longest_rest)
        return max(rest, asked or 0.0)


def is_hopeless(error: Exception, provider: str) -> bool:
    """Tell whether every further call of an account at a provider would fail likewise."""
    return isinstance(error, HOPELESS) and error.provider == provider
