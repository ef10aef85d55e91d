from datetime import date

import pytest
from tests.testing.google.caller import Caller, la

from kloudsync.testing.google import CountSplit, FakeCalendar

FRIDAY = la("2019-04-05")
WEEKDAYS = "BYDAY=MO,TU,WE,TH,FR"


def test_new_content_makes_a_segment_named_after_the_slot(
    calendar: FakeCalendar, weekdays: str
) -> None:
    """While start, zone and rule stay, the child is `<base>_R<slot>` with the same sequence."""
    child = calendar.edit_following(weekdays, FRIDAY, summary="New room")
    held = calendar.truth()
    assert child == f"{weekdays}_R20190405T200000"
    assert held[child]["iCalUID"] == f"{child}@google.com"
    assert held[child]["sequence"] == held[weekdays]["sequence"] == 0
    assert held[weekdays]["recurrence"] == [f"RRULE:FREQ=WEEKLY;UNTIL=20190405T065959Z;{WEEKDAYS}"]
    assert held[child]["recurrence"] == [f"RRULE:FREQ=WEEKLY;{WEEKDAYS}"]


def test_a_new_end_is_new_content(calendar: FakeCalendar, weekdays: str) -> None:
    """Longer hours do not change the id's form."""
    child = calendar.edit_following(weekdays, FRIDAY, end=la("2019-04-05", 15))
    assert child == f"{weekdays}_R20190405T200000"


def test_a_new_start_makes_an_unrelated_id(calendar: FakeCalendar, weekdays: str) -> None:
    """Another time of day: a fresh id, the next sequence, the time asked for."""
    child = calendar.edit_following(weekdays, FRIDAY, start=la("2019-04-05", 14))
    held = calendar.truth()
    assert weekdays not in child
    assert held[child]["sequence"] == 1
    assert held[child]["start"]["dateTime"] == "2019-04-05T14:00:00-07:00"
    assert held[child]["end"]["dateTime"] == "2019-04-05T15:00:00-07:00"


@pytest.mark.parametrize(
    "changes",
    [{}, {"summary": "New room"}, {"start": la("2019-04-05", 14)}],
    ids=["nothing", "content", "time"],
)
def test_halves_share_creation_time_and_version(
    calendar: FakeCalendar, weekdays: str, changes: dict[str, object]
) -> None:
    """In both forms `created`, `updated` and etag are the same for parent and child."""
    child = calendar.edit_following(weekdays, FRIDAY, **changes)
    old, new = calendar.truth()[weekdays], calendar.truth()[child]
    assert [old[name] for name in ("created", "updated", "etag")] == [
        new[name] for name in ("created", "updated", "etag")
    ]


def test_a_new_rule_makes_an_unrelated_id(calendar: FakeCalendar, weekdays: str) -> None:
    """Another rule is another time."""
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=FR"]
    child = calendar.edit_following(weekdays, FRIDAY, recurrence=rule)
    assert weekdays not in child
    assert calendar.truth()[child]["recurrence"] == rule


