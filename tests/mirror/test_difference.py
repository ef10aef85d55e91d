"""What a push has to write, as a function of values."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from kloudsync.mirror.difference import CANCELLED, Difference, difference, intent
from kloudsync.mirror.elsewhere import Elsewhere
from kloudsync.model.writes import Action, Item, LedgerEntry, Mark

HOUR = 3600
SINCE, NOW = 1_000_000, 1_100_000.0
SOON = int(NOW) + HOUR
WANTED = Item(key="a", uid="u", start=SOON, end=SOON + HOUR, digest="d", payload={"title": "x"})
WRITTEN = LedgerEntry(key="a", uid="u", start=SOON, end=SOON + HOUR, digest="d", stamp=NOW - 50)
GONE = evolve(WRITTEN, digest=CANCELLED, cancelled=True)


def compared(item: Item | None, entry: LedgerEntry | None) -> Difference:
    """Compare one occurrence with one entry."""
    items = [] if item is None else [item]
    ledger = {} if entry is None else {entry.key: entry}
    return difference(items, ledger, since=SINCE, now=NOW)


def actions(found: Difference) -> list[Action]:
    """Return what is written."""
    return [write.action for write in found.writes]


def test_what_nobody_can_tell_is_left_as_it_is() -> None:
    """A series that cannot be expanded is no series that was cancelled; what is over is forgotten."""
    ledger = {"a": WRITTEN, "b": evolve(WRITTEN, key="b", uid="v")}
    found = difference([], ledger, since=SINCE, now=NOW, untold={"u"})
    assert [write.entry.key for write in found.writes] == ["b"]
    assert not found.forgotten
    over = evolve(WRITTEN, start=SINCE - HOUR, end=SINCE)
    assert difference([], {"a": over}, since=SINCE, now=NOW, untold={"u"}).forgotten == ("a",)


def test_what_is_new_is_created_with_what_the_sink_wants() -> None:
    """The entry says what will have been written."""
    (write,) = compared(WANTED, None).writes
    assert (write.action, write.payload) == (Action.CREATE, WANTED.payload)
    assert write.entry == evolve(WRITTEN, stamp=NOW)


@pytest.mark.parametrize(("updated", "stamp"), [(NOW - 9, NOW), (NOW + 9, NOW + 9)])
@pytest.mark.parametrize("entry", [None, evolve(WRITTEN, digest=None)], ids=["none", "unknown"])
def test_what_the_ledger_does_not_know_is_outdone(
    entry: LedgerEntry | None, updated: float, stamp: float
) -> None:
    """Somebody else may have written the record after the event changed, but not after now."""
    (write,) = compared(evolve(WANTED, updated=updated), entry).writes
    assert write.entry.stamp == stamp


def test_no_stamp_is_earlier_than_now() -> None:
    """A sink that compares with its own time of writing would take the write for stale."""
    (write,) = compared(evolve(WANTED, updated=NOW - 9), evolve(WRITTEN, digest="other")).writes
    assert write.entry.stamp == NOW


FULL = evolve(WANTED, full=True)
FULLY = evolve(WRITTEN, digest=Mark("d", full=True).text())


@pytest.mark.parametrize(
    ("before", "item", "clears"),
    [
        (FULLY, WANTED, True),
        (FULLY, evolve(FULL, digest="e"), False),
        (WRITTEN, evolve(WANTED, digest="e"), False),
        (WRITTEN, FULL, False),
        (None, WANTED, False),
        (evolve(FULLY, digest=Mark(None, full=True).text()), WANTED, True),
        (evolve(FULLY, digest=Mark(CANCELLED, full=True).text(), cancelled=True), WANTED, True),
        (GONE, WANTED, False),
    ],
)
def test_a_write_clears_what_a_fuller_one_filled_in(
    before: LedgerEntry | None, item: Item, clears: bool
) -> None:
    """Also where its fate is unknown, and where the record was cancelled in between."""
    (write,) = compared(item, before).writes
    assert write.clears is clears


def test_what_a_record_may_hold_is_known_until_a_write_that_clears_it_is_done() -> None:
    """The intent of a write that clears, and a cancellation, still say that it may be full."""
    (clearing,) = compared(WANTED, FULLY).writes
    assert Mark.of(intent(clearing)) == Mark(None, full=True)
    assert Mark.of(clearing.entry) == Mark("d", full=False)
    (cancelling,) = compared(None, FULLY).writes
    assert Mark.of(cancelling.entry) == Mark(CANCELLED, full=True)
    assert Mark.of(intent(cancelling)) == Mark(None, full=True)


@pytest.mark.parametrize("digest", ["d", None, CANCELLED])
@pytest.mark.parametrize("full", [True, False])
def test_marks_survive_being_written(digest: str | None, full: bool) -> None:
    """A ledger keeps one text, which says both."""
    mark = Mark(digest, full=full)
    assert Mark.of(evolve(WRITTEN, digest=mark.text())) == mark


def test_equal_contents_that_are_told_fully_need_no_write() -> None:
    """What a record may hold is no difference by itself."""
    assert compared(FULL, FULLY).writes == ()


@pytest.mark.parametrize("theirs", [NOW + 60, NOW])
@pytest.mark.parametrize("item", [WANTED, None], ids=["written", "cancelled"])
@pytest.mark.parametrize("cancelled", [True, False])
def test_the_stamps_of_other_mirrors_are_outdone(
    item: Item | None, theirs: float, cancelled: bool
) -> None:
    """Mirrors write the same record, by clocks of several machines."""
    other = evolve(WRITTEN, stamp=theirs, cancelled=cancelled)
    elsewhere = evolve(Elsewhere.of([evolve(other, stamp=1.0), other]), kept=frozenset())
    ledger = {WRITTEN.key: evolve(WRITTEN, digest="other")}
    items = [] if item is None else [item]
    (write,) = difference(items, ledger, since=SINCE, now=NOW, elsewhere=elsewhere).writes
    assert write.entry.stamp > theirs


def test_what_another_mirror_keeps_is_forgotten() -> None:
    """The meeting still takes place there; one that it cancelled does not."""
    ledger = {WRITTEN.key: WRITTEN}
    for other, forgotten in ((WRITTEN, ("a",)), (GONE, ())):
        elsewhere = Elsewhere.of([other])
        found = difference([], ledger, since=SINCE, now=NOW, elsewhere=elsewhere)
        assert found.forgotten == forgotten
        assert bool(found.writes) is not bool(forgotten)


def test_an_event_that_does_not_say_when_it_changed_is_stamped_now() -> None:
    """A sink that takes stamps wants one."""
    (write,) = compared(WANTED, None).writes
    assert write.entry.stamp == NOW


def test_equal_contents_are_not_written_whatever_their_stamps() -> None:
    """A later time of change is no change."""
    found = compared(evolve(WANTED, updated=NOW), WRITTEN)
    assert (found.writes, found.unchanged, found.forgotten) == ((), 1, ())


def test_all_that_is_in_step_is_counted() -> None:
    """Each record that needs no write counts once."""
    items = [evolve(WANTED, key=key) for key in "abc"]
    ledger = {key: evolve(WRITTEN, key=key) for key in "abc"}
    found = difference(items, ledger, since=SINCE, now=NOW)
    assert (found.writes, found.unchanged) == ((), 3)


@pytest.mark.parametrize("digest", ["other", None])
def test_other_contents_and_those_of_unknown_fate_are_written(digest: str | None) -> None:
    """A write that was sent and never confirmed is sent again."""
    found = compared(WANTED, evolve(WRITTEN, digest=digest))
    assert (actions(found), found.unchanged) == ([Action.UPDATE], 0)


@pytest.mark.parametrize("updated", [NOW - 500, NOW - 50, NOW - 49])
@pytest.mark.parametrize("entry", [evolve(WRITTEN, digest="other"), GONE], ids=["held", "gone"])
def test_the_stamp_of_a_record_rises_with_every_write(entry: LedgerEntry, updated: float) -> None:
    """Even if the event says an older time, as one does that was restored."""
    (write,) = compared(evolve(WANTED, updated=updated), entry).writes
    assert write.entry.stamp > entry.stamp
    assert write.entry.stamp >= updated


def test_what_is_gone_is_cancelled_once() -> None:
    """The entry stays as cancelled, with a later stamp, and needs no second write."""
    found = compared(None, WRITTEN)
    (write,) = found.writes
    assert write.action is Action.CANCEL
    assert (write.entry.cancelled, write.entry.digest) == (True, CANCELLED)
    assert write.entry.stamp > WRITTEN.stamp
    assert (write.entry.start, write.entry.end, write.payload) == (WRITTEN.start, WRITTEN.end, {})
    again = compared(None, write.entry)
    assert (again.writes, again.forgotten) == ((), ())


def test_the_stamp_of_a_cancellation_rises_though_the_clock_does_not() -> None:
    """An event may carry a time of change from ahead of this machine's clock."""
    ahead = evolve(WRITTEN, stamp=NOW + 100)
    (write,) = compared(None, ahead).writes
    assert write.entry.stamp > ahead.stamp


