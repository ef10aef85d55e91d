"""One worker: takes what is due, does it beside whatever else runs, and gives it back.

The loop is a coroutine over a crew; it decides nothing but the order. It goes on through
whatever fails: a job that raises is judged, a store that is away is asked again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial

from attrs import Factory, define, evolve, field, frozen

from kloudsync.errors import StoreCorrupt, StoreError, StoreTooNew
from kloudsync.fleet.budget import open_lanes
from kloudsync.fleet.lanes import Lane, room
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.ports import Jobs, Times, WorkRoles, WorkStore
from kloudsync.fleet.states import RESTING, Note
from kloudsync.fleet.verdicts import FOREVER, Verdict, of_error, of_result, words
from kloudsync.model.channel import Topic
from kloudsync.model.due import Claim
from kloudsync.runtime.crew import Crew
from kloudsync.runtime.nicknames import nickname

logger: logging.Logger = logging.getLogger("kloudsync.fleet")

COUNT_EVERY = 10.0
"""Seconds after which it is asked again what the day has cost so far."""

STORE_PAUSE = 1.0
"""Seconds after which a store that is away is asked again."""


@frozen(kw_only=True)
class Ended:
    """A topic that was worked at.

    Attributes:
        claim: What was taken.
        before: How it stood.
        verdict: What became of it.
        error: Why it failed, or None.
        took: Seconds that the work took.
        kept: Whether it could be given back; if not, another worker had taken it over.
    """

    claim: Claim
    before: Note
    verdict: Verdict
    error: Exception | None = None
    took: float = 0.0
    kept: bool = False


@define(kw_only=True)
class Worker:
    """Works off what is due in a store.

    Attributes:
        owner: Its name, of no other worker.
        store: Where it is kept what is due.
        jobs: Does it.
        crew: Does several at once.
        times: Clock and chance.
        policy: How much at once, and how often.
        begin: Called before anything is taken, and again where the store is away.
        beaten: Called with each heartbeat, which there are while something is worked at.
        heard: Hears of each topic that was worked at.
        turned: Called in the transaction in which a topic comes to another state.
        budget: How many requests all workers of the store may make in a day, in UTC, or None.
    """

    owner: str
    store: WorkStore
    jobs: Jobs
    crew: Crew
    times: Times
    policy: FleetPolicy
    begin: Callable[[], object] = field(default=lambda: None)
    beaten: Callable[[], object] = field(default=lambda: None)
    heard: Callable[[Ended], object] = field(default=lambda _: None)
    turned: Callable[[WorkRoles, Topic], object] = field(default=lambda unit, topic: None)  # noqa: ARG005 - their names for callers
    budget: int | None = None
    _held: dict[Claim, None] = Factory(dict[Claim, None])
    _beat_at: float = 0.0
    _counted_at: float = field(default=float("-inf"))
    _open: Collection[Lane] = tuple(Lane)
    _begun: bool = False
    _beating: bool = False
    _stopping: bool = False

    @property
    def held(self) -> list[Claim]:
        """What it is at."""
        return list(self._held)

    def stop(self) -> None:
        """Take nothing more; from any thread or signal handler."""
        self._stopping = True
        self.crew.wake()

    async def work(self) -> int:
        """Work until told to stop, and return how many jobs did not end in time.

        Raises:
            StoreCorrupt: The store is none, which waiting does not mend.
            StoreTooNew: A newer kloudsync made it.
        """
        try:
            while not self._stopping:
                try:
                    await self._begin()
                    # First: what it has may have lapsed while the store was away, and is its own.
                    await self._beat()
                    taken = await self._take()
                except (StoreCorrupt, StoreTooNew):
                    raise
                except StoreError as error:
                    logger.warning("the store is away: %s", words(error))
                    await self.crew.wait(STORE_PAUSE)
                    continue
                if not taken and not self._stopping:
                    await self.crew.wait(self.policy.look)
        except BaseException:
            await self.crew.leave(0.0)
            raise
        return await self._leave()

    async def work_off(self) -> None:
        """Work at all that is due now, and what becomes due meanwhile, until nothing is.

        Or until told to stop.

        Raises:
            StoreError: The store failed.
        """
        try:
            await self._begin()
            while not self._stopping:
                # Asked first: what ends meanwhile may have made something due.
                idle = not self._held
                await self._beat()
                taken = await self._take()
                if idle and not taken:
                    break
                if not taken:
                    await self.crew.wait(self.policy.heartbeat)
        except BaseException:
            await self.crew.leave(0.0)
            raise
        await self._leave()

    async def _begin(self) -> None:
        if not self._begun:
            await self.crew.run(self.begin)
            self._begun = True

    async def _take(self) -> int:
        """Take as much as there is room for, the most urgent first, and begin it."""
        taken = 0
        for lane in await self._waiting(await self._affordable()):
            if limit := self._room(lane):
                claims = await self.crew.run(
                    self.store.claim_due,
                    self.owner,
                    lane=lane,
                    limit=limit,
                    ttl=self.policy.ttl,
                    now=self._now(),
                    each=self.policy.each,
                    passing_over=self._full(),
                )
                for claim in claims:
                    self._held[claim] = None
                    self.crew.start(partial(self._serve, claim))
                taken += len(claims)
        return taken

    async def _waiting(self, lanes: Collection[Lane]) -> list[Lane]:
        """Return the lanes in which something is due and may begin.

        One question, to which the answer mostly is none; none at all where there is no room.
        """
        wanted = [lane for lane in lanes if self._room(lane)]
        if not wanted:
            return []
        due = await self.crew.run(self.store.due_lanes, wanted, now=self._now())
        return [Lane(lane) for lane in due]

    def _room(self, lane: Lane) -> int:
        running = Counter(Lane(one.lane) for one in list(self._held))
        return room(lane, running, self.policy.slots)

    async def _affordable(self) -> Collection[Lane]:
        """Return the lanes that the day's budget still has something for."""
        now = self.times.monotonic()
        if self.budget is not None and now >= self._counted_at + COUNT_EVERY:
            self._counted_at = now
            day = self.times.now().date()
            counts = await self.crew.run(self.store.requests_of_all, first=day, last=day)
            self._open = open_lanes(self.budget, sum(counts.values()))
        return self._open

    def _full(self) -> list[tuple[str, str]]:
        """Return the accounts of which as much is running as may be."""
        running = Counter(
            (one.topic.key.provider, one.topic.key.account) for one in list(self._held)
        )
        return [account for account, count in running.items() if count >= self.policy.each]

    async def _beat(self) -> None:
        """Say that what is running is being worked at, now and then."""
        now = self.times.monotonic()
        if self._held and now >= self._beat_at:
            held = list(self._held)
            await self.crew.run(self.store.renew_claims, held, ttl=self.policy.ttl, now=self._now())
            self._beat_at = now + self.policy.heartbeat
            if not self._beating:
                self._beating = True
                self.crew.start(self._beat_leases)

    async def _beat_leases(self) -> None:
        """Hold the leases of jobs for longer, beside the loop: each waits for a commit that it is part of."""
        try:
            await self.crew.run(self.beaten)
        except StoreError as error:
            logger.warning("could not renew leases: %s", words(error))
        finally:
            self._beating = False

    async def _serve(self, claim: Claim) -> None:
        """Work at a topic and give it back, whatever happens."""
        spent: Counter[str] = Counter()
        try:
            ended = await self._judged(claim, spent)
            kept = await self.crew.run(self._give_back, claim, spent, ended)
            self._tell(evolve(ended, kept=kept))
        except StoreError as error:
            # The claim ends by itself, and somebody takes the topic again.
            logger.warning("could not give back the %s: %s", called(claim.topic), words(error))
        finally:
            self._held.pop(claim, None)
            self.crew.wake()

    def _tell(self, ended: Ended) -> None:
        stands = ended.verdict.note
        if stands.state is not ended.before.state and ended.kept:
            logger.info(
                "%s: %s, was %s%s",
                called(ended.claim.topic),
                stands.state.value,
                ended.before.state.value,
                f": {stands.reason}" if stands.reason else "",
            )
        try:
            self.heard(ended)
        # The program's own function: what it raises undoes nothing, and would be seen by nobody.
        except Exception as error:  # noqa: BLE001 - named in the log
            logger.error("what hears of states failed: %s", words(error))  # noqa: TRY400 - see above

    async def _judged(self, claim: Claim, spent: Counter[str]) -> Ended:
        note, began = Note.read(claim.note), self.times.monotonic()
        if note.state in RESTING:
            return Ended(claim=claim, before=note, verdict=Verdict(note=note, wait=FOREVER))
        try:
            result = await self.jobs.do(claim, spent)
        # Jobs call what the program gave: whatever one raises is no fault of the others.
        except Exception as error:  # noqa: BLE001 - judged, noted, and done again later
            verdict = self._of_error(claim, note, error)
            failed = Ended(claim=claim, before=note, verdict=verdict, error=error)
            return evolve(failed, took=self.times.monotonic() - began)
        now, chance = self._now(), self.times.chance()
        verdict = of_result(note, result, self.policy, now=now, chance=chance)
        took = self.times.monotonic() - began
        return Ended(claim=claim, before=note, verdict=verdict, took=took)

    def _of_error(self, claim: Claim, note: Note, error: Exception) -> Verdict:
        return of_error(
            note,
            error,
            self.policy,
            lane=Lane(claim.lane),
            attempts=claim.attempts,
            now=self._now(),
            chance=self.times.chance(),
        )

    def _give_back(self, claim: Claim, spent: Counter[str], ended: Ended) -> bool:
        """Note in one transaction what became of a topic, and what it cost."""
        key, at, verdict = claim.topic.key, self.times.now(), ended.verdict
        now = at.timestamp()

        def note(unit: WorkRoles) -> bool:
            if spent:
                unit.count_requests(key, spent, day=at.date())
            if verdict.account_rests is not None:
                unit.put_off(key.provider, key.account, wait=verdict.account_rests, now=now)
            kept = unit.give_back(
                claim,
                lane=verdict.lane,
                wait=verdict.wait,
                now=now,
                done=verdict.done,
                note=verdict.note.write(),
            )
            if kept and verdict.note.state is not ended.before.state:
                self.turned(unit, claim.topic)
            return kept

        return self.store.unit(note)

    async def _leave(self) -> int:
        """Let what is running end, within the grace that there is, beating on meanwhile."""
        until = self.times.monotonic() + self.policy.grace
        while self._held and (rest := until - self.times.monotonic()) > 0:
            await self.crew.wait(min(rest, self.policy.heartbeat))
            try:
                await self._beat()
            except StoreError as error:
                logger.warning("the store is away: %s", words(error))
        left = await self.crew.leave(0.0 if self._held else self.policy.grace)
        if left:
            logger.warning("%d jobs did not end in time; others take them over", left)
        return left

    def _now(self) -> float:
        return self.times.now().timestamp()


def called(topic: Topic) -> str:
    """Name a topic in a log: its list, and its calendar by a nickname that tells no address."""
    return f"{topic.collection} of {nickname(topic.key)}"
