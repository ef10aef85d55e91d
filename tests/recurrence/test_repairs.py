"""What calendars send in spite of the standard is mended, and told."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence import Recurrence, Repair

PARIS = ZoneInfo("Europe/Paris")
TIMED = datetime(2026, 1, 5, 9, tzinfo=PARIS)
NAIVE = datetime(2026, 1, 5, 9)
DAY = date(2026, 1, 5)


def test_a_mended_end_of_a_period_is_told_by_its_property() -> None:
    """As its start is."""
    line = "RDATE;VALUE=PERIOD:20260110T080000Z/20260111"
    (repair,) = Recurrence.parse([line], TIMED).repairs
    assert (repair.property_name, repair.text) == ("RDATE", "20260110T080000Z/20260111")


@pytest.mark.parametrize(
    ("line", "start", "name", "text", "action"),
    [
        ("FREQ=DAILY", TIMED, "RRULE", None, "read as RRULE: the property's name is missing"),
        (
            "RRULE:TZID=Europe/Paris:20260112T090000",
            TIMED,
            "RRULE",
            None,
            "read as RDATE: the value holds dates",
        ),
        ("EXRULE:20260112T080000Z", TIMED, "EXRULE", None, "read as EXDATE: the value holds dates"),
        ("EXDATE:", TIMED, "EXDATE", None, "left out an empty property"),
        ("RDATE;VALUE=DATE:,", TIMED, "RDATE", None, "left out an empty property"),
        (
            "DTSTART;TZID=Europe/Paris:20260105T090000",
            TIMED,
            "DTSTART",
            None,
            "left it out: it says nothing about the recurrence here",
        ),
        (
            "X-GOOGLE-THING:1",
            TIMED,
            "X-GOOGLE-THING",
            None,
            "left it out: it says nothing about the recurrence here",
        ),
        ("EXRULE:FREQ=DAILY;", TIMED, "EXRULE", ";", "dropped the trailing semicolon"),
        (
            "RRULE:FREQ=DAILY;UNTIL=20260107",
            TIMED,
            "RRULE",
            "UNTIL",
            "took it as the end of that local day: the series is timed",
        ),
        (
            "RRULE:FREQ=DAILY;UNTIL=20260107T090000",
            TIMED,
            "RRULE",
            "UNTIL",
            "took it as local time: in the series' zone",
        ),
        (
            "RRULE:FREQ=DAILY;UNTIL=20260107T090000Z",
            NAIVE,
            "RRULE",
            "UNTIL",
            "took it as local time: the series has no zone",
        ),
        (
            "EXRULE:FREQ=DAILY;UNTIL=20260107T090000",
            DAY,
            "EXRULE",
            "UNTIL",
            "took its date: the series is all-day",
        ),
        (
            "RDATE;TZID=Nowhere:20260107T090000",
            TIMED,
            "RDATE",
            "TZID=Nowhere",
            "took the series' zone: nobody knows this one",
        ),
        (
            "EXDATE;VALUE=DATE:20260107",
            TIMED,
            "EXDATE",
            "20260107",
            "leaves out the whole local day: the series is timed",
        ),
        (
            "RDATE;VALUE=DATE:20260107",
            TIMED,
            "RDATE",
            "20260107",
            "took the start's time of day: the series is timed",
        ),
        (
            "RDATE:20260107T090000Z",
            DAY,
            "RDATE",
            "20260107T090000Z",
            "took its date: the series is all-day",
        ),
        (
            "EXDATE:20260107T090000Z",
            NAIVE,
            "EXDATE",
            "20260107T090000Z",
            "took it as local time: the series has no zone",
        ),
        (
            "RRULE:DATE:20260107T090000",
            TIMED,
            "RRULE",
            None,
            "read as RDATE: the value holds dates",
        ),
        (
            "rrule:period:20260107T090000Z/PT1H",
            TIMED,
            "RRULE",
            None,
            "read as RDATE: the value holds dates",
        ),
    ],
)
def test_what_is_mended_is_told(
    line: str, start: date | datetime, name: str, text: str | None, action: str
) -> None:
    """Each repair names its property, what was mended, the line itself if no less, and how."""
    (repair,) = Recurrence.parse([line], start).repairs
    assert repair == Repair(property_name=name, text=line if text is None else text, action=action)


@pytest.mark.parametrize(
    ("lines", "start"),
    [
        (["RRULE:FREQ=DAILY;UNTIL=20260110T080000Z", "EXDATE:20260106T080000Z"], TIMED),
        (["RRULE:FREQ=DAILY;UNTIL=20260110T080000", "EXDATE:20260106T080000"], NAIVE),
        (["RRULE:FREQ=DAILY;UNTIL=20260110", "EXDATE:20260106", "RDATE:20260202"], DAY),
        (["RRULE:FREQ=HOURLY", "RDATE;TZID=Europe/Paris:20260106T080000"], TIMED),
    ],
)
def test_clean_lines_need_no_repair(lines: list[str], start: date | datetime) -> None:
    """What the RFC allows is taken as it is."""
    assert not Recurrence.parse(lines, start).repairs


def test_a_zone_is_told_as_it_was_named() -> None:
    """Without the quotes around it, and with all of its letters."""
    (repair,) = Recurrence.parse(['RDATE;TZID="XX/No where":20260107T090000'], TIMED).repairs
    assert repair.text == "TZID=XX/No where"


def test_repairs_and_errors_quote_the_beginning_of_what_they_are_about() -> None:
    """A line may be as long as a feed likes; eighty characters of it, or forty, are enough."""
    (repair,) = Recurrence.parse([f"X-NOTE:{'x' * 99}"], TIMED).repairs
    assert repair.text == f"X-NOTE:{'x' * 73}"
    (repair,) = Recurrence.parse([f"RRULE:FREQ=DAILY;X-{'X' * 99}=1"], TIMED).repairs
    assert len(repair.text) == 80
    for line in (
        "Y" * 99 + ":1",
        "RRULE:FREQ=" + "Y" * 99,
        "RRULE:FREQ=DAILY;BYDAY=" + "Y" * 99,
        "RRULE:RSCALE=GREGORIAN;FREQ=DAILY;SKIP=" + "Y" * 99,
        "RRULE:RSCALE=" + "Y" * 99,
        "RRULE:FREQ=DAILY;WKST=" + "Y" * 99,
        "RDATE:" + "Y" * 99,
        "EXDATE:20260110T080000Z/" + "Y" * 99,
        "RDATE;VALUE=PERIOD:20260110T080000Z/" + "Y" * 99,
    ):
        with pytest.raises(RecurrenceError) as caught:
            Recurrence.parse([line], TIMED)
        assert 0 < str(caught.value).count("Y") <= 40, line
    with pytest.raises(RecurrenceError) as caught:
        Recurrence.parse([f"RDATE:20260110T240000.{'7' * 77}"], TIMED)
    assert str(caught.value) == f"no such time of day: '20260110T240000.{'7' * 24}'"


@pytest.mark.parametrize("name", ["RRULE", "EXRULE"])
def test_a_repeated_property_counts_once(name: str) -> None:
    """The same rule twice is one rule, and is told."""
    line = f"{name}:FREQ=WEEKLY"
    series = Recurrence.parse([line, line, "RRULE:FREQ=DAILY"], DAY)
    assert len(series.rules) + len(series.exrules) == 2
    assert series.repairs == (
        Repair(property_name=name, text=line, action="left out a repeated property"),
    )
