"""What keeps a copy in step with its source, whatever its members are."""

from __future__ import annotations

from datetime import timedelta
from typing import Generic, TypedDict

from kloudsync import objects
from kloudsync.model.state import LEASE_TTL
from kloudsync.objects.held_copy import H, HeldCopy, M
from kloudsync.runtime.colour import C_co
from kloudsync.runtime.twin import twin
from kloudsync.sync.hook import Hook, silence
from kloudsync.sync.written_apart import WRITTEN_APART


class EngineOptions(TypedDict, total=False):
    """How an engine works.

    Attributes:
        hook: Called with each step of a run; in the event loop, where there is one.
        mass_deletion: When deletions that nobody said are held until confirmed.
        lease_ttl: Seconds after which a worker that died is replaced; no less than a call of the
            client may take (`Timeouts.call`). 240 by default.
    """

    hook: Hook
    mass_deletion: objects.MassDeletion | None
    lease_ttl: float


class KeptCopy(HeldCopy[C_co, M, H], Generic[C_co, M, H]):
    """Keeps a store in step with a source, in either colour, and answers what it holds."""

    def __init__(
        self,
        source: objects.Source[C_co],
        store: objects.Store,
        *,
        hook: Hook = silence,
        mass_deletion: objects.MassDeletion | None = None,
        lease_ttl: float = LEASE_TTL,
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
        super().__init__(source, store)
        from kloudsync.objects.keeping import engine_of  # noqa: PLC0415 - what runs loads when it is made

        self._engine = engine_of(
            self,
            source,
            store,
            hook=hook,
            mass_deletion=mass_deletion,
            lease_ttl=lease_ttl,
            written_apart=written_apart,
        )

    @twin
    async def sync(self, *, full: bool = False) -> objects.SyncReport:
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
    async def plan(self) -> objects.SyncReport:
        """Say what `sync` would change now, and write nothing.

        The whole pass is held in memory. Raises what `sync` raises, but for leases.
        """
        from kloudsync.objects.keeping import rehearsed  # noqa: PLC0415 - the same

        engine = await self.colour.run(rehearsed, self._engine, self._store)
        return await engine.sync()

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
