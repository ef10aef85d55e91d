"""What is due: what a store that keeps it must do."""

from __future__ import annotations

from math import inf
from threading import Barrier, Thread
from typing import Protocol

import pytest
from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.model.due import Asking, Claim, Due
from kloudsync.runtime.due import DueStore
from kloudsync.sync.ports import Store

PUSH, POLL = 0, 1


class FleetStore(Store, DueStore, Protocol):
    """A store that keeps calendars and when they are due."""


def topic(name: str = "a", account: str = "ana", *, collection: str = "events") -> Topic:
    """Return a topic of an account."""
    return Topic(CalendarKey("google", account, name), collection)


def claim(store: DueStore, owner: str = "worker", *, lane: int = POLL, now: float = 100.0) -> Claim:
    """Take the one topic that is due."""
    (taken,) = store.claim_due(owner, lane=lane, limit=9, ttl=30.0, now=now)
    return taken


def names(claims: list[Claim]) -> list[str]:
    """Return the calendars of claims."""
    return [one.topic.key.calendar for one in claims]


class DueContract:
    """What `DueStore` promises."""

    @pytest.fixture
    def store(self) -> FleetStore:
        """Return an empty store; subclasses override this."""
        raise NotImplementedError("override the fixture `store` so that it gives an empty store")

    def row(self, store: DueStore) -> Due:
        """Return the only row of Ana's."""
        (row,) = store.due("google", "ana")
        return row

    def test_empty(self, store: FleetStore) -> None:
        """Nothing is due of which nobody ever heard."""
        assert store.due("google", "ana") == []
        assert store.claim_due("worker", lane=POLL, limit=9, ttl=30.0, now=inf) == []
        assert store.next_due(POLL) is None

    def test_a_topic_becomes_known(self, store: FleetStore) -> None:
        """A topic is due from when on it was asked for, and not before."""
        store.make_due(topic(), lane=POLL, wait=10.0, now=90.0)
        assert store.due("google", "ana") == [Due(topic=topic(), lane=POLL, at=100.0, since=100.0)]
        assert store.next_due(POLL) == 100.0
        assert store.due_lanes([PUSH, POLL], now=99.9) == []
        assert store.due_lanes([PUSH, POLL], now=100.0) == [POLL]
        assert store.due_lanes([PUSH], now=100.0) == store.due_lanes([], now=100.0) == []
        assert store.claim_due("worker", lane=POLL, limit=9, ttl=30.0, now=99.9) == []
        assert claim(store) == Claim(
            topic=topic(),
            lane=POLL,
            owner="worker",
            fence=1,
            since=100.0,
            expires_at=130.0,
            attempts=1,
        )

    def test_sooner_counts(self, store: FleetStore) -> None:
        """Of several askings the soonest counts, in the most urgent lane of them."""
        for lane, wait in ((POLL, 50.0), (PUSH, 70.0), (POLL, 20.0), (POLL, 60.0)):
            store.make_due(topic(), lane=lane, wait=wait, now=0.0)
        assert store.due("google", "ana") == [Due(topic=topic(), lane=PUSH, at=20.0, since=20.0)]

    def test_until_asked_for(self, store: FleetStore) -> None:
        """A topic may wait for ever, until somebody asks for it."""
        store.make_due(topic(), lane=POLL, wait=inf, now=0.0)
        assert store.claim_due("worker", lane=POLL, limit=9, ttl=30.0, now=1e12) == []
        assert store.next_due(POLL) == inf
        store.make_due(topic(), lane=PUSH, now=5.0)
        assert claim(store, lane=PUSH).since == 5.0

    def test_topics_are_apart(self, store: FleetStore) -> None:
        """Each collection, each query and each account has a row of its own."""
        part = Topic(CalendarKey("google", "ana", "a", "window"))
        others = [topic(), part, topic(collection="acl"), topic("B"), topic(account="bob")]
        for one in others:
            store.make_due(one, lane=POLL, now=0.0)
        rows = [row.topic for row in store.due("google", "ana")]
        assert rows == [topic("B"), topic(collection="acl"), topic(), part]
        assert [row.topic for row in store.due_of(part.key)] == [part]
        assert [row.topic for row in store.due_of(topic().key)] == [
            topic(collection="acl"),
            topic(),
        ]
        assert len(store.claim_due("worker", lane=POLL, limit=9, ttl=30.0, now=0.0)) == 5

    def test_longest_first(self, store: FleetStore) -> None:
        """What has waited longest is taken first, as much of it as is asked for, of one lane."""
        for number, name in enumerate("dbca"):
            store.make_due(topic(name), lane=POLL, now=float(number))
        store.make_due(topic("urgent"), lane=PUSH, now=0.0)
        takes = [store.claim_due("w", lane=POLL, limit=3, ttl=9.0, now=50.0) for _ in range(3)]
        assert [names(one) for one in takes] == [["d", "b", "c"], ["a"], []]

    def test_the_most_of_each(self, store: FleetStore) -> None:
        """One account takes no more of a claim than is allowed, and accounts may be passed over."""
        for number, name in enumerate("abcd"):
            store.make_due(topic(name), lane=POLL, now=float(number))
        store.make_due(topic("x", "bob"), lane=POLL, now=7.0)
        store.make_due(topic("y", "cid"), lane=POLL, now=8.0)
        first = store.claim_due("w", lane=POLL, limit=5, ttl=9.0, now=50.0, each=2)
        assert names(first) == ["a", "b", "x"]
        full = {("google", "ana"), ("google", "bob")}
        rest = store.claim_due("w", lane=POLL, limit=5, ttl=9.0, now=50.0, passing_over=full)
        assert names(rest) == ["y"]
        assert names(store.claim_due("w", lane=POLL, limit=5, ttl=9.0, now=50.0)) == ["c", "d"]

    def test_a_claim_keeps_others_away(self, store: FleetStore) -> None:
        """Nobody else takes a topic that somebody has, until that ends; then it is due by itself."""
        store.make_due(topic(), lane=POLL, now=100.0)
        dead = claim(store, "dead")
        assert store.claim_due("heir", lane=POLL, limit=9, ttl=30.0, now=129.9) == []
        assert store.next_due(POLL) == 130.0
        heir = claim(store, "heir", now=130.0)
        assert heir == evolve(dead, owner="heir", fence=2, expires_at=160.0, attempts=2)
        assert not store.give_back(dead, lane=POLL, wait=0.0, now=131.0)
        assert store.renew_claims([dead], ttl=30.0, now=131.0) == []
        assert self.row(store).owner == "heir"
        assert store.give_back(heir, lane=POLL, wait=60.0, now=140.0)

    def test_an_owner_name_used_twice(self, store: FleetStore) -> None:
        """Two workers of one name are two: what one of them took is not the other's."""
        for name in "ab":
            store.make_due(topic(name), lane=POLL, now=100.0)
        one, other = (
            store.claim_due("w", lane=POLL, limit=1, ttl=30.0, now=100.0)[0] for _ in range(2)
        )
        assert (one.topic, other.topic) == (topic("a"), topic("b"))
        again = (
            claim(store, "w", now=130.0)
            if store.give_back(other, lane=PUSH, wait=0, now=0)
            else one
        )
        assert (again.topic, again.fence) == (topic("a"), 2)
        assert not store.give_back(one, lane=POLL, wait=0.0, now=131.0)

    def test_renewal(self, store: FleetStore) -> None:
        """Claims that are renewed last, expired or not, while nobody took over."""
        for name in "ab":
            store.make_due(topic(name), lane=POLL, now=100.0)
        claims = store.claim_due("w", lane=POLL, limit=9, ttl=30.0, now=100.0)
        store.give_back(claims[1], lane=POLL, wait=500.0, now=100.0)
        for now in (120.0, 190.0):
            renewed = store.renew_claims(claims, ttl=30.0, now=now)
            assert renewed == [evolve(claims[0], expires_at=now + 30.0)]
        assert store.claim_due("x", lane=POLL, limit=9, ttl=30.0, now=219.9) == []

    def test_given_back(self, store: FleetStore) -> None:
        """What was worked off is due again when its holder says, in the lane that they say."""
        store.make_due(topic(), lane=PUSH, now=100.0)
        taken = claim(store, lane=PUSH)
        assert store.give_back(taken, lane=POLL, wait=60.0, now=110.0)
        assert self.row(store) == Due(topic=topic(), lane=POLL, at=170.0, since=170.0, fence=1)
        assert not store.give_back(taken, lane=POLL, wait=0.0, now=111.0)
        assert claim(store, now=170.0).fence == 2

    def test_asked_for_meanwhile(self, store: FleetStore) -> None:
        """What is asked for while somebody works at a topic is due as soon as they are done."""
        store.make_due(topic(), lane=POLL, now=100.0)
        taken = claim(store)
        for lane, wait in ((POLL, 3.0), (PUSH, 5.0)):
            store.make_due(topic(), lane=lane, wait=wait, now=101.0)
        assert self.row(store).again == Asking(lane=PUSH, at=104.0)
        assert store.claim_due("heir", lane=PUSH, limit=9, ttl=30.0, now=120.0) == []
        store.give_back(taken, lane=POLL, wait=600.0, now=120.0)
        assert self.row(store) == Due(topic=topic(), lane=PUSH, at=104.0, since=104.0, fence=1)

    def test_taken_after_it_was_asked_for(self, store: FleetStore) -> None:
        """Whoever takes over from the dead works off what was asked for before."""
        store.make_due(topic(), lane=POLL, now=100.0)
        claim(store, "dead")
        store.make_due(topic(), lane=POLL, now=101.0)
        store.give_back(claim(store, "heir", now=200.0), lane=POLL, wait=600.0, now=210.0)
        assert self.row(store).at == 810.0

    def test_failed(self, store: FleetStore) -> None:
        """What failed rests, whoever asks for it, and remembers how often it was tried."""
        store.make_due(topic(), lane=POLL, now=100.0)
        store.make_due(topic(), lane=POLL, now=100.0)
        taken = claim(store)
        store.make_due(topic(), lane=PUSH, now=100.0)
        assert store.give_back(taken, lane=POLL, wait=60.0, now=110.0, done=False)
        store.make_due(topic(), lane=PUSH, now=120.0)
        assert self.row(store) == Due(
            topic=topic(), lane=PUSH, at=170.0, since=170.0, rest_until=170.0, fence=1, attempts=1
        )
        again = claim(store, lane=PUSH, now=170.0)
        assert again.attempts == 2
        store.give_back(again, lane=POLL, wait=5.0, now=180.0)
        row = self.row(store)
        assert (row.attempts, row.rest_until, row.at) == (0, 0.0, 185.0)

    def test_an_account_rests(self, store: FleetStore) -> None:
        """All that an account has rests at once, but for what somebody works at."""
        store.make_due(topic("taken"), lane=POLL, now=100.0)
        taken = claim(store)
        for name, wait in (("late", 900.0), ("never", inf), ("now", 0.0)):
            store.make_due(topic(name), lane=POLL, wait=wait, now=100.0)
        store.make_due(topic("x", "bob"), lane=POLL, now=100.0)
        for wait in (60.0, 20.0):
            store.put_off("google", "ana", wait=wait, now=100.0)
        rows = {row.topic.key.calendar: row for row in store.due("google", "ana")}
        assert {name: row.at for name, row in rows.items()} == {
            "late": 1000.0,
            "never": inf,
            "now": 160.0,
            "taken": 130.0,
        }
        assert rows["taken"].owner == taken.owner
        store.make_due(topic("never"), lane=POLL, now=110.0)
        assert names(store.claim_due("w", lane=POLL, limit=9, ttl=9.0, now=120.0)) == ["x"]
        assert store.next_due(POLL) == 129.0

    def test_a_note_stays(self, store: FleetStore) -> None:
        """What a worker wrote beside a topic stays, whoever asks or fails, until another is written."""
        store.make_due(topic(), lane=POLL, now=0.0)
        notes = ["first", None, "", None]
        for number, note in enumerate(notes):
            taken = claim(store, now=100.0 * (number + 1))
            store.give_back(
                taken,
                lane=POLL,
                wait=1.0,
                now=100.0 * (number + 1),
                done=number % 2 == 0,
                note=note,
            )
            store.make_due(topic(), lane=POLL, now=100.0 * (number + 1))
            notes[number] = self.row(store).note
        assert notes == ["first", "first", "", ""]
        assert claim(store, now=1000.0).note == ""

    def test_a_newer_note_stays(self, store: FleetStore) -> None:
        """Who asks may write a note as well, which the worker that has the topic does not undo."""
        store.make_due(topic(), lane=POLL, now=0.0, note="first")
        taken = claim(store)
        assert taken.note == "first"
        store.make_due(topic(), lane=POLL, wait=inf, now=100.0, note="retired")
        store.give_back(taken, lane=POLL, wait=1.0, now=100.0, note="healthy")
        assert self.row(store).note == "retired"
        store.make_due(topic(), lane=POLL, wait=inf, now=100.0, note="resumed")
        assert (self.row(store).note, self.row(store).at) == ("resumed", 101.0)

    def test_an_account_is_woken(self, store: FleetStore) -> None:
        """Rests are lifted of an account's topics that nobody has: they are due at once."""
        for name in "abc":
            store.make_due(topic(name), lane=POLL, now=0.0)
        store.make_due(topic("d"), lane=POLL, wait=500.0, now=0.0)
        taken = {
            one.topic.key.calendar: one
            for one in store.claim_due("w", lane=POLL, limit=9, ttl=900.0, now=0.0)
        }
        for name in "ab":
            store.give_back(taken[name], lane=POLL, wait=300.0, now=0.0, done=name == "b")
        store.wake("google", "ana", now=100.0)
        store.wake("google", "nobody", now=100.0)
        at = {
            row.topic.key.calendar: (row.at, row.rest_until) for row in store.due("google", "ana")
        }
        assert at == {"a": (100.0, 0.0), "b": (300.0, 0.0), "c": (900.0, 0.0), "d": (500.0, 0.0)}

    def test_rows_of_all(self, store: FleetStore) -> None:
        """The rows of all accounts are read a few at a time, each once."""
        topics = [topic(name, account) for account in ("ana", "ben") for name in ("a", "b", "c")]
        for one in reversed(topics):
            store.make_due(one, lane=POLL, now=0.0)
        met: list[Topic] = []
        for _ in range(3):
            rows = store.due_of_all(after=met[-1] if met else None, limit=4)
            met += [row.topic for row in rows]
        assert met == topics

    def test_forgotten(self, store: FleetStore) -> None:
        """A topic that is forgotten is due no more, and whoever has it gives nothing back."""
        store.make_due(topic(), lane=POLL, now=100.0)
        taken = claim(store)
        for _ in range(2):
            store.forget_due(topic())
        assert store.renew_claims([taken], ttl=30.0, now=101.0) == []
        assert not store.give_back(taken, lane=POLL, wait=0.0, now=101.0)
        assert store.due("google", "ana") == []

    def test_erased(self, store: FleetStore) -> None:
        """What is due goes with its calendar, and with its account."""
        for one in (topic("a"), topic("b"), topic("", collection="calendarList")):
            store.make_due(one, lane=POLL, now=100.0)
        store.make_due(topic("a", "bob"), lane=POLL, now=100.0)
        key = topic("a").key
        lease = store.acquire(str(key), "me", ttl=60.0, now=0.0)
        assert lease is not None
        store.forget(key, lease)
        assert [row.topic.key.calendar for row in store.due("google", "ana")] == ["", "b"]
        store.forget_account("google", "ana")
        assert store.due("google", "ana") == []
        assert len(store.due("google", "bob")) == 1

    def test_in_one_transaction(self, store: FleetStore) -> None:
        """What is due changes together with what makes it so, or not at all."""
        store.make_due(topic(), lane=POLL, now=100.0)
        taken = claim(store)

        def fail(unit: DueStore) -> None:
            assert unit.give_back(taken, lane=POLL, wait=5.0, now=101.0)
            unit.make_due(topic("b"), lane=POLL, now=101.0)
            raise KeyError("the last line")

        before = store.due("google", "ana")
        with pytest.raises(KeyError, match="the last line"):
            store.unit(fail)  # type: ignore[arg-type]
        assert store.due("google", "ana") == before

    def test_many_workers(self, store: FleetStore) -> None:
        """Of many who take at once, each topic goes to one."""
        for number in range(60):
            store.make_due(topic(f"{number:02}"), lane=POLL, now=float(number))
        barrier, taken = Barrier(4), list[Claim]()

        def work(owner: str) -> None:
            barrier.wait()
            for _ in range(60):
                taken.extend(store.claim_due(owner, lane=POLL, limit=4, ttl=900.0, now=100.0))

        threads = [Thread(target=work, args=(f"worker-{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(names(taken)) == [f"{number:02}" for number in range(60)]
        assert {one.fence for one in taken} == {1}
