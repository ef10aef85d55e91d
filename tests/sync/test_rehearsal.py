"""A rehearsal answers what a store would answer in the middle of the same pass."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kloudsync.model.record import EventRecord, Kind, StagedRecord, Verdict
from kloudsync.model.state import Checkpoint, Lease, Quarantined, SeriesLink, StagedCounts
from kloudsync.stores import MemoryStore
from kloudsync.sync.ports import Store
from kloudsync.sync.rehearsal import Rehearsal
from kloudsync.testing.stores.records import (
    added,
    cancelled,
    deleted,
    exception,
    series,
    silent,
    single,
    updated,
)
from kloudsync.testing.stores.worker import KEY, Worker

HOUR = 3600


class Twins:
    """A store, and a rehearsal over another one that holds the same.

    Args:
        held: What both hold before the pass.
    """

    def __init__(self, *held: EventRecord) -> None:
        self.worker, beneath = (Worker(MemoryStore()) for _ in range(2))
        for worker in (self.worker, beneath):
            worker.sync(*map(added, held))
        self.beneath: Store = beneath.store
        self.rehearsal = Rehearsal(self.beneath, beneath.state)
        self.lease = self.rehearsal.acquire("name", "owner", ttl=60.0, now=0.0)
        self.begin()

    def begin(self) -> None:
        """Start a full pass in both."""
        self.worker.begin(full=True)
        self.rehearsal.begin(KEY, self.lease, self.worker.checkpoint, since=self.worker.state)

    def stage(self, *staged: StagedRecord, **others: Any) -> None:
        """Stage a page in both."""
        self.worker.stage(*staged, **others)
        checkpoint = self.worker.checkpoint
        since = self.worker.state
        self.rehearsal.stage(KEY, self.lease, staged, **others, checkpoint=checkpoint, since=since)

    def answers(self, question: Callable[..., Any], *given: Any) -> Any:
        """Ask both, and return what they agree on."""
        expected, found = question(self.worker.store, *given), question(self.rehearsal, *given)
        assert found == expected
        return found

    def agree(self) -> None:
        """Ask everything that the engine asks before it commits."""
        for question in (counts, records, staged, changed):
            self.answers(question)
        self.answers(families)
        for limit in (1, 3, 100):
            self.answers(unseen, limit)
            self.answers(orphans, limit)


IDS = [f"{kind}{n}" for kind in "esx" for n in range(8)]


def counts(store: Store | Rehearsal) -> StagedCounts:
    """Return what a commit would do."""
    return store.counts(KEY)


def records(store: Store | Rehearsal) -> dict[str, EventRecord]:
    """Return what is visible."""
    return store.records(KEY, IDS)


def staged(store: Store | Rehearsal) -> dict[str, EventRecord]:
    """Return what is staged."""
    return store.staged(KEY, IDS)


def changed(store: Store | Rehearsal) -> set[tuple[EventRecord | None, EventRecord]]:
    """Return the series that a pass adds or updates, as they are held and as they will be."""
    return set(store.staged_series(KEY))


def unseen(store: Store | Rehearsal, limit: int) -> list[str]:
    """Return ids that the pass did not meet."""
    return store.unseen(KEY, limit)


def orphans(store: Store | Rehearsal, limit: int) -> list[str]:
    """Return occurrences of series that the pass deletes."""
    return store.orphans(KEY, limit)


def beginning(store: Store | Rehearsal, start: int, end: int) -> list[Any]:
    """Return the series that begin between two instants."""
    return sorted(store.beginning(KEY, start, end))


def pending(store: Store | Rehearsal) -> StagedCounts:
    """Return what deleting whatever is pending would do."""
    return store.pending_counts(KEY)


def families(store: Store | Rehearsal) -> list[list[str]]:
    """Return the families of a pass as ids."""
    return [[one.id for one in family] for family in store.staged_families(KEY)]


def drawn(dice: random.Random) -> Iterator[StagedRecord]:
    """Draw records of a page: events, series that share stems and stamps, and exceptions."""
    for _ in range(dice.randint(0, 6)):
        n = dice.randrange(8)
        stem, stamp = dice.choice((None, "a", "b")), dice.choice((None, "T1", "T2"))
        record = dice.choice(
            (
                single(f"e{n}", raw=str(dice.random())),
                series(f"s{n}", -n % 3, lineage=stem, created=stamp, raw=str(dice.random())),
                exception(f"x{n}", f"s{dice.randrange(8)}", n * HOUR),
            )
        )
        yield dice.choice((added, updated, silent))(record)
        if dice.random() < 0.3:
            yield deleted(dice.choice("esx") + str(dice.randrange(8)))


@pytest.mark.parametrize("seed", range(40))
def test_any_pass_is_rehearsed_as_a_store_would_stage_it(seed: int) -> None:
    """Counts, deletions, orphans, series and families are those of the real pass, page by page."""
    dice = random.Random(seed)
    held = {one.record.id: one.record for _ in range(4) for one in drawn(dice)}
    twins = Twins(*(one for one in held.values() if one.kind != Kind.TOMBSTONE))
    for _ in range(4):
        bad = [Quarantined(id=f"e{dice.randrange(8)}", reason="odd", raw="", version="1")]
        twins.stage(
            *drawn(dice),
            seen=dice.sample([f"e{n}" for n in range(8)], 2),
            quarantined=bad if dice.random() < 0.5 else (),
        )
        twins.agree()


def test_a_pass_that_begins_anew_forgets_what_was_staged() -> None:
    """As after a refused cursor; what was met counts no more, either."""
    twins = Twins(single("e1"), single("e2"))
    twins.stage(added(single("e3")), seen=["e1"])
    twins.begin()
    twins.agree()
    assert twins.rehearsal.unseen(KEY, 10) == ["e1", "e2"]


def test_what_a_deleted_series_leaves_behind_is_told_once_it_is_not_met() -> None:
    """Exceptions and cancelled occurrences, but none of another series."""
    twins = Twins(
        series("s1"),
        series("s2"),
        exception("x1", "s1", HOUR),
        cancelled("x2", "s1", 2 * HOUR),
        exception("x3", "s2", HOUR),
        exception("x4", "s1", 3 * HOUR),
    )
    twins.stage(deleted("s1"), updated(series("s2")), seen=["x4"])
    assert twins.answers(orphans, 9) == ["x1", "x2"]
    assert twins.answers(orphans, 1) == ["x1"]


@pytest.mark.parametrize(("members", "told"), [(50, 1), (51, 0)])
def test_an_import_is_no_family(members: int, told: int) -> None:
    """So many series of one creation stamp were not split from each other."""
    twins = Twins()
    twins.stage(*(added(series(f"s{n}", created="T")) for n in range(members)))
    assert len(twins.answers(families)) == told


def test_a_stem_holds_any_number_of_segments() -> None:
    """What shares a stem is one series, however often it was split."""
    twins = Twins()
    twins.stage(*(added(series(f"s{n}", lineage="s")) for n in range(60)))
    assert [len(family) for family in twins.answers(families)] == [60]


def test_a_stamp_repeats_no_part_of_a_stem() -> None:
    """Segments that share stem and stamp are told once, with those of other stamps among them."""
    twins = Twins()
    stamps = {"s1": "T", "s2": "U", "s3": "T"}
    twins.stage(*(added(series(id_, lineage="s", created=at)) for id_, at in stamps.items()))
    assert twins.answers(families) == [["s1", "s2", "s3"]]


def test_whoever_is_held_and_not_touched_belongs_to_the_family() -> None:
    """The second half of a split comes alone; its first half is held already."""
    twins = Twins(series("s1", lineage="s"), series("s2", lineage="t"))
    twins.stage(added(series("s3", lineage="s")), silent(series("s2", lineage="t", raw="{ }")))
    assert twins.answers(families) == [["s1", "s3"]]


def test_what_is_pending_is_rehearsed() -> None:
    """What a listing lacks and what waits from before are counted, and let go, alike."""
    twins = Twins(single("e1"), single("e2"), series("s1"), exception("x1", "s1", HOUR))
    twins.stage(seen=["e1"])
    for store, lease in ((twins.worker.store, twins.worker.lease), (twins.rehearsal, twins.lease)):
        store.hold_missing(KEY, lease, now=5.0)
    held = twins.answers(pending)
    assert (held.deleted, held.implied, held.held) == (3, 1, 4)
    for store, lease in ((twins.worker.store, twins.worker.lease), (twins.rehearsal, twins.lease)):
        store.delete_pending(KEY, lease)
    assert twins.answers(counts).deleted == 3


def test_nothing_reaches_the_store_beneath() -> None:
    """Staging, committing and giving up leave it as it was; leases are granted to anybody."""
    twins = Twins(single("e1"), exception("x1", "s1", HOUR))
    before = list(twins.beneath.events(KEY)), twins.beneath.state(KEY)
    twins.stage(updated(single("e1", raw="{1}")), added(single("e2")))
    twins.rehearsal.commit(
        KEY, twins.lease, cursor=None, zone=None, now=0.0, since=twins.worker.state
    )
    twins.rehearsal.discard(KEY, twins.lease)
    twins.rehearsal.release(twins.lease)
    assert (list(twins.beneath.events(KEY)), twins.beneath.state(KEY)) == before
    assert twins.lease == Lease(name="name", owner="owner", fence=0, expires_at=60.0)
    assert twins.rehearsal.counts(KEY).added == 1
    for bounds in ((HOUR, HOUR + 1), (0, HOUR), (HOUR + 1, 2 * HOUR)):
        twins.answers(beginning, *bounds)


def test_links_and_quarantine_are_those_of_the_store() -> None:
    """What was known before the pass is known to its rehearsal."""
    worker = Worker(MemoryStore())
    odd = Quarantined(id="e9", reason="odd", raw="", version="1")
    known = SeriesLink(old="s1", new="s2", at=HOUR)
    worker.begin()
    worker.stage(quarantined=[odd])
    worker.commit(links=[known])
    rehearsal = Rehearsal(worker.store, worker.state)
    assert (rehearsal.links(KEY), rehearsal.misread(KEY, "2")) == ([known], [odd])


def test_a_rehearsal_never_goes_on_where_a_pass_was_cut_off() -> None:
    """What is staged in the store is not looked at, so its checkpoint is none of a rehearsal's."""
    worker = Worker(MemoryStore())
    worker.begin(full=True)
    worker.stage(added(single("e1")))
    assert worker.state.checkpoint is not None
    rehearsal = Rehearsal(worker.store, worker.state)
    assert rehearsal.state(KEY).checkpoint is None
    assert rehearsal.counts(KEY).added == 0


def test_verdicts_are_counted_apart() -> None:
    """What is deleted counts where it is held."""
    twins = Twins(single("e1"), single("e2"), single("e3"))
    twins.stage(
        added(single("e4")),
        updated(single("e1")),
        silent(single("e2")),
        deleted("e3"),
        deleted("e9"),
        StagedRecord(single("e5"), Verdict.ADDED),
    )
    expected = StagedCounts(added=2, updated=1, silent=1, deleted=1, held=3)
    assert twins.answers(counts) == expected


def test_the_checkpoint_of_a_rehearsal_is_kept_nowhere() -> None:
    """A pass is rehearsed from its beginning each time."""
    twins = Twins()
    checkpoint = Checkpoint(full=True, fingerprint="query", pages=3)
    twins.rehearsal.stage(KEY, twins.lease, (), checkpoint=checkpoint, since=twins.worker.state)
    assert twins.rehearsal.state(KEY).checkpoint is None
