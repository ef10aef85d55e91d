"""One recurrence rule as a value (RFC 5545 3.3.10, RFC 7529 for SKIP)."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from attrs import evolve, frozen

from kloudsync.recurrence.gregorian import DAY
from kloudsync.recurrence.stamps import Stamp

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_WEEK: Final = 7 * DAY


class Frequency(IntEnum):
    """The period of a rule, longest first."""

    YEARLY = 0
    MONTHLY = 1
    WEEKLY = 2
    DAILY = 3
    HOURLY = 4
    MINUTELY = 5
    SECONDLY = 6


# Python 3.11 takes a tenth of a microsecond to find a member in its class.
YEARLY: Final = Frequency.YEARLY
MONTHLY: Final = Frequency.MONTHLY
WEEKLY: Final = Frequency.WEEKLY
DAILY: Final = Frequency.DAILY


class Skip(StrEnum):
    """What becomes of a day of the month that its month lacks (RFC 7529)."""

    OMIT = "OMIT"
    BACKWARD = "BACKWARD"
    FORWARD = "FORWARD"


OMIT: Final = Skip.OMIT


class WeekdayNumber(NamedTuple):
    """An entry of BYDAY.

    Attributes:
        nth: Which of these weekdays in the month or year; negative counts from its
            end, 0 means every one.
        weekday: The weekday, Monday being 0.
    """

    nth: int
    weekday: int


# Without slots it takes half the time to make one.
@frozen(kw_only=True, cache_hash=True, slots=False)
class Rule:
    """An RRULE or EXRULE, repaired and without what it takes from its start.

    Attributes:
        frequency: The period that the rule repeats in.
        interval: How many periods from one to the next, at least 1.
        count: How many occurrences there are, or None.
        until: The last moment at which an occurrence may start, or None.
        week_start: The weekday on which weeks begin, Monday being 0.
        by_month: Months, 1 to 12; empty where the rule does not say, as below.
        by_week_no: Weeks of the year, 1 to 53, negative from its end.
        by_year_day: Days of the year, 1 to 366, negative from its end.
        by_month_day: Days of the month, 1 to 31, negative from its end.
        by_day: Weekdays.
        by_hour: Hours, 0 to 23.
        by_minute: Minutes, 0 to 59.
        by_second: Seconds, 0 to 59.
        by_set_pos: Positions among the occurrences of one period, from 1, negative
            from the end.
        skip: What becomes of days that a month lacks.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: Stamp | None = None
    week_start: int = 0
    by_month: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[WeekdayNumber, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_second: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    skip: Skip = Skip.OMIT

    @property
    def is_endless(self) -> bool:
        """Return whether neither COUNT nor UNTIL bounds the rule."""
        return self.count is None and self.until is None

    @property
    def is_several_a_day(self) -> bool:
        """Return whether a day may hold more than one occurrence."""
        several = len(self.by_hour) > 1 or len(self.by_minute) > 1 or len(self.by_second) > 1
        return several or self.frequency > DAILY

    @property
    def repeats_by_days(self) -> bool:
        """Return whether occurrences lie days or weeks apart, at the time of day of the start."""
        return self._keeps_time and self.frequency <= DAILY and self.days_of_week is not None

    @property
    def repeats_by_months(self) -> bool:
        """Return whether occurrences lie on one day of each of some months, at the start's time.

        That day is one of the month, or a numbered weekday of it; the months lie any number
        of months or years apart.
        """
        if not self._keeps_time or self.by_week_no or self.by_year_day or self.skip is not OMIT:
            return False
        named = len(self.by_month_day) + len(self.by_day)
        if named > 1 or any(not nth for nth, _ in self.by_day):
            return False
        if self.frequency is MONTHLY:
            return not self.by_month
        # Without BYMONTH, what the rule of a year names lies in every month, or in the year.
        months = len(self.by_month)
        return self.frequency is YEARLY and (months == 1 or not (months or named))

    @property
    def _keeps_time(self) -> bool:
        return not (self.by_hour or self.by_minute or self.by_second or self.by_set_pos)

    @cached_property
    def days_of_week(self) -> tuple[int, ...] | None:
        """The days that the rule names of any week, ascending, in seconds after the week begins.

        Empty where it names none, and None where it repeats by more than days and weeks,
        or where weeks differ.
        """
        limited = self.by_month or self.by_week_no or self.by_year_day or self.by_month_day
        if limited or self.frequency < WEEKLY or any(nth for nth, _ in self.by_day):
            return None
        if self.by_day and self.interval > 1 and self.frequency is DAILY:
            return None
        return tuple(sorted([(day - self.week_start) % 7 * DAY for _, day in self.by_day]))

    @cached_property
    def cycle(self) -> int:
        """The seconds after which a rule repeats that has `days_of_week`, even if these are none."""
        in_days = self.frequency is DAILY and not self.days_of_week
        return self.interval * (DAY if in_days else _WEEK)

    def unbounded(self) -> Rule:
        """Return the rule apart from COUNT and UNTIL."""
        return evolve(self, count=None, until=None)

    def text(self, until: str | None) -> str:
        """Write the rule as the value of an RRULE property.

        Args:
            until: The value of UNTIL in the form that the series' start asks for, or
                None where the rule has no UNTIL.
        """
        parts = [f"FREQ={self.frequency.name}"]
        if self.skip is not Skip.OMIT:
            parts = ["RSCALE=GREGORIAN", *parts, f"SKIP={self.skip}"]
        if until is not None:
            parts.append(f"UNTIL={until}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        parts += [
            f"{name}={','.join(map(str, values))}" for name, values in self._lists() if values
        ]
        if self.week_start:
            parts.append(f"WKST={WEEKDAYS[self.week_start]}")
        return ";".join(parts)

    def _lists(self) -> tuple[tuple[str, tuple[object, ...]], ...]:
        return (
            ("BYMONTH", self.by_month),
            ("BYWEEKNO", self.by_week_no),
            ("BYYEARDAY", self.by_year_day),
            ("BYMONTHDAY", self.by_month_day),
            ("BYDAY", tuple(f"{nth or ''}{WEEKDAYS[day]}" for nth, day in self.by_day)),
            ("BYHOUR", self.by_hour),
            ("BYMINUTE", self.by_minute),
            ("BYSECOND", self.by_second),
            ("BYSETPOS", self.by_set_pos),
        )
