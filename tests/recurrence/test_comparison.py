"""Comparing series by their parsed lines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kloudsync.recurrence import Recurrence, same_rule_except_bound


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (["RRULE:FREQ=DAILY;COUNT=3"], ["RRULE:FREQ=DAILY;UNTIL=20260101"], True),
        (["RRULE:FREQ=WEEKLY;BYDAY=MO,TU"], ["RRULE:BYDAY=TU,MO;FREQ=WEEKLY;INTERVAL=1"], True),
        (["RRULE:FREQ=DAILY", "EXDATE:20260101"], ["RRULE:FREQ=DAILY;WKST=MO"], True),
        (["RRULE:FREQ=DAILY"], ["RRULE:FREQ=DAILY;INTERVAL=2"], False),
        (["RRULE:FREQ=DAILY"], ["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"], False),
        (["RRULE:FREQ=DAILY"], [], False),
        (["RRULE:FREQ=MONTHLY"], ["RRULE:FREQ=MONTHLY;BYMONTHDAY=5"], True),
        (["RRULE:FREQ=MONTHLY"], ["RRULE:FREQ=MONTHLY;BYMONTHDAY=6"], False),
        (["RRULE:FREQ=WEEKLY"], ["RRULE:FREQ=WEEKLY;BYDAY=MO"], True),
        (["RRULE:FREQ=WEEKLY"], ["RRULE:FREQ=WEEKLY;BYDAY=TU"], False),
        (["RRULE:FREQ=YEARLY"], ["RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5"], True),
        (["RRULE:FREQ=YEARLY"], ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=5"], False),
        (["RRULE:FREQ=WEEKLY;BYDAY=MO,SU"], ["RRULE:FREQ=WEEKLY;BYDAY=MO,SU;WKST=SU"], True),
        (["RRULE:FREQ=WEEKLY;INTERVAL=2"], ["RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU"], False),
        (
            ["RRULE:FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=1"],
            ["RRULE:FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=1;WKST=SU"],
            False,
        ),
        (
            ["RRULE:FREQ=YEARLY;BYWEEKNO=3;BYDAY=MO"],
            ["RRULE:FREQ=YEARLY;BYWEEKNO=3;BYDAY=MO;WKST=SU"],
            False,
        ),
        (["RRULE:FREQ=DAILY;INTERVAL=2"], ["RRULE:FREQ=DAILY;INTERVAL=2;WKST=SU"], True),
    ],
)
def test_rules_are_compared_apart_from_their_bound(
    one: list[str], other: list[str], same: bool
) -> None:
    """COUNT, UNTIL, order, dates, defaults and a WKST without effect do not make another rule."""
    a, b = (Recurrence.parse(lines, date(2026, 1, 5)) for lines in (one, other))
    assert same_rule_except_bound(a, b) is same


def test_series_are_values() -> None:
    """Equal lines make equal series, however they were mended; another zone makes another."""
    paris = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("Europe/Paris"))
    series = Recurrence.parse(["RRULE:FREQ=DAILY"], paris)
    mended = Recurrence.parse(["rrule:freq=daily;"], paris)
    assert mended.repairs
    assert series == mended
    assert hash(series) == hash(mended)
    assert series != Recurrence.parse(["RRULE:FREQ=DAILY"], paris.astimezone(UTC))
