"""What the engine and its readers ask of a store: small protocols by role, and all of them in one.

The docstrings are contracts; `kloudsync.testing.stores` holds the suites that
check a store against them. Store methods block; the Async engine calls them in
a worker thread.

Every write names the lease that allows it, and a store refuses a lease whose
fence was overtaken with `LeaseLost`. What moves a pass on names the state that it
goes on from besides, and another one is refused alike: a lease saves requests, and
what is right never hangs on it, nor on a clock. Every method is one transaction, and
`Store.unit` makes one of several: a crash inside leaves the store as it was before.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, RecurrenceId
from kloudsync.model.state import Quarantined, SeriesLink
from kloudsync.runtime.leasing import LeaseStore
from kloudsync.sync.change_feed import ChangeFeed
from kloudsync.sync.pass_store import PassStore

T = TypeVar("T")


class EventReader(Protocol):
    """What readers of a store may ask; they see only committed passes."""

    @abstractmethod
    def events(self, key: CalendarKey) -> Iterator[EventRecord]:
        """Yield every visible record of a calendar as of one commit, by id, cancelled occurrences included."""
        ...

    @abstractmethod
    def window(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return single events, series and exceptions that may touch a window.

        Answered from indexed bounds: those with `start < end` of the window and
        `last_end > start` of it; events without length count when they start inside. Without
        `last_end` a series is endless, and anything else has no length. In seconds since 1970,
        the end exclusive; in no particular order.
        """
        ...

    @abstractmethod
    def moved(self, key: CalendarKey, start: int, end: int) -> list[RecurrenceId]:
        """Return which exceptions and cancelled occurrences have their `original` in [start, end)."""
        ...

    @abstractmethod
    def beginning(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return the series whose first start is in [start, end), in no particular order."""
        ...

    @abstractmethod
    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links between segments of split series, earliest slot first."""
        ...

    @abstractmethod
    def quarantined(self, key: CalendarKey) -> list[Quarantined]:
        """Return what could not be understood."""
        ...

    @abstractmethod
    def pending(self, key: CalendarKey) -> list[str]:
        """Return the visible ids whose deletion is pending, in order, but for what a pass met."""
        ...

    @abstractmethod
    def refused(self, key: CalendarKey) -> list[str]:
        """Return the visible ids whose deletion was refused, in order, but for what a pass met."""
        ...

    @abstractmethod
    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of which a pass was committed, in a stable order."""
        ...

    @abstractmethod
    def calendars_of(self, provider: str, account: str) -> list[CalendarKey]:
        """Return those of one account, at a cost that goes by their number alone."""
        ...


class Unit(PassStore, LeaseStore, EventReader, ChangeFeed, Protocol):
    """A store as one transaction sees it, with all its roles."""


class Store(Unit, Protocol):
    """Everything that the engine and its readers need, in one object.

    Stores need not inherit from it. One that does and lacks a method is a `TypeError` that names
    the method when it is made, as with each of the roles.
    """

    @abstractmethod
    def unit(self, work: Callable[[Unit], T], *, durable: bool = False) -> T:
        """Run a function within one transaction, and return what it returns.

        Args:
            work: Is given the open transaction as a store of its own, which sees what it wrote
                and is good until the function returns. It waits for nothing but the database;
                what it raises comes through, and nothing that it wrote is kept.
            durable: Whether what was written has to survive a power failure, with all that was
                committed before.

        Raises:
            StoreError: This thread is writing to the store already. What is begun within a
                write is refused before it begins, and the outer write goes on.
        """
        ...

    @abstractmethod
    def close(self) -> None:
        """Release files and connections."""
        ...
