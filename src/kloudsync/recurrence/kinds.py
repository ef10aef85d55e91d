"""All-day, floating and zoned series: how their values and instants stand for each other.

Inside, every start is one integer: the instant in seconds since 1970 for a zoned
series, and the same count on a clock without zone for dates and floating times.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from attrs import Factory, field, frozen

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.recurrence.clocks import NO_ZONE, Clock, clock_of
from kloudsync.recurrence.gregorian import DAY, END_WALL, EPOCH_ORDINAL, FIRST_WALL
from kloudsync.recurrence.stamps import Stamp, write_stamp
from kloudsync.recurrence.zones import resolve_zone

Start = date | datetime
"""A start: a date where all-day, else a datetime with or without zone."""

HASHABLE: Final = (ZoneInfo, timezone)
"""Zones of which something can be kept; foreign ones may be unhashable."""

_EPOCH_UTC: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH: Final = _EPOCH_UTC.replace(tzinfo=None)


class Kind(Hashable, Protocol):
    """What sort of values a series has."""

    @property
    def clock(self) -> Clock:
        """Return the clock that the series' wall times are read from."""
        ...

    @property
    def is_date(self) -> bool:
        """Return whether the series is all-day."""
        ...

    def instant(self, value: Start) -> int:
        """Return the first whole second at or after a value.

        Starts are whole seconds, so that a bound with a fraction means the next second.

        Raises:
            UsageError: The value is of another kind.
        """
        ...

    def value(self, wall: int) -> Start:
        """Return the value at a wall time."""
        ...

    def values(self, instants: list[int]) -> list[Start]:
        """Return the values of ascending instants.

        Raises:
            RecurrenceError: One lies beyond the years 1 to 9999.
        """
        ...

    def stamp(self, instant: int) -> Stamp:
        """Return an instant as it is written in a recurrence line."""
        ...


