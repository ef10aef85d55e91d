"""What happened to a calendar, as readers of the change feed hear it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.state import FeedKind
from kloudsync.model.times import Time
from kloudsync.model.told import Told


@frozen(kw_only=True)
class FeedEntry(Told):
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
    """Something new is in the calendar, or something of which no event could be made before."""

    event: Held

    @property
    def id(self) -> str:
        """The provider's id of what was added."""
        return self.event.id

    def __str__(self) -> str:
        """Say in a line what happened, without contents."""
        return f"added {_named(self.event)}"


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

    @property
    def event(self) -> Held:
        """The event as it is now, as other changes of an event call theirs."""
        return self.after

    def __str__(self) -> str:
        """Say in a line what happened, without contents."""
        return f"updated {_named(self.after)}"


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

    def __str__(self) -> str:
        """Say in a line what happened, without contents."""
        return f"deleted {_named(self.event)}"


@frozen(kw_only=True)
class SeriesSplit(FeedEntry):
    """A "this and following" edit: one series became two.

    The same feed has both halves, an `Updated` and an `Added` in either order, before this entry.

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

    def __str__(self) -> str:
        """Say in a line what happened."""
        return f"split {self.old} into {self.new} at {self.at.isoformat()}"


@frozen(kw_only=True)
class SeriesTruncated(FeedEntry):
    """A "this and following" deletion: a series ends earlier, and none goes on.

    Attributes:
        series: The id of the series.
        at: The first occurrence that no longer takes place.
    """

    series: str
    at: Time

    def __str__(self) -> str:
        """Say in a line what happened."""
        return f"truncated {self.series} at {self.at.isoformat()}"


@frozen(kw_only=True)
class Unreadable(FeedEntry):
    """Something was added, updated or deleted, and no event can be made of what the store has of it.

    It is not in what `events` yields. A run that lists in full (`sync(full=True)`) reads it anew.

    Attributes:
        id: The provider's id.
        kind: What happened to it: `ADDED`, `UPDATED` or `DELETED`.
        reason: What is wrong with it.
    """

    id: str
    kind: FeedKind
    reason: str

    def __str__(self) -> str:
        """Say in a line what happened, without contents."""
        return f"{self.kind.value} {self.id}, which cannot be read"


Change: TypeAlias = Added | Updated | Deleted | SeriesSplit | SeriesTruncated | Unreadable


def _named(event: Held) -> str:
    return f"{type(event).__name__} {event.id}"
