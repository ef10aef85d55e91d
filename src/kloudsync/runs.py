"""Runs: what engines, mirrors and watchers are told, and what they report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import loading

if TYPE_CHECKING:
    from kloudsync.mirror.report import PushReport
    from kloudsync.mirror.window import MirrorWindow
    from kloudsync.push.policy import WatchPolicy
    from kloudsync.push.report import ChannelReport, Failure, Round
    from kloudsync.sync.plan import MassDeletion
    from kloudsync.sync.ports import Store
    from kloudsync.sync.progress import (
        CursorDropped,
        Hook,
        PageStaged,
        PassStarted,
        Progress,
        RunFailed,
        RunFinished,
        TryMade,
    )
    from kloudsync.sync.report import SyncReport

__all__ = [
    "ChannelReport",
    "CursorDropped",
    "Failure",
    "Hook",
    "MassDeletion",
    "MirrorWindow",
    "PageStaged",
    "PassStarted",
    "Progress",
    "PushReport",
    "Round",
    "RunFailed",
    "RunFinished",
    "Store",
    "SyncReport",
    "TryMade",
    "WatchPolicy",
]

_HOMES: Final = {
    "ChannelReport": "kloudsync.push.report",
    "CursorDropped": "kloudsync.sync.progress",
    "Failure": "kloudsync.push.report",
    "Hook": "kloudsync.sync.progress",
    "MassDeletion": "kloudsync.sync.plan",
    "MirrorWindow": "kloudsync.mirror.window",
    "PageStaged": "kloudsync.sync.progress",
    "PassStarted": "kloudsync.sync.progress",
    "Progress": "kloudsync.sync.progress",
    "PushReport": "kloudsync.mirror.report",
    "Round": "kloudsync.push.report",
    "RunFailed": "kloudsync.sync.progress",
    "RunFinished": "kloudsync.sync.progress",
    "Store": "kloudsync.sync.ports",
    "SyncReport": "kloudsync.sync.report",
    "TryMade": "kloudsync.sync.progress",
    "WatchPolicy": "kloudsync.push.policy",
}

__getattr__ = loading(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
