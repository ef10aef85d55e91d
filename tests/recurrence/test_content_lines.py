"""Splitting recurrence lines."""

from __future__ import annotations

import pytest

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence.content_lines import ContentLine, read_lines


def only(text: str) -> ContentLine:
    """Return the one line of a text."""
    (line,) = read_lines([text])
    return line


def test_a_line_has_name_parameters_and_value() -> None:
    """Names are upper case, quotes are dropped, and the value's column is known."""
    line = only('exdate;tzid="Europe/Paris";VALUE=DATE-TIME:20260105T090000')
    assert (line.name, line.value) == ("EXDATE", "20260105T090000")
    assert line.parameters == {"TZID": "Europe/Paris", "VALUE": "DATE-TIME"}
    assert line.text[line.column :] == line.value


@pytest.mark.parametrize("zone", ["GMT-07:00", "tzone://Microsoft/Utc", "(UTC+01:00) Paris"])
def test_colons_in_a_zone_name_do_not_end_it(zone: str) -> None:
    """Names that should have been quoted are read up to the first date."""
    line = only(f"RDATE;TZID={zone}:20260105T090000,20260106T090000")
    assert line.parameters["TZID"] == zone
    assert line.value.startswith("20260105")


def test_folded_and_joined_lines_are_taken_apart() -> None:
    """RFC 5545 3.1: a line break before a blank is no break; others separate lines."""
    lines = read_lines(["RRULE:FREQ=DAI\r\n LY\r\nEXDATE:20260105\n", "", "  "])
    assert [(line.name, line.value) for line in lines] == [
        ("RRULE", "FREQ=DAILY"),
        ("EXDATE", "20260105"),
    ]


def test_a_bare_rule_has_no_name() -> None:
    """What follows RRULE: without it is kept whole."""
    line = only("FREQ=DAILY;COUNT=2")
    assert (line.name, line.value) == ("", "FREQ=DAILY;COUNT=2")


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("RRULE", "RRULE has no value", 5),
        ("EXDATE;TZID=Europe/Paris", "EXDATE has no value", 24),
        ("Y" * 99, f"{'Y' * 40} has no value", 99),
        (";", "expected a property such as RRULE:…, found ';'", 0),
        ("=", "expected a property such as RRULE:…, found '='", 0),
        ("\0", "expected a property such as RRULE:…, found '\\x00'", 0),
        ("=" * 99, f"expected a property such as RRULE:…, found '{'=' * 40}'", 0),
    ],
)
def test_lines_without_name_or_value_are_refused(text: str, message: str, column: int) -> None:
    """A line that holds no property is an error, which says where it was missed."""
    with pytest.raises(RecurrenceError) as caught:
        only(text)
    assert (str(caught.value), caught.value.column) == (message, column)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        (
            'TZID="Pacific Time; Tijuana";VALUE=DATE',
            {"TZID": "Pacific Time; Tijuana", "VALUE": "DATE"},
        ),
        ('TZID="Oslo;VALUE=DATE', {"TZID": "Oslo", "VALUE": "DATE"}),
    ],
)
def test_quotes_hold_a_parameter_together(text: str, parameters: dict[str, str]) -> None:
    """A semicolon between them ends nothing; a quote that nobody closes holds nothing."""
    (line,) = read_lines([f"EXDATE;{text}:20260105"])
    assert line.parameters == parameters
