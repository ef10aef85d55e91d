"""What a report says of two passes, and where series part."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Quarantined, SeriesLink, StagedCounts
from kloudsync.sync.report import Split, SyncReport, Truncation

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SLOT = int(NOW.timestamp())
LINK = SeriesLink(old="a", new="b", at=SLOT)
ODD = Quarantined(id="e", reason="odd", raw="", version="1")
SPLIT = Split(old="a", new="b", at=NOW, evidence="id")
CUT = Truncation(series="a", at=NOW)
FIRST = SyncReport(
    calendar=CalendarKey("google", "default", "primary"),
    committed=True,
    full=True,
    started_at=NOW,
    finished_at=NOW + MINUTE,
    added=10,
    updated=20,
    deleted=30,
    unchanged=40,
    splits=(SPLIT,),
    truncations=(CUT,),
    resync_reason="first sync",
    quarantined=(ODD,),
    pages=5,
    requests=7,
    retries=1,
    waited=2.0,
    resumed=True,
    lag=60.0,
)
SECOND = evolve(
    FIRST,
    full=False,
    finished_at=NOW + 2 * MINUTE,
    added=1,
    updated=2,
    deleted=3,
    unchanged=4,
    splits=(),
    truncations=(),
    resync_reason=None,
    quarantined=(),
    pages=1,
    requests=9,
    retries=2,
    waited=3.0,
    resumed=False,
    lag=0.5,
)


def test_the_report_of_two_passes_adds_up_what_they_found() -> None:
    """Reasons, and the lag before the first of them, stay; what a run counts as a whole is not added."""
    assert FIRST.followed_by(SECOND) == evolve(
        FIRST,
        finished_at=NOW + 2 * MINUTE,
        added=11,
        updated=22,
        deleted=33,
        unchanged=44,
        pages=6,
        requests=9,
        retries=2,
        waited=3.0,
    )


def test_the_later_pass_tells_news_and_reasons_of_its_own() -> None:
    """Splits come after those of the first pass; the later reason explains what is held now."""
    later = evolve(
        SECOND,
        full=True,
        resync_reason="410",
        splits=(SPLIT,),
        truncations=(CUT,),
        quarantined=(ODD,),
    )
    both = evolve(FIRST, full=False, splits=(SPLIT,)).followed_by(later)
    assert (both.full, both.resync_reason, both.splits) == (True, "410", (SPLIT, SPLIT))
    assert (both.truncations, both.quarantined) == ((CUT, CUT), (ODD, ODD))


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (False, False)])
def test_two_passes_have_committed_if_one_has(*, first: bool, second: bool) -> None:
    """The store has a new state whichever pass brought it."""
    both = evolve(FIRST, committed=first).followed_by(evolve(SECOND, committed=second))
    assert both.committed is (first or second)


def test_series_part_at_a_slot_in_the_calendars_zone() -> None:
    """A slot that is a date stays one; an instant is shown on the clock of the zone."""
    zone = "America/Los_Angeles"
    split, cut = Split.of(LINK, zone), Truncation.of(evolve(LINK, new=None), zone)
    assert split is not None
    for at in (split.at, cut.at):
        assert at == NOW
        assert isinstance(at, datetime)
        assert at.tzinfo == ZoneInfo(zone)
    days = evolve(LINK, at=SLOT - 9 * 3600, all_day=True)
    assert Truncation.of(days, zone).at == date(2026, 1, 5)
    assert Split.of(days, zone) == Split(old="a", new="b", at=date(2026, 1, 5), evidence="id")


def test_a_truncation_is_no_split() -> None:
    """A series without a second half is only cut."""
    assert Split.of(evolve(LINK, new=None)) is None


@pytest.mark.parametrize("field", ["added", "updated", "deleted", "splits", "truncations"])
def test_a_report_with_news_says_that_something_changed(field: str) -> None:
    """Any single kind of news is enough; what was met unchanged is none."""
    silent = evolve(FIRST, added=0, updated=0, deleted=0, splits=(), truncations=())
    assert not silent.changed
    assert evolve(silent, **{field: getattr(FIRST, field)}).changed


HELD_TOLD = (
    "1 added, 2 updated, 3 deleted, held: 9 of 10 events are lacking and stay until "
    "it is confirmed with MassDeletion(confirm=…), or refused with refuse_deletions()"
)
HELD = StagedCounts(added=1, updated=2, deleted=9, silent=0, held=10, implied=0)


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (SECOND, "1 added, 2 updated, 3 deleted"),
        (FIRST, "10 added, 20 updated, 30 deleted, 1 split, 1 truncated, 1 not understood"),
        (evolve(SECOND, committed=False), "not committed: 1 added, 2 updated, 3 deleted"),
        (
            evolve(SECOND, held=HELD),
            HELD_TOLD,
        ),
    ],
)
def test_a_report_says_in_a_line_what_readers_get(report: SyncReport, told: str) -> None:
    """What waits to be confirmed is told with what was committed."""
    assert str(report) == told
