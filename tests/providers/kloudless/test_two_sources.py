"""The same calendar seen through Google and through Kloudless."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.providers.kloudless.world import Drive, World, google_engine

from kloudsync.model.change import (
    Added,
    Change,
    Deleted,
    SeriesSplit,
    SeriesTruncated,
    Unreadable,
    Updated,
)
from kloudsync.model.event import CancelledOccurrence, Event, Held, Series, SeriesException

PACIFIC = ZoneInfo("America/Los_Angeles")

SAID_ALIKE = (
    "start",
    "end",
    "zone",
    "end_zone",
    "title",
    "description",
    "location",
    "status",
    "ical_uid",
    "created",
    "updated",
    "all_day",
)
"""Fields that both services say, in the same words."""

UNSAID = ("busy", "kind", "url", "conference_url")
"""Fields that Kloudless has no word for."""

WEEKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def at(day: int, hour: int) -> datetime:
    """Return an hour of April 2019 in Los Angeles."""
    return datetime(2019, 4, day, hour, tzinfo=PACIFIC)


def told(change: Change, world: World) -> tuple[Any, ...]:
    """Reduce a change to what both feeds have in common, by Kloudless's ids."""
    named = world.fake.event_id if change.calendar.provider == "google" else str
    if isinstance(change, SeriesSplit):
        return "split", named(change.old), named(change.new), change.at
    if isinstance(change, SeriesTruncated):
        return "truncated", named(change.series), change.at
    assert not isinstance(change, Unreadable)
    kind = {Added: "added", Updated: "updated", Deleted: "deleted"}[type(change)]
    return kind, named(change.id)


def test_the_post_s_story_gives_the_same_feed_through_both(drive: Drive) -> None:
    """A weekday series moved from one day on and then cut is told alike, change by change."""
    world = World(drive)
    google = google_engine(world.google)

    def sync() -> None:
        world.sync()
        google.sync()

    sync()
    first = world.calendar.create("Stand-up", at(2, 13), at(2, 14), recurrence=[WEEKDAYS])
    sync()
    second = world.calendar.edit_following(first, at(5, 13), start=at(5, 14), end=at(5, 15))
    sync()
    world.calendar.truncate(second, at(10, 14))
    sync()

    through_google = [told(change, world) for change in google.changes("reader")]
    through_kloudless = [told(change, world) for change in world.changes()]
    old, new = world.fake.event_id(first), world.fake.event_id(second)
    assert through_kloudless == through_google
    assert ("split", old, new, at(5, 13)) in through_kloudless
    assert ("truncated", new, at(10, 14)) in through_kloudless
    assert world.copy.lineage(new) == [old, new]


def test_the_post_s_payloads_end_where_it_says(drive: Drive) -> None:
    """The rules arrive with the very bounds that the post shows."""
    world = World(drive)
    first = world.calendar.create("Stand-up", at(2, 13), at(2, 14), recurrence=[WEEKDAYS])
    second = world.calendar.edit_following(first, at(5, 13), start=at(5, 14), end=at(5, 15))
    world.calendar.truncate(second, at(10, 14))
    world.sync()
    held = [world.copy.event(world.fake.event_id(event)) for event in (first, second)]
    rules = [event.recurrence[0] for event in held if isinstance(event, Series)]
    assert "UNTIL=20190405T065959Z" in rules[0]
    assert "UNTIL=20190410T065959Z" in rules[1]


def busy_calendar(world: World) -> None:
    """Fill a calendar with every kind of event."""
    calendar = world.calendar
    guests: list[dict[str, Any]] = [
        {"email": "ana@example.com", "displayName": "Ana", "responseStatus": "accepted"},
        {"email": "bo@example.com", "optional": True, "responseStatus": "tentative"},
        {"email": "room@example.com", "resource": True, "responseStatus": "declined"},
    ]
    calendar.create("Lunch", at(2, 12), description="Menu", location="Corner", attendees=guests)
    calendar.create("Holiday", date(2019, 4, 5), date(2019, 4, 8))
    calendar.create("Flight", at(9, 10), at(9, 23).astimezone(ZoneInfo("Europe/Paris")))
    series = calendar.create("Stand-up", at(2, 13), recurrence=[WEEKDAYS])
    calendar.edit_this(series, at(3, 13), summary="Long stand-up", end=at(3, 15))
    calendar.edit_this(series, at(4, 13), start=at(4, 16))
    calendar.cancel_occurrence(series, at(8, 13))
    days = calendar.create("Rent", date(2019, 4, 1), recurrence=["RRULE:FREQ=MONTHLY;COUNT=3"])
    calendar.edit_this(days, date(2019, 5, 1), start=date(2019, 5, 2))


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "as activity"])
def test_both_show_the_same_events(listed: bool, drive: Drive) -> None:
    """Every field that both services say is equal, and what Kloudless cannot say is None."""
    world = World(drive)
    google = google_engine(world.google)
    if not listed:
        world.sync()
    busy_calendar(world)
    world.sync()
    google.sync()
    theirs = {world.fake.event_id(event.id): event for event in google.events()}
    ours = {event.id: event for event in world.copy.events()}
    assert ours.keys() == theirs.keys()
    for name, event in ours.items():
        assert_alike(event, theirs[name], world)


