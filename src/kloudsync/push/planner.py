"""Which channels to open, stop and forget: a pure function of what is stored and the time.

Nothing is remembered but the stored channels, so a plan made after a crash picks up
what the crash left: a channel that nobody confirmed, or two where one is enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from attrs import frozen

from kloudsync.model.channel import Channel, Standing, Topic
from kloudsync.push.policy import WatchPolicy


@frozen(kw_only=True)
class ChannelPlan:
    """What has to be done about channels.

    Attributes:
        open: Topics that need a new channel: they have none, or one that grows old.
        ageing: Of these, the channels that grow old, which a service may be able to renew.
        stop: Channels that the service shall close: replaced by a newer one, or not wanted.
        forget: Channels that have ended by themselves.
        unconfirmed: Unwanted channels that may be open and cannot be stopped, since nobody has
            seen the service's answer: they speak and are stopped, or they end.
        poll: Wanted topics that no channel announces at present.
        next_at: Seconds since 1970 when to plan again at the latest, or None if nothing is ahead.
    """

    open: tuple[Topic, ...] = ()
    ageing: tuple[Channel, ...] = ()
    stop: tuple[Channel, ...] = ()
    forget: tuple[Channel, ...] = ()
    unconfirmed: tuple[Channel, ...] = ()
    poll: tuple[Topic, ...] = ()
    next_at: float | None = None


def plan_channels(
    channels: Iterable[Channel],
    standings: Iterable[Standing],
    wanted: Collection[Topic],
    *,
    address: str,
    policy: WatchPolicy,
    now: float,
    closing: bool = False,
) -> ChannelPlan:
    """Plan what to do about the channels of one account.

    A channel is renewed by overlap: the new one is opened first, and the old one is in the
    plan's `stop` only once the new one is confirmed. A channel without an answer blocks
    another one for the policy's grace only; should it speak later, it is one too many.

    Args:
        channels: Every stored channel of the account.
        standings: How its topics stand; a barred topic is not asked for.
        wanted: Every topic that this worker wants to be announced. Others of the account may
            be another worker's: their channels are stopped once nobody has fetched them for two
            of the policy's polls.
        address: Where messages shall go; channels to other addresses are replaced.
        policy: Lives and shares.
        now: Seconds since 1970.
        closing: Whether the channels of all other topics are stopped at once, whoever fetches
            them.
    """
    alive: defaultdict[Topic, list[Channel]] = defaultdict(list)
    ended: list[Channel] = []
    for channel in sorted(channels, key=_age):
        (alive[channel.topic] if channel.expires_at > now else ended).append(channel)
    known = {one.topic: one for one in standings}
    barred = {one.topic: one.barred_until for one in known.values() if one.barred_until is not None}
    outlooks = {
        topic: _Outlook(alive[topic], barred.get(topic, 0.0), address, policy, now)
        for topic in wanted
    }
    others = [one for topic, held in alive.items() if topic not in wanted for one in held]
    left = {one.id: _abandoned_at(one, known.get(one.topic), policy) for one in others}
    unwanted = [one for one in others if closing or left[one.id] <= now]
    kept = [left[one.id] for one in others if now < left[one.id] < one.expires_at and not closing]
    unconfirmed = tuple(channel for channel in unwanted if not channel.is_confirmed)
    turns = chain.from_iterable(one.turns() for one in outlooks.values())
    return ChannelPlan(
        open=tuple(topic for topic, one in outlooks.items() if one.needs_another),
        ageing=tuple(old for one in outlooks.values() if (old := one.ageing) is not None),
        stop=(
            *(channel for one in outlooks.values() for channel in one.surplus),
            *(channel for channel in unwanted if channel.is_confirmed),
        ),
        forget=tuple(ended),
        unconfirmed=unconfirmed,
        poll=tuple(topic for topic, one in outlooks.items() if one.current is None),
        next_at=min((*turns, *(one.expires_at for one in unconfirmed), *kept), default=None),
    )


def _abandoned_at(channel: Channel, standing: Standing | None, policy: WatchPolicy) -> float:
    """Return from when on a channel is nobody's, since nobody fetches what it announces."""
    seen = [channel.opened_at]
    if standing is not None:
        seen += [at for at in (standing.checked_at, standing.rest_until) if at is not None]
    return max(seen) + 2 * policy.poll_watched


def renewal_of(channel: Channel, policy: WatchPolicy) -> float:
    """Return when a channel is old enough for a new one beside it, in seconds since 1970."""
    share = policy.renew_at - policy.spread * channel.spread
    return channel.opened_at + share * (channel.expires_at - channel.opened_at)


def current_channel(channels: Iterable[Channel], now: float) -> Channel | None:
    """Return the newest confirmed channel among those of one topic that have not ended."""
    confirmed = [one for one in channels if one.is_confirmed and one.expires_at > now]
    return max(confirmed, key=_age, default=None)


@frozen
class _Outlook:
    """One wanted topic with its living channels."""

    channels: Sequence[Channel]
    barred_until: float
    address: str
    policy: WatchPolicy
    now: float

    @property
    def current(self) -> Channel | None:
        return current_channel(self.channels, self.now)

    @property
    def is_barred(self) -> bool:
        return self.barred_until > self.now

    @property
    def awaited(self) -> Sequence[Channel]:
        """Channels whose answer may still come."""
        since = self.now - self.policy.grace
        return [one for one in self.channels if not one.is_confirmed and one.opened_at > since]

    @property
    def needs_another(self) -> bool:
        if self.is_barred or self.awaited:
            return False
        current = self.current
        if current is None or current.address != self.address:
            return True
        return renewal_of(current, self.policy) <= self.now

    @property
    def ageing(self) -> Channel | None:
        current = self.current
        if current is None or current.address != self.address:
            return None
        return current if self.needs_another else None

    @property
    def surplus(self) -> Sequence[Channel]:
        current = self.current
        return [one for one in self.channels if one.is_confirmed and one is not current]

    def turns(self) -> Iterator[float]:
        """Yield when this topic's part of the plan changes by itself."""
        if self.is_barred:
            yield self.barred_until
        elif self.awaited:
            yield max(one.opened_at for one in self.awaited) + self.policy.grace
        elif self.current is not None:
            yield renewal_of(self.current, self.policy)


def _age(channel: Channel) -> tuple[float, str]:
    return channel.opened_at, channel.id
