"""A series handed to dateutil means the same there."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from kloudsync.errors import UsageError
from kloudsync.recurrence import Recurrence, to_rruleset

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 1, 5, 9, tzinfo=PARIS)


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE"],
        ["RRULE:FREQ=DAILY;INTERVAL=3;COUNT=40"],
        ["RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270101T000000Z"],
        ["RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"],
        ["RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1,-1"],
        ["RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Paris:20260112T090000"],
        ["RRULE:FREQ=WEEKLY;COUNT=3", "RDATE:20260301T110000Z", "EXDATE;VALUE=DATE:20260112"],
        ["RDATE;TZID=Europe/Paris:20260107T100000,20260109T100000"],
        ["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY;BYDAY=SA,SU"],
        ["RRULE:FREQ=DAILY;COUNT=20", "EXRULE:FREQ=DAILY;UNTIL=20260110T080000Z"],
        ["RRULE:FREQ=YEARLY;BYYEARDAY=100,-1;BYHOUR=9"],
        ["RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO,SU;WKST=SU"],
        ["RRULE:FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0,30;BYSECOND=0,15"],
        ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"],
        ["RRULE:FREQ=DAILY;UNTIL=20260109"],
    ],
)
def test_a_timed_series_has_the_same_wall_times(lines: list[str]) -> None:
    """What dateutil yields is what the series yields, on its wall clock."""
    series = Recurrence.parse(lines, start=MONDAY)
    ours = [
        start.replace(tzinfo=None) for start in islice(series, 60) if isinstance(start, datetime)
    ]
    assert list(islice(to_rruleset(series), 60)) == ours


def test_an_all_day_series_gives_midnights() -> None:
    """Dates become midnights, up to and with UNTIL."""
    for rule in ("FREQ=WEEKLY;UNTIL=20260126", "FREQ=DAILY;UNTIL=20260109"):
        series = Recurrence.parse([f"RRULE:{rule}"], start=date(2026, 1, 5))
        assert list(to_rruleset(series)) == [datetime.combine(day, time()) for day in series]


def test_a_series_without_zone_keeps_its_clock() -> None:
    """Its dates are on the clock of its start already."""
    lines = ["RRULE:FREQ=DAILY;COUNT=3", "RDATE:20260301T110000", "EXDATE:20260106T090000"]
    series = Recurrence.parse(lines, start=MONDAY.replace(tzinfo=None))
    assert list(to_rruleset(series)) == list(series)


def test_what_dateutil_cannot_express_is_refused() -> None:
    """A rule with SKIP is an error instead of another rule."""
    series = Recurrence.parse(
        ["RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD"], start=MONDAY
    )
    with pytest.raises(
        UsageError, match=r"^the rule has a SKIP \(RFC 7529\), which dateutil cannot express$"
    ):
        to_rruleset(series)
