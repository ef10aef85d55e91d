"""What happened to a calendar, as readers of the change feed hear it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.times import Time


@frozen(kw_only=True)
class FeedEntry:
    """What every change carries.

    Attributes:
        position: Its place in the store's feed; rises, with gaps.
        calendar: The calendar that changed.
        recorded_at: When the change was committed to the store, in UTC.
    """

    position: int
    calendar: CalendarKey
    recorded_at: datetime


@frozen(kw_only=True)
class Added(FeedEntry):
    """Something new is in the calendar."""

    event: Held

    @property
    def id(self) -> str:
        """The provider's id of what was added."""
        return self.event.id


@frozen(kw_only=True)
class Updated(FeedEntry):
    """Something in the calendar has other contents than before.

    Attributes:
        before: As it was held.
        after: As it is held now; an exception may belong to another series than before.
    """

    before: Held
    after: Held

    @property
    def id(self) -> str:
        """The provider's id of what changed."""
        return self.after.id


@frozen(kw_only=True)
class Deleted(FeedEntry):
    """Something is no longer in the calendar.

    Attributes:
        event: As it was last held.
    """

    event: Held

    @property
    def id(self) -> str:
        """The provider's id of what is gone."""
        return self.event.id


@frozen(kw_only=True)
class SeriesSplit(FeedEntry):
    """A "this and following" edit: one series became two.

    The same feed tells of both halves as `Updated` and `Added` before this entry.

    Attributes:
        old: The id of the series that now ends earlier.
        new: The id of the series that goes on.
        at: Where the old series would have had its next occurrence.
        evidence: What tied the halves together, such as `id` or `created`.
    """

    old: str
    new: str
    at: Time
    evidence: str = "id"


@frozen(kw_only=True)
class SeriesTruncated(FeedEntry):
    """A "this and following" deletion: a series ends earlier, and none goes on.

    Attributes:
        series: The id of the series.
        at: The first occurrence that no longer takes place.
    """

    series: str
    at: Time


Change: TypeAlias = Added | Updated | Deleted | SeriesSplit | SeriesTruncated