def test_a_cancellation_of_unknown_fate_is_sent_again() -> None:
    """The sink may still show what was to be cancelled."""
    assert actions(compared(None, evolve(GONE, digest=None))) == [Action.CANCEL]


def test_a_cancelled_occurrence_that_comes_back_is_created() -> None:
    """Its entry was kept, so that its stamp is later than the cancellation's."""
    found = compared(WANTED, GONE)
    assert actions(found) == [Action.CREATE]
    assert not found.writes[0].entry.cancelled


@pytest.mark.parametrize("entry", [WRITTEN, GONE, evolve(GONE, digest=None)])
@pytest.mark.parametrize(("ends", "forgotten"), [(SINCE, ("a",)), (SINCE + 1, ())])
def test_what_took_place_is_forgotten_and_never_cancelled(
    entry: LedgerEntry, ends: int, forgotten: tuple[str, ...]
) -> None:
    """An entry falls out of the window when its end has."""
    found = compared(None, evolve(entry, start=ends - HOUR, end=ends))
    assert found.forgotten == forgotten
    assert not (forgotten and found.writes)


def test_the_soonest_is_written_first() -> None:
    """Creations, updates and cancellations alike; those that begin together by key."""
    times = {"c": 3, "a": 1, "d": 2, "b": 1}
    items: list[Any] = [
        evolve(WANTED, key=key, start=SOON + hours * HOUR, end=SOON + (hours + 1) * HOUR)
        for key, hours in times.items()
    ]
    ledger = {"z": evolve(WRITTEN, key="z", start=SOON)}
    found = difference(items, ledger, since=SINCE, now=NOW)
    assert [write.entry.key for write in found.writes] == ["z", "a", "b", "d", "c"]


def test_an_intent_says_that_the_fate_of_a_write_is_unknown() -> None:
    """It is the entry to be, without the digest."""
    (write,) = compared(WANTED, None).writes
    assert intent(write) == evolve(write.entry, digest=None)