def assert_alike(ours: Held, theirs: Held, world: World) -> None:
    """Compare an event through Kloudless with the same through Google."""
    assert type(ours) is type(theirs)
    if isinstance(ours, SeriesException | CancelledOccurrence):
        assert isinstance(theirs, SeriesException | CancelledOccurrence)
        assert ours.series == world.fake.event_id(theirs.series)
        assert ours.original_start == theirs.original_start
    if not isinstance(ours, Event):
        return
    assert isinstance(theirs, Event)
    for name in SAID_ALIKE:
        assert (name, getattr(ours, name)) == (name, getattr(theirs, name))
    assert getattr(ours, "recurrence", ()) == getattr(theirs, "recurrence", ())
    assert [getattr(ours, name) for name in UNSAID] == [None] * len(UNSAID)
    assert people(ours) == people(theirs)


def people(event: Event) -> list[Any]:
    """Return what both services say of an event's people."""
    hosts = [event.organizer and event.organizer.email, event.creator and event.creator.email]
    guests = [(a.email, a.name, a.reply, a.optional, a.resource) for a in event.attendees or ()]
    return [*hosts, *guests]


def test_both_show_the_same_occurrences(drive: Drive) -> None:
    """Windows of the two copies hold the same occurrences, moved and cancelled ones told alike."""
    world = World(drive)
    google = google_engine(world.google)
    busy_calendar(world)
    world.sync()
    google.sync()
    window = datetime(2019, 4, 1, tzinfo=UTC), datetime(2019, 7, 1, tzinfo=UTC)
    ours = [(one.start, one.end, one.event.title) for one in world.copy.occurrences(*window)]
    theirs = [(one.start, one.end, one.event.title) for one in google.occurrences(*window)]
    assert ours == theirs
    assert len(ours) > 60


def test_an_exception_follows_its_series_through_both(drive: Drive) -> None:
    """After a split, an exception belongs to the segment that covers it, without being re-added."""
    world = World(drive)
    google = google_engine(world.google)
    series = world.calendar.create("Stand-up", at(2, 13), recurrence=[WEEKDAYS])
    moved = world.calendar.edit_this(series, at(9, 13), summary="Late")
    world.sync()
    google.sync()
    world.changes()
    late = world.calendar.edit_following(series, at(5, 13), location="Roof")
    world.sync()
    google.sync()
    changes = [told(change, world) for change in world.changes()]
    assert ("deleted", world.fake.event_id(moved)) not in changes
    held = world.copy.event(world.fake.event_id(moved))
    assert isinstance(held, SeriesException)
    assert held.series == world.fake.event_id(late)


@pytest.mark.parametrize("seed", range(3))
def test_a_long_story_ends_alike(seed: int) -> None:
    """After dozens of edits of every kind, in deltas of any size, both copies are the calendar."""
    world = World()
    google = google_engine(world.google)
    calendar = world.calendar
    series = [
        calendar.create(f"s{n}", at(2 + n, 9), recurrence=[WEEKDAYS, "EXDATE:20190411T160000Z"])
        for n in range(3)
    ]
    for step in range(24):
        master = series[(step * 7 + seed) % 3]
        day = [3, 4, 5, 8, 9, 10][(step + seed) % 6]
        slot = at(day, 9)
        try:
            if step % 6 == 0:
                calendar.edit_this(master, slot, summary=f"e{step}")
            elif step % 6 == 1:
                calendar.cancel_occurrence(master, slot)
            elif step % 6 == 2:
                calendar.edit_all(master, location=f"room {step}")
            elif step % 6 == 3:
                calendar.edit_following(master, at(day + 14, 9), summary=f"f{step}")
            elif step % 6 == 4:
                gone = calendar.create(f"x{step}", slot + timedelta(minutes=30))
                world.fake.pull()
                calendar.delete(gone)
            else:
                calendar.truncate(master, at(day + 20, 9))
        except LookupError:
            continue
        if (step + seed) % 4 == 0:
            world.sync()
    world.sync()
    google.sync()
    assert world.held() == world.truth()
    theirs = {world.fake.event_id(event.id) for event in google.events()}
    assert {event.id for event in world.copy.events()} == theirs
