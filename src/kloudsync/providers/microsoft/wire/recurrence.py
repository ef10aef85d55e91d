"""How an event recurs, in the words of Graph: a pattern and a range."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe


class DayOfWeek(StrEnum):
    """A day of the week."""

    SUNDAY = "sunday"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"


class WeekIndex(StrEnum):
    """Which of the days that a pattern names, within a month."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    LAST = "last"


class RecurrencePatternType(StrEnum):
    """By what a pattern repeats; each kind uses some of its members, and ignores the others."""

    DAILY = "daily"
    WEEKLY = "weekly"
    ABSOLUTE_MONTHLY = "absoluteMonthly"
    """On a day of the month; on the last one where a month is too short."""
    RELATIVE_MONTHLY = "relativeMonthly"
    """On the first, second, third, fourth or last of some days of the week: one day a month."""
    ABSOLUTE_YEARLY = "absoluteYearly"
    RELATIVE_YEARLY = "relativeYearly"


class RecurrenceRangeType(StrEnum):
    """How a series ends."""

    END_DATE = "endDate"
    NO_END = "noEnd"
    NUMBERED = "numbered"


@frozen(kw_only=True, repr=False)
class RecurrencePattern(JSONObject):
    """On which days an event takes place.

    Members that the kind does not use come with values that mean nothing.

    Attributes:
        type: The kind. Required.
        interval: How many days, weeks, months or years from one period to the next. Required.
        days_of_week: The days; of weekly and relative patterns.
        first_day_of_week: Where weeks begin; of weekly patterns. Absent means Sunday.
        day_of_month: 1 to 31; of absolute patterns.
        month: 1 to 12; of yearly patterns.
        index: Which of the days; of relative patterns. Absent means the first.
    """

    type: Maybe[RecurrencePatternType | str] = UNSET
    interval: Maybe[int] = UNSET
    days_of_week: Maybe[Sequence[DayOfWeek | str] | None] = UNSET
    first_day_of_week: Maybe[DayOfWeek | str | None] = UNSET
    day_of_month: Maybe[int] = UNSET
    month: Maybe[int] = UNSET
    index: Maybe[WeekIndex | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class RecurrenceRange(JSONObject):
    """From when to when a series goes.

    Attributes:
        type: How it ends. Required.
        start_date: The date from which the pattern counts; that of the event's start. Required.
        end_date: The last date on which it may take place, in its zone; where the kind says so.
        number_of_occurrences: How often it takes place; where the kind says so.
        recurrence_time_zone: The zone of its dates, by a Windows or IANA name; that of the
            event's start where absent.
    """

    type: Maybe[RecurrenceRangeType | str] = UNSET
    start_date: Maybe[date | None] = UNSET
    end_date: Maybe[date | None] = UNSET
    number_of_occurrences: Maybe[int] = UNSET
    recurrence_time_zone: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class PatternedRecurrence(JSONObject):
    """How an event recurs; written whole, also where one member changes.

    Attributes:
        pattern: On which days.
        range: From when to when.
    """

    pattern: Maybe[RecurrencePattern | None] = UNSET
    range: Maybe[RecurrenceRange | None] = UNSET
