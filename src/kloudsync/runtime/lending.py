"""Things that take long to make, kept for whoever needs one next, and closed when nobody does."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

from attrs import define

T = TypeVar("T")


@define
class _Lent(Generic[T]):
    thing: T
    users: int = 0
    discarded: bool = False


class Lending(Generic[T]):
    """Lends things by name, a bounded number of which is kept.

    What it does not keep any more it returns, for the caller to close in its own colour.

    Args:
        most: How many things are kept that nobody uses.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, _Lent[T]] = OrderedDict()

    def borrow(self, name: Hashable) -> T | None:
        """Return what is kept under a name, which stays open until it is given back; or None."""
        with self._lock:
            lent = self._kept.get(name)
            if lent is None or lent.discarded:
                return None
            lent.users += 1
            self._kept.move_to_end(name)
            return lent.thing

    def lend(self, name: Hashable, made: T) -> T:
        """Keep what was made, and return it; theirs, if somebody was faster: close yours then."""
        with self._lock:
            lent = self._kept.setdefault(name, _Lent(made))
            lent.users += 1
            return lent.thing

    def give_back(self, name: Hashable, thing: T, *, discard: bool = False) -> list[T]:
        """Say that a thing is not used any more, and return what is to be closed.

        Args:
            name: Its name.
            thing: What was borrowed.
            discard: Whether nobody shall be lent it again.
        """
        with self._lock:
            lent = self._kept.get(name)
            if lent is None or lent.thing is not thing:
                return []
            lent.users -= 1
            lent.discarded = lent.discarded or discard
            return self._surplus()

    def empty(self) -> list[T]:
        """Keep nothing any more, and return all that was kept, whoever uses it."""
        with self._lock:
            things = [lent.thing for lent in self._kept.values()]
            self._kept.clear()
            return things

    def _surplus(self) -> list[T]:
        """Take out what is discarded or too much, and used by nobody."""
        idle = [name for name, lent in self._kept.items() if not lent.users]
        over = len(self._kept) - self._most
        gone = [
            name for place, name in enumerate(idle) if place < over or self._kept[name].discarded
        ]
        return [self._kept.pop(name).thing for name in gone]
