"""Reading the dates of RDATE and EXDATE (RFC 5545 3.8.5.1 and 3.8.5.2).

A list may hold thousands, and whoever sends an invitation decides how many. Values that are
written alike, as nearly all are, are read together, in a fraction of the time that each takes alone.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final, NamedTuple, Self

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.content_lines import ContentLine
from kloudsync.recurrence.gregorian import DAY, END_WALL, EPOCH_ORDINAL, FIRST_WALL
from kloudsync.recurrence.kinds import Floating, Kind, kind_in
from kloudsync.recurrence.placement import expect_end
from kloudsync.recurrence.reading import Reading
from kloudsync.recurrence.repairs import Repair
from kloudsync.recurrence.stamps import Length, Stamp, read_length, read_stamp
from kloudsync.recurrence.zones import resolve_zone, stated_offset

_REPORTED: Final = 20
_EDGE: Final = 2 * DAY
"""No zone's clock is further from UTC."""

# Whole lists of values as nearly everybody writes them, with or without the marks of RFC 3339.
_STAMP = (
    r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}"
    r"(?:[T ](?:[01][0-9]|2[0-3]):?[0-5][0-9](?::?[0-5][0-9])?%s)%sZ?(?:,|\Z)"
)
_PLAIN: Final = re.compile(f"(?:{_STAMP % ('', '?')})+")
_OFFSETS: Final = re.compile(f"(?:{_STAMP % ('[+-][0-9]{2}:?[0-9]{2}', '')})+")
_MARKS: Final = {ord("-"): None, ord(":"): None}
_DATES: Final = len("20260105"), len("20260105Z")

_ordinal: Final = date.toordinal
_day: Final = date.fromisoformat
_moment: Final = datetime.fromisoformat


class _Group(NamedTuple):
    """Values of one list that are written alike; the walls are those of `Stamp`."""

    texts: list[str]
    walls: list[int]
    utc: bool
    is_date: bool

    @classmethod
    def of(cls, text: str, stamp: Stamp) -> Self:
        """Return a group of one value."""
        return cls([text], [stamp.wall], stamp.utc, stamp.is_date)


