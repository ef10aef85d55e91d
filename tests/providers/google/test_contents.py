"""What counts as a change of an event, and what masters tell of their segments."""

from __future__ import annotations

import json

import pytest
from tests.providers.google.payloads import (
    ALL_DAY,
    CANCELLED,
    EXCEPTION,
    SERIES,
    SINGLE,
    Item,
    record,
)

from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord, Kind
from kloudsync.providers.google.contents import read_facts, same_contents

UTC_START = {"dateTime": "2026-11-17T17:00:00Z", "timeZone": "America/Los_Angeles"}


@pytest.mark.parametrize("item", [SINGLE, SERIES, EXCEPTION, CANCELLED, ALL_DAY])
def test_what_is_sent_again_is_the_same(item: Item) -> None:
    """New stamps, another order of members and another layout are no change."""
    again = dict(reversed((item | {"etag": '"1"', "updated": "2027-01-01T00:00:00.000Z"}).items()))
    text = json.dumps(again, indent=1)

    assert same_contents(record(item), record(item))
    assert same_contents(record(item), record(again)._replace(raw=text))


def test_an_instant_in_another_offset_is_the_same() -> None:
    """The service renders offsets in the calendar's zone, which may change."""
    assert same_contents(record(SINGLE), record(SINGLE | {"start": UTC_START}))


@pytest.mark.parametrize(
    "change",
    [
        {"summary": "Review"},
        {"colorId": "5"},
        {"sequence": 1},
        {"start": {"dateTime": "2026-11-17T17:00:00Z", "timeZone": "America/Denver"}},
        {"start": {"dateTime": "2026-11-17T09:10:00-08:00", "timeZone": "America/Los_Angeles"}},
        {"recurrence": ["RRULE:FREQ=DAILY"]},
        {"attendees": []},
    ],
)
def test_any_other_difference_is_a_change(change: Item) -> None:
    """Members that the model does not name count, too."""
    assert not same_contents(record(SINGLE), record(SINGLE | change))


def test_a_moved_original_start_is_a_change() -> None:
    """An exception of another slot is another exception."""
    moved = EXCEPTION | {"originalStartTime": {"dateTime": "2026-12-01T09:00:00-08:00"}}

    assert not same_contents(record(EXCEPTION), record(moved))


def test_texts_that_are_no_events_differ_by_their_columns_alone() -> None:
    """Such rows cannot have come from Google, but comparing them does no harm."""
    one = EventRecord("a", Kind.SINGLE, "?", 1, 2)

    assert same_contents(one, one._replace(raw="!"))
    assert not same_contents(one, one._replace(raw="!", start=0))
    assert same_contents(
        one._replace(raw='{"start": {"dateTime": "?"}}'),
        one._replace(raw='{"start":{"dateTime":"?"}}'),
    )


def test_a_master_tells_title_organizer_stamps_sequence_and_slot() -> None:
    """The slot is the one in the id of a segment that was split off."""
    master = record(SERIES | {"id": "abcde_R20261117T170000", "sequence": 2})

    assert read_facts(master) == SeriesFacts(
        title="Pipeline review",
        organizer="owner@example.com",
        created=1793641203.0,
        updated=1794816764.512,
        sequence=2,
        slot=1794934800,
    )


def test_facts_that_are_missing_or_odd_are_none() -> None:
    """Detection goes on without them."""
    odd = {"summary": 5, "organizer": "me", "created": 5, "updated": "soon", "sequence": "1"}

    assert read_facts(record(SERIES | odd)) == SeriesFacts()
