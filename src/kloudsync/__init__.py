"""Keep a copy of your users' calendars that is always right, and react to every change.

A name loads when it is first used: importing kloudsync costs next to nothing,
and a program pays for the parts that it touches.
"""

from __future__ import annotations

TYPE_CHECKING = False  # what checkers go by: to load `typing` would take longer than all of this

if TYPE_CHECKING:
    from kloudsync.errors import KloudsyncError
    from kloudsync.objects.collection_engine import AsyncCollectionEngine, CollectionEngine
    from kloudsync.objects.fleet import AsyncFleet, Fleet
    from kloudsync.objects.logins import AsyncLogins, Logins
    from kloudsync.objects.mirror import AsyncMirror, Mirror
    from kloudsync.objects.oauth_app import AsyncOAuthApp, OAuthApp
    from kloudsync.objects.push_intake import AsyncPushIntake, PushIntake
    from kloudsync.objects.reading import async_copy_of, copy_of
    from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
    from kloudsync.objects.watcher import AsyncWatcher, Watcher
    from kloudsync.providers.google.client import AsyncGoogle, Google
    from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
    from kloudsync.providers.microsoft.client import AsyncMicrosoft, Microsoft
    from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
    from kloudsync.sync.plan import MassDeletion

    __version__: str

__all__ = [
    "AsyncCollectionEngine",
    "AsyncFleet",
    "AsyncGoogle",
    "AsyncKloudless",
    "AsyncLogins",
    "AsyncMicrosoft",
    "AsyncMirror",
    "AsyncOAuthApp",
    "AsyncPushIntake",
    "AsyncSalesloft",
    "AsyncSyncEngine",
    "AsyncWatcher",
    "CollectionEngine",
    "Fleet",
    "Google",
    "Kloudless",
    "KloudsyncError",
    "Logins",
    "MassDeletion",
    "Microsoft",
    "Mirror",
    "OAuthApp",
    "PushIntake",
    "Salesloft",
    "SyncEngine",
    "Watcher",
    "async_copy_of",
    "copy_of",
]

_HOMES = {
    "AsyncCollectionEngine": "kloudsync.objects.collection_engine",
    "AsyncFleet": "kloudsync.objects.fleet",
    "AsyncGoogle": "kloudsync.providers.google.client",
    "AsyncKloudless": "kloudsync.providers.kloudless.client",
    "AsyncLogins": "kloudsync.objects.logins",
    "AsyncMicrosoft": "kloudsync.providers.microsoft.client",
    "AsyncMirror": "kloudsync.objects.mirror",
    "AsyncOAuthApp": "kloudsync.objects.oauth_app",
    "AsyncPushIntake": "kloudsync.objects.push_intake",
    "AsyncSalesloft": "kloudsync.providers.salesloft.client",
    "AsyncSyncEngine": "kloudsync.objects.sync_engine",
    "AsyncWatcher": "kloudsync.objects.watcher",
    "CollectionEngine": "kloudsync.objects.collection_engine",
    "Fleet": "kloudsync.objects.fleet",
    "Google": "kloudsync.providers.google.client",
    "Kloudless": "kloudsync.providers.kloudless.client",
    "KloudsyncError": "kloudsync.errors",
    "Logins": "kloudsync.objects.logins",
    "MassDeletion": "kloudsync.sync.plan",
    "Microsoft": "kloudsync.providers.microsoft.client",
    "Mirror": "kloudsync.objects.mirror",
    "OAuthApp": "kloudsync.objects.oauth_app",
    "PushIntake": "kloudsync.objects.push_intake",
    "Salesloft": "kloudsync.providers.salesloft.client",
    "SyncEngine": "kloudsync.objects.sync_engine",
    "Watcher": "kloudsync.objects.watcher",
    "async_copy_of": "kloudsync.objects.reading",
    "copy_of": "kloudsync.objects.reading",
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
