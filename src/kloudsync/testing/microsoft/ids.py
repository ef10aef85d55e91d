"""Ids of items, occurrences and versions: opaque to clients, bytes inside, as the service's are."""

import base64
import binascii
import random
from datetime import date, timedelta
from uuid import UUID

_ORDINARY, _LASTING = b"\x00\x03\x24", b"\x00\x09\x00"
_MARKER = b"\x01\x51\x00\x08"
_TICKS_OF_A_DAY = 24 * 3600 * 10**7
_MOST_DAYS = (date.max - date.min).days
_OID = "OID."


class Ids:
    """Draws up ids from a seed.

    Args:
        seed: The same seed gives the same ids.

    Attributes:
        slashed: Whether ids hold `/` and `+`, as old forms do.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self.slashed = False

    def ordinary(self) -> str:
        """Draw up an id that lasts until its item moves."""
        return self._written(_ORDINARY + self._random.randbytes(44))

    def lasting(self) -> str:
        """Draw up an immutable id."""
        return self._written(_LASTING + self._random.randbytes(44))

    def guid(self) -> str:
        """Draw up a GUID."""
        return str(UUID(bytes=self._random.randbytes(16), version=4))

    def uid(self) -> str:
        """Draw up the end of an iCalUId, which says what meeting it is."""
        return self._random.randbytes(16).hex().upper()

    def _written(self, raw: bytes) -> str:
        if self.slashed:
            # These three bytes are written as "+/+/", so that every id shows both signs.
            return base64.b64encode(raw[:3] + b"\xfb\xff\xbf" + raw[6:]).decode()
        return base64.urlsafe_b64encode(raw).decode()


def occurrence_id(series: str, day: date) -> str:
    """Write the id of the occurrence whose slot is on a date: that of its series, and ticks."""
    ticks = (day - date.min).days * _TICKS_OF_A_DAY
    raw = base64.urlsafe_b64decode(series.translate(_SAFE)) + _MARKER + ticks.to_bytes(8, "big")
    text = base64.urlsafe_b64encode(raw).decode()
    return text.translate(_SLASHED) if "/" in series else text


def read_occurrence_id(event: str) -> tuple[str, date] | None:
    """Read the id of an occurrence in either form: that of its series, and its date.

    None where it is no id of an occurrence.
    """
    if event.startswith(_OID):
        series, _, named = event.removeprefix(_OID).rpartition(".")
        try:
            return series, date.fromisoformat(named)
        except ValueError:
            return None
    try:
        raw = base64.b64decode(event.translate(_SAFE), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) < 15 or raw[-12:-8] != _MARKER:
        return None
    text = base64.urlsafe_b64encode(raw[:-12]).decode()
    days = int.from_bytes(raw[-8:], "big") // _TICKS_OF_A_DAY
    if days > _MOST_DAYS:
        return None
    day = date.min + timedelta(days=days)
    return text.translate(_SLASHED) if "/" in event else text, day


def is_id(event: str) -> bool:
    """Tell whether a text could be an id at all."""
    if event.startswith(_OID):
        return True
    try:
        base64.b64decode(event.translate(_SAFE), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(event)


def slot_name(series: str, day: date) -> str:
    """Write the `occurrenceId` of an occurrence, as `cancelledOccurrences` has it."""
    return f"{_OID}{series}.{day.isoformat()}"


def change_key(version: int) -> str:
    """Write the version of an item."""
    return base64.b64encode(b"\x1b\x0e" + version.to_bytes(14, "big")).decode()


def ical_uid(uid: str, day: date | None = None) -> str:
    """Write an iCalUId; that of an occurrence holds its date."""
    dated = "00000000" if day is None else f"{day.year:04X}{day.month:02X}{day.day:02X}"
    return f"040000008200E00074C5B7101A82E008{dated}{'0' * 16}{'0' * 16}10000000{uid}"


_SAFE = str.maketrans("+/", "-_")
_SLASHED = str.maketrans("-_", "+/")
