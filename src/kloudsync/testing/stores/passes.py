"""Staging: what a pass may write before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kloudsync.model.record import StagedRecord
from kloudsync.model.state import CalendarState, StagedCounts
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import (
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
from kloudsync.testing.stores.worker import KEY, OTHER, Worker


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
