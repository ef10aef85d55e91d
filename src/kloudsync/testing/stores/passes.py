"""Staging: what a pass may write before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from attrs import evolve

from kloudsync.errors import LeaseLost
from kloudsync.model.record import StagedRecord
from kloudsync.model.state import CalendarState, StagedCounts
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import (
    HOUR,
    added,
    bad,
    cancelled,
    deleted,
    exception,
    series,
    silent,
    single,
    updated,
)
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, OTHER, Worker, take

WRITES: dict[str, Callable[[Worker], object]] = {
    "begin": lambda worker: worker.begin(),
    "stage": lambda worker: worker.stage(added(single("c"))),
    "delete_missing": lambda worker: worker.store.delete_missing(KEY, worker.lease),
    "hold_missing": lambda worker: worker.store.hold_missing(KEY, worker.lease, now=0.0),
    "delete_pending": lambda worker: worker.store.delete_pending(KEY, worker.lease),
    "refuse_pending": lambda worker: worker.store.refuse_pending(KEY, worker.lease),
    "delete_orphans": lambda worker: worker.store.delete_orphans(KEY, worker.lease),
    "delete_beyond": lambda worker: worker.store.delete_beyond(KEY, worker.lease, {"s": 0}),
    "commit": lambda worker: worker.commit(),
    "discard": lambda worker: worker.discard(),
}


class PassContract(Suite):
    """What `begin`, `stage`, `discard` and the questions about a pass promise."""

    def test_unknown_calendar(self, store: Store) -> None:
        """A calendar never seen has the default state and holds nothing."""
        assert store.state(KEY) == CalendarState()
        assert store.counts(KEY) == StagedCounts()
        assert store.records(KEY, ["a"]) == {}
        assert store.staged(KEY, ["a"]) == {}
        assert store.met(KEY, ["a"]) == set()
        assert store.unseen(KEY, 10) == []
        assert store.orphans(KEY, 10) == []
        assert list(store.staged_series(KEY)) == []
        assert list(store.staged_families(KEY)) == []

    def test_begin_sets_checkpoint(self, worker: Worker) -> None:
        """A pass begins at the checkpoint that it is given."""
        worker.begin(full=True)
        assert worker.state.checkpoint == worker.checkpoint
        assert worker.state.passes == 0

    def test_stage_moves_checkpoint(self, worker: Worker) -> None:
        """A staged page and its checkpoint arrive together."""
        worker.begin()
        worker.stage(added(single("a")))
        assert worker.state.checkpoint == worker.checkpoint
        assert worker.checkpoint.pages == 1

    def test_begin_drops_staged(self, worker: Worker) -> None:
        """Beginning again throws away what was staged, seen ids included."""
        worker.sync(added(single("a")))
        worker.begin(full=True)
        worker.stage(added(single("b")), seen=["a"])
        worker.begin(full=True)
        assert worker.counts == StagedCounts(held=1)
        assert worker.store.unseen(KEY, 10) == ["a"]

    def test_discard(self, worker: Worker) -> None:
        """Discarding leaves the last committed state and no checkpoint."""
        worker.sync(added(single("a")))
        before = worker.state
        worker.begin()
        worker.stage(updated(single("a", raw="new")), added(single("b")))
        worker.discard()
        assert worker.state == before
        assert worker.counts == StagedCounts(held=1)
        worker.begin()
        worker.commit()
        assert worker.ids() == ["a"]

    def test_records_are_visible_ones(self, worker: Worker) -> None:
        """`records` answers with committed rows only and leaves absent ids out."""
        worker.sync(added(single("a")))
        worker.begin()
        worker.stage(updated(single("a", raw="new")), added(single("b")))
        assert worker.store.records(KEY, ["a", "b", "c"]) == {"a": single("a")}

    def test_records_of_many_ids(self, worker: Worker) -> None:
        """Thousands of ids may be asked for at once."""
        wanted = [f"id-{number:05}" for number in range(3000)]
        worker.sync(*(added(single(id_)) for id_ in wanted))
        assert sorted(worker.store.records(KEY, [*wanted, "absent"])) == wanted

    def test_staged_returns_this_pass(self, worker: Worker) -> None:
        """`staged` answers with what this pass staged, tombstones included."""
        worker.sync(added(single("a")), added(single("b")))
        worker.begin()
        worker.stage(updated(single("a", raw="new")), deleted("b"))
        found = worker.store.staged(KEY, ["a", "b", "c"])
        assert found == {"a": single("a", raw="new"), "b": deleted("b").record}

    def test_later_duplicate_counts(self, worker: Worker) -> None:
        """Of two staged records with one id the later counts, in one page or in two."""
        worker.begin()
        worker.stage(added(single("a", raw="1")), added(single("a", raw="2")))
        assert worker.store.staged(KEY, ["a"]) == {"a": single("a", raw="2")}
        worker.stage(added(single("a", raw="3")))
        assert worker.counts == StagedCounts(added=1)
        worker.commit()
        assert worker.events() == [single("a", raw="3")]
        assert [entry.after for entry in worker.feed()] == [single("a", raw="3")]

    def test_later_tombstone_counts(self, worker: Worker) -> None:
        """An id that was staged and then deleted within the pass was never there."""
        worker.begin()
        worker.stage(added(single("a")))
        worker.stage(deleted("a"))
        assert worker.counts == StagedCounts()
        worker.commit()
        assert worker.ids() == []
        assert worker.feed() == []

    def test_seen_takes_back(self, worker: Worker) -> None:
        """An id seen unchanged after it was staged as changed is unchanged."""
        worker.sync(added(single("a")))
        worker.begin()
        worker.stage(updated(single("a", raw="new")))
        worker.stage(seen=["a"])
        assert worker.counts == StagedCounts(held=1)
        worker.commit()
        assert worker.events() == [single("a")]

    def test_staged_after_seen(self, worker: Worker) -> None:
        """An id staged after it was seen counts as staged."""
        worker.sync(added(single("a")))
        worker.begin()
        worker.stage(seen=["a"])
        worker.stage(updated(single("a", raw="new")))
        assert worker.counts == StagedCounts(updated=1, held=1)

    def test_counts(self, worker: Worker) -> None:
        """The counts tell what a commit would do, and leave out tombstones for ids not held."""
        worker.sync(*(added(single(id_)) for id_ in "abcd"))
        worker.begin()
        worker.stage(
            added(single("e")),
            updated(single("a")),
            silent(single("b")),
            deleted("c"),
            deleted("x"),
        )
        assert worker.counts == StagedCounts(added=1, updated=1, deleted=1, silent=1, held=4)

    def test_met(self, worker: Worker) -> None:
        """Met are ids that a pass staged, saw or could not understand, held or not."""
        worker.sync(*(added(single(id_)) for id_ in "abcd"))
        worker.begin()
        worker.stage(updated(single("a")), deleted("x"), seen=["b"], quarantined=[bad("c")])
        assert worker.store.met(KEY, ["a", "b", "c", "d", "x", "y"]) == {"a", "b", "c", "x"}
        assert worker.store.met(KEY, ["d"]) == set()
        worker.begin()
        assert worker.store.met(KEY, ["a", "b", "c", "x"]) == set()

    def test_met_of_many_ids(self, worker: Worker) -> None:
        """Thousands of ids may be asked for at once."""
        many = [f"id-{number:05}" for number in range(3000)]
        worker.begin()
        worker.stage(*(added(single(id_)) for id_ in many))
        assert worker.store.met(KEY, [*many, "absent"]) == set(many)

    def test_counts_tell_what_is_implied(self, worker: Worker) -> None:
        """Cancelled occurrences, and occurrences that go with their series, are told apart."""
        worker.sync(
            *(added(series(name)) for name in "st"),
            *(added(exception(f"{name}_1", name, 1)) for name in "st"),
            added(cancelled("t_2", "t", 2)),
            added(single("a")),
        )
        worker.begin()
        worker.stage(*(deleted(name) for name in ("s", "s_1", "t_1", "t_2", "a", "x")))
        assert worker.counts == StagedCounts(deleted=5, held=6, implied=2)

    def test_unseen(self, worker: Worker) -> None:
        """Unseen are the visible ids that a pass has not met, by id, up to the limit."""
        worker.sync(*(added(single(id_)) for id_ in "fedcba"))
        worker.begin(full=True)
        worker.stage(updated(single("b")), seen=["a"])
        assert worker.store.unseen(KEY, 10) == ["c", "d", "e", "f"]
        assert worker.store.unseen(KEY, 2) == ["c", "d"]

    def test_sweep(self, worker: Worker) -> None:
        """Staging tombstones for unseen ids page by page comes to an end."""
        worker.sync(*(added(single(f"id-{number:02}")) for number in range(10)))
        worker.begin(full=True)
        worker.stage(seen=["id-03"])
        for left in (4, 4, 1, 0):
            gone = worker.store.unseen(KEY, 4)
            assert len(gone) == left
            worker.stage(*(deleted(id_) for id_ in gone))
        worker.commit()
        assert worker.ids() == ["id-03"]

    def test_delete_missing(self, worker: Worker) -> None:
        """What a full listing lacks goes, by id, whatever else it met or could not understand."""
        worker.sync(*(added(single(id_)) for id_ in "fedcba"))
        worker.begin(full=True)
        worker.stage(updated(single("b", raw="2")), seen=["a"], quarantined=[bad("e")])
        worker.store.delete_missing(KEY, worker.lease)
        assert worker.counts == StagedCounts(updated=1, deleted=3, held=6)
        assert worker.store.unseen(KEY, 10) == []
        worker.commit()
        assert worker.ids() == ["a", "b", "e"]
        assert [entry.before for entry in worker.feed()[7:]] == [single(one) for one in "cdf"]

    def test_delete_nothing_missing(self, worker: Worker) -> None:
        """A delta lacks nothing, nor does a pass that was not begun."""
        worker.sync(added(single("a")))
        worker.store.delete_missing(KEY, worker.lease)
        worker.begin()
        worker.store.delete_missing(KEY, worker.lease)
        assert worker.counts == StagedCounts(held=1)

    def test_delete_missing_within_a_listing(self, worker: Worker) -> None:
        """What ended before a listing begins is not missing, wherever its days begin."""
        day = 86_400
        dated = [single(f"d{n}", n * day, day)._replace(all_day=1) for n in range(3)]
        timed = [single(f"t{n}", n * day, day) for n in range(3)]
        left = exception("x", "s", 0, start=0)
        endless = series("s", 0)
        worker.sync(*map(added, [*dated, *timed, left, endless]))
        worker.begin(full=True, since=2 * day - 14 * HOUR)
        worker.stage(deleted("s"))
        worker.store.delete_missing(KEY, worker.lease)
        worker.store.delete_orphans(KEY, worker.lease)
        worker.commit()
        assert worker.ids() == ["d0", "d1", "t0", "x"]

    def test_hold_missing(self, worker: Worker) -> None:
        """What a full listing lacks is pending, stays visible, and is counted as a deletion is."""
        worker.sync(
            *(added(single(id_)) for id_ in "abc"),
            added(series("s")),
            added(exception("s_1", "s", 1)),
            added(exception("t_1", "t", 1)),
            added(cancelled("t_2", "t", 2)),
        )
        worker.begin(full=True)
        worker.stage(updated(single("b", raw="2")), seen=["a"], quarantined=[bad("c")])
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        assert worker.store.pending(KEY) == ["s", "s_1", "t_1", "t_2"]
        expected = StagedCounts(deleted=4, implied=2, held=7)
        assert worker.store.pending_counts(KEY) == expected
        assert worker.counts == StagedCounts(updated=1, held=7)
        worker.commit()
        assert worker.ids() == ["a", "b", "c", "s", "s_1", "t_1", "t_2"]
        assert worker.store.pending(KEY) == ["s", "s_1", "t_1", "t_2"]
        assert worker.store.pending(OTHER) == []

    def test_pending_ends(self, worker: Worker) -> None:
        """Whatever a pass meets is pending no more; what it throws away ends nothing."""
        worker.sync(*(added(single(id_)) for id_ in "abcde"))
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        worker.begin()
        worker.stage(deleted("a"), updated(single("b")), seen=["c"], quarantined=[bad("d")])
        assert worker.store.pending(KEY) == ["e"]
        worker.discard()
        assert worker.store.pending(KEY) == ["a", "b", "c", "d", "e"]
        worker.begin()
        worker.stage(deleted("a"), updated(single("b")), seen=["c"], quarantined=[bad("d")])
        worker.commit()
        worker.sync()
        assert worker.store.pending(KEY) == ["e"]

    def test_delete_pending(self, worker: Worker) -> None:
        """What is pending goes like any other deletion, and is told."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        worker.begin(full=True)
        worker.stage(seen=["a"])
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        worker.begin()
        worker.stage(updated(single("b", raw="2")))
        worker.store.delete_pending(KEY, worker.lease)
        assert worker.counts == StagedCounts(updated=1, deleted=1, held=3)
        worker.commit()
        assert worker.ids() == ["a", "b"]
        assert [entry.kind.value for entry in worker.feed()[3:]] == ["updated", "deleted"]
        assert worker.store.pending(KEY) == []

    def test_refuse_pending(self, worker: Worker) -> None:
        """What is refused stays, whatever later listings lack, and is counted apart."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        worker.begin(full=True)
        worker.stage(seen=["a", "b"])
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        assert worker.store.refuse_pending(KEY, worker.lease) == 1
        assert worker.store.refuse_pending(KEY, worker.lease) == 0
        assert worker.store.refused(KEY) == ["c"]
        assert worker.store.refused(OTHER) == worker.store.pending(KEY) == []
        worker.begin(full=True)
        worker.stage(seen=["a"])
        worker.store.hold_missing(KEY, worker.lease, now=6.0)
        assert worker.store.pending(KEY) == ["b"]
        expected = StagedCounts(deleted=1, held=3, refused=1)
        assert worker.store.pending_counts(KEY) == expected
        worker.store.delete_pending(KEY, worker.lease)
        worker.commit()
        assert worker.ids() == ["a", "c"]
        assert worker.store.refused(KEY) == ["c"]
        assert worker.store.pending_counts(KEY) == StagedCounts(held=2, refused=1)

    def test_refused_ends(self, worker: Worker) -> None:
        """Whatever a pass meets is refused no more, and is pending if a later listing lacks it."""
        worker.sync(*(added(single(id_)) for id_ in "abcde"))
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        worker.store.refuse_pending(KEY, worker.lease)
        worker.begin()
        worker.stage(deleted("a"), updated(single("b")), seen=["c"], quarantined=[bad("d")])
        assert worker.store.refused(KEY) == ["e"]
        worker.discard()
        assert worker.store.refused(KEY) == ["a", "b", "c", "d", "e"]
        worker.begin()
        worker.stage(deleted("a"), updated(single("b")), seen=["c"], quarantined=[bad("d")])
        worker.commit()
        assert worker.store.refused(KEY) == ["e"]
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=6.0)
        worker.commit()
        assert worker.store.pending(KEY) == ["b", "c", "d"]
        assert worker.store.refused(KEY) == ["e"]

    def test_refused_members_imply_nothing(self, worker: Worker) -> None:
        """A pending occurrence goes with its series only where its series goes."""
        worker.sync(added(series("s")), added(exception("s_1", "s", 1)))
        worker.begin(full=True)
        worker.stage(seen=["s_1"])
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        worker.store.refuse_pending(KEY, worker.lease)
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=6.0)
        expected = StagedCounts(deleted=1, held=2, refused=1)
        assert worker.store.pending_counts(KEY) == expected

    def test_met_members_imply_nothing(self, worker: Worker) -> None:
        """A pending occurrence does not go with a series that a pass met."""
        worker.sync(added(series("s")), added(exception("s_1", "s", 1)))
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        assert worker.store.pending_counts(KEY) == StagedCounts(deleted=2, implied=1, held=2)
        worker.begin()
        worker.stage(seen=["s"])
        assert worker.store.pending_counts(KEY) == StagedCounts(deleted=1, held=2)

    def test_only_the_holder_refuses(self, worker: Worker) -> None:
        """Without the lease, nothing is refused."""
        worker.sync(added(single("a")))
        worker.begin(full=True)
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.commit()
        lost = evolve(worker.lease, fence=worker.lease.fence + 1)
        with pytest.raises(LeaseLost):
            worker.store.refuse_pending(KEY, lost)
        assert worker.store.pending(KEY) == ["a"]

    def test_a_delta_holds_nothing(self, worker: Worker) -> None:
        """A delta lacks nothing, nor does a pass that was not begun."""
        worker.sync(added(single("a")))
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        worker.begin()
        worker.store.hold_missing(KEY, worker.lease, now=5.0)
        assert worker.store.pending(KEY) == []

    def test_delete_beyond(self, worker: Worker) -> None:
        """Occurrences go from a slot of their series on, unless the pass met them."""
        held = [
            exception("s_2", "s", 2000, start=10),
            cancelled("s_1", "s", 1000),
            exception("s_0", "s", 999, start=10**6),
            exception("s_3", "s", 3000),
            exception("s_4", "s", 4000),
            exception("t_1", "t", 2000),
            series("s", 1500),
        ]
        worker.sync(*map(added, held))
        worker.begin()
        worker.stage(updated(exception("s_3", "t", 3000)), seen=["s_4"])
        worker.store.delete_beyond(KEY, worker.lease, {"s": 1000, "t": 2001})
        worker.store.delete_beyond(OTHER, worker.lease, {"s": 0})
        assert worker.counts == StagedCounts(updated=1, deleted=2, held=7, implied=1)
        worker.commit()
        assert worker.ids() == ["s", "s_0", "s_3", "s_4", "t_1"]

    def test_orphans(self, worker: Worker) -> None:
        """Orphans are visible occurrences, neither staged nor seen, of a series staged as deleted."""
        worker.sync(
            added(series("s")),
            added(series("t")),
            *(added(exception(f"s_{number}", "s", number)) for number in range(4)),
            added(cancelled("s_9", "s", 9)),
            added(exception("t_1", "t", 1)),
            added(single("u")),
        )
        worker.begin()
        worker.stage(deleted("s"), updated(series("t")), updated(exception("s_0", "t", 0)))
        worker.stage(deleted("s_1"), seen=["s_2"])
        assert worker.store.orphans(KEY, 10) == ["s_3", "s_9"]
        assert worker.store.orphans(KEY, 1) == ["s_3"]
        worker.store.delete_orphans(KEY, worker.lease)
        worker.commit()
        assert worker.ids() == ["s_0", "s_2", "t", "t_1", "u"]

    def test_orphans_of_a_series_that_is_none_any_more(self, worker: Worker) -> None:
        """An event without its rule has no occurrences."""
        worker.sync(added(series("s")), added(exception("s_1", "s", 1)))
        worker.begin()
        worker.stage(updated(single("s")))
        assert worker.store.orphans(KEY, 10) == ["s_1"]

    def test_orphans_of_unknown_series(self, worker: Worker) -> None:
        """Occurrences of a series that was never held are orphans once it is reported deleted."""
        worker.sync(added(exception("s_1", "s", 1)))
        worker.begin()
        worker.stage(deleted("s"))
        assert worker.store.orphans(KEY, 10) == ["s_1"]

    def test_occurrences_of(self, worker: Worker) -> None:
        """They are those of some series as the pass leaves them so far, met by it or not."""
        worker.sync(
            *(added(series(name)) for name in "stu"),
            *(added(exception(f"s_{number}", "s", number)) for number in range(4)),
            added(cancelled("t_9", "t", 9)),
            added(exception("u_1", "u", 1)),
            added(single("a")),
        )
        worker.begin()
        worker.stage(deleted("s_0"), updated(exception("s_1", "u", 1)), added(single("s")))
        worker.stage(added(cancelled("s_5", "s", 5)), seen=["s_2"], quarantined=[bad("s_3")])
        assert worker.store.occurrences_of(KEY, ["s", "t"]) == ["s_2", "s_3", "s_5", "t_9"]
        assert worker.store.occurrences_of(KEY, ["u"]) == ["s_1", "u_1"]
        assert worker.store.occurrences_of(KEY, ["a", "x"]) == []
        worker.begin()
        assert worker.store.occurrences_of(KEY, ["u"]) == ["u_1"]

    def test_forget(self, worker: Worker) -> None:
        """A forgotten calendar is as if it had never been synced; the others stay."""
        other = Worker(worker.store, OTHER)
        worker.sync(added(series("s")), added(exception("s_1", "s", 1)))
        worker.begin()
        worker.stage(updated(series("s")), seen=["s_1"], quarantined=[bad("q")])
        worker.commit()
        other.sync(added(single("o")))
        worker.store.changes("crm", limit=10, key=KEY)
        worker.store.changes("all", limit=10)
        last = worker.feed()[-1].position
        worker.begin(full=True)
        worker.stage(added(single("never seen")))
        worker.store.forget(KEY, worker.lease)
        assert worker.store.state(KEY) == CalendarState()
        assert worker.store.calendars() == [OTHER]
        assert (worker.ids(), worker.feed(), worker.store.quarantined(KEY)) == ([], [], [])
        assert [one.name for one in worker.store.consumers()] == ["all"]
        assert other.ids() == ["o"]
        assert [entry.key for entry in worker.store.changes("all", limit=10)] == [OTHER]
        again = Worker(worker.store)
        again.sync(added(single("again")))
        assert again.ids() == ["again"]
        assert again.feed()[0].position > last

    def test_forget_needs_the_lease(self, worker: Worker) -> None:
        """Whoever was overtaken forgets nothing; a calendar never seen does no harm."""
        worker.sync(added(single("a")))
        stale = worker.lease
        take(worker.store, str(KEY), "thief", now=1000.0)
        with pytest.raises(LeaseLost):
            worker.store.forget(KEY, stale)
        assert worker.ids() == ["a"]

    def test_calendars_are_apart(self, worker: Worker) -> None:
        """Passes over two calendars do not touch each other, even with the same ids."""
        other = Worker(worker.store, OTHER)
        worker.begin()
        other.begin()
        worker.stage(added(single("a", raw="mine")))
        other.stage(added(single("a", raw="theirs")))
        worker.stage(added(single("b")))
        worker.commit()
        assert (worker.ids(), other.ids()) == (["a", "b"], [])
        other.discard()
        assert other.counts == StagedCounts()
        assert worker.events() == [single("a", raw="mine"), single("b")]

    def test_odd_ids(self, worker: Worker) -> None:
        """Ids and texts are data, whatever characters they hold."""
        odd = ["'; DROP TABLE event; --", '"', "%s", "?", ":id", "é漢😀", "a\\b", " ", "\x01"]
        worker.sync(*(added(single(id_, raw=f"{{}}{id_}")) for id_ in odd))
        assert worker.ids() == sorted(odd)
        assert sorted(worker.store.records(KEY, odd)) == sorted(odd)

    def test_failing_page(self, worker: Worker) -> None:
        """A page whose records cannot be made leaves the store as before the call."""
        worker.begin()
        worker.stage(added(single("a")))
        before = worker.state

        def broken() -> Iterator[StagedRecord]:
            yield added(single("b"))
            raise KeyError("half a page")

        with pytest.raises(KeyError, match="half a page"):
            worker.store.stage(
                KEY, worker.lease, broken(), checkpoint=worker.checkpoint, since=before
            )
        assert worker.state == before
        assert worker.counts == StagedCounts(added=1)

    @pytest.mark.parametrize("write", WRITES)
    def test_overtaken_lease(self, worker: Worker, write: str) -> None:
        """A worker whose lease was taken over writes nothing more."""
        worker.sync(added(single("a")))
        worker.begin()
        worker.stage(added(single("b")))
        before = worker.state, worker.counts, worker.events()
        take(worker.store, str(KEY), "successor", now=1000.0)
        with pytest.raises(LeaseLost, match="fence"):
            WRITES[write](worker)
        assert (worker.state, worker.counts, worker.events()) == before

    def test_released_lease(self, worker: Worker) -> None:
        """A lease that was given back allows no more writes."""
        worker.store.release(worker.lease)
        with pytest.raises(LeaseLost):
            worker.begin()

    def test_successor_goes_on(self, worker: Worker) -> None:
        """Whoever takes the lease over finds the staged pages and may finish the pass."""
        worker.begin(full=True)
        worker.stage(added(single("a")))
        heir = Worker(worker.store, lease=take(worker.store, str(KEY), "heir", now=1000.0))
        assert heir.state.checkpoint == worker.checkpoint
        heir.stage(added(single("b")))
        heir.commit()
        assert heir.ids() == ["a", "b"]
