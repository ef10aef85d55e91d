"""A store whose process dies at a chosen operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from kloudsync.mirror.mirror import MirrorStore
from kloudsync.sync.ports import Store


class Crash(BaseException):
    """The process is gone; nothing may catch it and go on."""


class CrashingStore:
    """Passes calls on to a store until the fatal one; then every call fails.

    Args:
        store: The store that survives.
        fatal: The number of the fatal call, from 1, or the name of its method.
        after: Whether the fatal call still has its effect.
    """

    def __init__(self, store: Store, fatal: int | str, *, after: bool) -> None:
        self._store = store
        self._fatal = fatal
        self._after = after
        self._dead = False
        self.calls = 0

    def as_store(self) -> Store:
        """Return it typed as the store that it wraps."""
        return cast("Store", self)

    def as_mirror_store(self) -> MirrorStore:
        """Return it typed as a store that keeps ledgers."""
        return cast("MirrorStore", self)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method of the store that counts its calls."""
        method = getattr(self._store, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            fatal = self._fatal in {self.calls, name}
            if not self._dead and (self._after or not fatal):
                result = method(*args, **kwargs)
                if not fatal:
                    return result
            self._dead = True
            raise Crash

        return call
