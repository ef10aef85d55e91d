"""What an application's scheduler calls: channels kept open, and calendars synced when due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Container, Iterable, Mapping, Sequence
from functools import partial
from inspect import iscoroutinefunction

from attrs import evolve, field, frozen

from kloudsync.errors import DeletionsPending, UsageError
from kloudsync.http.drives import Drive
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.change import Change
from kloudsync.model.channel import Topic
from kloudsync.model.event import Held
from kloudsync.objects.fitting import (
    ACCOUNT,
    BY_TOPIC,
    CHANNELS,
    ENGINE,
    ENGINES,
    TOPIC,
    caller_of,
    expect,
    expect_colour,
    expect_kind,
)
from kloudsync.objects.kept_copy import KeptCopy
from kloudsync.objects.owner import owner_name
from kloudsync.push.policy import WatchPolicy
from kloudsync.push.ports import PushDescription, PushService, PushStore
from kloudsync.push.report import ChannelReport, Round
from kloudsync.push.rests import Rests
from kloudsync.push.rounds import Job, Rounds
from kloudsync.push.tending import Tending
from kloudsync.runtime.clock import entropy as unguessable
from kloudsync.runtime.colour import Awaits, Blocks, C_co, InColour
from kloudsync.runtime.drive import done
from kloudsync.runtime.twin import twin
from kloudsync.sync.report import SyncReport

Entropy = Callable[[int], bytes]
"""Returns that many random bytes, fit for secrets."""


class Watching(InColour[C_co]):
    """Keeps the channels of one account, and syncs its calendars, in either colour."""

    def __init__(
        self,
        push: PushService[C_co],
        store: PushStore,
        engines: Iterable[KeptCopy[C_co, Held, Change]],
        *,
        address: str,
        also: Mapping[Topic, Callable[[], object]] | None = None,
        policy: WatchPolicy | None = None,
        entropy: Entropy = unguessable,
    ) -> None:
        """Make a watcher; no channel is opened yet.

        Args:
            push: The account, such as `google.push`, from a client of the watcher's colour.
            store: Where channels and due calendars are kept.
            engines: The calendars of the account that this watcher follows. Others may be another
                watcher's: their channels are stopped once nobody has fetched them for two polls
                (`WatchPolicy.poll_watched`). Several copies of one calendar are synced together,
                and a round tells the first one's report.
            address: The https address at which notifications arrive.
            also: What to do when another list of the account is due, such as its `calendarList`;
                not for the events of a calendar that has an engine. Functions, or coroutine
                functions within an event loop.
            policy: Lives and intervals.
            entropy: Where names and tokens of channels come from; tests pass their own.

        Raises:
            UsageError: Something is of another kind or colour, a calendar or list belongs to
                another account, `also` names what an engine syncs, or the service would not send
                messages to the address.
        """
        ports = _PushDrive(caller_of(push, ACCOUNT, self), entropy)
        expect(store, CHANNELS, self)
        expect(engines, ENGINES, self)
        chores: Mapping[Topic, Callable[[], object]] = {} if also is None else also
        expect(chores, BY_TOPIC, self)
        jobs = self._jobs(push, list(engines), chores)
        push.expect_address(address)
        chosen = WatchPolicy() if policy is None else policy
        expect_kind(chosen, WatchPolicy, "policy", self)
        rests = Rests(chosen)
        self._entropy = entropy
        self._tending = Tending(
            service=push,
            store=store,
            ports=ports,
            address=address,
            owner=owner_name(entropy),
            policy=chosen,
            rests=rests,
        )
        self._rounds = Rounds(
            provider=push.provider,
            account=push.account,
            jobs=jobs,
            store=store,
            ports=ports,
            policy=chosen,
            rests=rests,
        )

    @twin
    async def tend(self) -> ChannelReport:
        """Open, renew and stop channels as is needed now; see `ChannelReport`.

        Raises:
            LeaseHeld: Another worker tends this account's channels.
            LeaseLost: Another worker took over.
            StoreError: The store failed.
        """
        return await self._tended(self._rounds.jobs.keys())

    @twin
    async def sync_due(self) -> Round[SyncReport | None]:
        """Sync the calendars that are due; one that fails does not keep the others waiting.

        Whatever a sync or a function of `also` raises is in the round's `failures`, and so is
        `DeletionsPending` where a calendar waits for somebody to confirm deletions.

        Raises:
            StoreError: The store failed to note what was done.
        """
        return await self._rounds.work_off()

    @twin
    async def stop(self) -> ChannelReport:
        """Stop all channels of the account, for good or until the next `tend`.

        A channel whose opening was never answered cannot be stopped yet; the report names it
        in `unconfirmed`.

        Raises:
            LeaseHeld: Another worker tends this account's channels.
            LeaseLost: Another worker took over.
            StoreError: The store failed.
        """
        return await self._tended((), closing=True)

    def __repr__(self) -> str:
        name = f"{self._rounds.provider}:{self._rounds.account}"
        return f"{type(self).__name__}({name}, {len(self._rounds.jobs)} calendars)"

    async def _tended(self, topics: Collection[Topic], *, closing: bool = False) -> ChannelReport:
        tending = evolve(self._tending, owner=owner_name(self._entropy))
        return await tending.tend(topics, closing=closing)

    def _jobs(
        self,
        push: PushDescription,
        engines: Sequence[KeptCopy[C_co, Held, Change]],
        also: Mapping[Topic, Callable[[], object]],
    ) -> dict[Topic, Job[SyncReport | None]]:
        for engine in engines:
            expect(engine, ENGINE, self)
            expect_colour(engine, ENGINE, self)
        for topic in also:
            expect(topic, TOPIC, self)
        syncs = _by_calendar((engine.key, _job(engine.sync)) for engine in engines)
        chores = {topic: _chore(chore) for topic, chore in also.items()}
        for topic in (*syncs, *chores):
            _expect_own(topic.key, push)
        for topic, chore in also.items():
            _expect_further(topic, syncs)
            self._expect_chore(topic, chore)
        return {**syncs, **chores}

    def _expect_chore(self, topic: Topic, chore: Callable[[], object]) -> None:
        if not callable(chore):
            raise UsageError(f"what to do when {topic} are due is no function, but {chore!r}")
        if iscoroutinefunction(chore) and issubclass(self.colour, Blocks):
            raise UsageError(
                f"what to do when {topic} are due is an async function; "
                f"{type(self).__name__} takes plain ones, AsyncWatcher both"
            )


class Watcher(Watching[Blocks]):
    """Keeps the channels of one account, and syncs its calendars when they are due.

    A calendar is due when a notification announced a change, and after a while in any case,
    since notifications get lost and some calendars cannot be watched at all.

    ```python
    store = SQLiteStore("calendars.db")
    engines = [SyncEngine(google.calendar(name), store) for name in ("primary", "team@example.com")]
    watcher = Watcher(
        google.push,
        store,
        engines,
        address="https://hooks.example.com/google",     # where a `PushIntake` listens
    )

    def every_few_seconds():                            # any scheduler
        watcher.tend()                                  # no calls while nothing has to be done
        for topic, report in watcher.sync_due().done.items():
            ...
    ```

    Several workers may do so at once: one tends the channels, and one syncs each calendar.
    """


class AsyncWatcher(Watching[Awaits]):
    """Keeps the channels of one account, and syncs its calendars when they are due.

    The twin of `Watcher`, for engines of an Async client; stores are called in worker threads.
    """


@frozen
class _PushDrive(Drive):
    """The outside world of push."""

    entropy: Entropy = field(repr=False)


def _expect_own(key: CalendarKey, push: PushDescription) -> None:
    if (key.provider, key.account) != (push.provider, push.account):
        raise UsageError(
            f"{key} does not belong to {push.provider}:{push.account}; "
            "a watcher follows the calendars of one account"
        )


def _expect_further(topic: Topic, synced: Container[Topic]) -> None:
    if topic in synced:
        raise UsageError(
            f"{topic} are synced by an engine, which a function in `also` would replace; "
            "look at what `sync_due` returns instead"
        )


def _by_calendar(
    jobs: Iterable[tuple[CalendarKey, Job[SyncReport | None]]],
) -> dict[Topic, Job[SyncReport | None]]:
    """Return one job for each calendar: a service announces calendars, not parts of them."""
    copies: defaultdict[Topic, list[Job[SyncReport | None]]] = defaultdict(list)
    for key, job in jobs:
        copies[Topic(key.whole)].append(job)
    return {topic: partial(_all_of, found) for topic, found in copies.items()}


async def _all_of(jobs: Sequence[Job[SyncReport | None]]) -> SyncReport | None:
    """Do every job, whichever fails, and return what the first one did."""
    first, *others = jobs
    try:
        return _settled(await first())
    finally:
        if others:
            await _all_of(others)


def _settled(report: SyncReport | None) -> SyncReport | None:
    """Refuse to take a sync for done that waits for somebody to confirm deletions."""
    if report is not None and report.pending:
        raise DeletionsPending(
            f"{report.calendar}: {report.pending} events are lacking that nobody said are deleted; "
            "all else is committed; confirm or refuse them, or wait until the service names them"
        )
    return report


def _job(sync: Callable[[], SyncReport | Awaitable[SyncReport]]) -> Job[SyncReport | None]:
    async def job() -> SyncReport:
        report: SyncReport = await done(sync())
        return report

    return job


def _chore(chore: Callable[[], object]) -> Job[SyncReport | None]:
    async def job() -> None:
        await done(chore())

    return job
