"""DATE, DATE-TIME, DURATION and PERIOD values (RFC 5545 3.3.4 to 3.3.9)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence.gregorian import DAY, EPOCH_ORDINAL

_STAMP: Final = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})"
    r"(?:[T ]([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?(?:\.[0-9]+)?"
    r"(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))?)?Z?"
)
_DURATION: Final = re.compile(
    r"([+-])?P(?:([0-9]{1,7})W)?(?:([0-9]{1,7})D)?"
    r"(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,11})S)?)?"
)


# Fractions of a second may have digits without end.
_LONGEST: Final = 100


class Stamp(NamedTuple):
    """A point on a clock.

    Attributes:
        wall: Seconds since 1970-01-01T00:00:00 on the clock that it was read from.
        utc: Whether that clock is UTC; otherwise it is the series' own, or a TZID's.
        is_date: Whether it names a whole day; `wall` is then its midnight.
    """

    wall: int
    utc: bool
    is_date: bool


class Length(NamedTuple):
    """A duration with its nominal and its exact part (RFC 5545 3.3.6).

    Attributes:
        days: Days on the wall clock, each as long as the zone makes it.
        seconds: Seconds of elapsed time.
    """

    days: int
    seconds: int


INSTANT: Final = Length(0, 0)
"""No time at all."""


def read_stamp(text: str) -> Stamp:
    """Read a DATE or DATE-TIME; second 60 counts as 59, as RFC 5545 3.3.12 allows.

    Raises:
        RecurrenceError: The text is neither, or no such day exists.
    """
    match = _STAMP.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise RecurrenceError(f"expected a date such as 20260105T090000Z, found {text[:40]!r}")
    year, month, day, hour, minute, second, zulu, sign, hours, minutes = match.groups()
    try:
        wall = (date(int(year), int(month), int(day)).toordinal() - EPOCH_ORDINAL) * DAY
    except ValueError as error:
        raise RecurrenceError(f"no such day in the calendar: {text[:40]!r}") from error
    if hour is None:
        return Stamp(wall, utc=False, is_date=True)
    clock = (int(hour), int(minute), int(second or 0))
    if clock[0] > 23 or clock[1] > 59 or clock[2] > 60:
        raise RecurrenceError(f"no such time of day: {text[:40]!r}")
    wall += clock[0] * 3600 + clock[1] * 60 + min(clock[2], 59)
    if sign is not None:
        shift = int(hours) * 3600 + int(minutes) * 60
        return Stamp(wall - shift if sign == "+" else wall + shift, utc=True, is_date=False)
    return Stamp(wall, utc=zulu is not None, is_date=False)


def read_length(text: str) -> Length:
    """Read a DURATION such as `P1D` or `PT1H30M`.

    Raises:
        RecurrenceError: The text is no duration, or a negative one.
    """
    match = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or text[-1] in "PT":
        raise RecurrenceError(f"expected a duration such as PT1H30M, found {text[:40]!r}")
    sign, weeks, days, hours, minutes, seconds = match.groups("0")
    clock = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    length = Length(int(weeks) * 7 + int(days), clock)
    if sign == "-" and any(length):
        raise RecurrenceError(f"a duration cannot be negative here: {text[:40]!r}")
    return length


def write_stamp(wall: int, *, utc: bool = False, is_date: bool = False) -> str:
    """Write a DATE or DATE-TIME in the basic form of RFC 5545."""
    days, seconds = divmod(wall, DAY)
    moment = date.fromordinal(EPOCH_ORDINAL + days)
    text = f"{moment.year:04}{moment.month:02}{moment.day:02}"
    if is_date:
        return text
    return f"{text}T{seconds // 3600:02}{seconds // 60 % 60:02}{seconds % 60:02}{'Z' * utc}"


def write_length(length: Length) -> str:
    """Write a DURATION."""
    days = f"{length.days}D" if length.days else ""
    if length.seconds or not days:
        return f"P{days}T{length.seconds}S"
    return f"P{days}"
