import json
from datetime import date, datetime
from typing import Any

import pytest
from attrs import evolve
from tests.agenda.shelf import hold
from tests.recorded import cases

from kloudsync.agenda import occurrences
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.record import EventRecord
from kloudsync.model.times import Time, epoch, is_all_day
from kloudsync.model.view import CalendarView
from kloudsync.providers.google.source import GoogleCalendar
from kloudsync.recurrence import ICALENDAR
from kloudsync.stores import MemoryStore

GOOGLE = GoogleCalendar(caller=None, calendar="recorded")
VIEW = CalendarView(GOOGLE.key, GOOGLE)
BY_THE_RFC = CalendarView(GOOGLE.key, evolve(GOOGLE, reading=ICALENDAR))
COMPUTED = {"sc-096"}
"""Scenarios with values that software for iCalendar data computed, against what users report."""
WITHOUT_EXDATE = [
    case
    for case in cases("google_scenarios.json")
    if not case.values[0] or "events_with_cancelled_instances" in case.values[0]
]


def held(events: list[Any], zone: str) -> MemoryStore:
    """Return a store that holds events as Google sends them."""
    store = MemoryStore()
    read = [GOOGLE.reread(json.dumps(event)) for event in events]
    records = [record for record in read if isinstance(record, EventRecord)]
    assert len(records) == len(events)
    hold(store, records, key=GOOGLE.key, zone=zone)
    return store


def moment(text: str) -> Time:
    """Read a time as the recordings write it."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def seen(one: Occurrence) -> tuple[Any, ...]:
    """Return what a recording states of an occurrence, instants being compared as such."""
    return (one.id, one.series, one.start, one.end)


def stated(one: Any) -> tuple[Any, ...]:
    """Return the same of what a recording expects."""
    return (one["id"], one["series"], moment(one["start"]), moment(one["end"]))


def order(one: tuple[Any, ...]) -> tuple[int, bool, str]:
    """Sort as the agenda does, for calendars whose days begin at midnight UTC."""
    return epoch(one[2]), not is_all_day(one[2]), one[0]


def check(events: list[Any], scenario: Any) -> None:
    """Ask every question of a scenario, and expect what it states."""
    store = held(events, scenario["calendarTimeZone"])
    view = BY_THE_RFC if scenario["id"] in COMPUTED else VIEW
    for query in scenario["queries"]:
        low, high = moment(query["timeMin"]), moment(query["timeMax"])
        assert isinstance(low, datetime)
        assert isinstance(high, datetime)
        found = occurrences(store, [view], low, high)
        assert [one.begins for one in found] == sorted(one.begins for one in found)
        shown = sorted(map(seen, found), key=order)
        assert shown == sorted(map(stated, query["expected"]), key=order)


@pytest.mark.parametrize("scenario", cases("google_scenarios.json"))
def test_recorded_windows_show_what_google_shows(scenario: Any) -> None:
    """Each window of a recorded calendar holds the occurrences that are stated for it."""
    check(scenario["events"], scenario)


@pytest.mark.parametrize("scenario", WITHOUT_EXDATE)
def test_cancelled_occurrences_are_as_good_as_exdates(scenario: Any) -> None:
    """The same calendar with cancelled occurrences instead of EXDATE shows the same."""
    check(scenario["events_with_cancelled_instances"], scenario)


def test_a_series_in_an_unknown_zone_recurs_by_the_offset_of_its_start() -> None:
    """Monday night at seven hours west is Tuesday in UTC; BYDAY means the Monday."""
    event = {
        "id": "a",
        "start": {"dateTime": "2026-01-05T23:00:00-07:00", "timeZone": "Mars/Olympus"},
        "end": {"dateTime": "2026-01-05T23:30:00-07:00", "timeZone": "Mars/Olympus"},
        "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2"],
    }
    low, high = moment("2026-01-01T00:00:00Z"), moment("2026-02-01T00:00:00Z")
    assert isinstance(low, datetime)
    assert isinstance(high, datetime)
    found = occurrences(held([event], "UTC"), [VIEW], low, high)
    assert [one.id for one in found] == ["a_20260106T060000Z", "a_20260113T060000Z"]
