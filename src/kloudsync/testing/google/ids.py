"""Google's identifiers: of events, of occurrences and of the segments of a split series."""

import base64
import random
import re

from kloudsync.testing.google.times import Moment, is_timed, utc_text

ALPHABET = "0123456789abcdefghijklmnopqrstuv"
GENERATED = "@group.v.calendar.google.com"
"""How ids of calendars end whose events the service makes: birthdays, holidays."""

OWN_ID = re.compile(r"[a-v0-9]{5,1024}")
_OCCURRENCE = re.compile(r"_\d{8}(T\d{6}Z)?$")
_SEGMENT = re.compile(r"_R\d{8}(T\d{6})?$")


class EventIds:
    """Issues event ids as the server does: 26 characters of base32hex.

    Args:
        seed: The same seed issues the same ids in the same order.
    """

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed)

    def next(self) -> str:
        """Issue an id."""
        return "".join(self._random.choices(ALPHABET, k=26))


def occurrence_id(series: str, slot: Moment) -> str:
    """Name the occurrence of a series at its original start.

    All segments of a split series name their occurrences alike, so a split changes none.
    """
    return f"{base_of(series)}_{utc_text(slot)}{'Z' if is_timed(slot) else ''}"


def segment_id(series: str, slot: Moment) -> str:
    """Name the segment that a split at `slot` makes when time and rule stay as they were."""
    return f"{base_of(series)}_R{utc_text(slot)}"


def base_of(series: str) -> str:
    """Strip the segment's part of a series id."""
    return _SEGMENT.sub("", series)


def series_base(occurrence: str) -> str | None:
    """Find the base id of the series that an occurrence id names, if it is one."""
    base, found = _OCCURRENCE.subn("", occurrence)
    return base_of(base) if found else None


def foreign_id(ical_uid: str) -> str:
    """Name an imported event: an underscore and its iCalendar UID in base32hex."""
    return "_" + base64.b32hexencode(ical_uid.encode()).decode().rstrip("=").lower()


def ical_uid(event: str) -> str:
    """Name the iCalendar object of an event that was born here."""
    return f"{event}@google.com"
