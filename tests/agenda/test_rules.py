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


def test_series_of_one_simple_rule_take_no_compiling() -> None:
    """The rule is read once for all series that have it."""
    found = steady_rule("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR")
    assert found is not None
    assert found is steady_rule("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR")


@pytest.mark.parametrize(
    "lines",
    [
        "RRULE:FREQ=DAILY\nEXDATE:20260105T080000Z",
        "RRULE:FREQ=DAILY;BYHOUR=9",
        "RDATE:20260105T080000Z",
        "RRULE:nonsense",
        "",
    ],
)
def test_other_series_are_compiled(lines: str) -> None:
    """So are those of several lines, of lines that cannot be read, and of other rules."""
    assert steady_rule(lines) is None
