"""What Google's event ids tell: series, segment and occurrence.

Google promises none of this, so an id is a hint and `recurringEventId` the fact. All
data seen since 2014 has these forms, the base being the id of the series as it was
before any split:

```
<base>                                          a single event or a series
<base>_20190408T200000Z     <base>_20190408     an occurrence, by its original start in UTC
<base>_R20190405T200000     <base>_R20190405    a segment of a split series, by its first slot in UTC
```

Occurrences of a segment carry the base alone; the form with both parts is rare. The
base may begin with an underscore (imported events) and be hundreds of characters long.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple

from kloudsync.model.times import epoch, from_epoch
from kloudsync.providers.google.event_id import event_id

LIVES: Final = 5
"""So often the same segment can be made anew after it was deleted."""

_FORM: Final = re.compile(
    r"(?P<base>.+?)"
    r"(?:_R(?P<segment>[0-9]{8}(?:T[0-9]{6}Z?)?))?"
    r"(?:_(?P<occurrence>[0-9]{8}(?:T[0-9]{6}Z)?))?",
    re.DOTALL,
)
_SEGMENT: Final = re.compile(r"(?<=.)_R[0-9]{8}(?:T[0-9]{6}Z?)?\Z", re.DOTALL)


class Slot(NamedTuple):
    """A place in a series.

    Attributes:
        start: Seconds since 1970; of midnight UTC if all-day.
        all_day: Whether it is a date.
    """

    start: int
    all_day: bool


class EventId(NamedTuple):
    """An event id in its parts.

    Attributes:
        base: The id of the series before any split; the whole id where it has no parts.
        segment: The slot at which the segment was split off, or None.
        occurrence: The original start of the occurrence, or None.
    """

    base: str
    segment: Slot | None = None
    occurrence: Slot | None = None


def parse_id(event_id: str) -> EventId:
    """Take an event id apart; what looks like a stamp but is no date stays in the base."""
    form = _FORM.fullmatch(event_id)
    if form is None:
        return EventId(event_id)
    base, segment, occurrence = form["base"], _slot(form["segment"]), _slot(form["occurrence"])
    if form["occurrence"] and occurrence is None:
        return EventId(event_id)
    if form["segment"] and segment is None:
        base = f"{base}_R{form['segment']}"
    return EventId(base, segment, occurrence)


def base_of(series: str) -> str:
    """Return what the ids of all segments of a series have in common."""
    return _SEGMENT.sub("", series)


def occurrence_id(series: str, start: int, *, all_day: bool) -> str:
    """Name the occurrence of a series as Google does.

    Args:
        series: The id of the series or of a segment of it.
        start: Original start in seconds since 1970; of midnight UTC if all-day.
        all_day: Whether the series is all-day.
    """
    stamp = from_epoch(start, all_day=all_day).isoformat()[:19]
    basic = stamp.replace("-", "").replace(":", "")
    return f"{base_of(series)}_{basic}{'' if all_day else 'Z'}"


def tail_id(series: str, at: int) -> str:
    """Return the id of the segment that dividing a series at an occurrence makes.

    It follows from both, so that dividing twice at the same place finds the segment, and so that
    whoever sees a series cut there knows which one goes on.

    Args:
        series: The id of the series.
        at: The original start of the occurrence in seconds since 1970; of midnight UTC if all-day.
    """
    return event_id(sha256(f"{series} {at}".encode()).digest())


def reborn(name: str, life: int) -> str:
    """Return the id of a segment in a later life; ids of deleted events stay taken."""
    return name if life == 0 else event_id(sha256(f"{name} {life}".encode()).digest())


def continuations(series: str, at: int) -> tuple[str, ...]:
    """Return every id that the segment may have which dividing a series at an occurrence makes."""
    name = tail_id(series, at)
    return tuple(reborn(name, life) for life in range(LIVES))


def _slot(stamp: str | None) -> Slot | None:
    if stamp is None:
        return None
    try:
        moment = datetime.fromisoformat(stamp.rstrip("Z")).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Slot(epoch(moment), all_day=len(stamp) == 8)
