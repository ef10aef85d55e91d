"""Reading the value of an RRULE."""

from __future__ import annotations

import pytest

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence import Frequency, Rule, WeekdayNumber
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
    ("text", "repaired", "action"),
    [
        ("freq=daily;byday=mo", "FREQ=DAILY;BYDAY=MO", "upper case"),
        ("FREQ=DAILY;", "FREQ=DAILY", "semicolon"),
        ("FREQ=DAILY;BYDAY=", "FREQ=DAILY", "empty"),
        ("FREQ=WEEKLY;BYDAY=MO,", "FREQ=WEEKLY;BYDAY=MO", "comma"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY", "repeated"),
        ("FREQ=DAILY;X-NAME=1", "FREQ=DAILY", "private"),
        ("FREQ=DAILY;BYSECOND=60,59", "FREQ=DAILY;BYSECOND=59", "leap second"),
        ("FREQ=WEEKLY;BYDAY=1MO,MO", "FREQ=WEEKLY;BYDAY=MO", "numbers"),
    ],
)
def test_what_can_be_mended_is_mended_and_recorded(text: str, repaired: str, action: str) -> None:
    """A rule with a fault reads like the mended one, and says what was done."""
    rule, repairs = read_rule(text)
    assert rule == read_rule(repaired)[0]
    assert [repair.property_name for repair in repairs] == ["RRULE"]
    assert action in repairs[0].action


@pytest.mark.parametrize(
    "until",
    [
        "20260119T080000Z",
        "2026-01-19T08:00:00Z",
        "2026-01-19T09:00:00+01:00",
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
    assert "earlier" in repairs[0].action


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 0),
        ("BYDAY=MO", 0),
        ("FREQ=FORTNIGHTLY", 5),
        ("FREQ=DAILY;INTERVAL=0", 20),
        ("FREQ=DAILY;INTERVAL=-1", 20),
        ("FREQ=DAILY;COUNT=0", 17),
        ("FREQ=DAILY;COUNT=" + "9" * 5000, 17),
        ("FREQ=DAILY;UNTIL=tomorrow", 17),
        ("FREQ=DAILY;UNTIL=20260231", 17),
        ("FREQ=YEARLY;BYDAY=54MO", 18),
        ("FREQ=YEARLY;BYDAY=MO,0TU", 21),
        ("FREQ=MONTHLY;BYDAY=53MO", 13),
        ("FREQ=WEEKLY;BYDAY=53MO", 12),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=6MO", 22),
        ("FREQ=DAILY;BYMONTHDAY=1,32", 24),
        ("FREQ=DAILY;BYMONTHDAY=0", 22),
        ("FREQ=DAILY;BYHOUR=24", 18),
        ("FREQ=DAILY;BYEASTER=0", 11),
        ("FREQ=DAILY;WKST=XX", 16),
        ("FREQ=DAILY;COUNT=1;COUNT=2", 19),
        ("FREQ=DAILY;nonsense", 11),
        ("RSCALE=HEBREW;FREQ=DAILY", 7),
        ("RSCALE=GREGORIAN;FREQ=DAILY;SKIP=SIDEWAYS", 33),
    ],
)
def test_what_cannot_be_mended_names_its_column(text: str, column: int) -> None:
    """An error says which property is at fault, and where in it."""
    with pytest.raises(RecurrenceError) as caught:
        read_rule(text)
    assert (caught.value.property_name, caught.value.column) == ("RRULE", column)


def test_yearly_rules_number_weekdays_up_to_53() -> None:
    """RFC 5545 3.3.10: an ordinal of a year's weekday runs to 53 either way."""
    rule, repairs = read_rule("FREQ=YEARLY;BYDAY=53MO,-53TU")
    assert rule.by_day == (WeekdayNumber(-53, 1), WeekdayNumber(53, 0))
    assert not repairs
