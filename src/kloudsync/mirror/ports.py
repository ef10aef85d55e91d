"""What a mirror asks of copies, stores and sinks, and of the outside world."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from kloudsync.http.operation import Operation
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.skipping import Skipped
from kloudsync.model.state import Lease
from kloudsync.model.writes import Item, LedgerEntry, Outcome, Write
from kloudsync.runtime.leasing import LeaseStore
from kloudsync.runtime.step import Step

P = ParamSpec("P")
T = TypeVar("T")
Caller_co = TypeVar("Caller_co", covariant=True)


class Ledger(Protocol):
    """Where a mirror keeps what it wrote. Every method is one transaction."""

    @abstractmethod
    def ledger(self, mirror: str) -> dict[str, LedgerEntry]:
        """Return every entry of a mirror by key; empty for one never used."""
        ...

    @abstractmethod
    def mirrors(self) -> list[str]:
        """Return the names of all mirrors that have entries, in order."""
        ...

    @abstractmethod
    def enter(self, mirror: str, lease: Lease, entries: Iterable[LedgerEntry]) -> None:
        """Put entries in the place of those with the same key.

        Raises:
            LeaseLost: Another worker took over.
        """
        ...

    @abstractmethod
    def strike(self, mirror: str, lease: Lease, keys: Iterable[str]) -> None:
        """Remove entries; absent keys do no harm.

        Raises:
            LeaseLost: Another worker took over.
        """
        ...


Progress = Callable[[int, int], None]
"""Hears how many writes of how many are done."""


def silence(done: int, total: int) -> None:
    """Take note of nothing."""


class MirrorStore(Ledger, LeaseStore, Protocol):
    """The roles of a store that a mirror uses."""

    @abstractmethod
    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of which a pass was committed."""
        ...


class MirrorPorts(Protocol):
    """What a mirror needs of the outside world, in either colour."""

    async def send(self, described: Operation[T] | Step[T]) -> T:
        """Perform an operation of the sink."""
        ...

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


class Calendar(Protocol):
    """The copy that is mirrored."""

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        ...

    def occurrences(
        self, start: datetime, end: datetime, *, skipped: Skipped
    ) -> Sequence[Occurrence]:
        """Return everything that takes place within a window, but for series that it tells of.

        Raises:
            UsageError: The calendar was never synced; for an empty one everything is cancelled.
        """
        ...

    def newest(self, consumer: str) -> int | None:
        """Return the position of the newest change that a consumer has not acknowledged."""
        ...

    def acknowledge(self, consumer: str, change: int) -> None:
        """Move a consumer's position."""
        ...

    def dismiss(self, consumer: str) -> None:
        """Forget a consumer."""
        ...


class SinkPorts(Protocol):
    """What a sink needs of the outside world while it delivers, in either colour."""

    async def send(self, described: Operation[T] | Step[T]) -> T:
        """Perform an operation or a step."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def now(self) -> float:
        """Return seconds since 1970."""
        ...


Delivered = Callable[[Sequence[Outcome]], Awaitable[None]]
"""Hears of writes as soon as their fate is known, and notes it in the ledger."""


class Sink(Protocol):
    """A calendar elsewhere that takes one record per occurrence.

    Sinks need not inherit from it. One that does and lacks a member is a `TypeError` when it is made.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """Names the target in ledgers and leases; different for every target calendar."""
        ...

    @abstractmethod
    def item(self, occurrence: Occurrence, *, apart: bool = False) -> Item | None:
        """Return an occurrence as the sink wants it, or None if it is not to be mirrored.

        Args:
            occurrence: What takes place.
            apart: Whether another occurrence got the key that this one would have.
        """
        ...

    @abstractmethod
    async def deliver(
        self, writes: Sequence[Write], ports: SinkPorts, delivered: Delivered
    ) -> None:
        """Send writes, and tell of each as soon as its fate is known.

        A write that the sink refuses is an outcome with its error, and the others go on;
        an error that concerns all of them is raised.
        """
        ...

    @abstractmethod
    async def present(self, start: int, end: int, ports: SinkPorts) -> list[LedgerEntry]:
        """Return the records that the sink shows in a window, in seconds since 1970.

        Cancelled ones are marked as such, or left out by sinks that do not show them. `digest`
        is None: what is compared are keys, times and stamps.
        """
        ...


class BoundSink(Sink, Protocol[Caller_co]):
    """A sink together with the caller that reaches it, which decides the mirror's colour."""

    @property
    @abstractmethod
    def caller(self) -> Caller_co:
        """Performs the operations."""
        ...
