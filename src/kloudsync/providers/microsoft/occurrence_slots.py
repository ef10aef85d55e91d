"""Where the pattern of a series has an occurrence, of which Graph tells a date.

A series has one occurrence a date at most, so that series and date name one
(`ErrorOccurrenceCrossingBoundary`). Instants are less sure: those of whole days are the midnight of
whoever made the series, told in UTC, and those of a series that was made with seconds lack them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from attrs import frozen

from kloudsync.model.times import Time
from kloudsync.recurrence import Recurrence

_DAY: Final = timedelta(days=1)
_NOON: Final = time(12)


def all_day_slot(midnight: datetime, zone: tzinfo | None) -> date:
    """Return the date whose midnight, somewhere on earth, is an instant.

    Args:
        midnight: The instant, with an offset.
        zone: Where that may have been, or None.
    """
    if zone is not None:
        local = midnight.astimezone(zone)
        if local.time() == time():
            return local.date()
    # An offset of its own, such as of a zone that was asked for, counts like UTC.
    nearest = midnight.astimezone(UTC)
    return (nearest + _DAY).date() if nearest.time() > _NOON else nearest.date()


def oid_date(oid: str) -> date | None:
    """Return the date in `OID.<series>.<date>`, or None where there is none."""
    if not oid.startswith("OID."):
        return None
    try:
        return date.fromisoformat(oid.rpartition(".")[2])
    except ValueError:
        return None


@frozen
class SlotFinder:
    """Finds where a series has its occurrences.

    Attributes:
        series: When it takes place.
        zone: The zone of its dates.
    """

    series: Recurrence
    zone: tzinfo

    def on(self, day: date) -> Time | None:
        """Return the slot of a date, or None where the pattern has none there."""
        if self.series.kind.is_date:
            return day if day in self.series else None
        try:
            after = datetime.combine(day, time(), self.zone)
            before = datetime.combine(day + _DAY, time(), self.zone)
            found = self.series.between(after, before)
        except OverflowError:
            return None
        return found[0] if found else None

    def of(self, slot: Time) -> Time:
        """Return the slot that something near it means: the one of its date, if there is one."""
        if not isinstance(slot, datetime):
            # The midnight of somebody far away may be told as that of a neighbouring day.
            days = (slot, slot - _DAY, slot + _DAY)
            return (
                next(filter(None, map(self.on, days)), slot) if self.series.kind.is_date else slot
            )
        return self.on(slot.astimezone(self.zone).date()) or slot
