from datetime import UTC, datetime

import pytest
from tests.testing.google.caller import la

from kloudsync.testing.google import FakeCalendar


def test_occurrences_come_in_order_of_start(calendar: FakeCalendar, weekdays: str) -> None:
    """Moved occurrences stand where they are now, under the id of where they were."""
    moved = calendar.edit_this(weekdays, la("2019-04-03"), start=la("2019-04-04", 8))
    calendar.cancel_occurrence(weekdays, la("2019-04-05"))
    single = calendar.create("Review", la("2019-04-02", 9))
    found = calendar.occurrences(la("2019-04-01", 0), la("2019-04-06", 0))
    assert [(f"{each.start:%d %H}", each.id) for each in found] == [
        ("02 09", single),
        ("02 13", f"{weekdays}_20190402T200000Z"),
        ("04 08", moved),
        ("04 13", f"{weekdays}_20190404T200000Z"),
    ]
    assert [each.series for each in found] == [None, weekdays, weekdays, weekdays]


def test_an_occurrence_moved_into_the_window_is_seen(calendar: FakeCalendar, weekdays: str) -> None:
    """Where an occurrence stands counts, not where its slot is."""
    calendar.edit_this(weekdays, la("2019-06-03"), start=la("2019-04-06", 8))
    found = calendar.occurrences(la("2019-04-06", 0), la("2019-04-07", 0))
    assert len(found) == 1


def test_a_window_has_aware_ends(calendar: FakeCalendar) -> None:
    """Naive ends bound nothing."""
    with pytest.raises(ValueError, match="aware"):
        calendar.occurrences(datetime(2019, 4, 1), datetime(2019, 4, 2, tzinfo=UTC))


def test_truth_has_no_deleted_events(calendar: FakeCalendar, weekdays: str) -> None:
    """Cancelled occurrences are held, deleted events are not."""
    cancelled = calendar.cancel_occurrence(weekdays, la("2019-04-03"))
    gone = calendar.create("Review", la("2019-04-02", 9))
    calendar.delete(gone)
    assert calendar.truth().keys() == {weekdays, cancelled}
