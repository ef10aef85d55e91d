"""What an application's scheduler calls: channels kept open, and calendars synced when due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar

from attrs import evolve, field, frozen

from kloudsync.errors import DeletionsPending, UsageError
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.drives import AwaitingDrive, BlockingDrive
from kloudsync.http.operation import Operation
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine, owner_name
from kloudsync.push.policy import WatchPolicy
from kloudsync.push.ports import PushDescription, PushService, PushStore
from kloudsync.push.report import ChannelReport, Round
from kloudsync.push.rests import Rests
from kloudsync.push.rounds import Job, Rounds
from kloudsync.push.tending import Tending
from kloudsync.runtime.clock import entropy as unguessable
from kloudsync.runtime.drive import run
from kloudsync.sync.report import SyncReport

P = ParamSpec("P")
T = TypeVar("T")

Entropy = Callable[[int], bytes]
"""Returns that many random bytes, fit for secrets."""


class Watcher:
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

    Args:
        push: The account, such as `google.push`.
        store: Where channels and due calendars are kept.
        engines: The calendars of the account that this watcher follows. Others may be another
            watcher's: their channels are stopped once nobody has fetched them for two polls
            (`WatchPolicy.poll_watched`). Several copies of one calendar are synced together, and a round tells the
            first one's report.
        address: The https address at which notifications arrive.
        also: What to do when another list of the account is due, such as its `calendarList`; not
            for the events of a calendar that has an engine.
        policy: Lives and intervals.
        entropy: Where names and tokens of channels come from; tests pass their own.

    Raises:
        UsageError: A calendar or list belongs to another account, `also` names what an engine
            syncs, or the service would not send messages to the address.
    """

    def __init__(
        self,
        push: PushService[Blocking],
        store: PushStore,
        engines: Iterable[SyncEngine],
        *,
        address: str,
        also: Mapping[Topic, Callable[[], object]] | None = None,
        policy: WatchPolicy | None = None,
        entropy: Entropy = unguessable,
    ) -> None:
        self._watch = _Watch.of(
            push,
            store,
            _Ports(BlockingDrive(push.caller), entropy),
            syncs=_by_calendar((engine.key, _blocking_job(engine.sync)) for engine in engines),
            chores={topic: _blocking_chore(chore) for topic, chore in (also or {}).items()},
            address=address,
            policy=policy,
        )

    def tend(self) -> ChannelReport:
        """Open, renew and stop channels as is needed now; see `ChannelReport`.

        Raises:
            LeaseHeld: Another worker tends this account's channels.
            LeaseLost: Another worker took over.
            StoreError: The store failed.
        """
        return run(self._watch.tend())

    def sync_due(self) -> Round[SyncReport | None]:
        """Sync the calendars that are due; one that fails does not keep the others waiting.

        Whatever a sync or a function of `also` raises is in the round's `failures`, and so is
        `DeletionsPending` where a calendar waits for somebody to confirm deletions.

        Raises:
            StoreError: The store failed to note what was done.
        """
        return run(self._watch.rounds.work_off())

    def stop(self) -> ChannelReport:
        """Stop all channels of the account, for good or until the next `tend`.

        A channel whose opening was never answered cannot be stopped yet; the report names it
        in `unconfirmed`.

        Raises:
            LeaseHeld: Another worker tends this account's channels.
            LeaseLost: Another worker took over.
            StoreError: The store failed.
        """
        return run(self._watch.stop())


