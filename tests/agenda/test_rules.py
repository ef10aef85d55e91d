from zoneinfo import ZoneInfo

import pytest
from tests.agenda.rows import at, series
from tests.agenda.shelf import view

from kloudsync.agenda.rules import rule_of, steady_rule

PARIS = ZoneInfo("Europe/Paris")


def test_a_rule_is_compiled_once_for_all_that_determines_it() -> None:
    """Another payload or id does not matter; another zone of the calendar may."""
    one = series("a", at("2026-01-05T09:00", "Europe/Paris"), "RRULE:FREQ=DAILY")
    same = one._replace(id="b", raw='{"summary":"other"}')
    assert rule_of(one, view(), PARIS) is rule_of(same, view(), PARIS)
    homeless = one._replace(zone=None)
    assert rule_of(homeless, view(), PARIS) is rule_of(one, view(), PARIS)
    elsewhere = rule_of(homeless, view(), ZoneInfo("Asia/Tokyo"))
    assert elsewhere is not rule_of(one, view(), PARIS)


def test_a_changed_series_has_another_rule() -> None:
    """Lines, start and end all count."""
    one = series("a", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY")
    others = [
        one._replace(recurrence="RRULE:FREQ=WEEKLY"),
        one._replace(start=(one.start or 0) + 60),
        one._replace(end=(one.end or 0) + 60),
    ]
    assert len({id(rule_of(row, view(), PARIS)) for row in [one, *others]}) == 4


@pytest.mark.parametrize(
    "lines",
    [
        "RRULE:FREQ=DAILY;COUNT=3",
        "RRULE:FREQ=DAILY\nEXDATE:20260105T080000Z",
        "RRULE:FREQ=DAILY;BYHOUR=9",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1",
        "RRULE:FREQ=DAILY;BYMONTH=3",
        "RRULE:FREQ=DAILY;INTERVAL=2;BYDAY=MO",
        "RRULE:FREQ=MONTHLY",
        "RRULE:FREQ=HOURLY",
        "RRULE:nonsense",
        "",
    ],
)
def test_only_steps_of_days_are_steady(lines: str) -> None:
    """Whatever is counted, has times or months of its own, or more lines than one, has to be compiled."""
    assert steady_rule("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR") is not None
    assert steady_rule("RRULE:FREQ=DAILY;UNTIL=20270101") is not None
    assert steady_rule(lines) is None
