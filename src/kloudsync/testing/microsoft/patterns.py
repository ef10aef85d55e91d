"""Graph's `patternedRecurrence`, and on which dates a series of it has occurrences.

This is the fake's own reading, made of dates alone: it knows no RRULE and shares nothing with
`kloudsync.recurrence`, so that each can be judged by the other.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import count, islice
from typing import Any, cast

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.refusals import invalid_property

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = ("first", "second", "third", "fourth", "last")
_NEEDS_DAYS = frozenset(("weekly", "relativeMonthly", "relativeYearly"))
_ABSOLUTE = frozenset(("absoluteMonthly", "absoluteYearly"))
_YEARLY = frozenset(("absoluteYearly", "relativeYearly"))
_LAST = date(4500, 12, 31)
"""Beyond it a mailbox holds nothing."""
_NO_DATE = "0001-01-01"


@attrs.frozen(kw_only=True)
class Pattern:
    """When a series recurs, and from when to when.

    Attributes:
        type: The pattern's type, such as `weekly`.
        start: `range.startDate`: no occurrence is earlier; the first may be later.
        interval: The number of units between two occurrences.
        days: Numbers of weekdays, Monday is 0.
        first_day: The day that begins a week, where weeks are counted.
        day: The day of the month; a month that is too short has it on its last day.
        month: The month of the year.
        index: Which of the days that `days` names within a month.
        end: The last date on which an occurrence may be, inclusive.
        number: How many occurrences there are; counted before any is deleted.
        zone: The name of the zone that dates and times of the series are in.
    """

    type: str
    start: date
    interval: int = 1
    days: frozenset[int] = frozenset()
    first_day: int = 6
    day: int = 0
    month: int = 0
    index: str = "first"
    end: date | None = None
    number: int | None = None
    zone: str = "UTC"

    def dates(self) -> Iterator[date]:
        """Yield the dates of the occurrences in order, perhaps without end."""
        days = (day for day in _forever(self._candidates()) if day >= self.start)
        for day in days if self.number is None else islice(days, self.number):
            if day > (self.end or _LAST):
                return
            yield day

    def first(self) -> date | None:
        """Return the date of the first occurrence; None where there is none."""
        return next(self.dates(), None)

    def has(self, day: date) -> bool:
        """Tell whether there is an occurrence on a date."""
        return next((each for each in self.dates() if each >= day), None) == day

    def before(self, day: date) -> list[date]:
        """List the dates of the occurrences before a date."""
        found: list[date] = []
        for each in self.dates():
            if each >= day:
                break
            found.append(each)
        return found

    def after(self, day: date) -> date | None:
        """Return the date of the first occurrence after a date."""
        return next((each for each in self.dates() if each > day), None)

    def beginning(self, day: date) -> "Pattern":
        """Return the pattern with its first occurrence on a date, which decides what it names."""
        if day == self.start and self.first() == day:
            return self
        begun = attrs.evolve(self, start=day)
        if self.type in _YEARLY:
            begun = attrs.evolve(begun, month=day.month)
        if self.type in _ABSOLUTE:
            return attrs.evolve(begun, day=day.day)
        if self.type == "weekly":
            moved = day.weekday() - self._weekday
            return attrs.evolve(begun, days=frozenset((each + moved) % 7 for each in self.days))
        if self.type in _NEEDS_DAYS:
            index = INDEXES[(day.day - 1) // 7]
            return attrs.evolve(begun, days=frozenset((day.weekday(),)), index=index)
        return begun

    @property
    def _weekday(self) -> int:
        first = self.first()
        return self.start.weekday() if first is None else first.weekday()

    def _candidates(self) -> Iterator[date]:
        if self.type == "daily":
            return (self.start + timedelta(days=n) for n in count(0, self.interval))
        if self.type == "weekly":
            return self._weekly()
        return self._monthly()

    def _weekly(self) -> Iterator[date]:
        into = (self.start.weekday() - self.first_day) % 7
        # Weeks begin where the series' do; the one before the calendar's first has no date.
        for week in count(0, self.interval):
            for offset in range(7):
                if (self.first_day + offset) % 7 in self.days:
                    distance = week * 7 + offset - into
                    if distance >= 0:
                        yield self.start + timedelta(days=distance)

    def _monthly(self) -> Iterator[date]:
        yearly = self.type in _YEARLY
        first = self.start.year * 12 + (self.month if yearly else self.start.month) - 1
        for at in count(first, self.interval * (12 if yearly else 1)):
            yield self._day_of(at // 12, at % 12 + 1)

    def _day_of(self, year: int, month: int) -> date:
        length = monthrange(year, month)[1]
        if self.type in _ABSOLUTE:
            return date(year, month, min(self.day, length))
        days = [date(year, month, day) for day in range(1, length + 1)]
        chosen = [day for day in days if day.weekday() in self.days]
        return chosen[-1 if self.index == "last" else INDEXES.index(self.index)]

    def described(self) -> Resource:
        """Write the recurrence as the service does: members that a type does not use are junk."""
        return {
            "pattern": {
                "type": self.type,
                "interval": self.interval,
                "month": self.month,
                "dayOfMonth": self.day,
                "daysOfWeek": [DAYS[day] for day in sorted(self.days, key=lambda d: (d + 1) % 7)],
                "firstDayOfWeek": DAYS[self.first_day],
                "index": self.index,
            },
            "range": {
                "type": self._range_type(),
                "startDate": self.start.isoformat(),
                "endDate": self.end.isoformat() if self.end else _NO_DATE,
                "recurrenceTimeZone": self.zone,
                "numberOfOccurrences": self.number or 0,
            },
        }

    def _range_type(self) -> str:
        if self.end is not None:
            return "endDate"
        return "noEnd" if self.number is None else "numbered"


def _forever(days: Iterator[date]) -> Iterator[date]:
    """Yield dates until the calendar has no more of them."""
    try:
        yield from days
    except (OverflowError, ValueError):
        return


def read_recurrence(recurrence: Mapping[str, Any], *, zone: str) -> Pattern:
    """Read a `patternedRecurrence`, whose types were checked before.

    Args:
        recurrence: The object.
        zone: The zone of ranges that name none.

    Raises:
        Refusal: It is not whole, or says what no series can be.
    """
    pattern = cast("Resource", recurrence.get("pattern") or {})
    limits = cast("Resource", recurrence.get("range") or {})
    kind, range_type = pattern.get("type"), limits.get("type")
    if kind is None or range_type is None:
        raise invalid_property()
    try:
        read = Pattern(
            type=kind,
            start=date.fromisoformat(str(limits["startDate"])),
            zone=limits.get("recurrenceTimeZone") or zone,
            end=date.fromisoformat(limits["endDate"]) if range_type == "endDate" else None,
            number=limits["numberOfOccurrences"] if range_type == "numbered" else None,
            **_used(kind, pattern),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise invalid_property() from error
    _check(read)
    return read


def _used(kind: str, pattern: Resource) -> Resource:
    """Collect the members of a pattern that its type uses."""
    used: Resource = {"interval": pattern["interval"]}
    if kind in _NEEDS_DAYS:
        used["days"] = frozenset(DAYS.index(day) for day in pattern["daysOfWeek"])
        used["index"] = pattern.get("index") or "first"
    if kind == "weekly":
        used["first_day"] = DAYS.index(pattern.get("firstDayOfWeek") or "sunday")
    if kind in _ABSOLUTE:
        used["day"] = pattern["dayOfMonth"]
    if kind in _YEARLY:
        used["month"] = pattern["month"]
    return used


def _check(read: Pattern) -> None:
    fine = (
        1 <= read.interval <= 999
        and (read.type not in _NEEDS_DAYS or read.days)
        and (read.type not in _ABSOLUTE or 1 <= read.day <= 31)
        and (read.type not in _YEARLY or 1 <= read.month <= 12)
        and (read.number is None or 1 <= read.number <= 999)
        and (read.end is None or read.end >= read.start)
    )
    if not fine or read.first() is None:
        raise invalid_property()


def recurring(
    kind: str,
    start: date,
    *,
    interval: int = 1,
    days: Iterable[str] = (),
    first_day: str = "sunday",
    day: int = 0,
    month: int = 0,
    index: str = "first",
    until: date | None = None,
    times: int | None = None,
) -> Resource:
    """Write a `patternedRecurrence` as a client sends it.

    Args:
        kind: The pattern's type, such as `weekly` or `absoluteMonthly`.
        start: The date on which the range begins: that of the event's start.
        interval: The number of units between two occurrences.
        days: Weekdays in full, such as `monday`.
        first_day: The day that begins a week.
        day: The day of the month.
        month: The month of the year.
        index: `first` to `fourth`, or `last`.
        until: The last date, inclusive.
        times: How many occurrences.
    """
    used: Resource = {"type": kind, "interval": interval}
    if kind in _NEEDS_DAYS:
        used["daysOfWeek"] = list(days)
    if kind == "weekly":
        used["firstDayOfWeek"] = first_day
    elif kind in _NEEDS_DAYS:
        used["index"] = index
    if kind in _ABSOLUTE:
        used["dayOfMonth"] = day or start.day
    if kind in _YEARLY:
        used["month"] = month or start.month
    limits: Resource = {"type": "noEnd", "startDate": start.isoformat()}
    if until is not None:
        limits |= {"type": "endDate", "endDate": until.isoformat()}
    elif times is not None:
        limits |= {"type": "numbered", "numberOfOccurrences": times}
    return {"pattern": used, "range": limits}
