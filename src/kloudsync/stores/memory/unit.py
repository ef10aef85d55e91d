"""A unit of work over the store in memory: all its roles, over a value of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from kloudsync.errors import StoreError
from kloudsync.stores.memory.channels import Channels
from kloudsync.stores.memory.commit import Commits
from kloudsync.stores.memory.content import Content
from kloudsync.stores.memory.due import DueTopics
from kloudsync.stores.memory.events import Events
from kloudsync.stores.memory.ledger import Ledgers
from kloudsync.stores.memory.passes import Passes
from kloudsync.stores.memory.requests import RequestCounts
from kloudsync.stores.memory.role import Role, Turns, given
from kloudsync.stores.memory.staged import Staged
from kloudsync.stores.memory.tokens import Tokens

T = TypeVar("T")


class Roles(Passes, Staged, Commits, Events, Channels, Ledgers, DueTopics, RequestCounts, Tokens):
    """Everything that a store in memory does, but for what needs no turn."""


class MemoryUnit(Roles):
    """The store as one transaction sees it; what it writes is the store's once the unit is done."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def __getattr__(self, name: str) -> Content:
        """Refuse to be used once the unit is over, when there is no content any more."""
        if name == "_content":
            raise StoreError("the unit of work is over; what it was given is good within it alone")
        raise AttributeError(name)

    def finished(self) -> Content:
        """Return what the store is to hold, and let nobody write any more."""
        content = self._content
        del self._content
        return content

    def _turn(self) -> AbstractContextManager[None]:
        return given()


class Units(Role):
    """The part of the store in memory that runs units of work."""

    def __init__(self) -> None:
        super().__init__()
        self._content = Content()
        self._turns = Turns()

    def unit(self, work: Callable[[MemoryUnit], T], *, durable: bool = False) -> T:  # noqa: ARG002
        """Run a function within one transaction; what it raises leaves no trace."""
        with self._turn():
            unit = MemoryUnit(self._content)
            answer = work(unit)
            self._content = unit.finished()
            return answer

    def _turn(self) -> AbstractContextManager[None]:
        return self._turns.taken()
