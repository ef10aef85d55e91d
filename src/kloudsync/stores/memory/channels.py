"""The channels of the store in memory."""

from __future__ import annotations

from attrs import evolve

from kloudsync.model.channel import Channel, Grant, Standing, Topic
from kloudsync.model.notification import Notification
from kloudsync.stores.memory.role import Role


class Channels(Role):
    """The part of the store in memory that keeps channels and due topics."""

    def open_channel(self, channel: Channel) -> None:
        """Keep a channel that is about to be opened."""
        with self._lock:
            self._channels[channel.id] = channel

    def confirm_channel(self, channel_id: str, grant: Grant, *, now: float) -> bool:
        """Note that the service opened a channel, and mark its topic; lifts the topic's bar."""
        with self._lock:
            channel = self._channels.get(channel_id)
            if channel is None:
                return False
            ends = channel.expires_at if grant.expires_at is None else grant.expires_at
            granted = evolve(channel, resource=grant.resource, expires_at=ends)
            self._channels[channel_id] = granted
            marked = self._standing(channel.topic).marked(now)
            self._put(evolve(marked, barred_until=None, barred_reason=None))
            return True

    def close_channel(self, channel_id: str) -> None:
        """Forget a channel; one that is not known does no harm."""
        with self._lock:
            self._channels.pop(channel_id, None)

    def channel(self, channel_id: str) -> Channel | None:
        """Return a channel, or None."""
        with self._lock:
            return self._channels.get(channel_id)

    def channels(self, provider: str, account: str) -> list[Channel]:
        """Return an account's channels, oldest first, then by id."""
        with self._lock:
            held = [one for one in self._channels.values() if _is_of(one.topic, provider, account)]
        return sorted(held, key=lambda channel: (channel.opened_at, channel.id))

    def receive(self, notification: Notification, *, now: float) -> bool:
        """Note a verified message and mark its channel's topic, together."""
        with self._lock:
            channel = self._channels.get(notification.channel)
            after = None if channel is None else channel.received(notification)
            if channel is None or after is None:
                return False
            self._channels[channel.id] = after
            self.mark(channel.topic, now=now)
            return True

    def mark(self, topic: Topic, *, now: float) -> None:
        """Mark a topic as due."""
        with self._lock:
            self._put(self._standing(topic).marked(now))

    def settle(self, topic: Topic, marks: int, *, now: float) -> None:
        """Note that a topic was fetched after `marks` marks; ends its rest."""
        with self._lock:
            self._put(self._standing(topic).settled(marks, now))

    def postpone(self, topic: Topic, *, until: float) -> None:
        """Leave a topic alone until an instant; its marks stay."""
        with self._lock:
            self._put(evolve(self._standing(topic), rest_until=until))

    def bar(self, topic: Topic, *, until: float, reason: str) -> None:
        """Note that the service has no channels for a topic."""
        with self._lock:
            barred = evolve(self._standing(topic), barred_until=until, barred_reason=reason)
            self._put(barred)

    def standings(self, provider: str, account: str) -> list[Standing]:
        """Return the standings of an account's topics that were ever mentioned, in a stable order."""
        with self._lock:
            held = [one for one in self._standings.values() if _is_of(one.topic, provider, account)]
        return sorted(held, key=lambda one: (one.topic.key.calendar, one.topic.collection))

    def _standing(self, topic: Topic) -> Standing:
        return self._standings.get(topic, Standing(topic=topic))

    def _put(self, standing: Standing) -> None:
        self._standings[standing.topic] = standing


def _is_of(topic: Topic, provider: str, account: str) -> bool:
    return (topic.key.provider, topic.key.account) == (provider, account)
