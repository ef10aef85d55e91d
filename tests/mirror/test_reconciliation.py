"""How the ledger is corrected by what a sink shows, as a function of values."""

from __future__ import annotations

import pytest
from attrs import evolve

from kloudsync.mirror.reconciliation import Reconciliation, reconcile
from kloudsync.model.writes import LedgerEntry

START, END = 1000, 2000
WRITTEN = LedgerEntry(key="a", uid="u", start=1200, end=1300, digest="d", stamp=50.0)
SHOWN = evolve(WRITTEN, digest=None, stamp=40.0)


def compared(shown: LedgerEntry | None, written: LedgerEntry | None) -> Reconciliation:
    """Compare one record with one entry."""
    return reconcile(
        [] if shown is None else [shown],
        {} if written is None else {written.key: written},
        start=START,
        end=END,
    )


def test_a_record_as_it_was_written_needs_nothing() -> None:
    """Key and times agree."""
    assert compared(SHOWN, WRITTEN) == Reconciliation(entries=())


def test_a_lost_record_is_written_again() -> None:
    """Its entry loses the digest, and nothing else."""
    assert compared(None, WRITTEN) == Reconciliation(
        entries=(evolve(WRITTEN, digest=None),), missing=1
    )


@pytest.mark.parametrize(("theirs", "stamp"), [(40.0, 50.0), (60.0, 60.0)])
def test_a_record_that_somebody_cancelled_is_missing(theirs: float, stamp: float) -> None:
    """The time of the cancellation is learned, so that the next write outdoes it."""
    assert compared(evolve(SHOWN, cancelled=True, stamp=theirs), WRITTEN) == Reconciliation(
        entries=(evolve(WRITTEN, digest=None, stamp=stamp),), missing=1
    )


def test_a_cancelled_record_of_somebody_is_none_of_ours() -> None:
    """Nothing is to be done about it."""
    assert compared(evolve(SHOWN, cancelled=True), None) == Reconciliation(entries=())


def test_a_cancelled_record_is_not_missed() -> None:
    """The sink is right not to show it."""
    cancelled = evolve(WRITTEN, cancelled=True)
    for shown in (None, evolve(SHOWN, cancelled=True)):
        assert compared(shown, cancelled) == Reconciliation(entries=())


@pytest.mark.parametrize(
    ("start", "end", "missing"),
    [(900, 1000, 0), (900, 1001, 1), (1999, 2100, 1), (2000, 2100, 0)],
    ids=["ended before", "reaches in", "begins in", "begins after"],
)
def test_only_what_touches_the_window_can_be_missed(start: int, end: int, missing: int) -> None:
    """The sink was asked about the window alone."""
    assert compared(None, evolve(WRITTEN, start=start, end=end)).missing == missing


@pytest.mark.parametrize(
    ("start", "end", "unknown"),
    [(900, 1000, 0), (900, 1001, 1), (1999, 2100, 1), (2000, 2100, 0)],
    ids=["ended before", "reaches in", "begins in", "begins after"],
)
def test_only_what_touches_the_window_can_be_unknown(start: int, end: int, unknown: int) -> None:
    """A sink with inclusive bounds shows what ended where the window begins."""
    found = compared(evolve(SHOWN, start=start, end=end), None)
    assert (found.unknown, len(found.entries)) == (unknown, unknown)


@pytest.mark.parametrize(
    "shown", [evolve(SHOWN, start=1201), evolve(SHOWN, end=1301)], ids=["start", "end"]
)
def test_a_record_at_other_times_is_written_again(shown: LedgerEntry) -> None:
    """Whatever else of it was changed with them."""
    assert compared(shown, WRITTEN) == Reconciliation(
        entries=(evolve(WRITTEN, digest=None),), changed=1
    )


def test_a_record_that_should_be_cancelled_is_written_again() -> None:
    """The entry stays cancelled, and its fate is unknown."""
    cancelled = evolve(WRITTEN, cancelled=True)
    assert compared(SHOWN, cancelled).entries == (evolve(cancelled, digest=None),)


@pytest.mark.parametrize(("theirs", "stamp"), [(40.0, 50.0), (60.0, 60.0)])
def test_the_later_stamp_counts(theirs: float, stamp: float) -> None:
    """Who wrote last must be outdone by the next write."""
    (entry,) = compared(evolve(SHOWN, end=1301, stamp=theirs), WRITTEN).entries
    assert entry.stamp == stamp


def test_a_record_that_nobody_wrote_becomes_an_entry() -> None:
    """The push that follows overwrites or cancels it."""
    assert compared(SHOWN, None) == Reconciliation(entries=(SHOWN,), unknown=1)
