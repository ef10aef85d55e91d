"""The hours of the week in which people may be asked to meet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, time
from itertools import count
from typing import Final, cast

from attrs import field, frozen

from kloudsync.agenda.spans import Span
from kloudsync.errors import UsageError
from kloudsync.model.times import DAY
from kloudsync.recurrence import resolve_zone
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.kinds import kind_in

WORKWEEK: Final = (0, 1, 2, 3, 4)
"""Monday to Friday."""

_THURSDAY: Final = 3
"""The weekday of 1 January 1970."""


def _check_zone(_hours: object, _field: object, zone: str) -> None:
    if not isinstance(cast("object", zone), str) or resolve_zone(zone) is None:
        raise UsageError(f"unknown zone {zone!r}; give an IANA name, such as 'Europe/Paris'")


def _check_weekdays(_hours: object, _field: object, weekdays: Collection[int]) -> None:
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise UsageError(f"expected weekdays from 0 (Monday) to 6, found {weekdays!r}")


@frozen(kw_only=True)
class WorkingHours:
    """The same hours on some days of every week, by the wall clock of a zone.

    Raises:
        UsageError: The zone or a weekday is unknown, or there is none.

    Attributes:
        zone: The name of the zone, such as `Europe/Paris`.
        opens: When each of the days begins.
        closes: When it ends, exclusive; on the next day if not after `opens`.
        weekdays: The days on which it opens, Monday being 0.
    """

    zone: str = field(validator=_check_zone)
    opens: time = time(9)
    closes: time = time(17)
    weekdays: Collection[int] = field(default=WORKWEEK, validator=_check_weekdays)

    @property
    def clock(self) -> Clock:
        """The clock of the zone."""
        return kind_in(resolve_zone(self.zone) or UTC).clock

    def within(self, span: Span) -> Iterator[Span]:
        """Yield the working hours inside a span, in seconds since 1970; what touches is one."""
        low, high = span
        held: Span | None = None
        for opens, closes in self._days(low):
            if opens >= high:
                break
            start, end = max(opens, low), min(closes, high)
            if held and start <= held[1]:
                held = (held[0], max(end, held[1]))
            elif start < end:
                yield from (held,) if held else ()
                held = (start, end)
        yield from (held,) if held else ()

    def _days(self, low: int) -> Iterator[Span]:
        """Yield opening hours without end, from the last ones that opened before an instant."""
        clock = self.clock
        opens, closes = _seconds(self.opens), _seconds(self.closes)
        closes += DAY if closes <= opens else 0
        for day in count(clock.wall(low) // DAY - 1):
            if (day + _THURSDAY) % 7 in self.weekdays:
                yield clock.to_utc([day * DAY + opens])[0], clock.to_utc([day * DAY + closes])[0]


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
