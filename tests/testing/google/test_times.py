from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kloudsync.testing.google.refusals import Refusal
from kloudsync.testing.google.times import (
    as_instant,
    minus,
    parse_field,
    plus,
    render_field,
    settle,
    until_before,
    utc_text,
)

PARIS = ZoneInfo("Europe/Paris")
CHICAGO = ZoneInfo("America/Chicago")


def test_offsets_are_those_of_the_calendar_and_the_zone_is_that_of_the_event() -> None:
    """An event in Paris is shown in a Chicago calendar with Chicago's offset and its own zone."""
    moment = datetime(2026, 7, 1, 15, tzinfo=PARIS)
    assert render_field(moment, CHICAGO) == {
        "dateTime": "2026-07-01T08:00:00-05:00",
        "timeZone": "Europe/Paris",
    }


def test_a_field_reads_as_the_wall_time_of_its_own_zone() -> None:
    """The offset says which instant is meant, the zone how it reads."""
    field = {"dateTime": "2026-07-01T08:00:00-05:00", "timeZone": "Europe/Paris"}
    assert parse_field(field, CHICAGO).isoformat() == "2026-07-01T15:00:00+02:00"


def test_an_event_without_a_zone_takes_the_calendars() -> None:
    """Without `timeZone` the calendar's zone counts."""
    moment = parse_field({"dateTime": "2026-07-01T13:00:00Z"}, CHICAGO)
    assert render_field(moment, CHICAGO)["timeZone"] == "America/Chicago"


@pytest.mark.parametrize(
    ("field", "status", "message"),
    [
        ({}, "required", "Missing start time."),
        (None, "required", "Missing start time."),
        (
            {"dateTime": "2026-07-01T13:00:00"},
            "required",
            "Missing time zone definition for start time.",
        ),
        ({"date": "2026-13-01"}, "invalid", "Invalid start time."),
        ({"date": "2026-07-01", "dateTime": "2026-07-01T13:00:00Z"}, "invalid", "Invalid start"),
        ({"dateTime": "2026-07-01T13:00:00", "timeZone": "Mars/Base"}, "invalid", "Mars/Base"),
    ],
)
def test_fields_that_name_no_moment_are_refused(
    field: dict[str, str] | None, status: str, message: str
) -> None:
    """Each defect of a time has the refusal that Google gives."""
    with pytest.raises(Refusal, match=message) as refused:
        parse_field(field, CHICAGO)
    assert refused.value.reason == status


def test_utc_is_written_with_a_z() -> None:
    """Offsets of zero are a Z on the wire."""
    assert render_field(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC")) == {
        "dateTime": "2026-01-01T00:00:00Z",
        "timeZone": "UTC",
    }


@pytest.mark.parametrize(
    ("slot", "until"),
    [
        (datetime(2024, 1, 24, 14, tzinfo=PARIS), "20240123T225959Z"),
        (datetime(2023, 10, 12, 15, tzinfo=PARIS), "20231011T215959Z"),
        (datetime(2019, 4, 5, 13, tzinfo=ZoneInfo("America/Los_Angeles")), "20190405T065959Z"),
        (datetime(2025, 3, 27, 7, 30, tzinfo=CHICAGO), "20250327T045959Z"),
        (date(2024, 2, 20), "20240219"),
    ],
)
def test_until_is_the_second_before_the_local_day(slot: datetime | date, until: str) -> None:
    """UNTIL is local midnight of the slot's day minus a second in UTC, or the day before."""
    assert until_before(slot) == until


def test_skipped_wall_times_move_forward_by_the_gap() -> None:
    """Half past two in the night of spring is half past three."""
    skipped = datetime(2026, 3, 29, 2, 30, tzinfo=PARIS)
    assert settle(skipped).isoformat() == "2026-03-29T03:30:00+02:00"


def test_spans_are_exact_across_transitions() -> None:
    """A day has 23 hours where the clock skips one."""
    evening, next_evening = (datetime(2026, 3, day, 20, tzinfo=PARIS) for day in (28, 29))
    assert minus(next_evening, evening) == timedelta(hours=23)
    assert plus(evening, timedelta(hours=23)) == next_evening


def test_dates_are_midnights_of_the_calendar() -> None:
    """An all-day event begins at the midnight of whoever looks at it."""
    assert as_instant(date(2026, 7, 1), PARIS) == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_ids_name_moments_in_utc() -> None:
    """Moments in ids are compact and in UTC; dates are dates."""
    assert utc_text(datetime(2025, 3, 26, 7, 30, tzinfo=CHICAGO)) == "20250326T123000"
    assert utc_text(date(2025, 3, 26)) == "20250326"
