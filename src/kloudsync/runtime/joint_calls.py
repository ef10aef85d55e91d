"""Calls that are made once for all who want the same thing at the same time."""

from __future__ import annotations

from collections.abc import Generator, Hashable
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock


class JointCalls:
    """Says whose turn it is to make a call, and lets the others wait for how it ends.

    ```python
    with calls.turn(name) as others:
        if others is None:
            return make()           # nobody else is at it
    await colour.outcome(others, seconds)   # raises what the other one's call raised
    ```
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[Hashable, Future[None]] = {}

    @contextmanager
    def turn(self, name: Hashable) -> Generator[Future[None] | None]:
        """Yield the end of the call that is under way, or None for whoever makes it now.

        What the block of the latter raises is raised by all who wait; if it is cancelled, they
        learn only that nobody is at it any more.
        """
        others = self._begin(name)
        if others is not None:
            yield others
            return
        error: Exception | None = None
        try:
            yield None
        except Exception as raised:
            error = raised
            raise
        finally:
            self._end(name, error)

    def _begin(self, name: Hashable) -> Future[None] | None:
        with self._lock:
            others = self._under_way.get(name)
            if others is None:
                own = self._under_way[name] = Future[None]()
                # Nobody who waits can cancel it.
                own.set_running_or_notify_cancel()
            return others

    def _end(self, name: Hashable, error: Exception | None) -> None:
        with self._lock:
            own = self._under_way.pop(name)
        if error is None:
            own.set_result(None)
        else:
            own.set_exception(error)
