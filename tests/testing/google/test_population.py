from datetime import UTC, datetime, timedelta

import pytest
from tests.testing.google.caller import Caller

from kloudsync.testing.google import FakeGoogle, fill, populate
from kloudsync.testing.google.rows import Kind


@pytest.fixture(scope="module")
def year() -> FakeGoogle:
    """A fake with a year of 2,000 events."""
    fake = FakeGoogle()
    populate(fake.calendar())
    return fake


def test_a_year_has_as_many_rows_as_asked_for(year: FakeGoogle) -> None:
    """2,000 is 2,000, exceptions and cancelled occurrences included."""
    assert len(year.truth()) == 2000


def test_a_year_has_everything_that_calendars_have(year: FakeGoogle) -> None:
    """Singles, series, moved and cancelled occurrences, whole days, several zones."""
    kinds = {row.kind for row in year.calendar().book.rows}
    assert kinds == set(Kind) - {Kind.DELETED}
    starts = [event["start"] for event in year.truth().values() if "start" in event]
    assert any("date" in start for start in starts)
    assert len({start["timeZone"] for start in starts if "timeZone" in start}) > 4


def test_every_week_of_the_year_is_busy(year: FakeGoogle) -> None:
    """Half of the year lies behind the present, half ahead."""
    now = datetime(2026, 1, 5, tzinfo=UTC)
    for weeks in range(-25, 25, 5):
        start = now + timedelta(weeks=weeks)
        assert 20 < len(year.calendar().occurrences(start, start + timedelta(weeks=1))) < 120


def test_a_year_is_the_same_for_the_same_seed() -> None:
    """Another seed is another year."""
    years = [FakeGoogle(), FakeGoogle(), FakeGoogle()]
    for fake, seed in zip(years, (1, 1, 2), strict=True):
        populate(fake.calendar(), events=100, seed=seed)
    assert years[0].truth() == years[1].truth() != years[2].truth()


def test_a_populated_calendar_can_be_edited(year: FakeGoogle) -> None:
    """Changes after the population are the next delta."""
    caller = Caller(year)
    token = caller.token_now(maxResults="2500")
    event = year.calendar().create("New", datetime(2026, 1, 6, 9, tzinfo=UTC))
    assert [item["id"] for item in caller.items(syncToken=token)] == [event]


@pytest.mark.parametrize("size", [1000, 1300, 2000])
def test_bulk_events_have_the_length_asked_for(size: int) -> None:
    """Each event is as long as measurements need it, and is a whole event."""
    fake = FakeGoogle()
    fill(fake.calendar(), events=50, size=size)
    rows = list(fake.calendar().book.rows)
    assert {len(row.body) for row in rows} == {size}
    assert len(Caller(fake).items()) == 50
    assert sum(row.kind is Kind.SERIES for row in rows) == 5
    assert all(row.id == row.resource()["id"] for row in rows)
    assert len(fake.calendar().occurrences(*(datetime(y, 1, 1, tzinfo=UTC) for y in (2026, 2027))))
