"""A store whose process dies at a chosen operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from kloudsync.mirror.ports import MirrorStore
from kloudsync.sync.ports import Store


class Crash(BaseException):
    """The process is gone; nothing may catch it and go on."""


class CrashingStore:
    """Passes calls on to a store until the fatal one; then every call fails.

    What is called within a unit of work counts as well; the unit itself is a call, whose effect
    is that of all of them.

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

    def unit(self, work: Callable[[Any], Any], *, durable: bool = False) -> Any:
        """Run a unit of work that counts its calls."""

        def counted(unit: Any) -> Any:
            return work(_Counted(unit, self))

        return self.call("unit", lambda: self._store.unit(counted, durable=durable))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method of the store that counts its calls."""
        method: Callable[..., Any] = getattr(_Counted(self._store, self), name)
        return method

    def call(self, name: str, method: Callable[[], Any]) -> Any:
        """Make a call, unless it is fatal or the process is dead already."""
        self.calls += 1
        fatal = self._fatal in {self.calls, name}
        if not self._dead and (self._after or not fatal):
            result = method()
            if not fatal:
                return result
        self._dead = True
        raise Crash


class _Counted:
    """Something of a store whose calls its crashing store counts."""

    def __init__(self, inner: Any, crashing: CrashingStore) -> None:
        self._inner = inner
        self._crashing = crashing

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._inner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._crashing.call(name, lambda: method(*args, **kwargs))

        return call
