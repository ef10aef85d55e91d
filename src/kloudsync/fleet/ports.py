"""What a fleet asks of stores, of accounts and of the outside world."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kloudsync.fleet.verdicts import Result
from kloudsync.model.due import Claim
from kloudsync.runtime.due import DueStore
from kloudsync.runtime.request_counts import RequestStore


class WorkStore(DueStore, RequestStore, Protocol):
    """The roles of a store that working takes."""


class Jobs(Protocol):
    """Does what is due: syncs, keeps channels, reads lists, tells elsewhere."""

    async def do(self, claim: Claim) -> Result:
        """Work at a topic.

        Whatever it raises is judged; the topic rests, and the others go on.
        """
        ...


class Times(Protocol):
    """Clock and chance."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary origin that never run backwards."""
        ...

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        ...
