"""Whose reading of recurrence lines counts: that of the service which holds the account's calendars."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.providers.kloudless.world import Drive, World, google_engine

from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.reading import copy_of
from kloudsync.providers.kloudless.reader import KloudlessReader
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.recurrence import GOOGLE, ICALENDAR, Reading
from kloudsync.testing.kloudless import FakeKloudless

# A Monday, which the rule does not select.
START = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("America/Los_Angeles"))
LINES = ["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"]
AT_GOOGLE, BY_THE_RFC = [5, 6, 13], [6, 13]


def connected(service: str) -> FakeKloudless:
    """Return a service whose account says that its calendars are kept elsewhere."""
    fake = FakeKloudless()
    for account in fake.accounts.values():
        account.service = service
    fake.google.calendar().create("Review", START, recurrence=LINES)
    return fake


def shown(copy: CalendarCopy) -> list[int]:
    """Return the days on which the series takes place."""
    found = copy.occurrences(START - timedelta(days=1), START + timedelta(days=30))
    return [one.start.day for one in found]


def accounts_asked(world: World) -> int:
    """Return how often the account was asked for."""
    return sum(one.operation == "accounts.get" for one in world.fake.requests)


@pytest.mark.parametrize(
    ("service", "days"),
    [
        ("google_calendar", AT_GOOGLE),
        ("outlook_calendar", BY_THE_RFC),
        ("caldav", BY_THE_RFC),
        ("of another time", BY_THE_RFC),
    ],
)
def test_rules_are_read_as_their_owner_reads_them(
    drive: Drive, service: str, days: list[int]
) -> None:
    """The account names its service, and every reader of the copy goes by it, with a client or without."""
    world = World(drive, fake=connected(service))
    world.sync()
    assert shown(world.copy) == shown(copy_of(world.store, world.copy.key)) == days
    world.restart()
    assert shown(world.copy) == days
    assert not world.sync().full
    assert shown(world.copy) == days


def test_both_ways_to_a_calendar_at_google_agree() -> None:
    """Through Kloudless it shows what it shows at Google."""
    world = World(fake=connected("google_calendar"))
    world.sync()
    direct = google_engine(world.google)
    direct.sync()
    assert shown(world.copy) == shown(direct) == AT_GOOGLE


def test_quiet_runs_do_not_ask(world: World) -> None:
    """The copy keeps what the account said; only a full pass asks again."""
    world.sync()
    assert accounts_asked(world) == 1
    for _ in range(3):
        world.restart()
        world.calendar.create("Lunch", START)
        world.sync()
        world.sync()
    assert accounts_asked(world) == 1


def test_a_service_that_is_another_one_by_now_counts_from_the_next_listing(world: World) -> None:
    """What is held was read by the old one, and is replaced."""
    world.calendar.create("Review", START, recurrence=LINES)
    world.sync()
    for account in world.fake.accounts.values():
        account.service = "outlook_calendar"
    assert shown(world.copy) == AT_GOOGLE
    world.clock.advance(timedelta(hours=30))
    assert world.sync().full
    assert shown(world.copy) == BY_THE_RFC


@pytest.mark.parametrize(("reading", "days"), [(GOOGLE, AT_GOOGLE), (ICALENDAR, BY_THE_RFC)])
def test_a_reading_that_is_given_is_asked_for_nowhere(reading: Reading, days: list[int]) -> None:
    """The switch outweighs what any account says, and costs no request."""
    world = World(fake=connected("google_calendar"), rules=Rules(reading=reading))
    world.sync()
    assert shown(world.copy) == days
    assert accounts_asked(world) == 0
    with_it = copy_of(world.store, world.copy.key, reading=reading)
    assert shown(with_it) == days


def test_a_reader_without_a_cursor_goes_by_the_rfc() -> None:
    """A copy that has not come far enough, and one of another source, tell nothing."""
    world = World(fake=connected("google_calendar"))
    state = world.copy.state()
    assert KloudlessReader().told_by(state).reading is ICALENDAR
    world.sync()
    assert KloudlessReader().told_by(world.copy.state()).reading is GOOGLE
    assert KloudlessReader(ICALENDAR).told_by(world.copy.state()).reading is ICALENDAR
