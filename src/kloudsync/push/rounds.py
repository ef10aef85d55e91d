"""Working off what is due: once per topic, however many notifications made it due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from attrs import Factory, field, frozen

from kloudsync.errors import LeaseHeld
from kloudsync.model.channel import Standing, Topic
from kloudsync.push.due import due_at
from kloudsync.push.planner import current_channel
from kloudsync.push.policy import WatchPolicy
from kloudsync.push.ports import ChannelStore, PushPorts, mine
from kloudsync.push.report import Failure, Round
from kloudsync.push.rests import ACCOUNT, Rests, is_hopeless

R = TypeVar("R")

Job = Callable[[], Awaitable[R]]
"""Fetches what changed of one topic."""


def _rests(rounds: Rounds[R]) -> Rests:
    return Rests(rounds.policy)


@frozen(kw_only=True)
class Rounds(Generic[R]):
    """Works off the due topics of one account.

    Attributes:
        provider: The service.
        account: The caller's name for the account.
        jobs: What to do for each topic.
        store: Knows how topics stand.
        ports: The outside world.
        policy: Intervals.
        rests: What failed, and is left alone for a while.
    """

    provider: str
    account: str
    jobs: Mapping[Topic, Job[R]]
    store: ChannelStore
    ports: PushPorts
    policy: WatchPolicy = field(factory=WatchPolicy)
    rests: Rests = field(default=Factory(_rests, takes_self=True), repr=False)

    async def work_off(self) -> Round[R]:
        """Do the jobs of all topics that are due.

        A topic whose job fails, with whatever error, stays due and rests, longer each time and
        as long as the service asks for; the others go on, unless the account's credentials are
        at fault, which no further call would mend. A mark made while its job was running stays,
        so that the job is done again.

        Raises:
            StoreError: The store failed to note what was done, or that a topic rests.
        """
        done: dict[Topic, R] = {}
        failures: list[Failure] = []
        now = self.ports.now().timestamp()
        hopeless: Exception | None = None
        resting = self.rests.until(ACCOUNT, now)
        for standing, at in await self._agenda():
            if at > now or resting is not None:
                continue
            try:
                result = await self._do(standing.topic, hopeless)
            # Jobs are the program's own: whatever one of them raises is no fault of the others.
            except Exception as error:  # noqa: BLE001 - reported, and done again later
                failures.append(Failure(standing.topic, error))
                await self._rest(standing.topic, error)
                hopeless = hopeless or (error if is_hopeless(error, self.provider) else None)
            else:
                done[standing.topic] = result
                self._succeeded(standing.topic)
                await self._settle(standing)
        ahead = min((at for _, at in await self._agenda()), default=None)
        resting = self.rests.until(ACCOUNT, self.ports.now().timestamp())
        if ahead is not None and resting is not None:
            ahead = max(ahead, resting)
        return Round(done=done, failures=tuple(failures), next_at=ahead)

    async def _do(self, topic: Topic, hopeless: Exception | None) -> R:
        if hopeless is not None:
            raise hopeless
        return await self.jobs[topic]()

    async def _settle(self, standing: Standing) -> None:
        now = self.ports.now().timestamp()
        await self.ports.run(self.store.settle, standing.topic, standing.marks, now=now)

    async def _rest(self, topic: Topic, error: Exception) -> None:
        now = self.ports.now().timestamp()
        # Another worker is at it: its success is what this one waits for, and that is soon.
        busy = isinstance(error, LeaseHeld)
        until = now + self.policy.quiet if busy else self.rests.begin(topic, error, now)
        if is_hopeless(error, self.provider) and self.rests.until(ACCOUNT, now) is None:
            self.rests.begin(ACCOUNT, error, now)
        await self.ports.run(self.store.postpone, topic, until=until)

    def _succeeded(self, topic: Topic) -> None:
        self.rests.end(topic)
        self.rests.end(ACCOUNT)

    async def _agenda(self) -> list[tuple[Standing, float]]:
        """Return every topic's standing, and from when on it is due."""
        now = self.ports.now().timestamp()
        standings = await self.ports.run(self.store.standings, self.provider, self.account)
        channels = await self.ports.run(self.store.channels, self.provider, self.account)
        agenda: list[tuple[Standing, float]] = []
        for topic in self.jobs:
            own = [channel for channel in channels if channel.topic == topic]
            watched = current_channel(own, now) is not None
            standing = mine(standings, topic)
            agenda.append((standing, due_at(standing, watched=watched, policy=self.policy)))
        return agenda
