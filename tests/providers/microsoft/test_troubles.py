"""What users of Graph calendars suffer from: each of the troubles has a test that names it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import httpx
import pytest
from tests.providers.microsoft.world import BERLIN, NOW, World

from kloudsync.agenda import find_free
from kloudsync.errors import ServiceUnavailable, UsageError
from kloudsync.http.retry import Retry
from kloudsync.model.change import SeriesSplit, SeriesTruncated
from kloudsync.model.event import Series
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.microsoft.client import Microsoft
from kloudsync.providers.microsoft.reading import MICROSOFT
from kloudsync.providers.microsoft.recurrence_reading import read_rule
from kloudsync.providers.microsoft.rules import LONGEST_WINDOW, Rules
from kloudsync.recurrence import Recurrence
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.microsoft import Habit, recurring

TROUBLES: Final = (
    "ghosts at the first date of a series",
    "a deleted occurrence stays",
    "stubs without title",
    "stubs that are never hydrated after a failure",
    "404 for the series of a shared calendar",
    "`@removed` of ids that nobody knows",
    "a token that dies in the middle of a walk",
    "events appear until the window's end only",
    "whole days a day off",
    "whole-day exceptions on the wrong slot",
    "moved occurrences twice",
    "custom zones",
    "the last day of a series a day off",
    "the first Thursday or Friday as two days",
    "the 31st missing in short months",
    "every other week off by a week",
    "storms of 429",
    "batches that fail in part, unnoticed",
    "changes lost on `missed`",
    "floods of `reauthorizationRequired`",
    "mailboxes that cannot be watched",
    "duplicates after a repeated POST",
    "ids that change",
    "`$select` on a delta",
    "partial rows without a zone",
    "the full list: large bodies, and long series missed by a filter",
    "recurring events that take no time",
    "cancelled meetings that do",
    "no `iCalUId`",
    "504 for weeks",
    "a series without a pattern",
    "400 for a window of more than 1,825 days",
    "seconds in the start of a series",
    "a lost refresh token",
    "scopes spelled otherwise",
    "events that moved out of the window deleted",
    "a notification that names the series only",
    "no `exceptionOccurrences`",
    "exceptions without a slot",
    "this and following that nothing links",
)
"""In the order of their numbers, from 1."""

FOLDERS = (Path(__file__).parent, Path(__file__).parents[2] / "testing" / "microsoft")
_NAMED = re.compile(r'^ {4}"""Troubles? (\d+(?:(?:, | and )\d+)*): ', re.MULTILINE)


def test_each_trouble_has_a_test_that_names_it() -> None:
    """Docstrings of tests begin with the numbers of the troubles that they are about."""
    files = [file for folder in FOLDERS for file in folder.glob("test_*.py")]
    named = [number for file in files for number in _NAMED.findall(file.read_text())]
    numbers = {int(one) for group in named for one in re.findall(r"\d+", group)}
    missing = [f"{n} {what}" for n, what in enumerate(TROUBLES, 1) if n not in numbers]
    assert not missing
    assert numbers == set(range(1, 41))


def test_whatever_is_asked_of_an_event_names_its_calendar(world: World) -> None:
    """Trouble 5: in a shared calendar, events are found by the path of their calendar alone."""
    world.fake.habits.add(Habit.CALENDAR_PATHS_ONLY)
    shared = world.fake.add_calendar("Shared")
    rule = recurring("weekly", date(2026, 3, 2), days=["monday"], times=4)
    shared.create("Weekly", datetime(2026, 3, 2, 9, tzinfo=BERLIN), recurrence=rule)
    early = shared.create("Early", datetime(2019, 1, 7, 9, tzinfo=UTC))
    engine = SyncEngine(world.client.calendar(shared.id), world.store)
    assert engine.sync().added == 2
    shared.edit(early, subject="Earlier")
    report = engine.sync()
    assert (report.updated, report.deleted) == (1, 0)
    shared.delete(early)
    assert engine.sync().deleted == 1


def test_the_first_of_two_weekdays_is_one_day_a_month() -> None:
    """Trouble 14: whichever comes first, not the first of each."""
    bounds = {"type": "noEnd", "startDate": "2026-01-01"}
    pattern = {"type": "relativeMonthly", "daysOfWeek": ["thursday", "friday"], "index": "first"}
    line = read_rule({"pattern": pattern, "range": bounds}, None, all_day=True)
    series = Recurrence.parse([line], date(2026, 1, 1), reading=MICROSOFT)
    assert list(islice(series, 3)) == [date(2026, 1, 1), date(2026, 2, 5), date(2026, 3, 5)]
    assert date(2026, 5, 1) in series
    assert date(2026, 5, 7) not in series


def test_the_31st_is_the_last_day_of_shorter_months(world: World) -> None:
    """Trouble 15: occurrences on 28 February and 30 April are there."""
    rule = recurring("absoluteMonthly", date(2026, 1, 31), times=4)
    world.calendar.create("Monthly", datetime(2026, 1, 31, 9, tzinfo=BERLIN), recurrence=rule)
    world.sync()
    assert [f"{begin:%m-%d}" for begin, _, _ in world.shown()] == [
        "01-31",
        "02-28",
        "03-31",
        "04-30",
    ]
    world.assert_in_step()


