"""The object that most programs hold: a calendar kept in step with its store."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from functools import cache, partial
from importlib.metadata import version
from typing import Unpack

from attrs import evolve

from kloudsync.agenda import Agenda, BusyOptions, Intervals, leave_out
from kloudsync.errors import UsageError
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.drives import AwaitingDrive, BlockingDrive
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.change import Change
from kloudsync.model.event import Held
from kloudsync.model.occurrence import Skipped
from kloudsync.model.state import CalendarState, Quarantined
from kloudsync.model.view import CalendarView
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.runtime.clock import entropy
from kloudsync.runtime.drive import run
from kloudsync.runtime.feed_walk import walk_awaiting
from kloudsync.sync.engine import Engine
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Source, Store
from kloudsync.sync.progress import Hook, silence
from kloudsync.sync.rehearsal import Rehearsal
from kloudsync.sync.report import SyncReport
from kloudsync.sync.series import WRITTEN_APART
from kloudsync.sync.settings import Settings


@cache
def _version() -> str:
    return version("kloudsync")


def owner_name(entropy: Callable[[int], bytes]) -> str:
    """Return a name for a run in leases: another for every run of every process and machine.

    Two runs of one object, in two threads, tasks or forked processes, have to exclude each
    other like any two workers; so they must not share a name.

    Args:
        entropy: Returns so many bytes that nobody can guess.
    """
    return f"{os.getpid()}-{entropy(16).hex()}"


def _settings(
    mass_deletion: MassDeletion | None,
    lease_ttl: float,
    written_apart: timedelta,
) -> Settings:
    if written_apart < timedelta():
        raise UsageError(f"two writes are never {written_apart} apart; give no less than none")
    return Settings(
        owner=partial(owner_name, entropy),
        version=_version(),
        lease_ttl=lease_ttl,
        mass_deletion=mass_deletion or MassDeletion(),
        written_apart=written_apart.total_seconds(),
    )


def _expect(source: object, store: object, wanted: type, engine: str) -> None:
    """Refuse what would fail only once something is synced.

    Raises:
        UsageError: The source is no calendar, or one of a client of the other colour; or the store
            is none.
    """
    caller = getattr(source, "caller", None)
    if not isinstance(caller, (Blocking, Awaiting)) or not hasattr(source, "fingerprint"):
        raise UsageError(
            f"{engine} syncs a calendar, such as google.calendar('primary'), not "
            f"{type(source).__name__}"
        )
    if not isinstance(caller, wanted):
        kinds = ("a blocking client", "an Async client")
        needs, found = kinds if wanted is Blocking else reversed(kinds)
        raise UsageError(f"{engine} needs a calendar of {needs}; this one is of {found}")
    if not hasattr(store, "unit"):
        raise UsageError(
            f"{engine} needs a store, such as SQLiteStore('calendars.db'), not "
            f"{type(store).__name__}"
        )


def _expect_outlasting(caller: Blocking | Awaiting, lease_ttl: float) -> None:
    """Refuse a lease that may run out while its holder waits for one call.

    It is renewed between calls, so that others would take over from whoever is only slow.
    """
    longest = caller.setting.timeouts.call
    if lease_ttl < longest:
        raise UsageError(
            f"a lease of {lease_ttl:g} s may run out during one call, which may take "
            f"{longest:g} s; give a longer lease_ttl, or the client Timeouts(call=…)"
        )


class SyncEngine(CalendarCopy):
    """Keeps a store in step with a calendar, and answers questions about it.

    ```python
    with Google(token=…) as google, SQLiteStore("calendars.db") as store:
        engine = SyncEngine(google.calendar("primary"), store)
        report = engine.sync()
    ```

    May be shared between threads; runs for one calendar exclude each other.

    Args:
        source: The calendar, from a blocking client.
        store: Where the copy lives.
        hook: Called with each step of a run.
        mass_deletion: When deletions that nobody said are held until confirmed.
        lease_ttl: Seconds after which a worker that died is replaced; no less than a call of the
            client may take (`Timeouts.call`).
        written_apart: How long a client that divides a series by itself may take for its two
            writes, for them to be told as one split.

    Raises:
        UsageError: The source or the store is of another kind, or the lease may run out during
            one call.
    """

    def __init__(
        self,
        source: Source[Blocking],
        store: Store,
        *,
        hook: Hook = silence,
        mass_deletion: MassDeletion | None = None,
        lease_ttl: float = 240.0,
        written_apart: timedelta = timedelta(seconds=WRITTEN_APART),
    ) -> None:
        _expect(source, store, Blocking, "SyncEngine")
        _expect_outlasting(source.caller, lease_ttl)
        super().__init__(source, store)
        ports = BlockingDrive(source.caller)
        settings = _settings(mass_deletion, lease_ttl, written_apart)
        self._engine = Engine(source=source, store=store, ports=ports, settings=settings, hook=hook)

    def sync(self, *, full: bool = False) -> SyncReport:
        """Bring the store to the calendar's present state, and say what changed.

        Args:
            full: Whether to list the whole calendar, though changes could be asked for. Consumers
                hear of real differences only; for whoever doubts a copy.

        Raises:
            LeaseHeld: Another worker is syncing this calendar.
            LeaseLost: The lease ran out and another worker took over.
            ResyncLoop: The service refused its own new cursors several times in a row.
            IdentityMismatch: The copy is that of another person's calendar.
            APIError: The service answered with a lasting error; the leaf says which.
            TransportError: No answer arrived, after the last try.
            StoreError: The store failed. In every case it is as after its last commit.
        """
        return run(self._engine.sync(full=full))

    def plan(self) -> SyncReport:
        """Say what `sync` would change now, and write nothing.

        The whole pass is held in memory. Raises what `sync` raises, but for leases.
        """
        return run(_rehearsed(self._engine, self._store).sync())

    def forget(self) -> None:
        """Remove the calendar from the store as if it had never been synced, its feed included.

        For calendars whose owner left. Copies of parts of it, such as searches and windows, go
        with it; an engine over a part forgets that part alone. What mirrors wrote elsewhere stays:
        withdraw it first.

        Raises:
            LeaseHeld: A worker is syncing it.
            StoreError: The store failed, and is as before.
        """
        run(self._engine.forget())


class AsyncSyncEngine:
    """Keeps a store in step with a calendar from within an event loop.

    The twin of `SyncEngine`; stores are called in worker threads.

    Args:
        source: The calendar, from an Async client.
        store: Where the copy lives; the same stores as for `SyncEngine`.
        hook: Called with each step of a run, in the event loop.
        mass_deletion: When deletions that nobody said are held until confirmed.
        lease_ttl: Seconds after which a worker that died is replaced; no less than a call of the
            client may take (`Timeouts.call`).
        written_apart: How long a client that divides a series by itself may take for its two
            writes, for them to be told as one split.

    Raises:
        UsageError: The source or the store is of another kind, or the lease may run out during
            one call.
    """

    def __init__(
        self,
        source: Source[Awaiting],
        store: Store,
        *,
        hook: Hook = silence,
        mass_deletion: MassDeletion | None = None,
        lease_ttl: float = 240.0,
        written_apart: timedelta = timedelta(seconds=WRITTEN_APART),
    ) -> None:
        _expect(source, store, Awaiting, "AsyncSyncEngine")
        _expect_outlasting(source.caller, lease_ttl)
        self._store = store
        self._copy = CalendarCopy(source, store)
        self._ports = AwaitingDrive(source.caller)
        settings = _settings(mass_deletion, lease_ttl, written_apart)
        self._engine = Engine(
            source=source, store=store, ports=self._ports, settings=settings, hook=hook
        )

    async def sync(self, *, full: bool = False) -> SyncReport:
        """Bring the store to the calendar's present state; see `SyncEngine.sync`."""
        return await self._engine.sync(full=full)

    async def plan(self) -> SyncReport:
        """Say what `sync` would change now, and write nothing."""
        rehearsed = await self._ports.run(_rehearsed, self._engine, self._store)
        return await rehearsed.sync()

    async def forget(self) -> None:
        """Remove the calendar from the store; see `SyncEngine.forget`."""
        await self._engine.forget()

    @property
    def copy(self) -> CalendarCopy:
        """The local copy with blocking methods, for mirrors and worker threads."""
        return self._copy

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        return self._copy.key

    @property
    def view(self) -> CalendarView:
        """The calendar as the agenda's functions over several calendars want it."""
        return self._copy.view

    async def state(self) -> CalendarState:
        """Return how far the copy has come."""
        return await self._ports.run(self._copy.state)

    async def events(self) -> list[Held]:
        """Return everything held now, by id."""
        return await self._ports.run(lambda: list(self._copy.events()))

    async def event(self, event_id: str) -> Held | None:
        """Return what is held under an id, or None."""
        return await self._ports.run(self._copy.event, event_id)

    async def lineage(self, series_id: str) -> list[str]:
        """Return the ids of all segments of a split series, oldest first."""
        return await self._ports.run(self._copy.lineage, series_id)

    async def occurrences(
        self, start: datetime, end: datetime, *, skipped: Skipped = leave_out
    ) -> Agenda:
        """Return everything that takes place within a window; see `SyncEngine.occurrences`."""
        return await self._ports.run(self._copy.occurrences, start, end, skipped=skipped)

    async def busy(
        self, start: datetime, end: datetime, **options: Unpack[BusyOptions]
    ) -> Intervals:
        """Return the stretches of a window that are taken, merged; see `SyncEngine.busy`."""
        return await self._ports.run(partial(self._copy.busy, start, end, **options))

    async def free(
        self, start: datetime, end: datetime, **options: Unpack[BusyOptions]
    ) -> Intervals:
        """Return the stretches of a window that are not taken; see `SyncEngine.busy`."""
        return await self._ports.run(partial(self._copy.free, start, end, **options))

    async def pending(self) -> list[Held]:
        """Return what a full listing lacked and nobody said was deleted; see `SyncEngine.pending`."""
        return await self._ports.run(self._copy.pending)

    async def quarantined(self) -> list[Quarantined]:
        """Return what was received and could not be understood."""
        return await self._ports.run(self._copy.quarantined)

    def changes(self, consumer: str) -> AsyncIterator[Change]:
        """Yield what happened since this consumer's last acknowledgement, oldest first."""
        return walk_awaiting(lambda after: self._ports.run(self._copy.chunk, consumer, after))

    async def acknowledge(self, consumer: str, change: Change | int) -> None:
        """Move a consumer's position behind a change; never backwards."""
        await self._ports.run(self._copy.acknowledge, consumer, change)

    async def dismiss(self, consumer: str) -> None:
        """Forget a consumer of this calendar; see `SyncEngine.dismiss`."""
        await self._ports.run(self._copy.dismiss, consumer)


def _rehearsed(engine: Engine, store: Store) -> Engine:
    rehearsal = Rehearsal(store, store.state(engine.source.key))
    settings = evolve(engine.settings, rehearsed=True)
    return evolve(engine, store=rehearsal, settings=settings)
