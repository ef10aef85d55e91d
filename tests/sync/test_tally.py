"""What a run counts, and what its report makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kloudsync.http.setting import Attempt
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import CalendarState, Checkpoint, StagedCounts
from kloudsync.sync.report import SyncReport
from kloudsync.sync.standing import Closed
from kloudsync.sync.tally import Tally

KEY = CalendarKey("google", "default", "primary")
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
FULL = Checkpoint(full=True, fingerprint="query", pages=3, reason="first sync")


def report(tally: Tally, counts: StagedCounts) -> SyncReport:
    """Report a full pass of three pages."""
    closed = Closed(state=CalendarState(), counts=counts)
    return tally.report(KEY, FULL, closed, committed=True, finished_at=LATER, lag=None)


def test_what_means_nothing_to_readers_is_unchanged() -> None:
    """Events that came as they are held, and those that were only sent again."""
    tally = Tally(NOW, unchanged=4)
    counts = StagedCounts(added=1, updated=2, deleted=3, silent=5, held=90)
    assert report(tally, counts) == SyncReport(
        calendar=KEY,
        committed=True,
        full=True,
        started_at=NOW,
        finished_at=LATER,
        added=1,
        updated=2,
        deleted=3,
        unchanged=9,
        resync_reason="first sync",
        pages=3,
    )


def test_waits_add_up_over_a_run() -> None:
    """Every try counts as a request, and each that was followed by a wait as a retry."""
    tally = Tally(NOW)
    for number, wait in enumerate((1.5, 2.0, None), 1):
        tally.count(Attempt(operation="events.list", number=number, wait=wait))
    found = report(tally, StagedCounts())
    assert (found.requests, found.retries, found.waited) == (3, 2, 3.5)
