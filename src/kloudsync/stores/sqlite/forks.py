"""Forks, over which no connection to a file may be carried.

SQLite notes per process which files are open and locked. A fork copies the notes but not the
locks: where one side closes what it believes to be the last connection, the journal is removed
under the other. So connections are closed before a fork, and opened again when they are needed.
"""

from __future__ import annotations

import os
from threading import RLock
from typing import Protocol
from weakref import WeakSet

from kloudsync.errors import StoreError


class Forkable(Protocol):
    """What holds connections."""

    def before_fork(self) -> None:
        """Close them, and open none until the fork is done."""
        ...

    def after_fork(self, *, is_child: bool) -> None:
        """Go on."""
        ...


_watched: WeakSet[Forkable] = WeakSet()
_watching = RLock()
_carried: set[tuple[int, int]] = set()
"""Files that this process inherited while something was read from them or written to them."""


def watch(database: Forkable) -> None:
    """Let a database know of forks for as long as it lives."""
    with _watching:
        _watched.add(database)


def carry(file: tuple[int, int]) -> None:
    """Remember a file whose connections could not be closed before this process was forked."""
    _carried.add(file)


def expect_own(file: tuple[int, int], place: str) -> None:
    """See that nothing of a file was inherited.

    Raises:
        StoreError: It was in use while this process was forked.
    """
    if file in _carried:
        raise StoreError(
            f"{place} was being read or written while this process was forked, so it cannot be "
            "used here; finish or close iterators before a fork, or spawn the process"
        )


def _before() -> None:
    _watching.acquire()
    for database in list(_watched):
        database.before_fork()


def _after(*, is_child: bool) -> None:
    try:
        for database in list(_watched):
            database.after_fork(is_child=is_child)
    finally:
        _watching.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before,
        after_in_parent=lambda: _after(is_child=False),
        after_in_child=lambda: _after(is_child=True),
    )
