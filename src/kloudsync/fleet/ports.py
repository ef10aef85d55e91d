"""What a fleet asks of stores, of accounts and of the outside world."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from kloudsync.fleet.verdicts import Result
from kloudsync.model.due import Claim
from kloudsync.runtime.due import DueStore
from kloudsync.runtime.request_counts import RequestStore

T = TypeVar("T")


class WorkRoles(DueStore, RequestStore, Protocol):
    """The roles of a store that working takes, as one transaction sees them."""


class WorkStore(WorkRoles, Protocol):
    """A store that keeps what is due."""

    @abstractmethod
    def unit(self, work: Callable[[Any], T], *, durable: bool = False) -> T:
        """Run a function within one transaction, and return what it returns."""
        ...


class Jobs(Protocol):
    """Does what is due: syncs, keeps channels, reads lists, tells elsewhere."""

    @abstractmethod
    async def do(self, claim: Claim, spent: Counter[str]) -> Result:
        """Work at a topic.

        Whatever it raises is judged; the topic rests, and the others go on.

        Args:
            claim: The right to it.
            spent: Takes up how many requests were made, by cause, also where it raises.
        """
        ...


class Times(Protocol):
    """Clock and chance."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    @abstractmethod
    def monotonic(self) -> float:
        """Return seconds from an arbitrary origin that never run backwards."""
        ...

    @abstractmethod
    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        ...