def test_a_full_list_is_asked_for_in_small_pages_of_text_and_from_no_date_on(world: World) -> None:
    """Trouble 26: bodies come as text, and a series that began long ago is listed."""
    rule = recurring("weekly", date(2012, 1, 2), days=["monday"])
    world.calendar.create("Old", datetime(2012, 1, 2, 9, tzinfo=BERLIN), recurrence=rule)
    asked: list[httpx.Request] = []
    inner = world.fake.transport()

    def noted(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        answer: httpx.Response = inner.handle_request(request)
        return answer

    client = Microsoft(
        "token", http_client=httpx.Client(transport=httpx.MockTransport(noted)), clock=world.clock
    )
    engine = SyncEngine(client.calendar(rules=Rules(page_size=50)), MemoryStore())
    engine.sync()
    assert len(list(engine.occurrences(NOW, NOW + timedelta(days=14)))) == 2
    (listing,) = [one.url for one in asked if one.url.path.endswith("/events")]
    assert dict(listing.params) == {"$top": "50"}
    fetched = [one for one in asked if "/events" in one.url.path or "delta" in one.url.path]
    assert all('body-content-type="text"' in one.headers["Prefer"] for one in fetched)


def test_recurring_events_take_time(world: World, weekly: str) -> None:
    """Trouble 27: lists hold no occurrences; ours are expanded, and free time leaves them out."""
    world.sync()
    begin = datetime(2026, 3, 9, 8, tzinfo=BERLIN)
    end = begin + timedelta(hours=8)
    slots = list(find_free(world.store, [world.copy.view], timedelta(hours=2), begin, end))
    taken = datetime(2026, 3, 9, 11, tzinfo=BERLIN), datetime(2026, 3, 9, 12, tzinfo=BERLIN)
    assert slots
    assert all(one.end <= taken[0] or one.start >= taken[1] for one in slots)


def test_a_window_that_takes_too_long_can_be_made_shorter() -> None:
    """Trouble 30: 504 for weeks is an error that says so, and a shorter window is asked for."""
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        if not request.url.path.endswith("delta"):
            return httpx.Response(200, json={"id": "C"})
        return httpx.Response(504, json={"error": {"code": "UnknownError", "message": ""}})

    microsoft = Microsoft(
        "token",
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
        clock=ManualClock(NOW),
        retry=Retry(attempts=2),
    )
    shorter = Rules(back=timedelta(days=7), ahead=timedelta(days=60), renew=timedelta(days=20))
    for rules, days in ((None, 395), (shorter, 67)):
        engine = SyncEngine(microsoft.calendar(rules=rules), MemoryStore())
        with pytest.raises(ServiceUnavailable, match="make it shorter"):
            engine.sync()
        start, end = (asked[-1].params[name] for name in ("startDateTime", "endDateTime"))
        span = datetime.fromisoformat(end) - datetime.fromisoformat(start)
        assert span == timedelta(days=days)


def test_no_window_is_longer_than_the_service_takes() -> None:
    """Trouble 32: more than 1,825 days are refused before anything is sent."""
    back, ahead = timedelta(days=825), timedelta(days=1000)
    world = World(rules=Rules(back=back, ahead=ahead))
    world.sync()
    with pytest.raises(UsageError, match="1825 days"):
        Rules(back=back, ahead=ahead + timedelta(seconds=1))
    with pytest.raises(UsageError, match="1825 days"):
        world.client.window(back=back, ahead=ahead + timedelta(days=1))
    assert back + ahead == LONGEST_WINDOW


def test_this_and_following_is_told_as_a_split_by_what_its_halves_are(
    world: World, weekly: str
) -> None:
    """Trouble 40: nothing links the halves; title, organizer, place and stamps do."""
    world.sync()
    world.changes()
    world.calendar.edit_following(weekly, date(2026, 3, 30), location="Room B")
    world.sync()
    (split,) = [one for one in world.changes() if isinstance(one, SeriesSplit)]
    assert split.at == datetime(2026, 3, 30, 11, tzinfo=BERLIN)
    assert {split.old, split.new} == {
        event.id for event in world.copy.events() if isinstance(event, Series)
    }
    world.assert_in_step()


def test_halves_that_only_look_like_a_split_are_none(world: World, weekly: str) -> None:
    """Trouble 40: evidence by similarity is never taken where it contradicts itself."""
    world.sync()
    world.changes()
    world.calendar.truncate(weekly, date(2026, 3, 30))
    rule = recurring("weekly", date(2026, 4, 6), days=["monday"], times=3)
    start = datetime(2026, 4, 6, 15, tzinfo=BERLIN)
    world.calendar.create("Something else", start, recurrence=rule)
    world.sync()
    told = [type(change) for change in world.changes()]
    assert SeriesSplit not in told
    assert SeriesTruncated in told
