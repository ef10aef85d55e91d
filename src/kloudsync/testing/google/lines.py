"""Which recurrence lines the service takes: the grammar of RFC 5545, read strictly."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kloudsync.testing.google.refusals import refuse_invalid

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
TOO_FREQUENT = ("MINUTELY", "SECONDLY")
"""What the service is said to refuse, though the grammar has it."""

_DAYS = "MO|TU|WE|TH|FR|SA|SU"
_MOMENT = re.compile(r"\d{8}(T\d{6}Z?)?")


def check_recurrence(lines: Sequence[str], *, frequent: bool = False) -> None:
    """Refuse lines that the service would not store: 400 `invalid`.

    Args:
        lines: The `recurrence` of an event.
        frequent: Whether rules may recur every minute or second.
    """
    if not all(_is_line(line, frequent=frequent) for line in lines):
        raise refuse_invalid("Invalid recurrence rule.")


def _is_line(line: str, *, frequent: bool) -> bool:
    head, _, value = line.partition(":")
    name, *options = head.upper().split(";")
    if name in {"RRULE", "EXRULE"}:
        return not options and _is_rule(value.upper(), frequent=frequent)
    return name in {"RDATE", "EXDATE"} and _are_options(head) and _are_dates(value.upper())


def _is_rule(text: str, *, frequent: bool) -> bool:
    split = [part.partition("=") for part in text.rstrip(";").split(";")]
    parts = {name: value for name, _, value in split}
    allowed = FREQUENCIES + (TOO_FREQUENT if frequent else ())
    return (
        len(parts) == len(split)
        and parts.get("FREQ") in allowed
        and not {"COUNT", "UNTIL"} <= parts.keys()
        and all(name in _PARTS and _PARTS[name](value) for name, value in parts.items())
    )


def _listed(pattern: str, *bounds: int) -> Callable[[str], bool]:
    """Accept a list with commas whose numbers lie within the bounds."""
    each = re.compile(pattern)

    def accepts(text: str) -> bool:
        found = [each.fullmatch(part) for part in text.split(",")]
        numbers = [abs(int(one[1])) for one in found if one and one[1]]
        return all(found) and all(bounds[0] <= number <= bounds[1] for number in numbers)

    return accepts


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 10


def _is_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


_PARTS: Mapping[str, Callable[[str], bool]] = {
    "FREQ": lambda _: True,
    "INTERVAL": _whole,
    "COUNT": _whole,
    "UNTIL": _is_moment,
    "WKST": _DAYS.split("|").__contains__,
    "BYDAY": _listed(rf"([+-]?\d{{1,2}})?(?:{_DAYS})", 1, 53),
    "BYMONTH": _listed(r"(\d{1,2})", 1, 12),
    "BYMONTHDAY": _listed(r"([+-]?\d{1,2})", 1, 31),
    "BYYEARDAY": _listed(r"([+-]?\d{1,3})", 1, 366),
    "BYWEEKNO": _listed(r"([+-]?\d{1,2})", 1, 53),
    "BYSETPOS": _listed(r"([+-]?\d{1,3})", 1, 366),
    "BYHOUR": _listed(r"(\d{1,2})", 0, 23),
    "BYMINUTE": _listed(r"(\d{1,2})", 0, 59),
    "BYSECOND": _listed(r"(\d{1,2})", 0, 60),
}


def _are_options(head: str) -> bool:
    for option in head.split(";")[1:]:
        name, _, value = option.partition("=")
        if name.upper() == "TZID" and not _is_zone(value):
            return False
        if name.upper() not in {"TZID", "VALUE"}:
            return False
    return True


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _are_dates(text: str) -> bool:
    """Accept dates, times, and periods of which the start alone counts."""
    return all(_is_moment(part.partition("/")[0]) for part in text.split(","))
