from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.testing.microsoft.graph_caller import GraphCaller, utc

from kloudsync.testing.microsoft import FakeCalendar, FakeMicrosoft, recurring

HOUR = timedelta(hours=1)
SPRING = (utc("2026-03-01T00:00"), utc("2026-06-01T00:00"))


def starts(calendar: FakeCalendar) -> list[str]:
    """List the starts of what stands in the calendar in spring."""
    return [f"{one.begins:%m-%d %H:%M}" for one in calendar.occurrences(*SPRING)]


def test_a_series_keeps_its_wall_time_over_a_clock_change(
    calendar: FakeCalendar, weekly: str
) -> None:
    """At eleven in Berlin is an hour earlier in UTC when summer time begins."""
    assert starts(calendar)[3:6] == ["03-23 10:00", "03-30 09:00", "04-06 09:00"]


def test_an_occurrence_is_edited_and_deleted_by_its_date(
    calendar: FakeCalendar, weekly: str
) -> None:
    """An exception stands where it was moved to; a deleted occurrence does not stand."""
    late = utc("2026-03-10T15:00")
    calendar.edit_this(weekly, date(2026, 3, 9), start=late, end=late + HOUR)
    calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    assert starts(calendar)[:3] == ["03-02 10:00", "03-10 15:00", "03-23 10:00"]
    with pytest.raises(LookupError, match="no occurrence on 2026-03-16"):
        calendar.edit_this(weekly, date(2026, 3, 16), subject="Again")


def test_this_and_following_is_two_series(calendar: FakeCalendar, weekly: str) -> None:
    """The new series goes on where it was moved to; what was done there before is gone."""
    calendar.edit_this(weekly, date(2026, 4, 6), subject="Special")
    tuesday = utc("2026-03-24T10:00")
    tail = calendar.edit_following(
        weekly, date(2026, 3, 23), start=tuesday, end=tuesday + HOUR, subject="Tuesdays"
    )
    subjects = [one.fields["subject"] for one in calendar.occurrences(*SPRING)]
    assert subjects == ["Weekly"] * 3 + ["Tuesdays"] * 7
    assert starts(calendar)[2:5] == ["03-16 10:00", "03-24 10:00", "03-31 09:00"]
    assert calendar.truth()[tail]["exceptionOccurrences"] == []


def test_this_and_following_may_carry_what_was_done(calendar: FakeCalendar, weekly: str) -> None:
    """A client that carries them makes exceptions and cancellations again in the new series."""
    calendar.edit_this(weekly, date(2026, 4, 6), subject="Special")
    calendar.cancel_occurrence(weekly, date(2026, 4, 13))
    tail = calendar.edit_following(weekly, date(2026, 3, 23), carry=True, subject="Later")
    family = calendar.truth()[tail]
    assert [one["subject"] for one in family["exceptionOccurrences"]] == ["Special"]
    assert family["cancelledOccurrences"] == [f"OID.{tail}.2026-04-13"]
    assert calendar.truth()[weekly]["exceptionOccurrences"] == []


def test_this_and_following_at_the_first_occurrence_edits_the_series(
    calendar: FakeCalendar, weekly: str
) -> None:
    """There is nothing to cut off before the first occurrence."""
    assert calendar.edit_following(weekly, date(2026, 3, 2), subject="All") == weekly
    assert calendar.truth()[weekly]["subject"] == "All"


def test_a_series_that_is_renamed_keeps_its_exceptions(calendar: FakeCalendar, weekly: str) -> None:
    """Exceptions have only what is their own; the rest follows the series."""
    late = utc("2026-03-09T15:00")
    calendar.edit_this(weekly, date(2026, 3, 9), start=late, end=late + HOUR)
    calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    calendar.edit_all(weekly, subject="Renamed")
    family = calendar.truth()[weekly]
    assert [one["subject"] for one in family["exceptionOccurrences"]] == ["Renamed"]
    assert len(family["cancelledOccurrences"]) == 1


def test_a_series_that_is_moved_loses_its_exceptions(calendar: FakeCalendar, weekly: str) -> None:
    """Other times or another pattern undo what was done to single occurrences."""
    calendar.edit_this(weekly, date(2026, 3, 9), subject="Special")
    calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    tuesday = utc("2026-03-03T10:00")
    calendar.edit_all(weekly, start=tuesday, end=tuesday + HOUR)
    family = calendar.truth()[weekly]
    assert family["exceptionOccurrences"] == family["cancelledOccurrences"] == []
    assert starts(calendar)[:3] == ["03-03 10:00", "03-10 10:00", "03-17 10:00"]


def test_a_series_that_ends_sooner_keeps_the_exceptions_before(
    calendar: FakeCalendar, weekly: str
) -> None:
    """What lies after the new end goes; at the first occurrence the series goes."""
    calendar.edit_this(weekly, date(2026, 3, 9), subject="Special")
    calendar.edit_this(weekly, date(2026, 4, 6), subject="Late")
    calendar.truncate(weekly, date(2026, 3, 30))
    family = calendar.truth()[weekly]
    assert [one["subject"] for one in family["exceptionOccurrences"]] == ["Special"]
    assert len(starts(calendar)) == 4
    calendar.truncate(weekly, date(2026, 3, 2))
    assert calendar.truth() == {}


def test_all_day_events_have_dates(calendar: FakeCalendar) -> None:
    """Dates make an all-day event; its end is exclusive."""
    rule = recurring("daily", date(2026, 3, 2), times=3)
    series = calendar.create("Days", date(2026, 3, 2), recurrence=rule)
    calendar.edit_this(series, date(2026, 3, 3), start=date(2026, 3, 3), end=date(2026, 3, 4))
    assert starts(calendar) == ["03-02 00:00", "03-03 00:00", "03-04 00:00"]
    assert calendar.truth()[series]["isAllDay"]


def test_calendars_are_added_renamed_and_removed(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """What people do to calendars shows in the list."""
    added = fake.add_calendar("Work")
    added.rename("Office")
    names = [one["name"] for one in caller.rows("me/calendars")]
    assert names == ["Calendar", "Office"]
    fake.remove_calendar("Office")
    assert len(caller.rows("me/calendars")) == 1
    with pytest.raises(LookupError, match="no calendar 'Office'; the mailbox has Calendar"):
        fake.calendar("Office")


def test_mistakes_of_a_test_are_told(calendar: FakeCalendar, weekly: str) -> None:
    """A naive start, a title, a series that is none: each says what is wrong."""
    with pytest.raises(ValueError, match="naive"):
        calendar.create("Once", datetime(2026, 3, 2, 9))
    with pytest.raises(TypeError, match="`subject`"):
        calendar.edit(weekly, title="New")
    single = calendar.create("Once", utc("2026-03-04T09:00"))
    with pytest.raises(LookupError, match="is no series"):
        calendar.edit_all(single, subject="New")
    with pytest.raises(LookupError, match="has no event"):
        calendar.delete("AAMkAAAA")


def test_starts_in_any_zone_keep_it(calendar: FakeCalendar, caller: GraphCaller) -> None:
    """The zone of a start is that of the series, and told as the original one."""
    tokyo = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    event = caller.get(f"me/events/{calendar.create('Once', tokyo)}")
    assert event["originalStartTimeZone"] == "Asia/Tokyo"
    assert event["start"]["dateTime"] == "2026-03-02T00:00:00.0000000"
