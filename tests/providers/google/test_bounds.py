"""The end of a series, for an index: never before its last occurrence ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import RecurrenceError
from kloudsync.model.times import DAY, epoch
from kloudsync.providers.google.bounds import last_end
from kloudsync.providers.google.times import in_zone
from kloudsync.recurrence import Recurrence

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
END = START + timedelta(hours=1)


@pytest.mark.parametrize(
    "lines",
    [
        "RRULE:FREQ=DAILY",
        "rrule:freq=weekly;byday=mo",
        "RRULE:FREQ=DAILY\nEXDATE:20260106T090000Z",
        "RRULE:FREQ=DAILY;COUNT=3\nRRULE:FREQ=WEEKLY",
        "RRULE:FREQ=DAILY;UNTIL=20260301T000000Z\nRRULE:FREQ=WEEKLY",
        "RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY;UNTIL=20260301T000000Z",
    ],
)
def test_a_series_with_a_rule_that_goes_on_is_endless(lines: str) -> None:
    """One endless rule is enough."""
    assert last_end(lines, START, END, "UTC") is None


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ("RRULE:FREQ=DAILY;COUNT=3", "2026-01-07T10:00Z"),
        ("RDATE:20270105T090000Z", "2027-01-05T10:00Z"),
        ("RDATE;VALUE=PERIOD:20270105T090000Z/PT5H", "2027-01-05T14:00Z"),
        ("RRULE:FREQ=DAILY;COUNT=3\nRDATE:20270105T090000Z", "2027-01-05T10:00Z"),
        ("RRULE:FREQ=DAILY;UNTIL=20260301T000000Z\nRDATE:20270105T090000Z", "2027-01-05T10:00Z"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", "2026-01-05T10:00Z"),
        ("RRULE:FREQ=DAILY;COUNT=1\nEXDATE:20260105T090000Z", "2026-01-05T10:00Z"),
    ],
)
def test_other_bounds_than_a_single_until_are_exact(lines: str, end: str) -> None:
    """COUNT and RDATE are expanded; a series without occurrences ends with its first."""
    assert last_end(lines, START, END, "UTC") == epoch(datetime.fromisoformat(end))


def test_without_a_known_zone_there_is_a_day_to_spare() -> None:
    """The calendar's zone decides then, which is not known here."""
    lines = "RRULE:FREQ=DAILY;COUNT=3"
    exact = last_end(lines, START, END, "UTC")

    assert exact is not None
    assert last_end(lines, START, END, None) == exact + DAY
    assert last_end(lines, START, END, "Nowhere/At all") == exact + DAY


@pytest.mark.parametrize(
    "lines",
    ["RRULE:FREQ=NEVER", "RRULE:FREQ=NEVER;UNTIL=20260301", "RRULE:FREQ=DAILY;UNTIL=20269999", "?"],
)
def test_lines_that_make_no_sense_are_refused(lines: str) -> None:
    """No bound is guessed from half a rule."""
    with pytest.raises(RecurrenceError):
        last_end(lines, START, END, "UTC")


DAY_RULES = st.sampled_from(
    [
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=WEEKLY;BYDAY=SU,TU",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1",
        "RRULE:FREQ=YEARLY",
    ]
)
RULES = DAY_RULES | st.just("RRULE:FREQ=HOURLY;INTERVAL=7")
UNTILS = st.dates(date(2025, 12, 1), date(2026, 12, 31))
FORMS = st.sampled_from(["{:%Y%m%d}", "{:%Y%m%d}T000000Z", "{:%Y%m%d}T235959Z", "{:%Y%m%d}T235959"])
ZONES = st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Paris", "UTC"])


@given(
    rule=RULES, until=UNTILS, form=FORMS, zone=ZONES, hours=st.integers(0, 100), last=st.booleans()
)
def test_an_until_bounds_a_timed_series_within_three_days(
    rule: str, until: date, form: str, zone: str, hours: int, last: bool
) -> None:
    """Wherever on earth, the bound is not before the last end, nor far behind UNTIL."""
    bound = f";UNTIL={form.format(until)}"
    line = (
        f"{rule}{bound}"
        if last
        else rule.replace(";", f"{bound};", 1)
        if ";" in rule
        else rule + bound
    )
    start = in_zone(START, zone)
    assert isinstance(start, datetime)
    end = start + timedelta(hours=hours)

    found = last_end(line, start, end, zone)

    occurrences = Recurrence.parse([line], start, end=end, zone=zone)
    assert found is not None
    assert found >= max([epoch(end), *(end for _, end in occurrences.spans_between_utc(0, 2**33))])
    assert found <= max(epoch(until) + 2 * DAY, epoch(start)) + hours * 3600


@given(rule=DAY_RULES, until=UNTILS, form=FORMS, days=st.integers(1, 9))
def test_an_until_bounds_an_all_day_series(rule: str, until: date, form: str, days: int) -> None:
    """UNTIL may come as a date or as a time there, too."""
    start = date(2026, 1, 5)
    line = f"{rule};UNTIL={form.format(until)}"

    found = last_end(line, start, start + timedelta(days), None)

    ends = Recurrence.parse([line], start, end=start + timedelta(days)).spans_between_utc(0, 2**33)
    assert found is not None
    assert found >= max([epoch(start + timedelta(days)), *(end for _, end in ends)])


def test_a_series_that_leaves_out_all_its_occurrences_is_endless() -> None:
    """Nobody can tell where the search for the first one would end."""
    lines = "RRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY"

    assert last_end(lines, START, END, "UTC") is None


def test_an_all_day_series_cannot_recur_within_the_day() -> None:
    """Its rules are read as those of dates."""
    with pytest.raises(RecurrenceError):
        last_end("RRULE:FREQ=HOURLY", date(2026, 1, 5), date(2026, 1, 6), None)


def test_an_offset_alone_is_a_zone_to_expand_in() -> None:
    """The weekday of a rule is that of the received offset, not of UTC."""
    start = datetime(2012, 10, 15, 17, tzinfo=timezone(timedelta(hours=-7)))

    found = last_end("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2", start, start + timedelta(hours=1), None)

    assert found == epoch(start) + 7 * DAY + 3600 + DAY
