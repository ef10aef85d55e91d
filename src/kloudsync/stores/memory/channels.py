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
        with self._turn():
            self._put(channels={**self._content.channels, channel.id: channel})

    def confirm_channel(self, channel_id: str, grant: Grant, *, now: float) -> bool:
        """Note that the service opened a channel, and mark its topic; lifts the topic's bar."""
        with self._turn():
            channel = self.channel(channel_id)
            if channel is None:
                return False
            ends = channel.expires_at if grant.expires_at is None else grant.expires_at
            granted = evolve(channel, resource=grant.resource, expires_at=ends)
            marked = self.standing(channel.topic).marked(now)
            self._put(
                channels={**self._content.channels, channel_id: granted},
                standings=self._standings(evolve(marked, barred_until=None, barred_reason=None)),
            )
            return True

    def close_channel(self, channel_id: str) -> None:
        """Forget a channel; one that is not known does no harm."""
        with self._turn():
            known = self._content.channels.items()
            self._put(channels={id_: one for id_, one in known if id_ != channel_id})

    def channel(self, channel_id: str) -> Channel | None:
        """Return a channel, or None."""
        return self._content.channels.get(channel_id)

    def channels(self, provider: str, account: str) -> list[Channel]:
        """Return an account's channels, oldest first, then by id."""
        known = self._content.channels.values()
        held = [one for one in known if _is_of(one.topic, provider, account)]
        return sorted(held, key=lambda channel: (channel.opened_at, channel.id))

    def channels_of(self, topic: Topic) -> list[Channel]:
        """Return those that announce one topic."""
        held = self.channels(topic.key.provider, topic.key.account)
        return [channel for channel in held if channel.topic == topic]

    def receive(self, notification: Notification, *, now: float) -> bool:
        """Note a verified message and mark its channel's topic, together."""
        with self._turn():
            channel = self.channel(notification.channel)
            after = None if channel is None else channel.received(notification)
            if channel is None or after is None:
                return False
            self._put(
                channels={**self._content.channels, channel.id: after},
                standings=self._standings(self.standing(channel.topic).marked(now)),
            )
            return True

    def mark(self, topic: Topic, *, now: float) -> None:
        """Mark a topic as due."""
        with self._turn():
            self._stand(self.standing(topic).marked(now))

    def settle(self, topic: Topic, marks: int, *, now: float) -> None:
        """Note that a topic was fetched after `marks` marks; ends its rest."""
        with self._turn():
            self._stand(self.standing(topic).settled(marks, now))

    def postpone(self, topic: Topic, *, until: float) -> None:
        """Leave a topic alone until an instant; its marks stay."""
        with self._turn():
            self._stand(evolve(self.standing(topic), rest_until=until))

    def bar(self, topic: Topic, *, until: float, reason: str) -> None:
        """Note that the service has no channels for a topic."""
        with self._turn():
            barred = evolve(self.standing(topic), barred_until=until, barred_reason=reason)
            self._stand(barred)

    def standings(self, provider: str, account: str) -> list[Standing]:
        """Return the standings of an account's topics that were ever mentioned, in a stable order."""
        known = self._content.standings.values()
        held = [one for one in known if _is_of(one.topic, provider, account)]
        return sorted(held, key=lambda one: (one.topic.key.calendar, one.topic.collection))

    def standing(self, topic: Topic) -> Standing:
        """Return how one topic stands; the default if it was never mentioned."""
        return self._content.standings.get(topic, Standing(topic=topic))

    def _standings(self, standing: Standing) -> dict[Topic, Standing]:
        return {**self._content.standings, standing.topic: standing}

    def _stand(self, standing: Standing) -> None:
        self._put(standings=self._standings(standing))


def _is_of(topic: Topic, provider: str, account: str) -> bool:
    return (topic.key.provider, topic.key.account) == (provider, account)
