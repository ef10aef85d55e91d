"""A clock that moves by hand, and stamps that never repeat."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class TellsTime(Protocol):
    """Whatever tells the present instant."""

    def now(self) -> datetime:
        """Tell the present instant as an aware datetime in UTC."""
        ...


class ManualClock:
    """A clock that stands still until somebody moves it.

    Sleeping on it returns at once and moves it by the time slept, so that waits and deadlines
    can be tested without waiting. It fits wherever kloudsync takes a clock.

    Args:
        start: The first instant it tells; aware.
        luck: What `chance` answers each time, from 0 to below 1.

    Attributes:
        slept: Every sleep so far, in seconds, in order.
    """

    def __init__(
        self, start: datetime = datetime(2026, 1, 5, 9, tzinfo=UTC), *, luck: float = 0.5
    ) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware datetime; give `start` a tzinfo")
        self._start = start.astimezone(UTC)
        self._elapsed = timedelta()
        self._luck = luck
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Tell the present instant as an aware datetime in UTC."""
        return self._start + self._elapsed

    def monotonic(self) -> float:
        """Tell the seconds passed since the clock started."""
        return self._elapsed.total_seconds()

    def chance(self) -> float:
        """Answer with the constant that stands for a random number in [0, 1)."""
        return self._luck

    def advance(self, step: timedelta) -> None:
        """Move the clock forward without counting it as a sleep."""
        if step < timedelta():
            raise ValueError(f"a clock only moves forward, not by {step}")
        self._elapsed += step

    def sleep(self, seconds: float) -> None:
        """Move the clock forward by `seconds` and remember the sleep."""
        self.slept.append(seconds)
        self.advance(timedelta(seconds=seconds))

    async def pause(self, seconds: float) -> None:
        """Sleep as `sleep` does, for awaiting callers; never suspends."""
        self.sleep(seconds)


class Stamps:
    """Issues instants of change in microseconds since 1970, each later than the one before.

    Args:
        clock: The clock that the stamps follow while it runs fast enough.
        pace: The least distance between two stamps. A second keeps two things from ever sharing
            a `created` time, which services give in whole seconds.

    Attributes:
        last: The stamp issued last.
    """

    def __init__(self, clock: TellsTime, pace: timedelta = timedelta(seconds=1)) -> None:
        self._clock = clock
        self._pace = pace // _MICROSECOND
        self.last: int = (clock.now() - EPOCH) // _MICROSECOND

    def next(self) -> int:
        """Issue a stamp for one action of one user."""
        present = (self._clock.now() - EPOCH) // _MICROSECOND
        self.last = max(present, self.last + self._pace)
        return self.last

    def burst(self, count: int) -> range:
        """Issue many stamps at once, a millisecond apart, for things that grew over time."""
        first = max((self._clock.now() - EPOCH) // _MICROSECOND, self.last + self._pace)
        stamps = range(first, first + count * 1000, 1000)
        self.last = first + count * 1000
        return stamps


def instant(stamp: int) -> datetime:
    """Read a stamp as an aware datetime in UTC."""
    return EPOCH + stamp * _MICROSECOND
