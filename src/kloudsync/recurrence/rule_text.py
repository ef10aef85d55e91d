"""Reading the value of an RRULE or EXRULE (RFC 5545 3.3.10), with its repairs."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence.keeping import kept
from kloudsync.recurrence.repairs import Repair
from kloudsync.recurrence.rule import (
    MONTHLY,
    OMIT,
    WEEKDAYS,
    Frequency,
    Rule,
    Skip,
    WeekdayNumber,
)
from kloudsync.recurrence.stamps import Stamp, read_stamp

_WEEKDAY: Final = {name: number for number, name in enumerate(WEEKDAYS)}
_EVERY: Final = {name: WeekdayNumber(0, number) for name, number in _WEEKDAY.items()}
_BY_DAY: Final = re.compile(r"([+-]?[0-9]{1,3})(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}")
MOST_OF_A_RULE: Final = 1024
"""How many characters the value of a rule may have."""

_YEARLY_LIMIT: Final = 53
_MOST: Final = 10**18


@kept(8192)
def read_rule(text: str) -> tuple[Rule, tuple[Repair, ...]]:
    """Read the value of an RRULE property.

    Args:
        text: What follows `RRULE:`.

    Returns:
        The rule, and what was mended on the way.

    Raises:
        RecurrenceError: A part cannot be understood; `column` counts from the start
            of `text`.
    """
    if len(text) > MOST_OF_A_RULE:
        raise _error(f"a rule of more than {MOST_OF_A_RULE} characters", 0)
    reading = _Reading(text)
    return reading.rule(), tuple(reading.repairs)


class _Part(NamedTuple):
    """A part of a rule as it was read.

    Attributes:
        name: Its name in capitals; empty for what says nothing.
        text: Its value in capitals.
        value: What the value means.
        mended: What was mended on the way.
    """

    name: str = ""
    text: str = ""
    value: Any = None
    mended: tuple[str, ...] = ()


# A calendar's rules differ in few of their parts.
@kept(1024)
def _read_part(part: str) -> _Part:
    name, equals, text = part.strip().upper().partition("=")
    if not name:
        return _Part()
    if not equals:
        raise _error(f"expected NAME=value, found {part[:40]!r}")
    if name.startswith("X-"):
        return _Part(mended=("left out a private part",))
    reader = _READERS.get(name)
    if reader is None:
        raise _error(f"no such part of a rule: {name[:40]}")
    if (name, text.strip()) == ("COUNT", "-1"):
        return _Part(mended=("left it out: it stands for no COUNT",))
    text, mended = _without_blanks(text)
    if not text:
        raise _error(f"{name} has no value", len(name) + 1)
    try:
        return _Part(name, text, reader(text.strip()), mended)
    except RecurrenceError as error:
        raise _error(str(error), len(name) + 1 + (error.column or 0)) from error


def _without_blanks(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a list without its empty entries, and what was mended so."""
    entries = text.split(",")
    held = [entry for entry in entries if entry.strip()]
    if len(held) == len(entries):
        return text, ()
    trailing = not entries[-1].strip() and len(held) == len(entries) - 1
    action = "dropped the trailing comma" if trailing else "dropped an empty entry"
    return ",".join(held), (action,)


