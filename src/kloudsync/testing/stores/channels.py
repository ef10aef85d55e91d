"""Channels and due topics: what a store that keeps them must do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

import pytest
from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import NUMBERS_KEPT, Channel, Grant, Standing, Topic, hash_token
from kloudsync.model.notification import Notification, NotificationKind
from kloudsync.push.ports import PushStore
from kloudsync.sync.ports import Store

TOPIC = Topic(CalendarKey("google", "owner", "primary"))
RULES = Topic(CalendarKey("google", "owner", "primary"), "acl")
FOREIGN = Topic(CalendarKey("google", "another", "primary"))


class ForgettingStore(Store, PushStore, Protocol):
    """A store that keeps calendars and their channels."""


def pending(name: str = "c", topic: Topic = TOPIC, *, opened_at: float = 10.0) -> Channel:
    """Describe a channel that nobody has confirmed."""
    return Channel(
        id=name,
        topic=topic,
        address="https://hooks.example.com/",
        token_hash=hash_token("token"),
        opened_at=opened_at,
        expires_at=opened_at + 100.0,
        spread=0.25,
    )


def message(number: int, channel: str = "c", *, resource: str = "r") -> Notification:
    """Describe a message that was verified."""
    return Notification(
        channel=channel,
        number=number,
        kind=NotificationKind.CHANGED,
        resource=resource,
        token="token",  # noqa: S106 - a token that opens nothing
        expires_at=90.0,
    )


@contextmanager
def unchanged(store: PushStore) -> Generator[None]:
    """Assert that a block leaves the owner's channels and standings as they were."""
    before = store.channels("google", "owner"), store.standings("google", "owner")
    yield
    assert (store.channels("google", "owner"), store.standings("google", "owner")) == before


