"""What a team spends of its points, measured by the minute of the clock and by any minute."""

from collections import Counter, deque
from datetime import datetime

from kloudsync.testing.salesloft.refusals import limited

_DEPTHS = ((500, 30), (250, 10), (150, 8), (100, 3))


class Spending:
    """The points of a team.

    Points are granted by the minute of the clock. What was spent in any sixty seconds is
    measured, too, since nobody knows how the service counts.

    Args:
        limit: Points per minute.

    Attributes:
        limit: Points per minute.
        highest_minute: The most that was spent in a minute of the clock.
        highest_span: The most that was spent within any sixty seconds.
        refused: How many requests came when nothing was left.
    """

    def __init__(self, limit: int = 600) -> None:
        self.limit = limit
        self.highest_minute: int = 0
        self.highest_span: int = 0
        self.refused: int = 0
        self._minutes: Counter[int] = Counter()
        self._recent: deque[tuple[float, int]] = deque()

    def remaining(self, now: datetime) -> int:
        """Tell what is left of the present minute."""
        return max(0, self.limit - self._minutes[_minute(now)])

    def spend(self, points: int, now: datetime) -> None:
        """Take points, as a request or another integration of the team does.

        Raises:
            Refusal: The minute does not have them.
        """
        minute = _minute(now)
        if self._minutes[minute] + points > self.limit:
            self.refused += 1
            raise limited()
        self._minutes[minute] += points
        self.highest_minute = max(self.highest_minute, self._minutes[minute])
        self._measure(points, now.timestamp())

    def _measure(self, points: int, now: float) -> None:
        self._recent.append((now, points))
        while self._recent[0][0] <= now - 60:
            self._recent.popleft()
        self.highest_span = max(self.highest_span, sum(spent for _, spent in self._recent))


def page_price(page: int) -> int:
    """Tell what a page of a list costs."""
    return next((price for beyond, price in _DEPTHS if page > beyond), 1)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
