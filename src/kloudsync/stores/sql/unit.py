"""A unit of work: all roles of a store, over one open transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import TypeVar

from kloudsync.errors import StoreError
from kloudsync.stores.sql.budgets import Budgets
from kloudsync.stores.sql.channels import Channels
from kloudsync.stores.sql.commit import Commits
from kloudsync.stores.sql.due import DueTopics
from kloudsync.stores.sql.events import Events
from kloudsync.stores.sql.families import Families
from kloudsync.stores.sql.feed import Feed
from kloudsync.stores.sql.leases import Leases
from kloudsync.stores.sql.ledger import Ledgers
from kloudsync.stores.sql.passes import Passes
from kloudsync.stores.sql.requests import RequestCounts
from kloudsync.stores.sql.session import Role, Session
from kloudsync.stores.sql.staged import Staged
from kloudsync.stores.sql.tokens import Tokens
from kloudsync.stores.sql.unmet import Unmet

T = TypeVar("T")


class Roles(
    Passes,
    Staged,
    Unmet,
    Families,
    Commits,
    Leases,
    Events,
    Feed,
    Channels,
    Ledgers,
    Budgets,
    DueTopics,
    RequestCounts,
    Tokens,
):
    """Everything that a store in SQL does."""


class OneSession:
    """A database whose every transaction is the one that is open, until that ends."""

    def __init__(self, session: Session) -> None:
        self._lent: nullcontext[Session] | None = nullcontext(session)

    def reading(self) -> nullcontext[Session]:
        """Give the open transaction, which sees what it wrote."""
        return self._open()

    def writing(self, *, durable: bool = False) -> nullcontext[Session]:  # noqa: ARG002
        """Give the open transaction; whoever opened it said what it has to survive."""
        return self._open()

    def iterate(self, work: Callable[[Session], Iterator[T]]) -> Iterator[T]:
        """Yield from the open transaction."""
        with self._open() as session:
            yield from work(session)

    def scrub(self) -> None:
        """Do nothing: what is deleted is still there until the transaction ends."""

    def close(self) -> None:
        """Let nobody write any more."""
        self._lent = None

    def _open(self) -> nullcontext[Session]:
        if self._lent is None:
            raise StoreError("the unit of work is over; what it was given is good within it alone")
        return self._lent


class Unit(Roles):
    """A store as one transaction sees it."""

    def __init__(self, database: OneSession) -> None:
        self._database = database


class Units(Role):
    """The part of a store that runs units of work."""

    def unit(self, work: Callable[[Unit], T], *, durable: bool = False) -> T:
        """Run a function within one transaction; what it raises leaves no trace."""
        with self._database.writing(durable=durable) as session:
            database = OneSession(session)
            try:
                return work(Unit(database))
            finally:
                database.close()