class _Reading:
    """The state of reading one rule."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.repairs: list[Repair] = []
        self.values: dict[str, Any] = {}
        self._parts: dict[str, tuple[str, int]] = {}

    def rule(self) -> Rule:
        column = 0
        parts = self.text.split(";")
        for part in parts:
            self._part(part, column)
            column += len(part) + 1
        if self.text != self.text.upper():
            self.note(self.text, "read it in upper case")
        if parts[-1] == "" and len(parts) > 1:
            self.note(";", "dropped the trailing semicolon")
        return self._checked()

    def note(self, text: str, action: str) -> None:
        self.repairs.append(Repair(property_name="RRULE", text=text[:80], action=action))

    def _part(self, part: str, column: int) -> None:
        try:
            name, text, value, mended = _read_part(part)
        except RecurrenceError as error:
            raise _error(str(error), column + (error.column or 0)) from error
        for action in mended:
            self.note(part, action)
        if not name:
            return
        if name not in self.values:
            self.values[name] = value
            self._parts[name] = text, column
        elif self._parts[name][0] != text:
            raise _error(f"{name} is given twice, with different values", column)
        else:
            self.note(part, "left out a repeated part")

    def _checked(self) -> Rule:
        if "FREQ" not in self.values:
            raise _error("FREQ is missing", 0)
        if "COUNT" in self.values and "UNTIL" in self.values:
            self.note("COUNT and UNTIL", "kept both; the earlier end counts")
        if "BYSECOND" in self.values:
            self._check_seconds()
        if "BYDAY" in self.values:
            self._check_ordinals()
        if "SKIP" in self.values:
            self._check_skip()
        return Rule(
            **{_FIELDS[name]: value for name, value in self.values.items() if name in _FIELDS}
        )

    def _check_seconds(self) -> None:
        seconds = self.values["BYSECOND"]
        if seconds[-1] == 60:
            self.values["BYSECOND"] = tuple(sorted({min(second, 59) for second in seconds}))
            self.note("BYSECOND=60", "took the leap second for second 59")

    def _check_ordinals(self) -> None:
        days, (text, _) = self.values["BYDAY"], self._parts["BYDAY"]
        frequency = self.values["FREQ"]
        if frequency > MONTHLY and any(nth for nth, _ in days):
            self.values["BYDAY"] = tuple(sorted({WeekdayNumber(0, day) for _, day in days}))
            self.note(text, f"dropped the numbers, which {frequency.name} has not")

    def _check_skip(self) -> None:
        if self.values["SKIP"] is OMIT:
            return
        frequency, (_, column) = self.values["FREQ"], self._parts["SKIP"]
        if "RSCALE" not in self.values:
            raise _error("SKIP needs RSCALE beside it (RFC 7529 section 4.1)", column)
        odd = {"BYSETPOS", "BYYEARDAY", "BYWEEKNO"} & self.values.keys()
        if odd or frequency > MONTHLY:
            beside = ", ".join(sorted(odd)) or f"FREQ={frequency.name}"
            raise _error(f"SKIP is not supported together with {beside}", column)


_Reader = Callable[[str], Any]


def _error(message: str, column: int | None = None) -> RecurrenceError:
    return RecurrenceError(message, property_name="RRULE", column=column)


def _each(reader: _Reader, text: str) -> tuple[Any, ...]:
    """Read a list, whose order and repetitions do not matter."""
    found: set[Any] = set()
    column = 0
    for item in text.split(","):
        try:
            found.add(reader(item.strip()))
        except RecurrenceError as error:
            raise _error(str(error), column) from error
        column += len(item) + 1
    return tuple(sorted(found))


def _frequency(text: str) -> Frequency:
    try:
        return Frequency[text]
    except KeyError as error:
        raise _error(f"no such frequency: {text[:40]}") from error


def _number(low: int, high: int, text: str) -> int:
    if _NUMBER.fullmatch(text) is None or not low <= int(text) <= high:
        limits = f"of at least {low}" if high == _MOST else f"from {low} to {high}"
        raise _error(f"expected a number {limits}, found {text[:40]!r}")
    return int(text)


def _position(most: int, text: str) -> int:
    number = _number(-most, most, text)
    if not number:
        raise _error("0 is no position; they count from 1 or from -1")
    return number


def _day(text: str) -> WeekdayNumber:
    if every := _EVERY.get(text):
        return every
    match = _BY_DAY.fullmatch(text)
    if match is None:
        raise _error(f"expected a weekday such as MO or -1FR, found {text[:40]!r}")
    nth = int(match[1])
    if not 1 <= abs(nth) <= _YEARLY_LIMIT:
        raise _error(f"weekdays are numbered from 1 to 53 or -53 to -1, not {nth}")
    return WeekdayNumber(nth, _WEEKDAY[match[2]])


def _week_start(text: str) -> int:
    if text not in _WEEKDAY:
        raise _error(f"expected a weekday such as MO, found {text[:40]!r}")
    return _WEEKDAY[text]


def _until(text: str) -> Stamp:
    if not text.startswith("TZID="):
        return read_stamp(text)
    # Some clients write UNTIL as if it were a property; zones and times may hold colons, too.
    pieces = text.split(":")
    begin = next(
        (at for at, piece in enumerate(pieces) if len(piece) > 7 and piece[:4].isdecimal()), 0
    )
    return read_stamp(":".join(pieces[begin:]))


def _scale(text: str) -> str:
    if text != "GREGORIAN":
        raise _error(f"only RSCALE=GREGORIAN is supported, found {text[:40]}")
    return text


def _skip(text: str) -> Skip:
    try:
        return Skip(text)
    except ValueError as error:
        raise _error(f"expected OMIT, BACKWARD or FORWARD, found {text[:40]}") from error


_READERS: Final[dict[str, _Reader]] = {
    "FREQ": _frequency,
    "INTERVAL": partial(_number, 1, _MOST),
    "COUNT": partial(_number, 1, _MOST),
    "UNTIL": _until,
    "WKST": _week_start,
    "BYMONTH": partial(_each, partial(_number, 1, 12)),
    "BYWEEKNO": partial(_each, partial(_position, 53)),
    "BYYEARDAY": partial(_each, partial(_position, 366)),
    "BYMONTHDAY": partial(_each, partial(_position, 31)),
    "BYDAY": partial(_each, _day),
    "BYHOUR": partial(_each, partial(_number, 0, 23)),
    "BYMINUTE": partial(_each, partial(_number, 0, 59)),
    "BYSECOND": partial(_each, partial(_number, 0, 60)),
    "BYSETPOS": partial(_each, partial(_position, 366)),
    "RSCALE": _scale,
    "SKIP": _skip,
}
_FIELDS: Final = {
    "FREQ": "frequency",
    "INTERVAL": "interval",
    "COUNT": "count",
    "UNTIL": "until",
    "WKST": "week_start",
    "BYMONTH": "by_month",
    "BYWEEKNO": "by_week_no",
    "BYYEARDAY": "by_year_day",
    "BYMONTHDAY": "by_month_day",
    "BYDAY": "by_day",
    "BYHOUR": "by_hour",
    "BYMINUTE": "by_minute",
    "BYSECOND": "by_second",
    "BYSETPOS": "by_set_pos",
    "SKIP": "skip",
}
