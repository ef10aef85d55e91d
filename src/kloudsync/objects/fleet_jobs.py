"""What a fleet does for each kind of topic, with the objects that a program would use itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Generic, cast

from attrs import field, frozen

from kloudsync.errors import UsageError
from kloudsync.fleet import topics
from kloudsync.fleet.accounts import Account, Line
from kloudsync.fleet.addresses import Addresses
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import RESTING, Note, State, Status, status_of
from kloudsync.fleet.verdicts import FOREVER, Result
from kloudsync.model.channel import Standing, Topic
from kloudsync.model.due import Claim, Due
from kloudsync.objects.claimed_store import WorkerLeases
from kloudsync.objects.collection_engine import AsyncCollectionEngine, CollectionEngine
from kloudsync.objects.fleet_metrics import FleetMetrics
from kloudsync.objects.lines import line_to
from kloudsync.objects.mirror import Mirroring
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.objects.watcher import AsyncWatcher, Watcher
from kloudsync.push.planner import current_channel
from kloudsync.runtime.clock import Clock
from kloudsync.runtime.colour import Awaits, Blocks, C_co, Colour, InColour
from kloudsync.runtime.drive import done
from kloudsync.runtime.joint_calls import JointCalls
from kloudsync.runtime.lending import Lending
from kloudsync.runtime.rests import HOPELESS
from kloudsync.sync.hook import Hook
from kloudsync.sync.progress import Progress, TryMade

_ENGINES: Mapping[type[Colour], Any] = {Blocks: SyncEngine, Awaits: AsyncSyncEngine}
_LISTS: Mapping[type[Colour], Any] = {Blocks: CollectionEngine, Awaits: AsyncCollectionEngine}
_WATCHERS: Mapping[type[Colour], Any] = {Blocks: Watcher, Awaits: AsyncWatcher}

COUNTS_KEPT = timedelta(days=92)
"""How long it is known what a day's requests were; a quarter of a year, so that months compare."""

Connect = Callable[[Account], Any]
"""Returns a client of an account, or a `Line`; a coroutine function, within an event loop."""

MakeMirror = Callable[[Any, Account], Any]
"""Returns the mirror of a calendar's copy, given its engine and its account."""


