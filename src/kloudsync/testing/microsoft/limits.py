"""How much each application may ask of a mailbox: so many at once, and so many in ten minutes."""

import threading
from collections import defaultdict, deque
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.microsoft.refusals import throttled

AT_ONCE: Final = 4
IN_WINDOW: Final = 10_000
WINDOW: Final = timedelta(minutes=10)


class Limits:
    """Counts the requests of each mailbox, those in flight and those of the last ten minutes.

    Args:
        clock: What tells the present.

    Attributes:
        at_once: How many requests of one mailbox may be in flight; None for any number.
        in_window: How many a mailbox may get in ten minutes; None for any number.
        most: The largest number of requests of one mailbox that were ever in flight together.
        refused: How many requests were refused.
    """

    def __init__(self, clock: TellsTime) -> None:
        self.at_once: int | None = AT_ONCE
        self.in_window: int | None = IN_WINDOW
        self.most: int = 0
        self.refused: int = 0
        self._clock = clock
        self._guard = threading.Lock()
        self._thread = threading.local()
        self._flying: defaultdict[str, int] = defaultdict(int)
        self._times: defaultdict[str, deque[datetime]] = defaultdict(deque)

    @contextmanager
    def flying(self, mailbox: str) -> Generator[None]:
        """Hold a place for a request of this thread while it is answered."""
        with self._guard:
            self._flying[mailbox] += 1
            self.most = max(self.most, self._flying[mailbox])
            self._thread.allowed = self.at_once is None or self._flying[mailbox] <= self.at_once
        try:
            yield
        finally:
            with self._guard:
                self._flying[mailbox] -= 1

    def spend(self, mailbox: str) -> None:
        """Count the request of this thread, or refuse it with 429."""
        if not self._thread.allowed:
            self.refused += 1
            raise throttled({"Retry-After": "1"})
        if self.in_window is None:
            return
        now, times = self._clock.now(), self._times[mailbox]
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) >= self.in_window:
            self.refused += 1
            wait = (times[0] + WINDOW - now).total_seconds()
            advice = {"Retry-After": f"{max(wait, 1):.0f}"}
            raise throttled(advice, "Application is over its request limit.")
        times.append(now)