@frozen(eq=False)
class AllDay:
    """Series of dates."""

    clock: Clock = NO_ZONE
    is_date: bool = True

    def instant(self, value: Start) -> int:
        """Return the second at which the day begins."""
        if isinstance(value, datetime):
            raise UsageError(f"the series is all-day: expected a date, found {value!r}")
        return (value.toordinal() - EPOCH_ORDINAL) * DAY

    def value(self, wall: int) -> Start:
        """Return the date."""
        return date.fromordinal(wall // DAY + EPOCH_ORDINAL)

    def values(self, instants: list[int]) -> list[Start]:
        """Return the dates."""
        _expect_named(instants, 0)
        return [date.fromordinal(instant // DAY + EPOCH_ORDINAL) for instant in instants]

    def stamp(self, instant: int) -> Stamp:
        """Return a DATE."""
        return Stamp(instant - instant % DAY, utc=False, is_date=True)


@frozen(eq=False)
class Floating:
    """Series of times without a zone."""

    clock: Clock = NO_ZONE
    is_date: bool = False

    def instant(self, value: Start) -> int:
        """Return the seconds on the floating clock."""
        if not isinstance(value, datetime) or value.tzinfo is not None:
            raise UsageError(f"the series has no zone: expected a naive datetime, found {value!r}")
        return _whole(value - _EPOCH)

    def value(self, wall: int) -> Start:
        """Return the naive datetime."""
        return _at(wall, None)

    def values(self, instants: list[int]) -> list[Start]:
        """Return the naive datetimes."""
        _expect_named(instants, 0)
        return _all_at(instants, 0, None)

    def stamp(self, instant: int) -> Stamp:
        """Return a local DATE-TIME."""
        return Stamp(instant, utc=False, is_date=False)


@frozen(eq=False)
class Zoned:
    """Series of times in a zone.

    Attributes:
        zone: The zone whose wall clock the rules step on.
    """

    zone: tzinfo
    clock: Clock
    is_date: bool = False
    _epoch: datetime = field(
        default=Factory(lambda kind: _EPOCH.replace(tzinfo=kind.zone), takes_self=True), init=False
    )

    def instant(self, value: Start) -> int:
        """Return the seconds since 1970 in UTC."""
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise UsageError(f"the series has a zone: expected an aware datetime, found {value!r}")
        if value.tzinfo is self.zone and not value.fold:
            # Between datetimes of one zone Python counts on the wall clock, ten times as fast.
            instant = self.clock.instant(_whole(value - self._epoch))
            if instant is not None:
                return instant
        return _whole(unbound(value) - _EPOCH_UTC)

    def value(self, wall: int) -> Start:
        """Return the aware datetime, even where the zone skips it."""
        return _at(wall, self.zone)

    def values(self, instants: list[int]) -> list[Start]:
        """Return aware datetimes in the series' zone."""
        if not instants:
            return []
        offset, greatest = self.clock.offsets(instants[0], instants[-1])
        if offset != greatest:
            instants, offset = self.clock.to_wall(instants), 0
        _expect_named(instants, offset)
        return _all_at(instants, offset, self.zone)

    def stamp(self, instant: int) -> Stamp:
        """Return a DATE-TIME in UTC."""
        return Stamp(instant, utc=True, is_date=False)


ALL_DAY: Final = AllDay()
FLOATING: Final = Floating()


def unbound(moment: datetime) -> datetime:
    """Return a datetime whose tzinfo is bound to one offset, as those of pytz are, in the zone itself.

    Where its offset is none that the zone has then, such as the local mean time of a tzinfo that
    was passed to `datetime`, the wall clock is what is meant. All others are returned as they are.
    """
    tz = moment.tzinfo
    if tz is None or isinstance(tz, HASHABLE) or not hasattr(tz, "localize"):
        return moment
    zone = resolve_zone(str(getattr(tz, "zone", None) or ""))
    if zone is None:
        return moment
    there = moment.astimezone(zone)
    same = there.replace(tzinfo=None) == moment.replace(tzinfo=None)
    return there if same else moment.replace(tzinfo=zone)


def kind_of(start: Start) -> Kind:
    """Return the kind of a series that starts then."""
    return kind_in(start.tzinfo) if isinstance(start, datetime) else ALL_DAY


def kind_in(zone: tzinfo | None) -> Kind:
    """Return the kind of timed series in a zone; the same one for the same zone."""
    if zone is None:
        return FLOATING
    return _zoned(zone) if isinstance(zone, HASHABLE) else Zoned(zone, clock_of(zone))


@lru_cache(1024)
def _zoned(zone: tzinfo) -> Zoned:
    return Zoned(zone, clock_of(zone))


def at_wall(wall: int) -> datetime:
    """Return the naive datetime of a wall time."""
    return _at(wall, None)


def _expect_named(seconds: list[int], offset: int) -> None:
    if seconds and (seconds[0] + offset < FIRST_WALL or seconds[-1] + offset >= END_WALL):
        raise RecurrenceError("it lies beyond the years 1 to 9999 in the series' zone")


def _whole(since: timedelta) -> int:
    """Return a span in seconds, of which a fraction counts as a whole one."""
    return since.days * DAY + since.seconds + (since.microseconds > 0)


def _at(wall: int, zone: tzinfo | None) -> datetime:
    day = date.fromordinal(wall // DAY + EPOCH_ORDINAL)
    return datetime.combine(day, _time_of(wall % DAY), zone)


def _all_at(seconds: list[int], offset: int, zone: tzinfo | None) -> list[Start]:
    if len(seconds) == 1:
        return [_at(seconds[0] + offset, zone)]
    # This is how datetimes are made fastest; adding a timedelta takes twice as long.
    combine, from_ordinal = datetime.combine, date.fromordinal
    return [
        combine(
            from_ordinal((wall := second + offset) // DAY + EPOCH_ORDINAL),
            _time_of(wall % DAY),
            zone,
        )
        for second in seconds
    ]


@lru_cache(2048)
def _time_of(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)


def wall_of(start: Start) -> int:
    """Return what the clock shows at a start, in whole seconds."""
    days = (start.toordinal() - EPOCH_ORDINAL) * DAY
    if isinstance(start, datetime):
        return days + start.hour * 3600 + start.minute * 60 + start.second
    return days


def write(stamp: Stamp) -> str:
    """Write a stamp."""
    return write_stamp(stamp.wall, utc=stamp.utc, is_date=stamp.is_date)
