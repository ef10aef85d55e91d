"""Reading the value of an RRULE."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence import Frequency, Recurrence, Repair, Rule, WeekdayNumber
from kloudsync.recurrence.rule_text import read_rule


def test_every_part_is_read() -> None:
    """A rule with all its parts becomes a value with all its fields."""
    rule, repairs = read_rule(
        "FREQ=YEARLY;INTERVAL=2;COUNT=9;WKST=SU;BYMONTH=3,1;BYWEEKNO=-1,5;BYYEARDAY=-366,1;"
        "BYMONTHDAY=31,-1;BYDAY=MO,-1FR,+2TU;BYHOUR=23;BYMINUTE=59,0;BYSECOND=0;BYSETPOS=-1,1"
    )
    assert not repairs
    assert rule == Rule(
        frequency=Frequency.YEARLY,
        interval=2,
        count=9,
        week_start=6,
        by_month=(1, 3),
        by_week_no=(-1, 5),
        by_year_day=(-366, 1),
        by_month_day=(-1, 31),
        by_day=(WeekdayNumber(-1, 4), WeekdayNumber(0, 0), WeekdayNumber(2, 1)),
        by_hour=(23,),
        by_minute=(0, 59),
        by_second=(0,),
        by_set_pos=(-1, 1),
    )
    assert rule.text(None) == (
        "FREQ=YEARLY;COUNT=9;INTERVAL=2;BYMONTH=1,3;BYWEEKNO=-1,5;BYYEARDAY=-366,1;"
        "BYMONTHDAY=-1,31;BYDAY=-1FR,MO,2TU;BYHOUR=23;BYMINUTE=0,59;BYSECOND=0;BYSETPOS=-1,1;"
        "WKST=SU"
    )
    assert read_rule(rule.text(None))[0] == rule


@pytest.mark.parametrize(
    ("text", "repaired", "repairs"),
    [
        (
            "freq=daily;byday=mo",
            "FREQ=DAILY;BYDAY=MO",
            [("freq=daily;byday=mo", "read it in upper case")],
        ),
        ("FREQ=DAILY;", "FREQ=DAILY", [(";", "dropped the trailing semicolon")]),
        (
            "FREQ=WEEKLY;BYDAY=MO, ",
            "FREQ=WEEKLY;BYDAY=MO",
            [("BYDAY=MO, ", "dropped the trailing comma")],
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO,,TU, ,",
            "FREQ=WEEKLY;BYDAY=MO,TU",
            [("BYDAY=MO,,TU, ,", "dropped an empty entry")],
        ),
        (
            "FREQ=WEEKLY;BYDAY=,MO",
            "FREQ=WEEKLY;BYDAY=MO",
            [("BYDAY=,MO", "dropped an empty entry")],
        ),
        (
            "FREQ=DAILY;COUNT=-1;UNTIL=20260119",
            "FREQ=DAILY;UNTIL=20260119",
            [("COUNT=-1", "left it out: it stands for no COUNT")],
        ),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY", [("FREQ=DAILY", "left out a repeated part")]),
        ("FREQ=DAILY;X-NAME=1", "FREQ=DAILY", [("X-NAME=1", "left out a private part")]),
        (
            "FREQ=DAILY;BYSECOND=60,58",
            "FREQ=DAILY;BYSECOND=58,59",
            [("BYSECOND=60", "took the leap second for second 59")],
        ),
        (
            "FREQ=WEEKLY;BYDAY=1MO,MO",
            "FREQ=WEEKLY;BYDAY=MO",
            [("1MO,MO", "dropped the numbers, which WEEKLY has not")],
        ),
        ("FREQ=DAILY;;BYDAY=MO", "FREQ=DAILY;BYDAY=MO", []),
        (
            "BYDAY=MO;BYDAY=MO;FREQ=DAILY;",
            "FREQ=DAILY;BYDAY=MO",
            [("BYDAY=MO", "left out a repeated part"), (";", "dropped the trailing semicolon")],
        ),
    ],
)
def test_what_can_be_mended_is_mended_and_recorded(
    text: str, repaired: str, repairs: list[tuple[str, str]]
) -> None:
    """A rule with a fault reads like the mended one, and says what was done."""
    rule, told = read_rule(text)
    assert rule == read_rule(repaired)[0]
    assert list(told) == [
        Repair(property_name="RRULE", text=about, action=action) for about, action in repairs
    ]


@pytest.mark.parametrize(
    "until",
    [
        "20260119T080000Z",
        "2026-01-19T08:00:00Z",
        "2026-01-19T09:00:00+01:00",
        "2026-01-19T13:45:00+05:45",
        "20260119T043000-0330",
        "TZID=UTC:20260119T080000Z",
        "TZID=GMT-07:00:2026-01-19T08:00:00Z",
    ],
)
def test_until_is_read_in_any_spelling(until: str) -> None:
    """Clients write it as in RFC 3339, or as a property of its own."""
    assert (
        read_rule(f"FREQ=DAILY;UNTIL={until}")[0]
        == read_rule("FREQ=DAILY;UNTIL=20260119T080000Z")[0]
    )


def test_count_and_until_are_both_kept() -> None:
    """RFC 5545 forbids both; the earlier of them ends the series."""
    rule, repairs = read_rule("FREQ=DAILY;COUNT=3;UNTIL=20260102")
    assert rule.count == 3
    assert rule.until is not None
    assert repairs == (
        Repair(
            property_name="RRULE",
            text="COUNT and UNTIL",
            action="kept both; the earlier end counts",
        ),
    )


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("", "FREQ is missing", 0),
        ("BYDAY=MO", "FREQ is missing", 0),
        ("FREQ=FORTNIGHTLY", "no such frequency: FORTNIGHTLY", 5),
        ("FREQ=DAILY;INTERVAL=0", "expected a number of at least 1, found '0'", 20),
        ("FREQ=DAILY;INTERVAL=-1", "expected a number of at least 1, found '-1'", 20),
        ("FREQ=DAILY;COUNT=0", "expected a number of at least 1, found '0'", 17),
        (
            "FREQ=DAILY;COUNT=" + "9" * 900,
            f"expected a number of at least 1, found '{'9' * 40}'",
            17,
        ),
        (
            "FREQ=DAILY;UNTIL=tomorrow",
            "expected a date such as 20260105T090000Z, found 'TOMORROW'",
            17,
        ),
        ("FREQ=DAILY;UNTIL=20260231", "no such day in the calendar: '20260231'", 17),
        ("FREQ=DAILY;UNTIL=20260228T240000", "no such time of day: '20260228T240000'", 17),
        ("FREQ=DAILY;BYMONTH=", "BYMONTH has no value", 19),
        ("FREQ=WEEKLY;BYDAY=, ,", "BYDAY has no value", 18),
        ("FREQ=DAILY;COUNT=-2", "expected a number of at least 1, found '-2'", 17),
        (
            "FREQ=YEARLY;BYDAY=54MO",
            "weekdays are numbered from 1 to 53 or -53 to -1, not 54",
            18,
        ),
        (
            "FREQ=YEARLY;BYDAY=MO,0TU",
            "weekdays are numbered from 1 to 53 or -53 to -1, not 0",
            21,
        ),
        (
            "FREQ=YEARLY;BYDAY=MO,TU,XX,WE",
            "expected a weekday such as MO or -1FR, found 'XX'",
            24,
        ),
        ("FREQ=DAILY;BYMONTHDAY=1,2,32", "expected a number from -31 to 31, found '32'", 26),
        ("FREQ=DAILY;BYMONTHDAY=0", "0 is no position; they count from 1 or from -1", 22),
        ("FREQ=DAILY;BYSETPOS=1,2,0", "0 is no position; they count from 1 or from -1", 24),
        ("FREQ=DAILY;BYHOUR=24", "expected a number from 0 to 23, found '24'", 18),
        ("FREQ=DAILY;BYHOUR=-1", "expected a number from 0 to 23, found '-1'", 18),
        ("FREQ=DAILY;BYEASTER=0", "no such part of a rule: BYEASTER", 11),
        ("FREQ=DAILY;WKST=XX", "expected a weekday such as MO, found 'XX'", 16),
        ("FREQ=DAILY;COUNT=1;COUNT=2", "COUNT is given twice, with different values", 19),
        ("FREQ=DAILY;nonsense", "expected NAME=value, found 'nonsense'", 11),
        ("RSCALE=HEBREW;FREQ=DAILY", "only RSCALE=GREGORIAN is supported, found HEBREW", 7),
        (
            "RSCALE=GREGORIAN;FREQ=DAILY;SKIP=SIDEWAYS",
            "expected OMIT, BACKWARD or FORWARD, found SIDEWAYS",
            33,
        ),
        (
            "FREQ=MONTHLY;SKIP=FORWARD",
            "SKIP needs RSCALE beside it (RFC 7529 section 4.1)",
            13,
        ),
        (
            "RSCALE=GREGORIAN;FREQ=WEEKLY;SKIP=FORWARD",
            "SKIP is not supported together with FREQ=WEEKLY",
            29,
        ),
        (
            "RSCALE=GREGORIAN;FREQ=MONTHLY;BYSETPOS=1;BYYEARDAY=2;BYDAY=MO;SKIP=BACKWARD",
            "SKIP is not supported together with BYSETPOS, BYYEARDAY",
            62,
        ),
    ],
)
def test_what_cannot_be_mended_says_what_and_where(text: str, message: str, column: int) -> None:
    """An error says what was expected, and its column in the rule."""
    with pytest.raises(RecurrenceError) as caught:
        read_rule(text)
    assert (str(caught.value), caught.value.column) == (message, column)
    assert caught.value.property_name == "RRULE"


def test_yearly_rules_number_weekdays_up_to_53() -> None:
    """RFC 5545 3.3.10: an ordinal of a year's weekday runs to 53 either way."""
    rule, repairs = read_rule("FREQ=YEARLY;BYDAY=53MO,-53TU")
    assert rule.by_day == (WeekdayNumber(-53, 1), WeekdayNumber(53, 0))
    assert not repairs


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=YEARLY;BYMONTH=10;BYDAY=6SA", []),
        ("FREQ=MONTHLY;BYDAY=6SA;COUNT=3", []),
        ("FREQ=MONTHLY;BYDAY=-6SA", []),
        ("FREQ=MONTHLY;BYDAY=53MO;UNTIL=20990101T000000Z", []),
        ("FREQ=MONTHLY;BYDAY=1SA,6SA;COUNT=2", ["2018-10-06", "2018-11-03"]),
        ("FREQ=MONTHLY;BYDAY=6SA,-1MO;COUNT=2", ["2018-10-29", "2018-11-26"]),
        ("FREQ=WEEKLY;BYDAY=6SA;COUNT=2", ["2018-10-06", "2018-10-13"]),
    ],
)
def test_a_number_that_no_month_has_selects_nothing(rule: str, found: list[str]) -> None:
    """RFC 5545 3.3.10 allows 1 to 53 everywhere; what is never met is no error."""
    series = Recurrence.parse([f"RRULE:{rule}"], datetime(2018, 10, 6, 10, tzinfo=UTC))
    assert [str(start)[:10] for start in series] == found
    assert series.count() == len(found)
