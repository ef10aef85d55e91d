"""Mirroring a calendar to a sink: the objects that programs hold."""

from __future__ import annotations

from functools import partial
from typing import Any

from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.drives import AwaitingDrive, BlockingDrive
from kloudsync.mirror.mirror import Mirror as MirrorEngine
from kloudsync.mirror.mirror import MirrorPorts, MirrorStore, Progress, silence
from kloudsync.mirror.ports import BoundSink
from kloudsync.mirror.report import PushReport
from kloudsync.mirror.window import MirrorWindow
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.sync_engine import owner_name
from kloudsync.runtime.clock import entropy
from kloudsync.runtime.drive import run


class Mirror:
    """Keeps a sink in step with a calendar's local copy, one record per occurrence.

    ```python
    mirror = Mirror(engine, salesloft.calendar(user_guid), store)
    engine.sync()
    report = mirror.push()
    ```

    Pushing reads the copy, never the calendar's service: sync first. A push that is cut off
    is finished by the next one; nothing is created twice.

    Several calendars may be mirrored to one sink, by a mirror each over one store: none touches
    what another one wrote, and a meeting that is in several of them stays until it is in none.
    They take turns: one that comes while another is at work gets `LeaseHeld`. What a mirror wrote
    counts for as long as its calendar is in the store; what forgotten ones left is told as
    `PushReport.abandoned`, and cancelled by `reconcile`.

    Args:
        calendar: The copy to mirror, such as a `SyncEngine`.
        sink: The calendar that is written to, from a blocking client.
        store: Where the ledger of what was written lives; usually the copy's own store.
        window: How far the mirror reaches.
        progress: Hears how many writes of how many are done.
    """

    def __init__(
        self,
        calendar: CalendarCopy,
        sink: BoundSink[Blocking],
        store: MirrorStore,
        *,
        window: MirrorWindow = MirrorWindow(),
        progress: Progress = silence,
    ) -> None:
        ports = BlockingDrive(sink.caller)
        self._engine = _engine(calendar, sink, store, ports, window=window, progress=progress)

    def push(self) -> PushReport:
        """Write what the sink lacks, and nothing else.

        Raises:
            UsageError: The calendar was never synced.
            LeaseHeld: Another worker is pushing to this sink, from this calendar or another.
            LeaseLost: The lease ran out and another worker took over.
            APIError: The sink answered with an error that concerns all writes. What was
                written until then is in the ledger, and the next push goes on from there.
        """
        return run(self._engine.push())

    def reconcile(self) -> PushReport:
        """Compare with what the sink really shows, and repair; raises what `push` raises."""
        return run(self._engine.reconcile())

    def plan(self, *, reconciled: bool = False) -> PushReport:
        """Say what `push` would write, or `reconcile`, and write nothing."""
        return run(self._engine.plan(reconciled=reconciled))

    def withdraw(self) -> PushReport:
        """Cancel at the sink what is still to come, and let the feed go on without this mirror.

        For calendars that are no longer mirrored, or whose account has another name now.
        What has begun stays, such as a meeting under way, and so does what another calendar's
        mirror wrote; a later `push` writes everything again. Raises what `push` raises; the next
        try goes on from there.
        """
        return run(self._engine.withdraw())


class AsyncMirror:
    """Keeps a sink in step with a calendar's local copy, from within an event loop.

    The twin of `Mirror`. The copy is that of an `AsyncSyncEngine`: `engine.copy`.

    Args:
        calendar: The copy to mirror.
        sink: The calendar that is written to, from an Async client.
        store: Where the ledger of what was written lives.
        window: How far the mirror reaches.
        progress: Hears how many writes of how many are done.
    """

    def __init__(
        self,
        calendar: CalendarCopy,
        sink: BoundSink[Awaiting],
        store: MirrorStore,
        *,
        window: MirrorWindow = MirrorWindow(),
        progress: Progress = silence,
    ) -> None:
        ports = AwaitingDrive(sink.caller)
        self._engine = _engine(calendar, sink, store, ports, window=window, progress=progress)

    async def push(self) -> PushReport:
        """Write what the sink lacks, and nothing else; see `Mirror.push`."""
        return await self._engine.push()

    async def reconcile(self) -> PushReport:
        """Compare with what the sink really shows, and repair."""
        return await self._engine.reconcile()

    async def plan(self, *, reconciled: bool = False) -> PushReport:
        """Say what `push` would write, or `reconcile`, and write nothing."""
        return await self._engine.plan(reconciled=reconciled)

    async def withdraw(self) -> PushReport:
        """Cancel at the sink what is still to come; see `Mirror.withdraw`."""
        return await self._engine.withdraw()


def _engine(
    calendar: CalendarCopy,
    sink: BoundSink[Blocking] | BoundSink[Awaiting],
    store: MirrorStore,
    ports: MirrorPorts,
    **settings: Any,
) -> MirrorEngine:
    owner = partial(owner_name, entropy)
    return MirrorEngine(
        calendar=calendar, sink=sink, store=store, ports=ports, owner=owner, **settings
    )
