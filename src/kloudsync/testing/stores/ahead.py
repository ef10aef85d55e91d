"""Telling the feed ahead of a commit that would keep others waiting."""

from __future__ import annotations

import pytest

from kloudsync.model.positions import BEGINNING
from kloudsync.model.state import FeedKind, FeedRecord, SeriesLink
from kloudsync.sync.ports import Store, Unit
from kloudsync.testing.stores.records import added, bare, deleted, series, single
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, OTHER, Worker, read_all

_TRUNCATED = SeriesLink(old="s", new=None, at=5000)


def _staged(worker: Worker) -> Worker:
    worker.begin(full=True)
    worker.stage(added(single("a")), added(single("b")), deleted("gone"))
    worker.stage(added(series("s")), added(single("c")), last=True)
    return worker


def _told(worker: Worker) -> list[tuple[FeedKind, str | None, float]]:
    """Return what the feed says of a calendar."""
    return [
        (one.kind, one.after.id if one.after else None, one.recorded_at) for one in worker.feed()
    ]


def _of_all(store: Store) -> list[FeedRecord]:
    return store.changes("everything", limit=100, after=BEGINNING)


class AheadContract(Suite):
    """What `tell_ahead` promises, whether or not a store does anything."""

    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    def test_nobody_is_told_before_the_commit(self, worker: Worker, limit: int) -> None:
        """Entries written ahead are shown to nobody, neither of the calendar nor of all, until the commit."""
        _staged(worker).tell_ahead(limit=limit)
        assert worker.feed() == _of_all(worker.store) == []
        worker.commit(announce=[_TRUNCATED])
        come = [(FeedKind.ADDED, one, 100.0) for one in ("a", "b", "s", "c")]
        assert _told(worker) == [*come, (FeedKind.TRUNCATED, None, 100.0)]
        assert [one.position for one in _of_all(worker.store)] == [
            one.position for one in worker.feed()
        ]
        assert worker.ids() == ["a", "b", "c", "s"]
        assert worker.counts.held == 4

    def test_some_told_ahead(self, worker: Worker) -> None:
        """A commit tells the rest of what was told in part."""
        _staged(worker)
        worker.store.tell_ahead(KEY, worker.lease, now=100.0, limit=2)
        worker.commit()
        assert [one for _, one, _ in _told(worker)] == ["a", "b", "s", "c"]
        worker.sync(added(single("d")))
        assert [one for _, one, _ in _told(worker)] == ["a", "b", "s", "c", "d"]

    def test_time_of_the_commit(self, worker: Worker) -> None:
        """Entries say when they were committed, whenever they were written."""
        _staged(worker).tell_ahead(now=50.0)
        worker.tell_ahead(now=60.0)
        worker.commit(now=100.0)
        assert {at for _, _, at in _told(worker)} == {100.0}

    def test_more_is_staged(self, worker: Worker) -> None:
        """What is staged after the feed was told of the rest counts in its place."""
        _staged(worker).tell_ahead()
        worker.stage(deleted("a"), added(single("b", 3000)), seen=["c"], last=True)
        worker.tell_ahead()
        worker.commit()
        assert [one for _, one, _ in _told(worker)] == ["b", "s"]
        assert worker.ids() == ["b", "s"]

    def test_pass_is_thrown_away(self, worker: Worker) -> None:
        """Of a pass that is thrown away, or begun anew, nothing is told."""
        _staged(worker).tell_ahead()
        worker.discard()
        worker.sync(added(single("x")))
        assert [one for _, one, _ in _told(worker)] == ["x"]

    def test_pass_is_begun_anew(self, worker: Worker) -> None:
        """Beginning takes back what was told ahead."""
        _staged(worker).tell_ahead()
        worker.begin(full=True)
        worker.stage(added(single("x")), last=True)
        worker.commit()
        assert [one for _, one, _ in _told(worker)] == ["x"]

    def test_prune(self, worker: Worker) -> None:
        """What was told ahead is not forgotten before anybody could read it."""
        worker.sync(added(single("x")))
        worker.sync(deleted("x"))
        Worker(worker.store, OTHER).sync(*(added(single(f"o{number}")) for number in range(9)))
        read_all(worker.store)
        _staged(worker).tell_ahead()
        assert worker.prune(1000.0) == 11
        worker.commit()
        assert [one for _, one, _ in _told(worker)] == ["a", "b", "s", "c"]

    def test_within_a_unit_of_work(self, worker: Worker) -> None:
        """What was counted before counts once."""
        _staged(worker)

        def work(unit: Unit) -> None:
            assert unit.counts(KEY).added == 4
            unit.tell_ahead(KEY, worker.lease, now=100.0, limit=3)
            state = unit.state(KEY)
            unit.commit(KEY, worker.lease, cursor=None, zone=None, now=100.0, since=state)

        worker.store.unit(work)
        assert worker.counts.held == 4
        assert len(worker.feed()) == 4

    def test_forget(self, worker: Worker) -> None:
        """A calendar that is forgotten leaves nothing that was told ahead."""
        _staged(worker).tell_ahead()
        worker.store.forget(KEY, worker.lease)
        again = Worker(worker.store)
        again.sync(added(single("x")))
        assert [one for _, one, _ in _told(again)] == ["x"]

    def test_other_calendars(self, worker: Worker) -> None:
        """What others commit meanwhile is told at once, and in its order."""
        other = Worker(worker.store, OTHER)
        _staged(worker)
        worker.store.tell_ahead(KEY, worker.lease, now=100.0, limit=1)
        other.sync(added(single("o")), now=99.0)
        assert [one.after.id for one in _of_all(worker.store) if one.after] == ["o"]
        worker.tell_ahead()
        worker.commit()
        assert [one.key for one in _of_all(worker.store)] == [OTHER, KEY, KEY, KEY, KEY]

    def test_bare_cancellation(self, worker: Worker) -> None:
        """What is deleted that nobody held leaves no record behind."""
        worker.begin(full=True)
        worker.stage(bare("s_1", "s", 1000), added(single("a")))
        worker.stage(bare("s_2", "s", 2000), last=True)
        worker.tell_ahead()
        worker.commit()
        assert worker.ids() == ["a"]
        assert worker.store.records(KEY, ["s_1", "s_2"]) == {}
