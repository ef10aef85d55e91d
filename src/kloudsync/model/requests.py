"""How many requests a calendar took."""

from __future__ import annotations

from datetime import date, timedelta

from attrs import frozen

from kloudsync.model.calendar import CalendarKey

_EPOCH = date(1970, 1, 1)


@frozen(kw_only=True)
class RequestCount:
    """Requests of one day and cause.

    Attributes:
        key: The calendar; for what belongs to an account as a whole, a key whose calendar is
            the empty text.
        day: The day, in UTC.
        cause: What they were for, in the words of whoever counts.
        count: How many there were.
    """

    key: CalendarKey
    day: date
    cause: str
    count: int

    @property
    def order(self) -> tuple[date, str, str, str]:
        """What an account's counts are ordered by."""
        return self.day, self.key.calendar, self.key.query, self.cause


def day_number(day: date) -> int:
    """Return how many days after 1 January 1970 a day is."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """Return the day that is so many days after 1 January 1970."""
    return _EPOCH + timedelta(days=number)
