"""Agendas of calendars whose owners read rules in their own way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.agenda.rows import at, cancelled, moved, series, single
from tests.agenda.shelf import holding, view

from kloudsync.agenda import busy, find_free, occurrences
from kloudsync.model.record import EventRecord
from kloudsync.model.times import Time
from kloudsync.recurrence import GOOGLE, ICALENDAR, Reading

PARIS = "Europe/Paris"
WEEK = at("2026-01-05", PARIS), at("2026-01-12", PARIS)
WEEKS = timedelta(days=14)
MONDAY = at("2026-01-05T09:00", PARIS)
TUESDAYS = series("t", MONDAY, "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2")


def starts(rows: list[EventRecord], reading: Reading = GOOGLE) -> list[Time]:
    """Return what shows in the first week of 2026."""
    return [one.start for one in occurrences(holding(rows), [view(reading=reading)], *WEEK)]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;BYDAY=TU;COUNT=1",
        "FREQ=WEEKLY;BYDAY=TU;COUNT=1;BYHOUR=9",
        "FREQ=MONTHLY;BYMONTHDAY=6;UNTIL=20260106T235959Z",
        "FREQ=MONTHLY;BYMONTHDAY=6;COUNT=1",
        "FREQ=YEARLY;BYMONTH=1;BYDAY=TU;COUNT=1",
        "FREQ=HOURLY;BYDAY=TU;BYHOUR=9;COUNT=1",
    ],
)
def test_a_start_that_no_rule_selects_shows_at_google(rule: str) -> None:
    """However the rule is expanded: by a shared window, by a strand, or as a whole."""
    row = series("s", MONDAY, f"RRULE:{rule}")
    assert starts([row]) == [MONDAY, MONDAY + timedelta(days=1)]
    assert starts([row], ICALENDAR) == [MONDAY + timedelta(days=1)]
    days = series("d", MONDAY.date(), f"RRULE:{rule}", length=timedelta(days=1))
    if "HOUR" not in rule:
        assert starts([days]) == [date(2026, 1, 5), date(2026, 1, 6)]
        assert starts([days], ICALENDAR) == [date(2026, 1, 6)]


def test_such_a_start_takes_time_and_has_an_id_like_any_other() -> None:
    """Nobody is free then."""
    store, views = holding([TUESDAYS]), [view(reading=GOOGLE)]
    (first, _) = occurrences(store, views, *WEEK)
    assert (first.id, first.series) == (f"t_{int(MONDAY.timestamp())}", "t")
    assert busy(store, views, *WEEK)[0].start == MONDAY
    free = next(iter(find_free(store, views, timedelta(hours=1), MONDAY, WEEK[1])))
    assert free.start == MONDAY + timedelta(hours=1)


def test_such_a_start_is_cancelled_and_moved_like_any_other() -> None:
    """An exception stands for it."""
    later = MONDAY + timedelta(hours=5)
    assert starts([TUESDAYS, cancelled(TUESDAYS, MONDAY)]) == [MONDAY + timedelta(days=1)]
    assert starts([TUESDAYS, moved(TUESDAYS, MONDAY, later)])[0] == later


def test_the_same_rows_are_read_as_each_calendar_s_owner_does() -> None:
    """Two calendars of one store, of which one is Google's."""
    store = holding([TUESDAYS])
    both = [view(reading=GOOGLE), view(reading=ICALENDAR)]
    found = occurrences(store, both, *WEEK)
    assert len(found) == 3
    assert {one.view.source.reading.name for one in found if one.start == MONDAY} == {"google"}


def test_an_instant_means_its_date_in_the_zone_of_an_all_day_row() -> None:
    """Of the row itself; the calendar's own says nothing about what somebody else wrote."""
    row = series("d", date(2026, 1, 5), "RRULE:FREQ=DAILY;UNTIL=20260106T230000Z")
    row = row._replace(end=(row.start or 0) + 86_400)
    assert len(starts([row._replace(zone=PARIS)], ICALENDAR)) == 3
    assert len(starts([row], ICALENDAR)) == 2
    assert len(starts([row._replace(zone=PARIS)])) == 2


def test_a_series_begins_in_the_second_of_two_equal_hours() -> None:
    """A window that holds only the first of them shows nothing, one that ends between neither."""
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    row = series("s", second, "RRULE:FREQ=WEEKLY")._replace(zone=PARIS)
    store, views = holding([row]), [view(reading=ICALENDAR)]

    def shown(low: timedelta, high: timedelta) -> list[datetime]:
        found = occurrences(store, views, second + low, second + high)
        return [datetime.fromtimestamp(one.begins, UTC) for one in found]

    hour = timedelta(hours=1)
    assert shown(-3 * hour, 3 * hour) == [second]
    assert shown(-3 * hour, -0.5 * hour) == []
    assert shown(-3 * hour, timedelta()) == []
    assert shown(timedelta(), timedelta(seconds=1)) == [second]
    assert shown(6 * 24 * hour, 8 * 24 * hour) == [second + 7 * 24 * hour]


def test_an_occurrence_says_what_was_mended_in_order_to_show_it() -> None:
    """As the rule of its series was read, in the calendar's own reading, and whether its zone is known."""
    odd = series("odd", MONDAY, "RRULE:FREQ=DAILY;COUNT=-1;BYDAY=MO,", "EXDATE;VALUE=DATE:20260119")
    away = moved(odd, MONDAY, MONDAY + timedelta(hours=1))
    lost = series("lost", MONDAY, "RRULE:FREQ=DAILY")._replace(zone="Mars/Olympus")
    plain = series("plain", MONDAY, "RRULE:FREQ=WEEKLY")
    for reading, told in ((GOOGLE, "midnight in UTC"), (ICALENDAR, "whole local day")):
        found = occurrences(
            holding([odd, away, lost, plain]), [view(reading=reading)], MONDAY, WEEK[1] + WEEKS
        )
        by_id = {one.record.id: one for one in found}
        actions = [repair.action for repair in by_id["odd"].repairs]
        assert len(actions) == 3
        assert told in actions[-1]
        assert by_id[away.id].repairs == by_id["plain"].repairs == ()
        assert [by_id[name].zone_known for name in ("odd", "plain", "lost")] == [True, True, False]


def test_what_does_not_recur_was_never_mended() -> None:
    """A single event without a zone has nothing to tell."""
    (one,) = occurrences(holding([single("a", MONDAY.date())]), [view()], *WEEK)
    assert (one.repairs, one.zone_known) == ((), True)
