"""Filters of a Google calendar: one form of each, what a cursor keeps, and what a copy is called after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, cast

import pytest

from kloudsync.providers.google.filters import Filters, is_followed, query_of, settled
from kloudsync.providers.google.source import GoogleCalendar

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("kinds", [*permutations(["default", "focusTime", "outOfOffice"])])
def test_several_values_say_the_same_in_any_order(kinds: tuple[str, ...]) -> None:
    """A set has another order in each process, and must not be another query for that."""
    one = GoogleCalendar(caller=None, filters={"event_types": [*kinds, kinds[0]]})
    other = GoogleCalendar(caller=None, filters={"event_types": sorted(kinds)})

    assert (one.fingerprint, one.key) == (other.fingerprint, other.key)


def test_a_filter_that_is_none_is_no_filter() -> None:
    """Programs pass on what they were not given."""
    nothing = cast("Filters", {"q": None, "time_min": None})

    assert settled(nothing) == {}
    assert GoogleCalendar(caller=None, filters=nothing).key == GoogleCalendar(caller=None).key


@pytest.mark.parametrize(
    ("filters", "followed"),
    [
        ({}, True),
        ({"event_types": ["default"]}, True),
        ({"show_hidden_invitations": True}, True),
        ({"q": "review"}, False),
        ({"ical_uid": "u@example.com"}, False),
        ({"private_extended_property": ["a=1"]}, False),
        ({"shared_extended_property": ["a=1"]}, False),
        ({"time_min": JANUARY}, False),
        ({"time_max": JANUARY}, False),
        ({"q": "review", "event_types": ["default"]}, False),
    ],
)
def test_only_what_is_sent_beside_a_cursor_can_be_followed(
    filters: Filters, followed: bool
) -> None:
    """The service tells changes of the whole calendar, whatever was searched for."""
    assert is_followed("primary", filters) is followed
    assert GoogleCalendar(caller=None, filters=filters).incremental is followed


@pytest.mark.parametrize(
    "calendar",
    [
        "addressbook#contacts@group.v.calendar.google.com",
        "en.usa#holiday@group.v.calendar.google.com",
    ],
)
def test_calendars_whose_changes_leave_out_deletions_are_listed_in_full(calendar: str) -> None:
    """Birthdays and holidays go without a word."""
    assert not is_followed(calendar, {})


def test_every_part_of_a_calendar_has_a_copy_of_its_own() -> None:
    """The calendar, each search of it and its window live beside each other."""
    parts: list[Any] = [
        GoogleCalendar(caller=None),
        GoogleCalendar(caller=None, filters={"q": "review"}),
        GoogleCalendar(caller=None, filters={"q": "Review"}),
        GoogleCalendar(caller=None, filters={"q": "review&timeMin="}),
        GoogleCalendar(caller=None, filters={"event_types": ["default"]}),
        GoogleCalendar(caller=None, filters={"time_min": JANUARY}),
    ]
    keys = [part.key for part in parts]

    assert len({str(key) for key in keys}) == len(set(keys)) == len(parts)
    assert {key.whole for key in keys} == {keys[0]}


def test_where_bounds_lie_is_no_part_of_a_copys_name() -> None:
    """A program that asks for the future starts later each time, and goes on with its copy."""
    now = GoogleCalendar(caller=None, filters={"time_min": JANUARY})
    later = GoogleCalendar(caller=None, filters={"time_min": JANUARY + timedelta(days=1)})

    assert now.key == later.key
    assert now.fingerprint != later.fingerprint


def test_a_window_is_a_part_of_its_calendar() -> None:
    """Its copy is none of the calendar's series, and its filters tell windows apart."""
    assert query_of({}, window=True) == "window"
    assert query_of({"q": "review"}, window=True) == "window&q=review"
