"""Keeping channels: a plan is made, performed, and made again.

The order makes crashes harmless. A channel is stored before the service is asked for it,
so that no message finds it unknown; an old channel is stopped only by a plan that was made
after its replacement was confirmed; a stopped channel is forgotten last, and stopping it
once more is no error.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Hashable, Iterator

from attrs import Factory, define, evolve, field, frozen

from kloudsync.errors import (
    APIError,
    DecodeError,
    LeaseLost,
    NotFound,
    StoreError,
    TransportError,
    UsageError,
)
from kloudsync.model.channel import Channel, Topic, WatchFate, hash_token
from kloudsync.model.state import Lease
from kloudsync.push.planner import ChannelPlan, plan_channels
from kloudsync.push.policy import WatchPolicy
from kloudsync.push.ports import PushDescription, PushPorts, PushStore
from kloudsync.push.report import ChannelReport, Failure
from kloudsync.push.rests import ACCOUNT, Rests, is_hopeless
from kloudsync.runtime.leasing import Leasing

ID_BYTES, TOKEN_BYTES = 16, 32

_LOST = (TransportError, DecodeError, StoreError)
"""What may be raised once the request was sent: no answer, one that cannot be read, or a budget
in a store that could not take it down.
"""


@define
class _Tally:
    opened: list[Channel] = Factory(list[Channel])
    renewed: list[Channel] = Factory(list[Channel])
    stopped: list[Channel] = Factory(list[Channel])
    unwatchable: list[Topic] = Factory(list[Topic])
    failures: list[Failure] = Factory(list[Failure])


def _rests(tending: Tending) -> Rests:
    return Rests(tending.policy)


@frozen(kw_only=True)
class Tending:
    """Keeps the channels of one account.

    Attributes:
        service: Describes the calls.
        store: Keeps the channels.
        ports: The outside world.
        address: Where messages shall go.
        owner: Who this worker is, for the lease.
        policy: Lives and shares.
        lease_ttl: Seconds after which a worker that died is replaced.
        rests: What was refused, and is left alone for a while.
    """

    service: PushDescription
    store: PushStore
    ports: PushPorts
    address: str
    owner: str
    policy: WatchPolicy = field(factory=WatchPolicy)
    lease_ttl: float = 240.0
    rests: Rests = field(init=True, repr=False, default=Factory(_rests, takes_self=True))

    async def tend(self, wanted: Collection[Topic], *, closing: bool = False) -> ChannelReport:
        """Open, renew and stop channels until those that live announce what is wanted.

        What fails for one topic does not keep the others waiting, unless the account's
        credentials are at fault. What failed rests, longer each time.

        Args:
            wanted: Every topic that this worker follows.
            closing: Whether to stop the channels of all others at once, whoever follows them,
                and whatever rests.

        Raises:
            LeaseHeld: Another worker tends this account's channels.
            LeaseLost: Another worker took over.
            StoreError: The store failed.
        """
        async with self._leasing.held(self.owner) as tenure:
            return await self._tend(wanted, tenure.lease, closing=closing)

    async def _tend(
        self, wanted: Collection[Topic], lease: Lease, *, closing: bool
    ) -> ChannelReport:
        tally = _Tally()
        first = await self._plan(wanted, closing=closing)
        for channel in first.forget:
            await self.ports.run(self.store.close_channel, channel.id)
            self.rests.end(channel.id)
        ageing = {channel.topic: channel for channel in first.ageing}
        for topic in first.open:
            if not self._rest_of(ACCOUNT):
                await self._leasing.renew(lease)
                if topic not in ageing or not await self._renew(ageing[topic], tally):
                    await self._open(topic, tally)
        # What may be stopped shows only now: what was opened is confirmed, or it is not.
        surplus = (await self._plan(wanted, closing=closing)).stop
        for channel in surplus:
            if closing or not (self._rest_of(ACCOUNT) or self._rest_of(channel.id)):
                await self._leasing.renew(lease)
                await self._stop(channel, tally)
        last = await self._plan(wanted, closing=closing)
        return ChannelReport(
            opened=tuple(tally.opened),
            renewed=tuple(tally.renewed),
            stopped=tuple(tally.stopped),
            forgotten=first.forget,
            unconfirmed=last.unconfirmed,
            unwatchable=tuple(tally.unwatchable),
            failures=tuple(tally.failures),
            poll=last.poll,
            next_at=min(self._turns(last), default=None),
        )

    def _turns(self, plan: ChannelPlan) -> Iterator[float]:
        """Yield when there is something to do again."""
        if plan.next_at is not None:
            yield plan.next_at
        resting = [self._rest_of(channel.id) for channel in plan.stop]
        if plan.open or plan.stop:
            resting.append(self._rest_of(ACCOUNT))
        yield from (until for until in resting if until is not None)

    def _rest_of(self, what: str) -> float | None:
        return self.rests.until(what, self._now())

    async def _plan(self, wanted: Collection[Topic], *, closing: bool) -> ChannelPlan:
        provider, account = self.service.provider, self.service.account
        return plan_channels(
            await self.ports.run(self.store.channels, provider, account),
            await self.ports.run(self.store.standings, provider, account),
            wanted,
            address=self.address,
            policy=self.policy,
            now=self._now(),
            closing=closing,
        )

    async def _open(self, topic: Topic, tally: _Tally) -> None:
        token = _text(self.ports.entropy(TOKEN_BYTES))
        channel = self._described(topic, token)
        try:
            opening = self.service.watch(channel, token)
        except UsageError as error:
            tally.failures.append(Failure(topic, error))
            return
        await self.ports.run(self.store.open_channel, channel)
        try:
            grant = await self.ports.send(opening)
        # A function of the program's own, such as one that returns tokens, may raise anything.
        except Exception as error:  # noqa: BLE001 - reported, and tried again later
            fate = fate_of(error, opening.name, self.service)
            await self._note_failure(channel, error, fate, tally)
            return
        self._succeeded(topic)
        ends = channel.expires_at if grant.expires_at is None else grant.expires_at
        opened = evolve(channel, resource=grant.resource, expires_at=ends)
        if await self.ports.run(self.store.confirm_channel, channel.id, grant, now=self._now()):
            tally.opened.append(opened)
        else:
            await self._give_up(opened, tally)

    async def _renew(self, channel: Channel, tally: _Tally) -> bool:
        """Let a channel live on; tell whether no other one has to be opened in its place."""
        now = self._now()
        until = now + self.policy.life
        renewal = self.service.renew(channel, now, until)
        if renewal is None:
            return False
        try:
            grant = await self.ports.send(renewal)
        except NotFound:
            # It ended by itself, whatever it was granted.
            await self.ports.run(self.store.close_channel, channel.id)
            return False
        except Exception as error:  # noqa: BLE001 - as above
            rest = self._begin_rest(channel.topic, error)
            reason = getattr(error, "reason", None) or "the channel was not renewed"
            await self.ports.run(self.store.bar, channel.topic, until=rest, reason=reason)
            tally.failures.append(Failure(channel.topic, error))
            return True
        self._succeeded(channel.topic)
        ends = until if grant.expires_at is None else grant.expires_at
        renewed = evolve(channel, resource=grant.resource, opened_at=now, expires_at=ends)
        await self.ports.run(self.store.open_channel, renewed)
        tally.renewed.append(renewed)
        return True

    async def _give_up(self, channel: Channel, tally: _Tally) -> None:
        # While the service took its time, another worker took over and stopped the channel, or
        # it ended. Should it be open all the same, nobody would hear it, or ever stop it.
        loss = f"the channel for the {channel.topic} was forgotten while the service opened it"
        tally.failures.append(Failure(channel.topic, LeaseLost(loss)))
        await self._stop(channel, tally)

    def _described(self, topic: Topic, token: str) -> Channel:
        now = self._now()
        return Channel(
            id=_text(self.ports.entropy(ID_BYTES)),
            topic=topic,
            address=self.address,
            token_hash=hash_token(token),
            spread=self.ports.chance(),
            opened_at=now,
            expires_at=now + self.policy.life,
        )

    async def _note_failure(
        self, channel: Channel, error: Exception, fate: WatchFate, tally: _Tally
    ) -> None:
        if fate is WatchFate.UNWATCHABLE:
            until = self._now() + self.policy.unwatchable_for
            tally.unwatchable.append(channel.topic)
        else:
            until = self._begin_rest(channel.topic, error)
            tally.failures.append(Failure(channel.topic, error))
        reason = getattr(error, "reason", None) or fate.value
        await self.ports.run(self.store.bar, channel.topic, until=until, reason=reason)
        # A channel that may exist stays stored: should it speak, it can be stopped.
        if fate is not WatchFate.UNKNOWN:
            await self.ports.run(self.store.close_channel, channel.id)

    async def _stop(self, channel: Channel, tally: _Tally) -> None:
        try:
            await self.ports.send(self.service.stop(channel))
        except NotFound:
            pass
        except Exception as error:  # noqa: BLE001 - as above
            self._begin_rest(channel.id, error)
            tally.failures.append(Failure(channel.topic, error))
            return
        self._succeeded(channel.id)
        await self.ports.run(self.store.close_channel, channel.id)
        tally.stopped.append(channel)

    def _begin_rest(self, what: Hashable, error: Exception) -> float:
        if is_hopeless(error, self.service.provider):
            self.rests.begin(ACCOUNT, error, self._now())
        return self.rests.begin(what, error, self._now())

    def _succeeded(self, what: Hashable) -> None:
        self.rests.end(what)
        self.rests.end(ACCOUNT)

    @property
    def _name(self) -> str:
        return f"{self.service.provider}:{self.service.account}"

    def _now(self) -> float:
        return self.ports.now().timestamp()

    @property
    def _leasing(self) -> Leasing:
        return Leasing(
            store=self.store,
            ports=self.ports,
            name=f"channels:{self._name}",
            ttl=self.lease_ttl,
            work=f"tends the channels of {self._name}",
            loss="what is open is the other's to keep",
        )


def fate_of(error: Exception, call: str, service: PushDescription) -> WatchFate:
    """Tell from an error what became of a channel that was to be opened.

    Args:
        error: What the call came to.
        call: The call's name. What failed under another one, such as the fetching of a token,
            failed before the service was asked.
        service: Reads the service's own errors.
    """
    if getattr(error, "operation", None) not in {None, call}:
        return WatchFate.REFUSED
    if isinstance(error, TransportError) and not error.sent:
        return WatchFate.REFUSED
    if isinstance(error, APIError):
        return service.fate(error)
    return WatchFate.UNKNOWN if isinstance(error, _LOST) else WatchFate.REFUSED


def _text(chance: bytes) -> str:
    return urlsafe_b64encode(chance).decode().rstrip("=")
