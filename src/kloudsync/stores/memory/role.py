"""What the roles of the store in memory share."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock
from typing import Any
from weakref import ref

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.stores.memory.content import Content
from kloudsync.stores.memory.shelf import Shelf
from kloudsync.stores.nesting import Stay, nested, nobody


class Role:
    """A group of store methods over what the store holds.

    Whatever is written is built aside and takes effect with one assignment, the last thing
    that a method does: readers need no lock, and an interrupt leaves what was there before.
    """

    _content: Content

    def _turn(self) -> AbstractContextManager[object]:
        """Keep other writers out."""
        raise NotImplementedError

    def _put(self, **members: Any) -> None:
        """Hold other members from now on, all of them at once."""
        self._content = evolve(self._content, **members)

    def _shelf(self, key: CalendarKey) -> Shelf:
        return self._content.shelves.get(key) or Shelf()

    def _shelve(self, key: CalendarKey, **members: Any) -> dict[CalendarKey, Shelf]:
        """Return the calendars as they are with other members of one."""
        return {**self._content.shelves, key: evolve(self._shelf(key), **members)}


class Turns:
    """Whose turn it is to write: one thread at a time, and nobody within their own turn."""

    def __init__(self) -> None:
        # Reentrant: a signal handler or a finalizer may come in at any moment.
        self._lock = RLock()
        self._stay: Callable[[], Stay | None] = nobody

    @contextmanager
    def taken(self) -> Generator[None]:
        """Wait for the turn, and keep it for a block of work.

        Raises:
            StoreError: This thread has the turn already: it writes within a write.
        """
        with self._lock:
            if self._stay() is not None:
                raise nested("the store in memory")
            stay = Stay()
            try:
                self._stay = ref(stay)
                yield
            finally:
                del stay


def given() -> AbstractContextManager[None]:
    """Take no turn: whoever writes has it already."""
    return nullcontext()
