"""Runs: what engines, mirrors, watchers and fleets are told, and what they report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.fleet.accounts import Account, Line
    from kloudsync.fleet.policy import FleetPolicy
    from kloudsync.fleet.states import State, Status
    from kloudsync.mirror.report import PushReport
    from kloudsync.mirror.window import MirrorWindow
    from kloudsync.push.policy import WatchPolicy
    from kloudsync.push.report import ChannelReport, Failure, Round
    from kloudsync.sync.hook import Hook
    from kloudsync.sync.plan import MassDeletion
    from kloudsync.sync.ports import Store
    from kloudsync.sync.progress import (
        CursorDropped,
        PageStaged,
        PassStarted,
        Progress,
        RunFailed,
        RunFinished,
        TryMade,
    )
    from kloudsync.sync.report import SyncReport

__all__ = [
    "Account",
    "ChannelReport",
    "CursorDropped",
    "Failure",
    "FleetPolicy",
    "Hook",
    "Line",
    "MassDeletion",
    "MirrorWindow",
    "PageStaged",
    "PassStarted",
    "Progress",
    "PushReport",
    "Round",
    "RunFailed",
    "RunFinished",
    "State",
    "Status",
    "Store",
    "SyncReport",
    "TryMade",
    "WatchPolicy",
]

_HOMES: Final = {
    "Account": "kloudsync.fleet.accounts",
    "ChannelReport": "kloudsync.push.report",
    "CursorDropped": "kloudsync.sync.progress",
    "Failure": "kloudsync.push.report",
    "FleetPolicy": "kloudsync.fleet.policy",
    "Hook": "kloudsync.sync.hook",
    "Line": "kloudsync.fleet.accounts",
    "MassDeletion": "kloudsync.sync.plan",
    "MirrorWindow": "kloudsync.mirror.window",
    "PageStaged": "kloudsync.sync.progress",
    "PassStarted": "kloudsync.sync.progress",
    "Progress": "kloudsync.sync.progress",
    "PushReport": "kloudsync.mirror.report",
    "Round": "kloudsync.push.report",
    "RunFailed": "kloudsync.sync.progress",
    "RunFinished": "kloudsync.sync.progress",
    "State": "kloudsync.fleet.states",
    "Status": "kloudsync.fleet.states",
    "Store": "kloudsync.sync.ports",
    "SyncReport": "kloudsync.sync.report",
    "TryMade": "kloudsync.sync.progress",
    "WatchPolicy": "kloudsync.push.policy",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
