"""Mirroring a calendar to a sink: the objects that programs hold."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Any, Self, cast

from attrs import evolve

from kloudsync.http.drives import Drive
from kloudsync.mirror.mirror import Mirror as MirrorEngine
from kloudsync.mirror.ports import BoundSink, Calendar, MirrorStore, Progress, silence
from kloudsync.mirror.report import PushReport
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.state import LEASE_TTL
from kloudsync.objects.calendar_copy import HeldCalendar
from kloudsync.objects.fitting import (
    COPY,
    LEDGER,
    SINK,
    caller_of,
    expect,
    expect_function,
    expect_kind,
)
from kloudsync.objects.owner import owner_name
from kloudsync.runtime.clock import entropy
from kloudsync.runtime.colour import Awaits, Blocks, C_co, InColour
from kloudsync.runtime.twin import twin


class Mirroring(InColour[C_co]):
    """Keeps a sink in step with a calendar's local copy, in either colour."""

    def __init__(
        self,
        calendar: HeldCalendar[Any],
        sink: BoundSink[C_co],
        store: MirrorStore,
        *,
        window: MirrorWindow = MirrorWindow(),
        progress: Progress = silence,
    ) -> None:
        """Make a mirror; nothing is read or written yet.

        Args:
            calendar: The copy to mirror, such as an engine of either colour.
            sink: The calendar that is written to, from a client of the mirror's colour.
            store: Where the ledger of what was written lives; usually the copy's own store.
            window: How far the mirror reaches.
            progress: Hears how many writes of how many are done.

        Raises:
            UsageError: The copy, the sink, the store, `window` or `progress` is of another kind.
        """
        expect(calendar, COPY, self)
        expect(store, LEDGER, self)
        expect_kind(window, MirrorWindow, "window", self)
        expect_function(progress, "progress", self)
        caller = caller_of(sink, SINK, self)
        self._engine = MirrorEngine(
            # Not every type checker reads descriptors where it compares with a protocol.
            calendar=cast("Calendar", calendar.copy),
            sink=sink,
            store=store,
            ports=Drive(caller),
            owner=partial(owner_name, entropy),
            window=window,
            # Renewed between calls: others take over from whoever died, and not from whoever waits.
            lease_ttl=max(LEASE_TTL, caller.longest_call),
            progress=progress,
        )

    @twin
    async def push(self) -> PushReport:
        """Write what the sink lacks, and nothing else.

        Raises:
            UsageError: The calendar was never synced.
            LeaseHeld: Another worker is pushing to this sink, from this calendar or another.
            LeaseLost: The lease ran out and another worker took over.
            APIError: The sink answered with an error that concerns all writes. What was
                written until then is in the ledger, and the next push goes on from there.
        """
        return await self._engine.push()

    @twin
    async def reconcile(self) -> PushReport:
        """Compare with what the sink really shows, and repair; raises what `push` raises."""
        return await self._engine.reconcile()

    @twin
    async def plan(self, *, reconciled: bool = False) -> PushReport:
        """Say what `push` would write, or `reconcile`, and write nothing."""
        return await self._engine.plan(reconciled=reconciled)

    @twin
    async def withdraw(self) -> PushReport:
        """Cancel at the sink what is still to come, and let the feed go on without this mirror.

        For calendars that are no longer mirrored, or whose account has another name now.
        What has begun stays, such as a meeting under way, and so does what another calendar's
        mirror wrote; a later `push` writes everything again. Raises what `push` raises; the next
        try goes on from there.
        """
        return await self._engine.withdraw()

    def over(self, view: Callable[[Any], Any]) -> Self:
        """Return this mirror over another view of its store, such as one that a fleet's workers have.

        Args:
            view: Returns it, given the store that the mirror was made with.
        """
        other = copy(self)
        other._engine = evolve(self._engine, store=view(self._engine.store))  # noqa: SLF001 - of its own kind
        return other

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._engine.calendar.key} to {self._engine.sink.name})"


class Mirror(Mirroring[Blocks]):
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
    """


class AsyncMirror(Mirroring[Awaits]):
    """Keeps a sink in step with a calendar's local copy, from within an event loop.

    The twin of `Mirror`.
    """
