"""How much an account may ask within a minute, and how many guests it may write to in an hour."""

from collections import defaultdict, deque
from collections.abc import Collection
from datetime import datetime, timedelta

from kloudsync.testing.google.refusals import usage_limit

PER_MINUTE = 600
"""Google's usual quota of requests per minute, user and project."""
INVITING = frozenset(("events.insert", "events.patch", "events.update"))


class Quota:
    """What each account may spend, measured over the time just past, as Google documents it.

    Requests beyond it are refused with 403 `userRateLimitExceeded` and cost nothing. Writes to
    guests beyond their number are refused with 403 `quotaExceeded`, "Calendar usage limits
    exceeded."; that there is such a limit is documented, where it lies is not.

    Args:
        per_minute: Requests within any sixty seconds.
        guests_per_hour: Guests in the bodies of writes within any hour; None for no limit.

    Attributes:
        per_minute: Requests within any sixty seconds.
        guests_per_hour: Guests within any hour; None for no limit.
        refused: How many requests came when nothing was left.
    """

    def __init__(self, per_minute: int = PER_MINUTE, guests_per_hour: int | None = None) -> None:
        self.per_minute = per_minute
        self.guests_per_hour = guests_per_hour
        self.refused: int = 0
        self._requests: defaultdict[str, _Span] = defaultdict(lambda: _Span(timedelta(minutes=1)))
        self._guests: defaultdict[str, _Span] = defaultdict(lambda: _Span(timedelta(hours=1)))

    def spend(self, account: str, guests: Collection[object], now: datetime) -> None:
        """Take one request, and the guests that it writes to.

        Args:
            account: Who asks.
            guests: Whom it writes to; empty where it writes to nobody.
            now: The present instant.

        Raises:
            Refusal: The account has spent what it may.
        """
        asked, told = self._requests[account], self._guests[account]
        if asked.spent(now) >= self.per_minute:
            self.refused += 1
            raise usage_limit(403, "userRateLimitExceeded", "User Rate Limit Exceeded")
        most = self.guests_per_hour
        if guests and most is not None and told.spent(now) + len(guests) > most:
            self.refused += 1
            raise usage_limit(403, "quotaExceeded", "Calendar usage limits exceeded.")
        asked.add(1, now)
        if guests:
            told.add(len(guests), now)


class _Span:
    """What was spent within the time just past."""

    def __init__(self, length: timedelta) -> None:
        self._length = length
        self._recent: deque[tuple[datetime, int]] = deque()
        self._sum = 0

    def spent(self, now: datetime) -> int:
        while self._recent and self._recent[0][0] <= now - self._length:
            self._sum -= self._recent.popleft()[1]
        return self._sum

    def add(self, amount: int, now: datetime) -> None:
        self._recent.append((now, amount))
        self._sum += amount
