"""When a series at Microsoft takes place, and how its recurrence is written when it is divided. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice, takewhile
from typing import Any, Final

from attrs import frozen

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.http.json_kinds import Item, is_object
from kloudsync.model.oddity import Oddity
from kloudsync.model.times import Time, epoch
from kloudsync.providers.microsoft.reading import MICROSOFT
from kloudsync.providers.microsoft.records import parse_series, rule_of, zone_chain
from kloudsync.providers.microsoft.times import read_span, zone_of
from kloudsync.recurrence import Recurrence

_LAST: Final = "endDate"


@frozen(kw_only=True)
class Rhythm:
    """When a series takes place.

    Attributes:
        times: Its occurrences, as the pattern has them.
        recurrence: Pattern and range as received.
        zone: The zone of its dates, by name.
    """

    times: Recurrence
    recurrence: Item
    zone: str

    @classmethod
    def of(cls, item: Item) -> Rhythm:
        """Read it from a series.

        Raises:
            UsageError: It is none, or its pattern cannot be understood.
        """
        recurrence = item.get("recurrence")
        if not is_object(recurrence):
            raise UsageError(f"{item.get('id')} is no series: it has no recurrence")
        zone = zone_chain(item)
        if zone is None and item.get("isAllDay") is not True:
            raise UsageError(
                f"{item.get('id')} recurs in no zone that is known; edit it by `events`"
            )
        try:
            times = parse_series(rule_of(item), read_span(item), zone, MICROSOFT)
        except (Oddity, RecurrenceError) as error:
            raise UsageError(f"the series cannot be understood: {error}") from error
        return cls(times=times, recurrence=recurrence, zone=zone or "UTC")

    @property
    def first(self) -> Time | None:
        """The first occurrence; None where there is none."""
        return next(iter(self.times), None)

    def expect(self, at: Time) -> None:
        """See that there is an occurrence.

        Raises:
            UsageError: There is none, or `at` is of the wrong kind.
        """
        all_day = bool(self.times.kind.is_date)
        if isinstance(at, datetime) is all_day or (isinstance(at, datetime) and at.tzinfo is None):
            kind = "a date" if all_day else "an aware datetime"
            raise UsageError(f"{at!r} cannot name an occurrence of this series; give {kind}")
        if at not in self.times:
            raise self.lacking(at)

    def lacking(self, at: Time) -> UsageError:
        """Return the error of an occurrence that is not there."""
        return UsageError(f"the series has no occurrence at {at.isoformat()}")

    def goes_on(self, at: Time) -> bool:
        """Tell whether there are occurrences at or after a moment."""
        return self.times.next_after(at, inclusive=True) is not None

    def number(self, at: Time) -> int:
        """Return how many occurrences come before one."""
        return sum(1 for _ in takewhile(lambda one: one < at, self.times))

    def at(self, number: int) -> Time | None:
        """Return the occurrence of a number, counted from 0; None where there is none."""
        return next(islice(self.times, number, None), None)

    def date(self, at: Time) -> date:
        """Return the date of an occurrence in the zone of the series."""
        return at.astimezone(self._tz).date() if isinstance(at, datetime) else at

    def end_of(self, at: Time) -> Time:
        """Return when an occurrence ends."""
        return self.times.end_of(at)

    def moved(self, slot: Time, at: Time, start: Time) -> Time:
        """Move an occurrence as another one moves, by the clock of the series.

        Args:
            slot: The occurrence.
            at: The other one.
            start: Where that goes.
        """
        if not (isinstance(slot, datetime) and isinstance(at, datetime)):
            return slot + timedelta(seconds=epoch(start) - epoch(at))
        local, old, new = (_local(one, self._tz) for one in (slot, at, start))
        return (local + (new - old)).replace(tzinfo=self._tz)

    def wall(self, at: Time) -> Item:
        """Write a moment on the clock of the series; of whole days, midnight."""
        if isinstance(at, datetime):
            local = at.astimezone(self._tz).replace(tzinfo=None)
            return {"dateTime": local.isoformat(), "timeZone": self.zone}
        return {"dateTime": f"{at.isoformat()}T00:00:00", "timeZone": self.zone}

    def day(self, at: Time) -> tuple[datetime, datetime]:
        """Return the day of an occurrence, and something around it, as listings take it."""
        day = self.date(at)
        begin = datetime.combine(day, time(), self._tz if isinstance(at, datetime) else UTC)
        margin = timedelta() if isinstance(at, datetime) else timedelta(hours=14)
        return begin - margin, begin + timedelta(days=1) + margin

    def until(self, at: Time) -> Item:
        """Write the recurrence without an occurrence and all that follow; `at` is not the first."""
        before = self.times.previous_before(at)
        assert before is not None, "the first occurrence has none before"  # noqa: S101 - as said
        last = self.date(before).isoformat()
        return {**self.recurrence, "range": {**self._range, "type": _LAST, _LAST: last}}

    def since(self, at: Time, start: Time) -> Item:
        """Write the recurrence from an occurrence on, which takes place at `start` now."""
        bounds: Item = {**self._range, "startDate": self.date(start).isoformat()}
        if str(bounds.get("type")).lower() == "numbered":
            bounds["numberOfOccurrences"] = bounds["numberOfOccurrences"] - self.number(at)
        return {**self.recurrence, "range": bounds}

    @property
    def _range(self) -> Item:
        found: Any = self.recurrence["range"]
        return {**found, "recurrenceTimeZone": self.zone}

    @property
    def _tz(self) -> tzinfo:
        return zone_of(self.zone) or UTC


def _local(at: Time, zone: tzinfo) -> datetime:
    """Read the clock of a zone."""
    moment = at if isinstance(at, datetime) else datetime.combine(at, time(), zone)
    return moment.astimezone(zone).replace(tzinfo=None)
