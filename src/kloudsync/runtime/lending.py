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
        self._ending: list[_Lent[T]] = []

    def borrow(self, name: Hashable) -> T | None:
        """Return what is kept under a name, which stays open until it is given back; or None."""
        with self._lock:
            lent = self._kept.get(name)
            if lent is None:
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
            kept = self._kept.get(name)
            known = [*self._ending, *([] if kept is None else [kept])]
            lent = next((one for one in known if one.thing is thing), None)
            if lent is None:
                return []
            lent.users -= 1
            if discard and lent is kept:
                # Whoever uses it goes on; whoever comes next makes another one.
                self._ending.append(self._kept.pop(name))
            return self._surplus()

    def empty(self) -> list[T]:
        """Keep nothing any more, and return all that was kept, whoever uses it."""
        with self._lock:
            things = [lent.thing for lent in (*self._ending, *self._kept.values())]
            self._ending.clear()
            self._kept.clear()
            return things

    def _surplus(self) -> list[T]:
        """Take out what is discarded or too much, and used by nobody."""
        ended = [lent.thing for lent in self._ending if not lent.users]
        self._ending = [lent for lent in self._ending if lent.users]
        idle = [name for name, lent in self._kept.items() if not lent.users]
        over = max(0, len(self._kept) - self._most)
        return [*ended, *(self._kept.pop(name).thing for name in idle[:over])]