def test_a_move_to_another_weekday_moves_the_rule(calendar: FakeCalendar) -> None:
    """A Monday series moved to Thursday recurs on Thursdays; the slot still sets UNTIL."""
    series = calendar.create("Review", la("2019-04-01"), recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO"])
    child = calendar.edit_following(series, la("2019-04-15"), start=la("2019-04-18"))
    held = calendar.truth()
    assert held[child]["recurrence"] == ["RRULE:FREQ=WEEKLY;BYDAY=TH"]
    assert held[series]["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20190415T065959Z;BYDAY=MO"]


def test_a_child_may_start_before_its_parent_ends(calendar: FakeCalendar) -> None:
    """The slot sets the bound, not the new start, which may lie days before."""
    series = calendar.create("Review", la("2019-04-04"), recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TH"])
    child = calendar.edit_following(series, la("2019-04-18"), start=la("2019-04-15"))
    assert calendar.truth()[child]["start"]["dateTime"] == "2019-04-15T13:00:00-07:00"
    assert calendar.truth()[child]["recurrence"] == ["RRULE:FREQ=WEEKLY;BYDAY=MO"]


def test_all_day_series_end_on_the_day_before(calendar: FakeCalendar) -> None:
    """UNTIL and the child's id are dates."""
    series = calendar.create(
        "Invoice", date(2024, 1, 20), recurrence=["RRULE:FREQ=MONTHLY;BYMONTHDAY=20"]
    )
    child = calendar.edit_following(series, date(2024, 2, 20), summary="Invoices")
    assert child == f"{series}_R20240220"
    assert calendar.truth()[series]["recurrence"] == [
        "RRULE:FREQ=MONTHLY;UNTIL=20240219;BYMONTHDAY=20"
    ]
    assert calendar.truth()[child]["start"] == {"date": "2024-02-20"}


def test_a_child_inherits_the_bound(calendar: FakeCalendar) -> None:
    """What ended in June still ends in June."""
    until = "RRULE:FREQ=DAILY;UNTIL=20190630T065959Z"
    series = calendar.create("Review", la("2019-04-01"), recurrence=[until])
    child = calendar.edit_following(series, FRIDAY, summary="x")
    assert calendar.truth()[child]["recurrence"] == [until]


@pytest.mark.parametrize(
    ("counts", "bound"),
    [(CountSplit.REDUCED, "COUNT=4"), (CountSplit.UNTIL, "UNTIL=20190405T065959Z")],
)
def test_a_count_is_divided(calendar: FakeCalendar, counts: CountSplit, bound: str) -> None:
    """The child counts what is left; the parent counts less or ends with UNTIL."""
    calendar.counts = counts
    series = calendar.create("Review", la("2019-04-01"), recurrence=["RRULE:FREQ=DAILY;COUNT=10"])
    child = calendar.edit_following(series, FRIDAY, summary="x")
    assert calendar.truth()[series]["recurrence"] == [f"RRULE:FREQ=DAILY;{bound}"]
    assert calendar.truth()[child]["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=6"]


def test_a_count_is_divided_at_a_slot_that_the_clock_skips(calendar: FakeCalendar) -> None:
    """The slot at two o'clock, shown at three, belongs to the later half alone."""
    calendar.counts = CountSplit.REDUCED
    rule = "RRULE:FREQ=WEEKLY;COUNT=8"
    series = calendar.create("Review", la("2026-02-01", 2), recurrence=[rule])
    child = calendar.edit_following(series, la("2026-03-08", 3), summary="x")
    assert calendar.truth()[series]["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=5"]
    assert calendar.truth()[child]["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=3"]


def test_a_segment_that_stands_is_not_overwritten(calendar: FakeCalendar) -> None:
    """Moved into its own later half and divided there, a series gets a half of another id."""
    calendar.counts = CountSplit.REDUCED
    rule = "RRULE:FREQ=DAILY;COUNT=10"
    series = calendar.create("Review", la("2019-04-01"), recurrence=[rule])
    first = calendar.edit_following(series, FRIDAY, summary="x")
    calendar.edit_all(series, start=la("2019-04-03"), end=la("2019-04-03", 14))
    second = calendar.edit_following(series, FRIDAY, summary="y")
    truth = calendar.truth()
    assert {truth[first]["summary"], truth[second]["summary"]} == {"x", "y"}


def test_a_split_keeps_every_occurrence(calendar: FakeCalendar, weekdays: str) -> None:
    """No occurrence is lost, doubled or renamed by a split that changes content."""
    window = la("2019-04-01"), la("2019-05-01")
    before = [occurrence.id for occurrence in calendar.occurrences(*window)]
    calendar.edit_following(weekdays, FRIDAY, summary="x")
    assert [occurrence.id for occurrence in calendar.occurrences(*window)] == before


def test_exceptions_follow_their_slots(calendar: FakeCalendar, weekdays: str) -> None:
    """Exceptions at and after the split change their series and keep their id."""
    early = calendar.edit_this(weekdays, la("2019-04-04"), summary="Early")
    at = calendar.edit_this(weekdays, FRIDAY, summary="At")
    late = calendar.edit_this(weekdays, la("2019-04-09"), start=la("2019-04-03", 8))
    cancelled = calendar.cancel_occurrence(weekdays, la("2019-04-10"))
    child = calendar.edit_following(weekdays, FRIDAY, location="Room 1")
    held = calendar.truth()
    assert held[early]["recurringEventId"] == weekdays
    assert {held[event]["recurringEventId"] for event in (at, late, cancelled)} == {child}
    assert held[at]["iCalUID"] == f"{child}@google.com"
    assert len({event["etag"] for event in held.values()}) == 1


def test_exceptions_without_a_slot_in_the_child_are_dropped(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """After a change of time the exceptions beyond the split come as bare stubs."""
    late = calendar.edit_this(weekdays, la("2019-04-09"), summary="Late")
    token = caller.token_now()
    calendar.edit_following(weekdays, FRIDAY, start=la("2019-04-05", 14))
    delta = {item["id"]: item for item in caller.items(syncToken=token)}
    assert delta[late].keys() == {"kind", "etag", "id", "status"}


def test_a_split_at_the_first_occurrence_edits_the_whole(
    calendar: FakeCalendar, weekdays: str
) -> None:
    """Nothing is divided where nothing comes before."""
    assert calendar.edit_following(weekdays, la("2019-04-02"), summary="x") == weekdays
    assert list(calendar.truth()) == [weekdays]


def test_a_chain_of_splits_keeps_the_base(calendar: FakeCalendar, weekdays: str) -> None:
    """Each later segment is named after the base; after a new time, after the new base."""
    second = calendar.edit_following(weekdays, FRIDAY, summary="2")
    third = calendar.edit_following(second, la("2019-04-12"), summary="3")
    fourth = calendar.edit_following(third, la("2019-04-19"), start=la("2019-04-19", 9))
    fifth = calendar.edit_following(fourth, la("2019-04-26", 9), summary="5")
    assert third == f"{weekdays}_R20190412T200000"
    assert fifth == f"{fourth}_R20190426T160000"
    assert len({event["created"] for event in calendar.truth().values()}) == 1


def test_one_occurrence_may_be_left_to_either_half(calendar: FakeCalendar) -> None:
    """A segment with a single occurrence is still a series."""
    series = calendar.create("Review", la("2019-04-01"), recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    calendar.edit_following(series, la("2019-04-02"), summary="x")
    found = calendar.occurrences(la("2019-04-01", 0), la("2019-04-09"))
    assert [occurrence.summary for occurrence in found] == ["Review", "x"]


def test_truncation_ends_the_series_without_child(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """The series gets its UNTIL; whatever had a row beyond it comes as a bare stub."""
    kept = calendar.cancel_occurrence(weekdays, la("2019-04-04"))
    changed = calendar.edit_this(weekdays, la("2019-04-11"), summary="x")
    cancelled = calendar.cancel_occurrence(weekdays, la("2019-04-12"))
    token = caller.token_now()
    calendar.truncate(weekdays, la("2019-04-10"))
    delta = {item["id"]: item for item in caller.items(syncToken=token)}
    assert delta[weekdays]["recurrence"] == [f"RRULE:FREQ=WEEKLY;UNTIL=20190410T065959Z;{WEEKDAYS}"]
    assert delta[weekdays]["sequence"] == 0
    assert "recurringEventId" in delta[kept]
    assert delta[changed].keys() == delta[cancelled].keys() == {"kind", "etag", "id", "status"}
    assert calendar.truth().keys() == {weekdays, kept}


def test_truncation_at_the_first_occurrence_deletes(calendar: FakeCalendar, weekdays: str) -> None:
    """A series of which nothing is left is deleted."""
    calendar.truncate(weekdays, la("2019-04-02"))
    assert calendar.truth() == {}


def test_dates_of_the_series_go_to_their_halves(calendar: FakeCalendar) -> None:
    """EXDATEs are divided with the series."""
    lines = ["RRULE:FREQ=DAILY", "EXDATE;TZID=America/Los_Angeles:20190403T130000,20190409T130000"]
    series = calendar.create("Review", la("2019-04-01"), recurrence=lines)
    child = calendar.edit_following(series, FRIDAY, summary="x")
    assert calendar.truth()[child]["recurrence"][1:] == [
        "EXDATE;TZID=America/Los_Angeles:20190409T130000"
    ]


def test_the_first_story(calendar: FakeCalendar, weekdays: str) -> None:
    """Weekdays at 13:00, from 5 April at 14:00, and nothing from 10 April on."""
    child = calendar.edit_following(weekdays, FRIDAY, start=la("2019-04-05", 14))
    calendar.truncate(child, la("2019-04-10", 14))
    found = calendar.occurrences(la("2019-04-01", 0), la("2019-05-01"))
    assert [f"{occurrence.start:%d %H:%M}" for occurrence in found] == [
        "02 13:00",
        "03 13:00",
        "04 13:00",
        "05 14:00",
        "08 14:00",
        "09 14:00",
    ]
