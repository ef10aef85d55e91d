"""The examples of RFC 5545 section 3.8.5.3, with the results that it lists."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from kloudsync.recurrence import Recurrence

NEW_YORK = ZoneInfo("America/New_York")


def days(text: str) -> list[str]:
    """Return dates written as `1997-09: 2 4 6-8; 1997-10: 1`."""
    found: list[str] = []
    for part in text.split(";"):
        month, _, numbers = part.strip().partition(":")
        for item in numbers.split():
            first, _, last = item.partition("-")
            found += [f"{month}-{day:02}" for day in range(int(first), int(last or first) + 1)]
    return found


def at(text: str, clock: str = "09:00") -> list[str]:
    """Return the same dates, each at a time of day."""
    return [f"{day} {clock}" for day in days(text)]


JANUARIES = at("1998-01: 1-31; 1999-01: 1-31; 2000-01: 1-31")
TWICE_A_WEEK = at("1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2")
THIRDS = [
    f"1997-09-{day:02} {hour:02}:{minute:02}"
    for day in (2, 3)
    for hour in range(9, 17)
    for minute in (0, 20, 40)
]
# Start, rule, the results that the RFC lists, and whether they are all that there are.
EXAMPLES = [
    ("19970902", "FREQ=DAILY;COUNT=10", at("1997-09: 2-11"), True),
    (
        "19970902",
        "FREQ=DAILY;UNTIL=19971224T000000Z",
        at("1997-09: 2-30; 1997-10: 1-31; 1997-11: 1-30; 1997-12: 1-23"),
        True,
    ),
    (
        "19970902",
        "FREQ=DAILY;INTERVAL=2",
        at(
            "1997-09: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30;"
            "1997-10: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30;"
            "1997-11: 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29; 1997-12: 1 3"
        ),
        False,
    ),
    (
        "19970902",
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        at("1997-09: 2 12 22; 1997-10: 2 12"),
        True,
    ),
    (
        "19980101",
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        JANUARIES,
        True,
    ),
    ("19980101", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", JANUARIES, True),
    (
        "19970902",
        "FREQ=WEEKLY;COUNT=10",
        at("1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4"),
        True,
    ),
    (
        "19970902",
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        at("1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4 11 18 25; 1997-12: 2 9 16 23"),
        True,
    ),
    (
        "19970902",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        at(
            "1997-09: 2 16 30; 1997-10: 14 28; 1997-11: 11 25; 1997-12: 9 23;"
            "1998-01: 6 20; 1998-02: 3 17"
        ),
        False,
    ),
    (
        "19970902",
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        TWICE_A_WEEK,
        True,
    ),
    ("19970902", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", TWICE_A_WEEK, True),
    (
        "19970901",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        at(
            "1997-09: 1 3 5 15 17 19 29; 1997-10: 1 3 13 15 17 27 29 31;"
            "1997-11: 10 12 14 24 26 28; 1997-12: 8 10 12 22"
        ),
        True,
    ),
    (
        "19970902",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        at("1997-09: 2 4 16 18 30; 1997-10: 2 14 16"),
        True,
    ),
    (
        "19970905",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        at(
            "1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5; 1998-01: 2; 1998-02: 6;"
            "1998-03: 6; 1998-04: 3; 1998-05: 1; 1998-06: 5"
        ),
        True,
    ),
    (
        "19970905",
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        at("1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5"),
        True,
    ),
    (
        "19970907",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        at("1997-09: 7 28; 1997-11: 2 30; 1998-01: 4 25; 1998-03: 1 29; 1998-05: 3 31"),
        True,
    ),
    (
        "19970922",
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        at("1997-09: 22; 1997-10: 20; 1997-11: 17; 1997-12: 22; 1998-01: 19; 1998-02: 16"),
        True,
    ),
    (
        "19970928",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        at("1997-09: 28; 1997-10: 29; 1997-11: 28; 1997-12: 29; 1998-01: 29; 1998-02: 26"),
        False,
    ),
    (
        "19970902",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        at("1997-09: 2 15; 1997-10: 2 15; 1997-11: 2 15; 1997-12: 2 15; 1998-01: 2 15"),
        True,
    ),
    (
        "19970930",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        at("1997-09: 30; 1997-10: 1 31; 1997-11: 1 30; 1997-12: 1 31; 1998-01: 1 31; 1998-02: 1"),
        True,
    ),
    (
        "19970910",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        at("1997-09: 10-15; 1999-03: 10-13"),
        True,
    ),
    (
        "19970902",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        at(
            "1997-09: 2 9 16 23 30; 1997-11: 4 11 18 25; 1998-01: 6 13 20 27;1998-03: 3 10 17 24 31"
        ),
        False,
    ),
    (
        "19970610",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        at(
            "1997-06: 10; 1997-07: 10; 1998-06: 10; 1998-07: 10; 1999-06: 10; 1999-07: 10;"
            "2000-06: 10; 2000-07: 10; 2001-06: 10; 2001-07: 10"
        ),
        True,
    ),
    (
        "19970310",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        at(
            "1997-03: 10; 1999-01: 10; 1999-02: 10; 1999-03: 10; 2001-01: 10; 2001-02: 10;"
            "2001-03: 10; 2003-01: 10; 2003-02: 10; 2003-03: 10"
        ),
        True,
    ),
    (
        "19970101",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        at(
            "1997-01: 1; 1997-04: 10; 1997-07: 19; 2000-01: 1; 2000-04: 9; 2000-07: 18;"
            "2003-01: 1; 2003-04: 10; 2003-07: 19; 2006-01: 1"
        ),
        True,
    ),
    ("19970519", "FREQ=YEARLY;BYDAY=20MO", at("1997-05: 19; 1998-05: 18; 1999-05: 17"), False),
    (
        "19970512",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        at("1997-05: 12; 1998-05: 11; 1999-05: 17"),
        False,
    ),
    (
        "19970313",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        at("1997-03: 13 20 27; 1998-03: 5 12 19 26; 1999-03: 4 11 18 25"),
        False,
    ),
    (
        "19970605",
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        at(
            "1997-06: 5 12 19 26; 1997-07: 3 10 17 24 31; 1997-08: 7 14 21 28;"
            "1998-06: 4 11 18 25; 1998-07: 2 9 16 23 30; 1998-08: 6 13 20 27;"
            "1999-06: 3 10 17 24; 1999-07: 1 8 15 22 29; 1999-08: 5 12 19 26"
        ),
        False,
    ),
    (
        "19970913",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        at(
            "1997-09: 13; 1997-10: 11; 1997-11: 8; 1997-12: 13; 1998-01: 10; 1998-02: 7;"
            "1998-03: 7; 1998-04: 11; 1998-05: 9; 1998-06: 13"
        ),
        False,
    ),
    (
        "19961105",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        at("1996-11: 5; 2000-11: 7; 2004-11: 2"),
        False,
    ),
    (
        "19970904",
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        at("1997-09: 4; 1997-10: 7; 1997-11: 6"),
        True,
    ),
    (
        "19970929",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        at(
            "1997-09: 29; 1997-10: 30; 1997-11: 27; 1997-12: 30; 1998-01: 29; 1998-02: 26;"
            "1998-03: 30"
        ),
        False,
    ),
    (
        # The RFC's text means 17:00 New York time; its UNTIL in UTC is corrected by erratum 3883.
        "19970902",
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z",
        ["1997-09-02 09:00", "1997-09-02 12:00", "1997-09-02 15:00"],
        True,
    ),
    (
        "19970902",
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        [f"1997-09-02 {clock}" for clock in ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15"]],
        True,
    ),
    (
        "19970902",
        "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
        [f"1997-09-02 {clock}" for clock in ["09:00", "10:30", "12:00", "13:30"]],
        True,
    ),
    (
        "19970902",
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        THIRDS,
        False,
    ),
    (
        "19970902",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
        THIRDS,
        False,
    ),
    (
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        at("1997-08: 5 10 19 24"),
        True,
    ),
    (
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        at("1997-08: 5 17 19 31"),
        True,
    ),
    (
        "20070115",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        at("2007-01: 15 30; 2007-02: 15; 2007-03: 15 30"),
        True,
    ),
]


@pytest.mark.parametrize(("start", "rule", "expected", "complete"), EXAMPLES)
def test_an_example_of_the_rfc_gives_the_listed_results(
    start: str, rule: str, expected: list[str], complete: bool
) -> None:
    """An example gives the starts that the RFC lists, and no more where the list is complete."""
    first = datetime.strptime(f"{start} 09", "%Y%m%d %H").replace(tzinfo=NEW_YORK)
    found = islice(Recurrence.parse([f"RRULE:{rule}"], first), len(expected) + complete)
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in found] == expected


def test_every_friday_the_thirteenth_leaves_out_its_start() -> None:
    """The example with EXDATE gives Fridays the 13th only."""
    lines = [
        "EXDATE;TZID=America/New_York:19970902T090000",
        "RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    ]
    found = islice(Recurrence.parse(lines, datetime(1997, 9, 2, 9, tzinfo=NEW_YORK)), 5)
    expected = at("1998-02: 13; 1998-03: 13; 1998-11: 13; 1999-08: 13; 2000-10: 13")
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in found] == expected
