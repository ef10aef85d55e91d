"""What keeps a copy in step with its source, whatever its members are."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Generic, TypedDict

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.drives import Drive
from kloudsync.objects.fitting import (
    CALENDAR,
    STORE,
    caller_of,
    expect,
    expect_function,
    expect_kind,
    expect_number,
)
from kloudsync.objects.held_copy import H, HeldCopy, M
from kloudsync.objects.owner import owner_name
from kloudsync.runtime.clock import entropy
from kloudsync.runtime.colour import C_co
from kloudsync.runtime.twin import twin
from kloudsync.runtime.version import version
from kloudsync.sync.engine import Engine
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.sync.progress import Hook, silence
from kloudsync.sync.report import SyncReport
from kloudsync.sync.series import WRITTEN_APART
from kloudsync.sync.settings import Settings
from kloudsync.sync.source import Source


class EngineOptions(TypedDict, total=False):
    """How an engine works.

    Attributes:
        hook: Called with each step of a run; in the event loop, where there is one.
        mass_deletion: When deletions that nobody said are held until confirmed.
        lease_ttl: Seconds after which a worker that died is replaced; no less than a call of the
            client may take (`Timeouts.call`). 240 by default.
    """

    hook: Hook
    mass_deletion: MassDeletion | None
    lease_ttl: float


class KeptCopy(HeldCopy[C_co, M, H], Generic[C_co, M, H]):
    """Keeps a store in step with a source, in either colour, and answers what it holds."""

    def __init__(
        self,
        source: Source[C_co],
        store: Store,
        *,
        hook: Hook = silence,
        mass_deletion: MassDeletion | None = None,
        lease_ttl: float = 240.0,
        written_apart: timedelta = timedelta(seconds=WRITTEN_APART),
    ) -> None:
        """Make an engine; nothing is read or written yet.

        Args:
            source: The calendar, from a client of the engine's colour.
            store: Where the copy lives; other copies may live there too.
            hook: Called with each step of a run; in the event loop, where there is one.
            mass_deletion: When deletions that nobody said are held until confirmed.
            lease_ttl: Seconds after which a worker that died is replaced; no less than a call of the
                client may take (`Timeouts.call`).
            written_apart: How long a client that divides a series by itself may take for its two
                writes, for them to be told as one split.

        Raises:
            UsageError: An argument is of another kind, or the lease may run out during one call.
        """
        caller = caller_of(source, CALENDAR, self)
        expect(store, STORE, self)
        expect_function(hook, "hook", self)
        held = MassDeletion() if mass_deletion is None else mass_deletion
        expect_kind(held, MassDeletion, "mass_deletion", self)
        expect_number(lease_ttl, "lease_ttl", self)
        expect_kind(written_apart, timedelta, "written_apart", self)
        _expect_outlasting(caller.longest_call, lease_ttl)
        super().__init__(source, store)
        self._engine = Engine(
            source=source,
            store=store,
            ports=Drive(caller),
            settings=_settings(held, lease_ttl, written_apart),
            hook=hook,
        )

    @twin
    async def sync(self, *, full: bool = False) -> SyncReport:
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
        return await self._engine.sync(full=full)

    @twin
    async def plan(self) -> SyncReport:
        """Say what `sync` would change now, and write nothing.

        The whole pass is held in memory. Raises what `sync` raises, but for leases.
        """
        rehearsed = await self.colour.run(_rehearsed, self._engine, self._store)
        return await rehearsed.sync()

    @twin
    async def refuse_deletions(self) -> int:
        """Refuse the deletions that are pending: keep what `pending` lists, and say how much that is.

        It stays, whatever later listings lack, until the service names it again: shows it, or
        says that it is gone. `refused` lists it from now on, `pending` no more, and every report
        has its number. To let it go instead, sync with `MassDeletion(confirm=…)`.

        Raises:
            LeaseHeld: A worker is syncing it.
            StoreError: The store failed, and is as before.
        """
        return await self._engine.refuse_deletions()

    @twin
    async def forget(self) -> None:
        """Remove the calendar from the store as if it had never been synced, its feed included.

        For calendars whose owner left. Copies of parts of it, such as searches and windows, go
        with it; an engine over a part forgets that part alone. What mirrors wrote elsewhere stays:
        withdraw it first.

        Raises:
            LeaseHeld: A worker is syncing it.
            StoreError: The store failed, and is as before.
        """
        await self._engine.forget()


def _settings(
    mass_deletion: MassDeletion,
    lease_ttl: float,
    written_apart: timedelta,
) -> Settings:
    if written_apart < timedelta():
        raise UsageError(f"two writes are never {written_apart} apart; give no less than none")
    return Settings(
        owner=partial(owner_name, entropy),
        version=version(),
        lease_ttl=lease_ttl,
        mass_deletion=mass_deletion,
        written_apart=written_apart.total_seconds(),
    )


def _expect_outlasting(longest: float, lease_ttl: float) -> None:
    """Refuse a lease that may run out while its holder waits for one call.

    It is renewed between calls, so that others would take over from whoever is only slow.
    """
    if not lease_ttl >= longest:
        raise UsageError(
            f"a lease of {lease_ttl:g} s may run out during one call, which may take "
            f"{longest:g} s; give a longer lease_ttl, or the client Timeouts(call=…)"
        )


def _rehearsed(engine: Engine, store: Store) -> Engine:
    from kloudsync.sync.rehearsal import Rehearsal  # noqa: PLC0415 - few rehearse

    rehearsal = Rehearsal(store, store.state(engine.source.key))
    settings = evolve(engine.settings, rehearsed=True)
    return evolve(engine, store=rehearsal, settings=settings)