class DateLists:
    """The state of reading the RDATE and EXDATE lines of one event.

    Args:
        clock: The second of the day at which the series starts.
        kind: What sort of series it is.
        reading: Whose reading of the lines counts.
        days: Tells the dates of instants in an all-day series; None for UTC.
        repairs: Where to note what was mended.
    """

    def __init__(
        self,
        clock: int,
        kind: Kind,
        reading: Reading,
        days: Clock | None,
        repairs: list[Repair],
    ) -> None:
        self._clock = clock
        self._kind = kind
        self._midnights = reading.dates_are_midnights
        self._days = days
        self._repairs = repairs
        self.rdates: set[int] = set()
        self.periods: dict[int, Length] = {}
        self.exdates: set[int] = set()
        self.exdays: set[int] = set()
        self.local: set[int] = set()

    def line(self, line: ContentLine) -> None:
        """Read one line.

        Raises:
            RecurrenceError: One of its values is no date, or lies beyond the years of the calendar.
        """
        clock = self._clock_of(line)
        items = [item.strip() for item in line.value.split(",")]
        told = len(self._repairs)
        try:
            together = self._together(line.name, [item for item in items if item], clock)
        except RecurrenceError:
            together = False  # which of them it was shows when each is read alone
        if not together:
            # What was mended of them is told as each is read.
            del self._repairs[told:]
            self._each(line, items, clock)

    def day_of(self, stamp: Stamp) -> int:
        """Return the midnight of the date that an instant means in an all-day series.

        Midnight in UTC is how many write a date itself, wherever they are.
        """
        wall = stamp.wall
        if self._days is not None and stamp.utc and wall % DAY:
            wall = self._days.wall(wall)
        return wall - wall % DAY

    def took_its_date(self, *, utc: bool) -> str:
        """Return how a repair says that of an instant the date was taken."""
        where = " in the zone that is named" if self._days is not None and utc else ""
        return f"took its date{where}: the series is all-day"

    def _together(self, name: str, items: list[str], clock: Clock) -> bool:
        """Read values that are written alike; tell whether they were."""
        if items and all("/" in item for item in items):
            return name != "EXDATE" and self._periods(name, items, clock)
        groups = _alike(items)
        for group in groups:
            self._take(name, group, clock)
        return bool(groups)

    def _periods(self, name: str, items: list[str], clock: Clock) -> bool:
        """Read periods whose length is written as such; tell whether all of them are."""
        starts, lengths = zip(*(item.upper().split("/", 1) for item in items), strict=True)
        groups = _alike(list(starts))
        if len(groups) != 1 or not all(length.startswith("P") for length in lengths):
            return False
        known = {length: read_length(length) for length in set(lengths)}
        by_wall = dict(zip(groups[0].walls, lengths, strict=True))
        instants = self._take(name, groups[0]._replace(texts=items, walls=sorted(by_wall)), clock)
        if len(set(instants)) != len(by_wall):
            return False
        for instant, wall in zip(instants, sorted(by_wall), strict=True):
            length = known[by_wall[wall]]
            expect_end(self._kind, instant, length)
            self.periods[instant] = length
        return True

    def _each(self, line: ContentLine, items: list[str], clock: Clock) -> None:
        for number, item in enumerate(items):
            try:
                if item:
                    self._date(line.name, item, clock)
            except RecurrenceError as error:
                column = line.column + _place(line.value, number)
                raise RecurrenceError(str(error), property_name=line.name, column=column) from error

    def _clock_of(self, line: ContentLine) -> Clock:
        """Return the clock that local values of the line are read from."""
        name = line.parameters.get("TZID")
        if name is None or self._kind.is_date or isinstance(self._kind, Floating):
            return self._kind.clock
        zone = resolve_zone(name)
        if zone is not None:
            return kind_in(zone).clock
        offset = stated_offset(name)
        stood_in = "the series' zone" if offset is None else "its offset"
        self._repairs.append(
            Repair(
                property_name=line.name,
                text=f"TZID={name}"[:80],
                action=f"took {stood_in}: nobody knows this one",
            )
        )
        return kind_in(offset).clock if offset else self._kind.clock

    def _date(self, name: str, item: str, clock: Clock) -> None:
        text, slash, tail = item.partition("/")
        stamp = read_stamp(text.upper())
        if slash and name == "EXDATE":
            raise RecurrenceError(f"EXDATE cannot hold a period: {item[:40]!r}")
        instants = self._take(name, _Group.of(item, stamp), clock)
        if slash:
            (instant,) = instants
            self.periods[instant] = self._length(name, item, tail.upper(), instant, clock)

    def _take(self, name: str, group: _Group, clock: Clock) -> list[int]:
        """Note values of a line, and return their instants."""
        exempt = name == "EXDATE"
        if exempt and group.is_date and not (self._kind.is_date or self._midnights):
            self.exdays.update([wall // DAY for wall in group.walls])
            self._note(name, group, "leaves out the whole local day: the series is timed")
            return []
        instants = self._instants(name, group, clock)
        if not (group.utc or group.is_date):
            self.local.update(instants)
        (self.exdates if exempt else self.rdates).update(instants)
        return instants

    def _instants(self, name: str, group: _Group, clock: Clock) -> list[int]:
        """Return the instants of values, ascending."""
        kind, walls = self._kind, group.walls
        if kind.is_date:
            if group.is_date:
                return walls
            self._note(name, group, self.took_its_date(utc=group.utc))
            return [self.day_of(Stamp(wall, group.utc, is_date=False)) for wall in walls]
        if group.is_date and self._midnights:
            self._note(name, group, "took it as midnight in UTC: the series is timed")
            group = group._replace(utc=True)
        elif group.is_date:
            self._note(name, group, "took the start's time of day: the series is timed")
            return kind.clock.to_utc(sorted({wall + self._clock for wall in walls}))
        if group.utc and isinstance(kind, Floating):
            self._note(name, group, "took it as local time: the series has no zone")
        instants = walls if group.utc else clock.to_utc(sorted(set(walls)))
        if min(instants) < FIRST_WALL + _EDGE or max(instants) >= END_WALL - _EDGE:
            self._expect_shown(group, instants)
        return instants

    def _expect_shown(self, group: _Group, instants: list[int]) -> None:
        """Refuse instants that the clock of the series cannot show."""
        wall = self._kind.clock.wall
        if not all(FIRST_WALL <= wall(instant) < END_WALL for instant in instants):
            text = group.texts[0][:40]
            raise RecurrenceError(f"beyond the years 1 to 9999 in the series' zone: {text!r}")

    def _length(self, name: str, item: str, tail: str, start: int, clock: Clock) -> Length:
        """Return the duration of a PERIOD, written as such or as an end."""
        if tail[:1] in {"P", "+", "-"}:
            length = read_length(tail)
            expect_end(self._kind, start, length)
            return length
        (end,) = self._instants(name, _Group.of(item, read_stamp(tail)), clock)
        if end < start:
            raise RecurrenceError(f"a period cannot end before it begins: {item[:40]!r}")
        return Length((end - start) // DAY, 0) if self._kind.is_date else Length(0, end - start)

    def _note(self, name: str, group: _Group, action: str) -> None:
        # A feed may hold thousands of the same fault, of which some are enough.
        for text in group.texts[: max(_REPORTED - len(self._repairs), 0)]:
            self._repairs.append(Repair(property_name=name, text=text[:80], action=action))


def _alike(items: list[str]) -> list[_Group]:
    """Return values in groups of those that are written alike; none where one is not plain."""
    whole = ",".join(items).upper()
    try:
        if _OFFSETS.fullmatch(whole):
            return [_Group(items, _moments(whole.split(",")), utc=True, is_date=False)]
        if not _PLAIN.fullmatch(whole):
            return []
        digits = whole.translate(_MARKS).split(",")
        sizes = {len(one) for one in digits}
        return [_group(items, digits, size) for size in sorted(sizes)]
    except ValueError:
        return []


def _group(items: list[str], digits: list[str], size: int) -> _Group:
    """Return those of the values that have so many digits and letters."""
    alike = [one for one in digits if len(one) == size]
    is_date, utc = size in _DATES, alike[0].endswith("Z")
    if is_date:
        walls = [(_ordinal(_day(one[:8])) - EPOCH_ORDINAL) * DAY for one in alike]
    else:
        walls = _moments(alike if utc else [f"{one}Z" for one in alike])
    texts = [item for item, one in zip(items, digits, strict=True) if len(one) == size]
    return _Group(texts, walls, utc=utc and not is_date, is_date=is_date)


def _moments(texts: list[str]) -> list[int]:
    return [int(_moment(text).timestamp()) for text in texts]


def _place(value: str, number: int) -> int:
    """Return where the value of a list stands that has a number."""
    items = value.split(",")
    before = sum(len(item) + 1 for item in items[:number])
    return before + len(items[number]) - len(items[number].lstrip())
