"""What a subscription has recorded, and for how long it stays readable."""

from collections import deque
from datetime import datetime, timedelta

import attrs

from kloudsync.testing.exchange import Resource

RETENTION = timedelta(hours=24)
MOST_RECORDS = 10_000
_FIRST = 3_489_579_434


@attrs.frozen
class Recorded:
    """One object of activity, with its place in the stream.

    Attributes:
        place: The cursor of whoever has read it.
        at: When it was recorded.
        body: The object.
    """

    place: int
    at: datetime
    body: Resource


@attrs.define
class ActivityLog:
    """The stream of one subscription.

    What falls out of the window is gone without a word: a cursor that points before it is
    answered with what is left.

    Attributes:
        records: What is still readable, oldest first.
        newest: The cursor of the end; 0 as long as nothing was ever recorded.
    """

    records: deque[Recorded] = attrs.field(factory=deque[Recorded])
    newest: int = 0

    def record(self, body: Resource, now: datetime) -> None:
        """Record an object; the window moves on."""
        self.newest = (self.newest or _FIRST) + 7
        self.records.append(Recorded(self.newest, now, body))
        self.forget(now)

    def forget(self, now: datetime) -> None:
        """Drop what is too old or too much."""
        while self.records and (
            now - self.records[0].at > RETENTION or len(self.records) > MOST_RECORDS
        ):
            self.records.popleft()

    def after(self, cursor: int, size: int) -> list[Recorded]:
        """Return the next objects behind a cursor; 0 is the beginning of what is kept."""
        found: list[Recorded] = []
        for one in self.records:
            if one.place > cursor:
                found.append(one)
                if len(found) == size:
                    break
        return found
