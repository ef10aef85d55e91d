"""Working off what is due: once per topic, however many notifications made it due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from attrs import field, frozen

from kloudsync.errors import LeaseHeld
from kloudsync.model.channel import Standing, Topic
from kloudsync.push.due import due_at
from kloudsync.push.planner import current_channel
from kloudsync.push.policy import WatchPolicy
from kloudsync.push.ports import ChannelStore, PushPorts, mine
from kloudsync.push.report import Failure, Round

R = TypeVar("R")

Job = Callable[[], Awaitable[R]]
"""Fetches what changed of one topic."""


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
    """

    provider: str
    account: str
    jobs: Mapping[Topic, Job[R]]
    store: ChannelStore
    ports: PushPorts
    policy: WatchPolicy = field(factory=WatchPolicy)

    async def work_off(self) -> Round[R]:
        """Do the jobs of all topics that are due.

        A topic whose job fails, with whatever error, stays due and rests for a while; the
        others go on. A mark made while its job was running stays, so that the job is done
        again.

        Raises:
            StoreError: The store failed to note what was done, or that a topic rests.
        """
        done: dict[Topic, R] = {}
        failures: list[Failure] = []
        now = self.ports.now().timestamp()
        for standing, at in await self._agenda():
            if at > now:
                continue
            try:
                result = await self.jobs[standing.topic]()
            # Jobs are the program's own: whatever one of them raises is no fault of the others.
            except Exception as error:  # noqa: BLE001 - reported, and done again later
                failures.append(Failure(standing.topic, error))
                await self._rest(standing.topic, error)
            else:
                done[standing.topic] = result
                await self._settle(standing)
        ahead = min((at for _, at in await self._agenda()), default=None)
        return Round(done=done, failures=tuple(failures), next_at=ahead)

    async def _settle(self, standing: Standing) -> None:
        now = self.ports.now().timestamp()
        await self.ports.run(self.store.settle, standing.topic, standing.marks, now=now)

    async def _rest(self, topic: Topic, error: Exception) -> None:
        # Another worker is at it: its success is what this one waits for, and that is soon.
        rest = self.policy.quiet if isinstance(error, LeaseHeld) else self.policy.rest
        until = self.ports.now().timestamp() + rest
        await self.ports.run(self.store.postpone, topic, until=until)

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