class ChannelContract:
    """What `PushStore` promises of channels and due topics."""

    @pytest.fixture
    def store(self) -> PushStore:
        """Return an empty store; subclasses override this."""
        raise NotImplementedError("override the fixture `store` so that it gives an empty store")

    def standing(self, store: PushStore, topic: Topic = TOPIC) -> Standing:
        """Return how a topic stands."""
        held = store.standings(topic.key.provider, topic.key.account)
        return next(one for one in held if one.topic == topic)

    def test_open(self, store: PushStore) -> None:
        """A channel is kept with everything that is known of it."""
        store.open_channel(pending())
        assert store.channel("c") == pending()
        assert store.channels("google", "owner") == [pending()]

    def test_unknown(self, store: PushStore) -> None:
        """A store without channels and topics says so."""
        assert store.channel("c") is None
        assert store.channels("google", "owner") == []
        assert store.standings("google", "owner") == []

    def test_order(self, store: PushStore) -> None:
        """An account's channels come oldest first, then by id; other accounts' do not."""
        store.open_channel(pending("b", opened_at=20.0))
        store.open_channel(pending("a", RULES, opened_at=20.0))
        store.open_channel(pending("c", opened_at=10.0))
        store.open_channel(pending("d", FOREIGN))
        assert [one.id for one in store.channels("google", "owner")] == ["c", "a", "b"]
        assert [one.id for one in store.channels_of(TOPIC)] == ["c", "b"]
        assert [one.id for one in store.channels_of(RULES)] == ["a"]

    def test_confirm(self, store: PushStore) -> None:
        """A confirmed channel has its resource and its granted end, and its topic is due."""
        store.open_channel(pending())
        assert store.confirm_channel("c", Grant(resource="r", expires_at=50.0), now=11.0)
        assert store.channel("c") == evolve(pending(), resource="r", expires_at=50.0)
        standing = Standing(topic=TOPIC, marks=1, first_mark=11.0, last_mark=11.0)
        assert store.standings("google", "owner") == [standing]
        assert store.standing(TOPIC) == standing
        assert store.standing(RULES) == Standing(topic=RULES)

    def test_confirm_without_end(self, store: PushStore) -> None:
        """A service that grants no end leaves the one that was asked for."""
        store.open_channel(pending())
        store.confirm_channel("c", Grant(resource="r"), now=11.0)
        assert store.channel("c") == evolve(pending(), resource="r")

    def test_confirm_unknown(self, store: PushStore) -> None:
        """Confirming a channel that is not kept changes nothing."""
        with unchanged(store):
            assert not store.confirm_channel("c", Grant(resource="r"), now=11.0)

    def test_close(self, store: PushStore) -> None:
        """A closed channel is gone, and closing it again does no harm."""
        store.open_channel(pending())
        store.close_channel("c")
        store.close_channel("c")
        assert store.channel("c") is None

    def test_receive(self, store: PushStore) -> None:
        """A message marks its topic, and nothing else."""
        store.open_channel(pending())
        store.confirm_channel("c", Grant(resource="r", expires_at=50.0), now=11.0)
        assert store.receive(message(7), now=20.0)
        assert store.channel("c") == evolve(pending(), resource="r", expires_at=50.0, numbers=(7,))
        standing = Standing(topic=TOPIC, marks=2, first_mark=11.0, last_mark=20.0)
        assert self.standing(store) == standing

    def test_receive_early(self, store: PushStore) -> None:
        """A message that overtakes the service's answer tells the resource and the end."""
        store.open_channel(pending())
        assert store.receive(message(1), now=20.0)
        assert store.channel("c") == evolve(pending(), resource="r", expires_at=90.0, numbers=(1,))

    def test_confirm_keeps_numbers(self, store: PushStore) -> None:
        """The answer that was overtaken does not make messages new again."""
        store.open_channel(pending())
        store.receive(message(1), now=20.0)
        store.confirm_channel("c", Grant(resource="r"), now=21.0)
        assert not store.receive(message(1), now=22.0)

    def test_receive_twice(self, store: PushStore) -> None:
        """A message that is repeated changes nothing."""
        store.open_channel(pending())
        store.receive(message(7), now=20.0)
        with unchanged(store):
            assert not store.receive(message(7), now=21.0)

    def test_receive_out_of_order(self, store: PushStore) -> None:
        """A message that was overtaken by another one counts, once."""
        store.open_channel(pending())
        assert store.receive(message(7), now=20.0)
        assert store.receive(message(4), now=21.0)
        assert not store.receive(message(4), now=22.0)
        assert self.standing(store).marks == 2

    def test_receive_very_late(self, store: PushStore) -> None:
        """A number lower than all that are remembered counts as received."""
        store.open_channel(pending())
        for number in range(100, 100 + NUMBERS_KEPT):
            assert store.receive(message(number), now=20.0)
        assert not store.receive(message(99), now=21.0)
        assert store.receive(message(1000), now=21.0)

    def test_receive_unknown(self, store: PushStore) -> None:
        """A message of a channel that is not kept changes nothing."""
        with unchanged(store):
            assert not store.receive(message(1), now=20.0)

    def test_mark(self, store: PushStore) -> None:
        """Marks are counted, and the first and the last one remembered."""
        for now in (10.0, 11.0, 12.0):
            store.mark(TOPIC, now=now)
        standing = Standing(topic=TOPIC, marks=3, first_mark=10.0, last_mark=12.0)
        assert self.standing(store) == standing

    def test_settle(self, store: PushStore) -> None:
        """A topic that was fetched has no marks to work off, and rests no longer."""
        store.mark(TOPIC, now=10.0)
        store.postpone(TOPIC, until=99.0)
        store.settle(TOPIC, 1, now=20.0)
        assert self.standing(store) == Standing(topic=TOPIC, marks=1, checked_at=20.0)

    def test_settle_unmentioned(self, store: PushStore) -> None:
        """A topic may be fetched without ever having been marked."""
        store.settle(TOPIC, 0, now=20.0)
        assert self.standing(store) == Standing(topic=TOPIC, checked_at=20.0)

    def test_settle_late(self, store: PushStore) -> None:
        """A mark made while the topic was fetched stays."""
        store.mark(TOPIC, now=10.0)
        store.mark(TOPIC, now=15.0)
        store.settle(TOPIC, 1, now=20.0)
        assert self.standing(store) == Standing(
            topic=TOPIC, marks=2, first_mark=15.0, last_mark=15.0, checked_at=20.0
        )

    def test_postpone(self, store: PushStore) -> None:
        """A topic that rests keeps its marks."""
        store.mark(TOPIC, now=10.0)
        store.postpone(TOPIC, until=99.0)
        assert self.standing(store) == Standing(
            topic=TOPIC, marks=1, first_mark=10.0, last_mark=10.0, rest_until=99.0
        )

    def test_bar(self, store: PushStore) -> None:
        """What cannot be watched is remembered until a channel is confirmed after all."""
        store.bar(TOPIC, until=99.0, reason="notSupported")
        standing = Standing(topic=TOPIC, barred_until=99.0, barred_reason="notSupported")
        assert self.standing(store) == standing
        store.open_channel(pending())
        store.confirm_channel("c", Grant(resource="r"), now=11.0)
        assert self.standing(store).barred_until is None
        assert self.standing(store).barred_reason is None

    def test_topics_are_apart(self, store: PushStore) -> None:
        """Collections of one calendar stand each by itself, and come in a stable order."""
        store.mark(TOPIC, now=10.0)
        store.mark(RULES, now=20.0)
        store.mark(FOREIGN, now=30.0)
        held = store.standings("google", "owner")
        assert [(one.topic, one.last_mark) for one in held] == [(RULES, 20.0), (TOPIC, 10.0)]

    def test_erased(self, store: ForgettingStore) -> None:
        """Channels and standings go with their calendar, and with their account."""
        mine, beside = TOPIC, Topic(CalendarKey("google", "owner", "team@example.com"))
        for name, topic in (("a", mine), ("b", beside), ("c", FOREIGN)):
            store.open_channel(pending(name, topic))
            store.mark(topic, now=10.0)
        lease = store.acquire(str(mine.key), "me", ttl=60.0, now=0.0)
        assert lease is not None
        store.forget(mine.key, lease)
        assert store.channel("a") is None
        assert [one.topic for one in store.standings("google", "owner")] == [beside]
        store.forget_account("google", "owner")
        assert store.channels("google", "owner") == []
        assert store.standings("google", "owner") == []
        assert store.channel("c") == pending("c", FOREIGN)
        assert self.standing(store, FOREIGN).marks == 1