class AsyncWatcher:
    """Keeps the channels of one account, and syncs its calendars when they are due.

    The twin of `Watcher`, for engines of an Async client; stores are called in worker threads.

    Args:
        push: The account, with the caller of an Async client.
        store: Where channels and due calendars are kept.
        engines: All calendars of the account that shall be followed.
        address: The https address at which notifications arrive.
        also: What to do when another list of the account is due; not for the events of a
            calendar that has an engine.
        policy: Lives and intervals.
        entropy: Where names and tokens of channels come from; tests pass their own.

    Raises:
        UsageError: A calendar or list belongs to another account, `also` names what an engine
            syncs, or the service would not send messages to the address.
    """

    def __init__(
        self,
        push: PushService[Awaiting],
        store: PushStore,
        engines: Iterable[AsyncSyncEngine],
        *,
        address: str,
        also: Mapping[Topic, Callable[[], Awaitable[object]]] | None = None,
        policy: WatchPolicy | None = None,
        entropy: Entropy = unguessable,
    ) -> None:
        self._watch = _Watch.of(
            push,
            store,
            _Ports(AwaitingDrive(push.caller), entropy),
            syncs=_by_calendar((engine.key, engine.sync) for engine in engines),
            chores={topic: _awaiting_chore(chore) for topic, chore in (also or {}).items()},
            address=address,
            policy=policy,
        )

    async def tend(self) -> ChannelReport:
        """Open, renew and stop channels as is needed now; see `Watcher.tend`."""
        return await self._watch.tend()

    async def sync_due(self) -> Round[SyncReport | None]:
        """Sync the calendars that are due; see `Watcher.sync_due`."""
        return await self._watch.rounds.work_off()

    async def stop(self) -> ChannelReport:
        """Stop all channels of the account; see `Watcher.stop`."""
        return await self._watch.stop()


@frozen
class _Ports:
    """The outside world of push, in the colour of a drive."""

    drive: BlockingDrive | AwaitingDrive
    entropy: Entropy = field(repr=False)

    async def send(self, operation: Operation[T]) -> T:
        return await self.drive.send(operation)

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.drive.run(method, *args, **kwargs)

    def now(self) -> datetime:
        return self.drive.now()

    def chance(self) -> float:
        return self.drive.caller.ports.chance()


@frozen(kw_only=True)
class _Watch:
    """What both colours of watcher share."""

    entropy: Entropy
    tending: Tending
    rounds: Rounds[SyncReport | None]

    @classmethod
    def of(
        cls,
        push: PushDescription,
        store: PushStore,
        ports: _Ports,
        *,
        syncs: Mapping[Topic, Job[SyncReport | None]],
        chores: Mapping[Topic, Job[SyncReport | None]],
        address: str,
        policy: WatchPolicy | None,
    ) -> _Watch:
        for topic in (*syncs, *chores):
            _expect_own(topic.key, push)
        for topic in chores:
            _expect_further(topic, syncs)
        push.expect_address(address)
        chosen = policy or WatchPolicy()
        owner = owner_name(ports.entropy)
        rests = Rests(chosen)
        return cls(
            entropy=ports.entropy,
            tending=Tending(
                service=push,
                store=store,
                ports=ports,
                address=address,
                owner=owner,
                policy=chosen,
                rests=rests,
            ),
            rounds=Rounds(
                provider=push.provider,
                account=push.account,
                jobs={**syncs, **chores},
                store=store,
                ports=ports,
                policy=chosen,
                rests=rests,
            ),
        )

    async def tend(self) -> ChannelReport:
        return await self._tending().tend(self.rounds.jobs.keys())

    async def stop(self) -> ChannelReport:
        return await self._tending().tend((), closing=True)

    def _tending(self) -> Tending:
        return evolve(self.tending, owner=owner_name(self.entropy))


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
            "all else is committed; confirm them, or wait until the service names them"
        )
    return report


def _blocking_job(sync: Callable[[], SyncReport]) -> Job[SyncReport | None]:
    async def job() -> SyncReport:
        return sync()

    return job


def _blocking_chore(chore: Callable[[], object]) -> Job[SyncReport | None]:
    async def job() -> None:
        chore()

    return job


def _awaiting_chore(chore: Callable[[], Awaitable[object]]) -> Job[SyncReport | None]:
    async def job() -> None:
        await chore()

    return job
