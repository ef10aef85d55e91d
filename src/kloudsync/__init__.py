"""Keep a copy of your users' calendars that is always right, and react to every change.

A name loads when it is first used: importing kloudsync costs next to nothing,
and a program pays for the parts that it touches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kloudsync.collection import AsyncCollectionEngine, CollectionEngine
    from kloudsync.engine import AsyncSyncEngine, SyncEngine
    from kloudsync.errors import KloudsyncError
    from kloudsync.mirroring import AsyncMirror, Mirror
    from kloudsync.providers.google.client import AsyncGoogle, Google
    from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
    from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
    from kloudsync.push_intake import AsyncPushIntake, PushIntake
    from kloudsync.sync.plan import MassDeletion
    from kloudsync.watcher import AsyncWatcher, Watcher

    __version__: str

__all__ = [
    "AsyncCollectionEngine",
    "AsyncGoogle",
    "AsyncKloudless",
    "AsyncMirror",
    "AsyncPushIntake",
    "AsyncSalesloft",
    "AsyncSyncEngine",
    "AsyncWatcher",
    "CollectionEngine",
    "Google",
    "Kloudless",
    "KloudsyncError",
    "MassDeletion",
    "Mirror",
    "PushIntake",
    "Salesloft",
    "SyncEngine",
    "Watcher",
]

_HOMES = {
    "AsyncCollectionEngine": "kloudsync.collection",
    "AsyncGoogle": "kloudsync.providers.google.client",
    "AsyncKloudless": "kloudsync.providers.kloudless.client",
    "AsyncMirror": "kloudsync.mirroring",
    "AsyncPushIntake": "kloudsync.push_intake",
    "AsyncSalesloft": "kloudsync.providers.salesloft.client",
    "AsyncSyncEngine": "kloudsync.engine",
    "AsyncWatcher": "kloudsync.watcher",
    "CollectionEngine": "kloudsync.collection",
    "Google": "kloudsync.providers.google.client",
    "Kloudless": "kloudsync.providers.kloudless.client",
    "KloudsyncError": "kloudsync.errors",
    "MassDeletion": "kloudsync.sync.plan",
    "Mirror": "kloudsync.mirroring",
    "PushIntake": "kloudsync.push_intake",
    "Salesloft": "kloudsync.providers.salesloft.client",
    "SyncEngine": "kloudsync.engine",
    "Watcher": "kloudsync.watcher",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use, and keep it."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - the root loads lazily

        return version("kloudsync")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - the same

    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names before they are loaded."""
    return sorted([*__all__, "__version__"])
