"""Recurrence lines as calendars really send them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence import Length, Recurrence

PARIS = ZoneInfo("Europe/Paris")
TIMED = datetime(2026, 1, 5, 9, tzinfo=PARIS)
NAIVE = datetime(2026, 1, 5, 9)
DAY = date(2026, 1, 5)


def starts(lines: list[str], start: date | datetime) -> list[str]:
    """Return the starts as text, without seconds."""
    return [str(moment)[:16] for moment in Recurrence.parse(lines, start)]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260107T080000Z", "2026-01-07 09:00"),
        ("20260107T075959Z", "2026-01-06 09:00"),
        ("20260107T085959", "2026-01-06 09:00"),
        ("20260107T090000", "2026-01-07 09:00"),
        ("20260107", "2026-01-07 09:00"),
        ("20260106T225959Z", "2026-01-06 09:00"),  # what Google writes for "before the 7th"
        ("20260106T235959Z", "2026-01-06 09:00"),
    ],
)
def test_until_of_a_timed_series_may_be_of_any_kind(until: str, last: str) -> None:
    """A DATE lasts to the end of that local day, a time without Z is local, Z is UTC."""
    found = starts([f"RRULE:FREQ=DAILY;UNTIL={until}"], TIMED)
    assert found[-1] == last
    assert Recurrence.parse([f"RRULE:FREQ=DAILY;UNTIL={until}"], TIMED).count() == len(found)


@pytest.mark.parametrize("until", ["20260107", "20260107T000000Z", "20260107T235959"])
def test_until_of_an_all_day_series_is_a_date(until: str) -> None:
    """A time beside the date of an all-day UNTIL does not count."""
    assert starts([f"RRULE:FREQ=DAILY;UNTIL={until}"], DAY)[-1] == "2026-01-07"


@pytest.mark.parametrize("until", ["20260107T090000", "20260107T090000Z", "20260107"])
def test_until_of_a_floating_series_is_local(until: str) -> None:
    """A series without zone takes even an UNTIL in UTC as local, which dateutil refuses."""
    assert starts([f"RRULE:FREQ=DAILY;UNTIL={until}"], NAIVE)[-1] == "2026-01-07 09:00"


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE:20260106T080000Z",
        "EXDATE:20260106T090000",
        "EXDATE;TZID=Europe/Paris:20260106T090000",
        "EXDATE;TZID=Romance Standard Time:20260106T090000",
        "EXDATE;TZID=America/New_York:20260106T030000",
        "EXDATE;TZID=GMT-07:00:20260106T010000",
        "EXDATE;TZID=Nowhere/Known:20260106T090000",
        "EXDATE;VALUE=DATE:20260106",
        "EXDATE:20260106T100000+0200",
        "exdate;value=date:20260106",
        "EXDATE:20260103T080000Z,,20260106T080000Z,",
    ],
)
def test_exdates_match_instants_or_days_not_text(line: str) -> None:
    """However an EXDATE is written, it leaves out the occurrence at that moment or day."""
    expected = ["2026-01-05 09:00", "2026-01-07 09:00"]
    assert starts(["RRULE:FREQ=DAILY;COUNT=3", line], TIMED) == expected


@pytest.mark.parametrize("line", ["EXDATE:20260106", "EXDATE:20260106T000000Z"])
def test_exdates_of_an_all_day_series_are_dates(line: str) -> None:
    """A time beside the date of an all-day EXDATE does not count."""
    assert starts([line, "RRULE:FREQ=DAILY;COUNT=3"], DAY) == ["2026-01-05", "2026-01-07"]


@pytest.mark.parametrize(
    ("line", "start", "expected"),
    [
        ("RDATE:20260110T080000Z", TIMED, "2026-01-10 09:00"),
        ("RDATE;TZID=America/New_York:20260110T030000", TIMED, "2026-01-10 09:00"),
        ("RDATE;VALUE=DATE:20260110", TIMED, "2026-01-10 09:00"),
        ("RDATE;VALUE=PERIOD:20260110T080000Z/PT2H", TIMED, "2026-01-10 09:00"),
        ("RDATE;VALUE=DATE:20260110", DAY, "2026-01-10"),
        ("RDATE:20260110T120000Z", DAY, "2026-01-10"),
        ("RDATE:20260110T120000Z", NAIVE, "2026-01-10 12:00"),
        ("RDATE;TZID=Europe/Paris:20260110T120000", NAIVE, "2026-01-10 12:00"),
        ("RRULE:DATE;TZID=Europe/Paris:20260110T020000", DAY, "2026-01-10"),
    ],
)
def test_a_series_may_consist_of_dates(line: str, start: date | datetime, expected: str) -> None:
    """Without a rule the start counts, beside the dates in whatever form they come."""
    assert starts([line], start) == [str(start)[:16], expected]


def test_periods_keep_their_own_duration() -> None:
    """An RDATE that is a period has its own end; the others take the event's."""
    lines = [
        "RDATE;VALUE=PERIOD:20260110T080000Z/PT2H,20260111T080000Z/20260111T083000Z",
        "RDATE:20260112T080000Z",
    ]
    series = Recurrence.parse(lines, TIMED, duration="PT1H")
    spans = series.spans_between_utc(0, 1 << 40)
    assert [(end - start) // 60 for start, end in spans] == [60, 120, 30, 60]
    assert [length for _, length in series.periods] == [Length(0, 7200), Length(0, 1800)]


@pytest.mark.parametrize(
    ("period", "start", "length"),
    [
        ("20260110T080000Z/20260110T080000Z", TIMED, Length(0, 0)),
        ("20260110T080000Z/20260110T100000", TIMED, Length(0, 3600)),
        ("20260110/20260113", DAY, Length(3, 0)),
        ("20260110T080000/20260110T083000", NAIVE, Length(0, 1800)),
    ],
)
def test_the_end_of_a_period_is_read_like_its_start(
    period: str, start: date | datetime, length: Length
) -> None:
    """In UTC or on the series' own clock, as a time or as a day, and no earlier than the start."""
    series = Recurrence.parse([f"RDATE;VALUE=PERIOD:{period}"], start)
    assert [own for _, own in series.periods] == [length]


def test_the_end_of_a_period_is_on_the_clock_of_its_line() -> None:
    """TZID counts for both halves of a value."""
    line = "RDATE;VALUE=PERIOD;TZID=America/New_York:20260110T080000/20260110T083000"
    assert Recurrence.parse([line], TIMED).periods[0][1] == Length(0, 1800)


def test_a_span_that_began_long_before_a_window_reaches_into_it() -> None:
    """The longest duration counts in hours, whether it is written in days or not."""
    lines = ["RDATE;VALUE=PERIOD:20260110T080000Z/PT60H"]
    series = Recurrence.parse(lines, TIMED, duration="P1D")
    (begin,) = (at for at, _ in series.periods)
    late = begin + 59 * 3600
    assert series.spans_between_utc(late, late + 1) == [(begin, begin + 60 * 3600)]


def test_lines_may_come_in_any_order_and_number() -> None:
    """Several rules add up; EXRULE and EXDATE take away; equal starts count once."""
    lines = [
        "EXDATE:20260108",
        "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=3",
        "EXRULE:FREQ=MONTHLY;BYMONTHDAY=12",
        "RDATE:20260109",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "RDATE:20260105",
    ]
    assert starts(lines, DAY) == [
        "2026-01-05",
        "2026-01-09",
        "2026-01-15",
        "2026-01-19",
        "2026-01-22",
    ]


@pytest.mark.parametrize(
    ("line", "message", "name", "column"),
    [
        (
            "RRULE:FREQ=DAILY;INTERVAL=0",
            "expected a number of at least 1, found '0'",
            "RRULE",
            26,
        ),
        (
            "  RRULE:FREQ=DAILY;BYDAY=XX",
            "expected a weekday such as MO or -1FR, found 'XX'",
            "RRULE",
            25,
        ),
        ("EXRULE:FREQ=NEVER", "no such frequency: NEVER", "EXRULE", 12),
        ("RRULE:FREQ=HOURLY", "an all-day series cannot be HOURLY", "RRULE", 0),
        ("EXRULE:FREQ=MINUTELY", "an all-day series cannot be MINUTELY", "EXRULE", 0),
        (
            "EXDATE:20260106,2026010",
            "expected a date such as 20260105T090000Z, found '2026010'",
            "EXDATE",
            16,
        ),
        (
            "RDATE;VALUE=PERIOD:20260110T080000Z/PT2",
            "expected a duration such as PT1H30M, found 'PT2'",
            "RDATE",
            19,
        ),
        (
            "RDATE;VALUE=PERIOD:20260110T080000Z/-PT2H",
            "a duration cannot be negative here: '-PT2H'",
            "RDATE",
            19,
        ),
        (
            "RDATE;VALUE=PERIOD:20260110/20260109",
            "a period cannot end before it begins: '20260110/20260109'",
            "RDATE",
            19,
        ),
        (
            "EXDATE:20260110T080000Z/PT2H",
            "EXDATE cannot hold a period: '20260110T080000Z/PT2H'",
            "EXDATE",
            7,
        ),
        (
            "SUMMARY:Lunch",
            "expected RRULE, EXRULE, RDATE or EXDATE, found SUMMARY",
            "SUMMARY",
            0,
        ),
        ("RDATE:X", "expected a date such as 20260105T090000Z, found 'X'", "RDATE", 6),
        ("RRULE:", "RRULE has no value", "RRULE", 6),
        ("EXRULE: ;", "EXRULE has no value", "EXRULE", 7),
        ("RDATE", "RDATE has no value", "RDATE", 5),
        ("EXDATE;VALUE=DATE", "EXDATE has no value", "EXDATE", 17),
    ],
)
def test_what_cannot_be_mended_says_what_and_where(
    line: str, message: str, name: str, column: int
) -> None:
    """An error says what was expected, and tells the property and the position in its line."""
    with pytest.raises(RecurrenceError) as caught:
        Recurrence.parse([line], DAY)
    assert str(caught.value) == message
    assert (caught.value.property_name, caught.value.column) == (name, column)


def test_instants_beyond_the_calendar_are_refused() -> None:
    """An RDATE that no datetime of the series' zone can name is an error, and the first is none."""
    west, east = (
        datetime(2026, 1, 5, 9, tzinfo=ZoneInfo(name)) for name in ("America/New_York", "UTC")
    )
    with pytest.raises(RecurrenceError) as caught:
        Recurrence.parse(["RDATE:00010101T000000Z"], west)
    assert str(caught.value) == (
        "beyond the years 1 to 9999 in the series' zone: '00010101T000000Z'"
    )
    assert next(iter(Recurrence.parse(["RDATE:00010101T000000Z"], east))).year == 1


def test_too_many_dates_or_rules_are_refused() -> None:
    """What is longer than 64 KB in all, or has a hundred rules, is no event."""
    for name in ("RDATE", "EXDATE"):
        for lines in (
            [f"{name}:" + "20260101T000000Z," * 4_000],
            [f"{name}:" + "20260101T000000Z," * 400] * 10,
            [f"{name}:20260101T000000Z\n" * 4_000],
        ):
            with pytest.raises(RecurrenceError, match="of more than 65536 characters"):
                Recurrence.parse(lines, TIMED)
        assert list(Recurrence.parse([f"{name}:" + "20260101T000000Z," * 3_800], TIMED))
    for name in ("RRULE", "EXRULE"):
        with pytest.raises(RecurrenceError) as caught:
            Recurrence.parse([f"{name}:FREQ=DAILY;INTERVAL={n}" for n in range(1, 100)], TIMED)
        assert str(caught.value) == "more than 64 different rules"
        assert (caught.value.property_name, caught.value.column) == (name, 0)


def test_a_rule_has_a_kilobyte_at_most() -> None:
    """Up to it a long but valid rule gives its answer; nothing looks at what is longer."""
    rule = "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(["9"] * 503)
    assert next(iter(Recurrence.parse([rule], TIMED.astimezone(UTC)))) == datetime(
        2026, 1, 5, 9, tzinfo=UTC
    )
    with pytest.raises(RecurrenceError, match="a rule of more than 1024 characters") as caught:
        Recurrence.parse([rule + ",9"], TIMED)
    assert (caught.value.property_name, caught.value.column) == ("RRULE", 6)


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("RDATE;VALUE=PERIOD:20260106T090000Z/PT999999999H", TIMED),
        ("RDATE;VALUE=PERIOD:20260106T090000Z/P9999999W", TIMED),
        ("RDATE;VALUE=PERIOD:20260106T090000Z/P9999999D", NAIVE),
        ("RDATE;VALUE=PERIOD:20260106/P2913000D", DAY),
        ("RDATE;VALUE=PERIOD:99991231T230000Z/PT1H", TIMED),
    ],
)
def test_a_period_ends_with_the_calendar(line: str, start: date) -> None:
    """No date can name what comes after the year 9999, on the clock of the series."""
    with pytest.raises(RecurrenceError, match=r"beyond the years? "):
        Recurrence.parse([line], start)


@pytest.mark.parametrize("duration", ["P9999999W", "PT999999999H", timedelta(days=3_000_000)])
@pytest.mark.parametrize("start", [TIMED, NAIVE, DAY])
def test_a_duration_ends_with_the_calendar(duration: str | timedelta, start: date) -> None:
    """The first occurrence has an end that can be named."""
    with pytest.raises(RecurrenceError, match="it would last beyond the year 9999"):
        Recurrence.parse([], start, duration=duration)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_what_later_occurrences_lead_to_is_an_error_of_its_own(zone: str) -> None:
    """Only errors of the library leave, whatever a length leads to."""
    start = datetime(1, 1, 2, tzinfo=ZoneInfo(zone))
    series = Recurrence.parse(["RRULE:FREQ=YEARLY"], start, duration=timedelta(days=3_000_000))
    late = next(series.upcoming(datetime(9000, 1, 1, tzinfo=UTC)))
    with pytest.raises(RecurrenceError, match="beyond the years 1 to 9999"):
        series.end_of(late)
    assert series.spans_between_utc(0, 1)
