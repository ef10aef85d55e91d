"""People who edit: what they did, where and when."""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime, timedelta

from service import Service

STARTS = datetime(2026, 1, 5, 9, tzinfo=UTC)


class People:
    """Create, rename and delete events of many calendars, one after the other.

    Args:
        service: Where.
        calendars: In which calendars.
        seed: What they do is drawn from it.
        again: The share of edits that rename or delete what was created before.

    Attributes:
        edits: When each was made, by calendar and what the feed calls it.
    """

    def __init__(
        self, service: Service, calendars: list[str], seed: int, *, again: float = 0.3
    ) -> None:
        self.edits: dict[tuple[str, str], float] = {}
        self._service = service
        self._calendars = calendars
        self._again = again
        self._dice = random.Random(f"people/{seed}")
        self._made: list[tuple[str, str]] = []

    def work(self, per_second: float, over: threading.Event) -> None:
        """Edit until it is over."""
        while not over.wait(self._dice.expovariate(per_second)):
            self._edit()

    def _edit(self) -> None:
        choice, title = self._dice.random(), f"edit {len(self.edits)}"
        if self._made and choice < self._again:
            place = self._dice.randrange(len(self._made))
            calendar, event = self._made[place]
            if choice < self._again / 3:
                del self._made[place]
                self.edits[calendar, f"deleted {event}"] = time.time()
                self._service.calendar(calendar).delete(event)
            else:
                self.edits[calendar, title] = time.time()
                self._service.calendar(calendar).edit(event, summary=title)
            return
        calendar = self._dice.choice(self._calendars)
        start = STARTS + timedelta(hours=len(self.edits))
        self.edits[calendar, title] = time.time()
        event = self._service.calendar(calendar).create(title, start, start + timedelta(hours=1))
        self._made.append((calendar, event))