@frozen(kw_only=True)
class FleetJobs(Generic[C_co]):
    """Does what is due.

    Attributes:
        fleet: Whose colour all of it has.
        store: Holds copies, channels and what is due.
        leases: What the worker holds in it, and where mirrors keep their ledgers.
        connect: Reaches an account.
        lines: Lines that are open.
        policy: Intervals.
        clock: Tells the time.
        addresses: Where notifications arrive.
        mirrors: What is told elsewhere, by name.
        alerts: Who is told of changes of state, by name.
        hook: Hears of each step of each run.
        metrics: Counts them.
        connecting: Lets one job at a time reach an account.
    """

    fleet: InColour[C_co]
    store: Any
    leases: WorkerLeases
    connect: Connect
    lines: Lending[Line] = field(repr=False)
    policy: FleetPolicy
    clock: Clock
    addresses: Addresses
    mirrors: Mapping[str, MakeMirror]
    alerts: Mapping[str, Callable[[Status], object]]
    hook: Hook
    metrics: FleetMetrics
    connecting: JointCalls = field(factory=JointCalls, repr=False)

    async def do(self, claim: Claim, spent: Counter[str]) -> Result:
        """Work at a topic, and return what that came to."""
        if claim.topic.collection == topics.PRUNING:
            return await self._prune()
        if claim.topic.collection.startswith(topics.ALERT):
            return await self._alert(claim.topic)
        account = topics.account_of(claim.topic)
        line = await self._line(account)
        discard = False
        try:
            return await self._over(line, account, claim, spent)
        except HOPELESS:
            discard = True  # whoever consents anew gets a client of the new grant
            raise
        finally:
            for surplus in self.lines.give_back(account, line, discard=discard):
                await close(surplus)

    async def _line(self, account: Account) -> Line:
        """Return the account's line, which is opened once however many jobs want it.

        Where a refresh token can be used once, a second client would end the grant.
        """
        while True:
            with self.connecting.turn(account) as others:
                if others is None:
                    return self.lines.borrow(account) or await self._connect(account)
            await self.fleet.colour.outcome(others, self.policy.patience)

    async def _connect(self, account: Account) -> Line:
        client = await self.fleet.colour.within(self.policy.patience, self.connect, account)
        return self.lines.lend(account, line_to(client, account, self.fleet.colour))

    async def _over(
        self, line: Line, account: Account, claim: Claim, spent: Counter[str]
    ) -> Result:
        what = claim.topic.collection
        if what == topics.EVENTS:
            return await self._sync(line, claim, spent)
        if what == topics.LIST:
            return await self._list(line, account, spent)
        if what == topics.CHANNELS:
            return await self._tend(line, account, spent)
        return await self._tell(line, account, claim)

    def _engine(self, line: Line, topic: Topic, hook: Hook, store: Any = None) -> Any:
        source = line.calendar(topic.key.calendar)
        if source.key.whole != topic.key:
            raise UsageError(
                f"the client keeps {source.key.calendar!r} under the account "
                f"{source.key.account!r}, not {topic.key.account!r}; give it account=account.name"
            )
        return _ENGINES[self.fleet.colour](source, store or self.store, hook=hook)

    async def _sync(self, line: Line, claim: Claim, spent: Counter[str]) -> Result:
        topic = claim.topic
        cause = Lane(claim.lane).name.lower()
        stood: list[Standing] = []

        def ask(unit: Any) -> None:
            stood.append(unit.standing(topic))

        # Asked before anything is fetched, in the transaction in which the run opens.
        store = self.store.asking(ask)
        engine = self._engine(line, topic, self._counting(spent, cause), store)
        report = await done(engine.sync())
        standing = stood[-1]
        changed = bool(report.added or report.updated or report.deleted)
        watches = line.push is not None and self.addresses.at(topic.key.provider) is not None
        if changed and standing.first_mark is not None:
            self.metrics.lagged(topic.key.provider, self._now() - standing.first_mark)
        # What a run committed of which nobody heard, since its worker died or it was none of a
        # fleet's, is told now.
        unheard = report.passes > Note.read(claim.note).passes + 1
        told = changed or unheard
        watched, barred = await self._run(self._synced, topic, standing, told, watches)
        return Result(
            changed=changed,
            pending=report.pending,
            watched=watched,
            unwatchable=barred if watches else None,
            passes=report.passes,
        )

    def _synced(
        self, topic: Topic, standing: Standing, changed: bool, watches: bool
    ) -> tuple[bool, str | None]:
        """Note that a calendar was fetched, ask for what follows, and say whether it is watched.

        Args:
            topic: The calendar.
            standing: How it stood before it was fetched.
            changed: Whether mirrors have anything to tell.
            watches: Whether channels are kept at all.
        """

        def note(unit: Any) -> tuple[bool, str | None]:
            now = self._now()
            unit.settle(topic, standing.marks, now=now)
            if changed or self.mirrors:
                self._ask_mirrors(unit, topic, now, changed=changed)
            barred = standing.barred_reason if (standing.barred_until or 0.0) > now else None
            watched = current_channel(unit.channels_of(topic), now) is not None
            if watches and not (watched or barred):
                tended = topics.of_account(topics.account_of(topic), topics.CHANNELS)
                unit.make_due(tended, lane=Lane.POLL, wait=topics.CHANNELS_AFTER, now=now)
            return watched, barred

        known: tuple[bool, str | None] = self.store.unit(note)
        return known

    def _ask_mirrors(self, unit: Any, topic: Topic, now: float, *, changed: bool) -> None:
        """Let a changed calendar's mirrors be pushed: this fleet's, and others' that are known."""
        key, prefix = topic.key, topics.MIRROR
        rows = {
            row.topic: Note.read(row.note)
            for row in unit.due_of(key)
            if row.topic.collection.startswith(prefix)
        }
        own = dict.fromkeys(Topic(key, f"{prefix}{name}") for name in self.mirrors)
        for told in own | rows:
            # One that was retired, perhaps by a fleet without it, is wanted again: it is this one's.
            again = told in own and told in rows and rows[told].state is State.RETIRED
            if changed or again or told not in rows:
                note = Note(since=now).write() if again else None
                unit.make_due(told, lane=Lane.MIRROR, wait=0.0, now=now, note=note)

    async def _list(self, line: Line, account: Account, spent: Counter[str]) -> Result:
        """Follow what appears in the account's list of calendars, and nothing that left it."""
        if line.calendars is not None:
            hook = self._counting(spent, "list")
            engine = _LISTS[self.fleet.colour](line.calendars, self.store, hook=hook)
            await done(engine.sync())
            held = await self._run(self.store.events, line.calendars.key)
            listed = {record.id for record in held}
        elif line.names is not None:
            spent["list"] += 1
            listed = set(await self._run(line.names))
        else:
            raise UsageError(
                f"no list of {account.provider}'s calendars can be followed; name them: "
                "fleet.enrol(account, calendars=[…])"
            )
        changed = await self._run(self._follow, account, listed)
        return Result(changed=changed, wait=self.policy.list_every)

    def _follow(self, account: Account, listed: set[str]) -> bool:
        """Follow what is listed and was not followed, and nothing that left the list."""

        def follow(unit: Any) -> bool:
            now = self._now()
            rows = {row.topic: row for row in unit.due(account.provider, account.name)}
            reading = rows.get(topics.of_account(account, topics.LIST))
            if reading is None or Note.read(reading.note).state in RESTING:
                return False  # the program left the account alone while its list was read
            # Those of an urgent enrolment go ahead as the list did; what appears later waits its turn.
            lane = Lane.POLL if Note.read(reading.note).urgent else Lane.FIRST
            named = [topics.calendar(account, name) for name in sorted(listed)]
            new = [one for one in named if is_new(rows.get(one), *topics.WITH_ACCOUNT)]
            gone_by = _unlisted(rows, listed)
            for topic in new:
                unit.make_due(topic, lane=lane, now=now, note=Note(since=now).write())
            for topic in gone_by:
                gone = Note.read(rows[topic].note).turned(State.RETIRED, now, topics.UNLISTED)
                unit.make_due(topic, lane=Lane.POLL, now=now, note=gone.write())
                self.ask_alerts(unit, topic)
            channels = topics.of_account(account, topics.CHANNELS)
            note = Note(since=now).write() if is_new(rows.get(channels), topics.GONE) else None
            unit.make_due(channels, lane=Lane.POLL, now=now, note=note)
            return bool(new or gone_by)

        changed: bool = self.store.unit(follow)
        return changed

    async def _tend(self, line: Line, account: Account, spent: Counter[str]) -> Result:
        """Keep a channel for each calendar that is followed."""
        if line.push is None:
            return Result(changed=False, wait=self.policy.list_every)
        address = self.addresses.at(account.provider)
        if address is None:
            # Whoever opened these renews them; whoever finds a calendar without one asks again.
            left = bool(await self._run(self.store.channels, account.provider, account.name))
            return Result(changed=False, wait=self.policy.list_every, left=left)
        followed = await self._run(self._followed, account)
        engines = [self._engine(line, topic, self.hook) for topic in followed]
        watcher = _WATCHERS[self.fleet.colour](line.push, self.store, engines, address=address)
        report = await done(watcher.tend() if followed else watcher.stop())
        made, failed = len(report.opened) + len(report.renewed), len(report.failures)
        made += len(report.stopped)
        spent["channels"] += made + failed
        self.metrics.tended(account.provider, made, failed)
        if report.failures:
            # Raised once all others were served: the account's channels rest, longer each time.
            raise report.failures[0].error
        if not (followed or report.unconfirmed or await self._run(self._is_listed, account)):
            return Result(gone=True)
        soon = self.policy.list_every if report.next_at is None else report.next_at - self._now()
        return Result(changed=bool(report.opened), wait=max(1.0, soon))

    def _followed(self, account: Account, collection: str = topics.EVENTS) -> list[Topic]:
        return [
            row.topic
            for row in self.store.due(account.provider, account.name)
            if row.topic.collection == collection and Note.read(row.note).state not in RESTING
        ]

    def _is_listed(self, account: Account) -> bool:
        """Tell whether calendars may still appear in the account's list, which another job reads."""
        return bool(self._followed(account, topics.LIST))

    async def _tell(self, line: Line, account: Account, claim: Claim) -> Result:
        """Push one calendar's mirror."""
        name = claim.topic.collection.removeprefix(topics.MIRROR)
        make = self.mirrors.get(name)
        if make is None:
            return Result(gone=True)
        topic = Topic(claim.topic.key, topics.EVENTS)
        mirror: Any = make(self._engine(line, topic, self.hook), account)
        report = await done(short_leased(mirror, self.leases).push())
        changed = bool(report.created or report.updated or report.cancelled)
        return Result(changed=changed, wait=self.policy.mirror_every)

    def ask_alerts(self, unit: Any, topic: Topic) -> None:
        """Let it be told that a topic stands otherwise, in the transaction in which it comes to it."""
        ours = topics.account_of(topic) == topics.HOUSE
        if ours or topic.collection.startswith(topics.ALERT):
            return
        for name in self.alerts:
            told = topics.alert(topic, name)
            unit.make_due(told, lane=Lane.MIRROR, wait=0.0, now=self._now())

    async def _alert(self, topic: Topic) -> Result:
        """Tell one how a topic stands now, which is told again until that went well."""
        name, about = topics.alerted(topic)
        tell = self.alerts.get(name)
        if tell is None:
            return Result(left=True, wait=self.policy.unwatched)
        rows = await self._run(self.store.due_of, about.key)
        row = next((row for row in rows if row.topic == about), None)
        if row is None:
            return Result(gone=True)
        status = status_of(row, delayed=self.policy.delayed, now=self._now())
        await self.fleet.colour.within(self.policy.patience, tell, status)
        return Result(wait=FOREVER)

    async def _prune(self) -> Result:
        kept = self.policy.feed_kept
        if kept is None:
            return Result(left=True)
        now = self.clock.now()
        await self._run(self.store.prune, now - kept)
        await self._run(self.store.prune_requests, (now - COUNTS_KEPT).date())
        return Result(changed=False, wait=self.policy.prune_every)

    def _counting(self, spent: Counter[str], cause: str) -> Hook:
        def count(progress: Progress, /) -> None:
            if isinstance(progress, TryMade):
                spent[cause] += 1
            self.metrics.hook(progress)
            self.hook(progress)

        return count

    async def _run(self, method: Callable[..., Any], *args: Any) -> Any:
        return await self.fleet.colour.run(method, *args)

    def _now(self) -> float:
        return self.clock.now().timestamp()


def is_new(row: Due | None, *reasons: str) -> bool:
    """Tell whether a topic is to be followed that was not, or was retired for a reason that is over."""
    note = None if row is None else Note.read(row.note)
    return note is None or (note.state is State.RETIRED and note.reason in reasons)


def _unlisted(rows: Mapping[Topic, Due], listed: set[str]) -> list[Topic]:
    """Return the calendars that are followed and in no list any more."""
    return [
        topic
        for topic, row in rows.items()
        if topic.collection == topics.EVENTS
        and topic.key.calendar not in listed
        and Note.read(row.note).state not in RESTING
    ]


def short_leased(mirror: Any, leases: WorkerLeases) -> Any:
    """Return a mirror whose sink is free soon after its worker died, where it is one of ours."""
    ours = isinstance(mirror, Mirroring)
    return cast("Mirroring[Any]", mirror).over(leases.over) if ours else mirror


async def close(line: Line) -> None:
    """Close what was opened for one account."""
    if line.close is not None:
        await done(line.close())
