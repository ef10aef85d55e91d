"""Splitting recurrence lines into name, parameters and value (RFC 5545 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kloudsync.errors import RecurrenceError

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
# What is between quotes belongs together.
_PARAMETER: Final = re.compile(r'(?:[^;"]|"[^"]*")+')
# A TZID such as GMT-07:00 holds a colon without quotes, so that dates show where values begin.
_DATES: Final = re.compile(r":(?=\s*[0-9]{4}-?[0-9]{2}-?[0-9]{2})")


MOST_OF_ALL: Final = 65_536
"""How many characters the recurrence lines of an event may have, all together."""


class ContentLine(NamedTuple):
    """One property.

    Attributes:
        name: The property's name in upper case.
        parameters: Parameters by name in upper case, values without quotes.
        value: The value as written.
        column: Where the value begins in the line.
        text: The whole line.
    """

    name: str
    parameters: dict[str, str]
    value: str
    column: int
    text: str


def read_lines(lines: Iterable[str]) -> Iterator[ContentLine]:
    """Split lines, unfolding them and taking apart those that were sent as one text.

    Raises:
        RecurrenceError: A line has no name, or all of them are too long together.
    """
    left = MOST_OF_ALL
    for text in lines:
        left -= len(text)
        if left < 0:
            raise RecurrenceError(f"recurrence lines of more than {MOST_OF_ALL} characters")
        whole = "\n" not in text and "\r" not in text
        for part in [text] if whole else _FOLD.sub("", text).splitlines():
            if part and not part.isspace():
                yield _read_line(part)


def _read_line(text: str) -> ContentLine:
    stripped = text.lstrip()
    column = len(text) - len(stripped)
    match = _NAME.match(stripped)
    if match is None:
        raise RecurrenceError(f"expected a property such as RRULE:…, found {text[:40]!r}", column=0)
    name = match[0].upper()
    end = column + match.end()
    if text[end : end + 1] == "=":
        # A bare rule: some clients store only what follows `RRULE:`.
        return ContentLine("", {}, stripped, column, text)
    dates = _DATES.search(text, end) if name in {"RDATE", "EXDATE"} else None
    colon = dates.start() if dates else text.find(":", end)
    if colon < 0:
        raise RecurrenceError(
            f"{name[:40]} has no value", property_name=name[:40], column=len(text)
        )
    return ContentLine(name, _parameters(text[end:colon]), text[colon + 1 :], colon + 1, text)


def _parameters(text: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    closed = text.count('"') % 2 == 0
    for part in _PARAMETER.findall(text) if closed else text.split(";"):
        key, _, value = part.partition("=")
        if key.strip():
            parameters[key.strip().upper()] = value.strip().strip('"')
    return parameters
