"""Splits and truncations on a whole calendar service: ids, order of arrival, kinds of series."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.sync.world import World

from kloudsync.model.change import Added, SeriesSplit, SeriesTruncated, Updated
from kloudsync.model.event import SeriesException
from kloudsync.testing.google import CountSplit

PACIFIC = ZoneInfo("America/Los_Angeles")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=PACIFIC)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def weekly(world: World, rule: str = "RRULE:FREQ=WEEKLY;BYDAY=MO") -> str:
    """Create a weekly series and sync it."""
    series = world.calendar.create("Review", MONDAY, MONDAY + HOUR, recurrence=[rule])
    world.sync()
    world.changes()
    return series


def splits(world: World) -> list[tuple[str, str, datetime]]:
    """Read the splits that are new in the feed."""
    return [
        (one.old, one.new, one.at)
        for one in world.changes()
        if isinstance(one, SeriesSplit) and isinstance(one.at, datetime)
    ]


@pytest.mark.parametrize(
    ("changes", "keeps_stem"),
    [
        ({"summary": "Review, new room"}, True),
        ({"end": MONDAY + 3 * WEEK + 2 * HOUR}, True),
        ({"start": MONDAY + 3 * WEEK + HOUR}, False),
        (
            {
                "start": MONDAY + 3 * WEEK + timedelta(days=3),
                "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TH"],
            },
            False,
        ),
        (
            {
                "start": MONDAY + 3 * WEEK - timedelta(days=2),
                "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=SA"],
            },
            False,
        ),
        ({"recurrence": ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"]}, False),
        ({"start": date(2026, 3, 23), "end": date(2026, 3, 24)}, False),
    ],
    ids=["title", "length", "hour", "later weekday", "earlier weekday", "rule", "whole days"],
)
def test_both_id_forms_are_one_split_at_the_slot(
    world: World, changes: dict[str, Any], keeps_stem: bool
) -> None:
    """Whatever "this and following" changes, the feed has one split at the old slot."""
    old = weekly(world)
    slot = MONDAY + 3 * WEEK
    new = world.calendar.edit_following(old, slot, **changes)
    report = world.sync()
    assert new.startswith(f"{old}_R") is keeps_stem
    assert splits(world) == [(old, new, slot)]
    assert [(one.old, one.new) for one in report.splits] == [(old, new)]
    assert report.truncations == ()
    assert world.is_in_step()


@pytest.mark.parametrize("page_size", [1, 2, 3])
def test_halves_on_different_pages_are_one_split(
    make_world: Callable[..., World], page_size: int
) -> None:
    """Where a page ends makes no difference."""
    world = make_world(page_size=page_size)
    old = weekly(world)
    for n in range(4):
        world.calendar.create(f"Other {n}", MONDAY + n * HOUR, MONDAY + (n + 1) * HOUR)
    new = world.calendar.edit_following(old, MONDAY + 2 * WEEK, summary="Other room")
    world.sync()
    assert splits(world) == [(old, new, MONDAY + 2 * WEEK)]


@pytest.mark.parametrize("moved", [False, True], ids=["same stem", "fresh id"])
def test_a_split_that_was_undone_and_made_again_is_told_again(world: World, moved: bool) -> None:
    """Deleting the new half and restoring the rule ends the split; the next one is another."""
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO"]
    old, slot = weekly(world), MONDAY + 3 * WEEK
    changes: dict[str, Any] = {"start": slot + HOUR} if moved else {"summary": "New room"}
    first = world.calendar.edit_following(old, slot, **changes)
    world.sync()
    assert splits(world) == [(old, first, slot)]
    world.calendar.delete(first)
    world.calendar.edit_all(old, recurrence=rule)
    world.sync()
    assert splits(world) == []
    second = world.calendar.edit_following(old, slot, **changes)
    world.sync()
    assert splits(world) == [(old, second, slot)]
    assert world.copy.lineage(second) == [old, second]
    assert world.is_in_step()


def test_an_all_day_series_is_split_at_a_date(world: World) -> None:
    """An all-day split is told as the date of its slot."""
    day = date(2026, 3, 20)
    old = world.calendar.create(
        "Payday", day, day + timedelta(days=1), recurrence=["RRULE:FREQ=MONTHLY;BYMONTHDAY=20"]
    )
    world.sync()
    world.changes()
    new = world.calendar.edit_following(old, date(2026, 6, 20), summary="Payday!")
    world.sync()
    told = [one for one in world.changes() if isinstance(one, SeriesSplit)]
    assert [(one.old, one.new, one.at) for one in told] == [(old, new, date(2026, 6, 20))]


@pytest.mark.parametrize("form", list(CountSplit))
def test_a_counted_series_is_split_whichever_way_its_bound_is_written(
    world: World, form: CountSplit
) -> None:
    """COUNT reduced and COUNT replaced by UNTIL are the same cut."""
    world.calendar.counts = form
    old = weekly(world, "RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=MO")
    new = world.calendar.edit_following(old, MONDAY + 4 * WEEK, summary="Second half")
    world.sync()
    assert splits(world) == [(old, new, MONDAY + 4 * WEEK)]


def test_five_splits_are_one_lineage(world: World) -> None:
    """Each split of a chain is told once, and the lineage names all segments in order."""
    segments = [weekly(world)]
    for n in range(1, 6):
        changes = {"summary": f"Take {n}"} if n % 2 else {"start": MONDAY + 3 * n * WEEK + n * HOUR}
        slot = MONDAY + 3 * n * WEEK + (n - 1) // 2 * 2 * HOUR
        segments.append(world.calendar.edit_following(segments[-1], slot, **changes))
        assert len(world.sync().splits) == 1
    for segment in segments:
        assert world.copy.lineage(segment) == segments


def test_segments_that_are_sent_again_unchanged_are_silent(world: World) -> None:
    """After a split, an edit of one exception re-sends masters, and tells of the exception only."""
    old = weekly(world)
    new = world.calendar.edit_following(old, MONDAY + 3 * WEEK, summary="Other room")
    world.sync()
    world.changes()
    world.calendar.edit_this(new, MONDAY + 4 * WEEK, summary="Guest")
    report = world.sync()
    assert (report.added, report.updated, report.splits) == (1, 0, ())
    assert len(world.changes()) == 1
    assert world.is_in_step()


def test_exceptions_move_to_the_segment_that_covers_them(world: World) -> None:
    """An exception behind the split keeps its id and changes its series, without delete and add."""
    old = weekly(world)
    before = world.calendar.edit_this(old, MONDAY + WEEK, summary="Early guest")
    behind = world.calendar.edit_this(old, MONDAY + 5 * WEEK, summary="Late guest")
    world.sync()
    world.changes()
    new = world.calendar.edit_following(old, MONDAY + 3 * WEEK, location="Other room")
    world.sync()
    changes = world.changes()
    kept = [c for c in changes if getattr(c, "id", None) == behind]
    assert len(kept) == 1
    assert isinstance(kept[0], Updated)
    assert isinstance(kept[0].after, SeriesException)
    assert kept[0].after.series == new
    first = world.copy.event(before)
    assert isinstance(first, SeriesException)
    assert first.series == old


def test_a_shortened_series_is_a_truncation(world: World) -> None:
    """A rule that is given an earlier end by hand is told as cut at the first lost occurrence."""
    series = weekly(world)
    world.calendar.edit(series, recurrence=["RRULE:FREQ=WEEKLY;UNTIL=20260323T170000Z;BYDAY=MO"])
    report = world.sync()
    assert [(one.series, one.at) for one in report.truncations] == [(series, MONDAY + 4 * WEEK)]
    told = [one for one in world.changes() if isinstance(one, SeriesTruncated)]
    assert [(one.series, one.at) for one in told] == [(series, MONDAY + 4 * WEEK)]


def test_a_series_that_is_born_with_an_end_is_no_truncation(world: World) -> None:
    """An UNTIL alone proves nothing: the series is new, and that is all."""
    world.sync()
    world.changes()
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20260323T170000Z;BYDAY=MO"
    world.calendar.create("Course", MONDAY, MONDAY + HOUR, recurrence=[rule])
    report = world.sync()
    assert (report.added, report.truncations, report.splits) == (1, (), ())
    assert [type(one) for one in world.changes()] == [Added]


@pytest.mark.parametrize("form", ["COUNT=3", "UNTIL=20260316T235959Z"])
def test_a_shorter_bound_of_either_form_is_a_truncation(world: World, form: str) -> None:
    """COUNT cuts as UNTIL does."""
    series = weekly(world, "RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=MO")
    world.calendar.edit(series, recurrence=[f"RRULE:FREQ=WEEKLY;{form};BYDAY=MO"])
    report = world.sync()
    assert [(one.series, one.at) for one in report.truncations] == [(series, MONDAY + 3 * WEEK)]


def test_another_rule_is_no_truncation(world: World) -> None:
    """A series that takes place on other days was changed, not cut."""
    series = weekly(world)
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20260323T170000Z;BYDAY=MO,WE"
    world.calendar.edit(series, recurrence=[rule])
    report = world.sync()
    assert (report.updated, report.truncations) == (1, ())


def test_a_bound_that_cuts_nothing_is_no_truncation(world: World) -> None:
    """An UNTIL between the last occurrence and the one that never was changes no occurrence."""
    series = weekly(world, "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO")
    world.calendar.edit(series, recurrence=["RRULE:FREQ=WEEKLY;UNTIL=20260325T170000Z;BYDAY=MO"])
    report = world.sync()
    assert report.truncations == ()
    assert report.updated == 1


def test_a_first_sync_links_without_telling(world: World) -> None:
    """Splits from before the first sync are lineage, and no news."""
    old = world.calendar.create(
        "Review", MONDAY, MONDAY + HOUR, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO"]
    )
    new = world.calendar.edit_following(old, MONDAY + 2 * WEEK, summary="Other room")
    third = world.calendar.edit_following(new, MONDAY + 4 * WEEK, start=MONDAY + 4 * WEEK + HOUR)
    report = world.sync()
    assert report.splits == ()
    assert not any(isinstance(one, SeriesSplit) for one in world.changes())
    assert world.copy.lineage(old) == [old, new, third]


def test_a_split_while_the_cursor_is_dead_is_told_by_the_full_pass(world: World) -> None:
    """A full pass compares with what was held, and so sees the split that happened meanwhile."""
    old = weekly(world)
    world.fake.expire_sync_tokens()
    new = world.calendar.edit_following(old, MONDAY + 3 * WEEK, start=MONDAY + 3 * WEEK + HOUR)
    report = world.sync()
    assert report.full
    assert splits(world) == [(old, new, MONDAY + 3 * WEEK)]


def test_cutting_a_series_leaves_the_occurrences_of_others_alone(world: World) -> None:
    """What lies beyond a cut and belongs to another series goes on taking place."""
    cut = weekly(world)
    other = world.calendar.create(
        "Lunch", MONDAY + HOUR, MONDAY + 2 * HOUR, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO"]
    )
    world.calendar.edit_this(other, MONDAY + HOUR + 4 * WEEK, summary="Guest")
    world.calendar.cancel_occurrence(other, MONDAY + HOUR + 5 * WEEK)
    world.calendar.edit_this(cut, MONDAY + 4 * WEEK, summary="Guest")
    world.sync()
    world.calendar.truncate(cut, MONDAY + 3 * WEEK)
    report = world.sync()
    assert (len(report.truncations), report.deleted) == (1, 1)
    assert world.is_in_step()


def test_a_segment_that_came_and_went_between_two_syncs_takes_its_occurrences_along(
    world: World,
) -> None:
    """Only its own id is told as gone; what lay beyond the cut went with it."""
    old = weekly(world)
    world.calendar.edit_this(old, MONDAY + 4 * WEEK, summary="Guest")
    kept = world.calendar.edit_this(old, MONDAY + 2 * WEEK, summary="Guest")
    world.sync()
    new = world.calendar.edit_following(old, MONDAY + 3 * WEEK, summary="Other room")
    world.calendar.delete(new)
    report = world.sync()
    assert len(report.truncations) == 1
    assert world.held().keys() == {old, kept}
    assert world.is_in_step()


@pytest.mark.parametrize(
    "moved",
    [
        {"start": MONDAY + 2 * HOUR, "end": MONDAY + 3 * HOUR},
        {"start": date(2026, 3, 2), "end": date(2026, 3, 3)},
    ],
)
def test_what_lay_beyond_the_cut_is_gone_though_the_first_half_was_moved(
    world: World, moved: dict[str, Any]
) -> None:
    """A series that was cut and moved is no truncation, but nothing lies beyond its end."""
    old = weekly(world)
    world.calendar.edit_this(old, MONDAY + 4 * WEEK, summary="Guest")
    world.sync()
    new = world.calendar.edit_following(old, MONDAY + 3 * WEEK, summary="Other room")
    world.calendar.delete(new)
    world.calendar.edit_all(old, **moved)
    world.sync()
    assert world.held().keys() == {old}
    assert world.is_in_step()


def test_a_series_whose_end_cannot_be_counted_to_is_kept_like_any_other(world: World) -> None:
    """It is created, cut and deleted; where it ends nobody says."""
    weekly(world)
    rule = "RRULE:FREQ=SECONDLY;INTERVAL=86399;BYDAY=MO;COUNT={}"
    odd = world.calendar.create("Tick", MONDAY, MONDAY, recurrence=[rule.format(100_000)])
    assert world.sync().added == 1
    world.calendar.edit_all(odd, recurrence=[rule.format(90_000)])
    assert world.sync().updated == 1
    world.calendar.edit_all(odd, recurrence=["RRULE:FREQ=SECONDLY;INTERVAL=86399;COUNT=3"])
    world.sync()
    assert world.is_in_step()
    world.calendar.delete(odd)
    world.sync()
    assert world.is_in_step()


@pytest.mark.parametrize("page_size", [1, 10])
def test_a_report_tells_slots_on_the_clock_of_the_calendar(
    make_world: Callable[..., World], page_size: int
) -> None:
    """Whichever page told its zone."""
    world = make_world(page_size=page_size)
    old, other = weekly(world), weekly(world)
    zone = PACIFIC
    world.calendar.edit_following(old, MONDAY + 3 * WEEK, summary="Other room")
    world.calendar.truncate(other, MONDAY + 2 * WEEK)
    report = world.sync()
    slots = [one.at for one in report.splits] + [one.at for one in report.truncations]
    assert slots == [MONDAY + 3 * WEEK, MONDAY + 2 * WEEK]
    assert [slot.tzinfo for slot in slots if isinstance(slot, datetime)] == [zone, zone]
