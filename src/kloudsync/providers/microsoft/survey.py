"""What a series leaves out, found out by comparing its pattern with its occurrences.

For services that do not say it: `cancelledOccurrences` is in the metadata of v1.0, and was taken
out of its pages in 2021. Then the occurrences of a series are listed within a window, and what the
pattern has and the list has not was deleted. Exceptions of which the list does not say where the
pattern had them are asked for by themselves (`originalStart` was missing in lists of 2020).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final

from attrs import evolve, field, frozen

from kloudsync.http.json_kinds import Item, is_object
from kloudsync.model.oddity import Oddity
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.times import Time, epoch, from_epoch
from kloudsync.providers.microsoft.family import cancelled, finder_of, read_exception
from kloudsync.providers.microsoft.records import ZONE, dumped, id_of, read_record, zone_chain
from kloudsync.providers.microsoft.rules import LONGEST_WINDOW
from kloudsync.providers.microsoft.times import read_span, zone_of
from kloudsync.recurrence import Reading

_KEPT: Final[tuple[str, ...]] = (
    "id",
    "type",
    "start",
    "end",
    "isAllDay",
    "recurrence",
    "originalStartTimeZone",
    "originalEndTimeZone",
    ZONE,
)
"""What of a series says when it takes place."""


@frozen(kw_only=True)
class Survey:
    """How far the occurrences of a series are listed.

    Attributes:
        master: The series, as far as it says when it takes place.
        start: Where the list begins, in seconds since 1970.
        end: Where it ends, exclusive.
        link: The page to read next; None for the first one.
        met: The slots that were met, in seconds since 1970; of midnight UTC if all-day.
        bare: Ids of exceptions that the list does not give a slot, to ask for after it.
    """

    master: Item
    start: int
    end: int
    link: str | None = None
    met: tuple[int, ...] = field(default=())
    bare: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, series: Item, until: float) -> Survey | None:
        """Return the survey of a series up to an instant; None where it begins later.

        Args:
            series: The series as it was answered.
            until: Seconds since 1970.
        """
        first, _ = read_span(series)
        if epoch(first) >= until:
            return None
        kept = {name: series[name] for name in _KEPT if name in series}
        # The first occurrence may have been moved to any day before.
        start = int(until - LONGEST_WINDOW.total_seconds()) + 1
        return cls(master=kept, start=start, end=int(until))

    @classmethod
    def decode(cls, held: dict[str, Any]) -> Survey:
        """Read a survey from a place in a pass."""
        return cls(
            master=held["master"],
            start=held["start"],
            end=held["end"],
            link=held["link"],
            met=tuple(held["met"]),
            bare=tuple(held["bare"]),
        )

    def encode(self) -> dict[str, Any]:
        """Write it for a place in a pass."""
        return {
            "master": self.master,
            "start": self.start,
            "end": self.end,
            "link": self.link,
            "met": list(self.met),
            "bare": list(self.bare),
        }

    @property
    def series(self) -> str:
        """The id of the series."""
        return id_of(self.master) or ""

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Where the list begins and ends."""
        return datetime.fromtimestamp(self.start, UTC), datetime.fromtimestamp(self.end, UTC)

    @property
    def asking(self) -> str | None:
        """The exception to ask for next; None while occurrences are listed."""
        return self.bare[0] if self.bare and self.link is None else None

    def listed(self, slots: Iterable[int], bare: Iterable[str], link: str | None) -> Survey:
        """Return it after one more page."""
        return evolve(self, met=(*self.met, *slots), bare=(*self.bare, *bare), link=link)

    def answered(self, slot: int | None) -> Survey:
        """Return it after the exception that was asked for has said its slot, or nothing."""
        met = self.met if slot is None else (*self.met, slot)
        return evolve(self, met=met, bare=self.bare[1:])

    def read(
        self, item: Any, reading: Reading
    ) -> tuple[int | None, EventRecord | Malformed | None]:
        """Read an occurrence: its slot, and what it is if it has something of its own.

        Args:
            item: The occurrence as it was listed.
            reading: Whose reading of rules counts.
        """
        if not is_object(item):
            return None, read_record(item, dumped({"value": str(item)}), reading)
        if item.get("type") == "occurrence":
            return self._slot_of(item), None
        finder = self._finder(reading)
        found = read_exception(item, self.series, finder, reading)
        return (found.original if isinstance(found, EventRecord) else None), found

    def left_out(self, reading: Reading) -> Iterator[EventRecord | Malformed]:
        """Yield what stands for the slots that no occurrence has."""
        finder = self._finder(reading)
        if finder is None:
            return
        all_day, met = bool(finder.series.kind.is_date), set(self.met)
        for slot in finder.series.starts_between_utc(self.start, self.end - 86_400):
            if slot not in met:
                time = from_epoch(slot, all_day=all_day)
                day = _date_of(time, self._zone)
                made = cancelled(f"OID.{self.series}.{day.isoformat()}", self.series, time)
                yield read_record(made, dumped(made), reading)

    @property
    def _zone(self) -> tzinfo:
        return zone_of(zone_chain(self.master)) or UTC

    def _finder(self, reading: Reading) -> Any:
        record = read_record(self.master, dumped(self.master), reading)
        return finder_of(self.master, record, reading) if isinstance(record, EventRecord) else None

    def _slot_of(self, item: Item) -> int | None:
        """Return the slot of an occurrence that is as its pattern has it."""
        try:
            return epoch(read_span(item | {"isAllDay": self.master.get("isAllDay")})[0])
        except Oddity:
            return None


def _date_of(time: Time, zone: tzinfo) -> date:
    return time.astimezone(zone).date() if isinstance(time, datetime) else time
