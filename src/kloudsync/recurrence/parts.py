"""Reading all recurrence lines of an event, with their repairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import evolve, frozen

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.content_lines import ContentLine, read_lines
from kloudsync.recurrence.gregorian import DAY, END_WALL, FIRST_WALL
from kloudsync.recurrence.kinds import Floating, Kind, kind_in
from kloudsync.recurrence.placement import expect_end
from kloudsync.recurrence.reading import ICALENDAR, Reading
from kloudsync.recurrence.repairs import Repair
from kloudsync.recurrence.rule import DAILY, Rule
from kloudsync.recurrence.rule_text import read_rule
from kloudsync.recurrence.stamps import Length, Stamp, read_length, read_stamp
from kloudsync.recurrence.zones import resolve_zone, stated_offset

MOST_RULES: Final = 64
"""How many different RRULEs, and EXRULEs, a series may have."""

_IGNORED: Final = frozenset({"DTSTART", "DTEND", "DURATION", "DUE", "RECURRENCE-ID", "SEQUENCE"})
_REPORTED_DATES: Final = 20


@frozen(kw_only=True)
class Parts:
    """What the lines say.

    Attributes:
        rules: RRULEs, each once.
        exrules: EXRULEs, each once.
        rdates: Ascending instants of RDATE.
        periods: Durations of those RDATEs that have their own, by instant.
        exdates: Ascending instants of EXDATE.
        exdays: Ascending day numbers that EXDATE leaves out of a timed series as a whole.
        local: Ascending instants of dates that were written on a wall clock, not in UTC.
        repairs: What was mended.
    """

    rules: tuple[Rule, ...]
    exrules: tuple[Rule, ...]
    rdates: tuple[int, ...]
    periods: tuple[tuple[int, Length], ...]
    exdates: tuple[int, ...]
    exdays: tuple[int, ...]
    local: tuple[int, ...]
    repairs: tuple[Repair, ...]


def read(
    lines: Iterable[str],
    clock: int,
    kind: Kind,
    *,
    reading: Reading = ICALENDAR,
    zone: str | None = None,
) -> Parts:
    """Read recurrence lines.

    Args:
        lines: RRULE, EXRULE, RDATE and EXDATE lines, in any order.
        clock: The second of the day at which the series starts.
        kind: What sort of series it is.
        reading: Whose reading of them counts.
        zone: The name of the zone that is given for an all-day series, or None.

    Raises:
        RecurrenceError: A line cannot be repaired.
    """
    reader = _Reader(clock, kind, reading, _clock_of_days(zone, reading))
    for line in read_lines(lines):
        reader.line(line)
    return reader.parts()


def _clock_of_days(zone: str | None, reading: Reading) -> Clock | None:
    """Return the clock that tells the dates of instants in an all-day series, or None for UTC."""
    known = resolve_zone(zone) if zone and reading.instants_in_zone else None
    return None if known is None else kind_in(known).clock


class _Reader:
    """The state of reading the lines of one event."""

    def __init__(self, clock: int, kind: Kind, reading: Reading, days: Clock | None) -> None:
        self._clock = clock
        self._kind = kind
        self._reading = reading
        self._days = days
        self._rules: dict[Rule, None] = {}
        self._exrules: dict[Rule, None] = {}
        self._rdates: set[int] = set()
        self._periods: dict[int, Length] = {}
        self._exdates: set[int] = set()
        self._exdays: set[int] = set()
        self._local: set[int] = set()
        self._repairs: list[Repair] = []

    def line(self, line: ContentLine) -> None:
        name = line.name
        if name in {"RRULE", "EXRULE", ""}:
            self._rule_line(line)
        elif name in _IGNORED or name.startswith("X-"):
            self._note(name, line.text, "left it out: it says nothing about the recurrence here")
        elif name not in {"RDATE", "EXDATE"}:
            raise RecurrenceError(
                f"expected RRULE, EXRULE, RDATE or EXDATE, found {name[:40]}",
                property_name=name[:40],
                column=0,
            )
        elif not line.value.strip(" ,"):
            self._note(name, line.text, "left out an empty property")
        else:
            self._date_line(line)

    def parts(self) -> Parts:
        return Parts(
            rules=tuple(self._rules),
            exrules=tuple(self._exrules),
            rdates=tuple(sorted(self._rdates)),
            periods=tuple(sorted(self._periods.items())),
            exdates=tuple(sorted(self._exdates)),
            exdays=tuple(sorted(self._exdays)),
            local=tuple(sorted(self._local)),
            repairs=tuple(self._repairs),
        )

    def _note(self, name: str, text: str, action: str) -> None:
        self._repairs.append(Repair(property_name=name, text=text[:80], action=action))

    def _rule_line(self, line: ContentLine) -> None:
        name = line.name or "RRULE"
        if not line.value.strip(" ;"):
            raise RecurrenceError(f"{name} has no value", property_name=name, column=line.column)
        if dates := _as_dates(line):
            self._note(name, line.text, f"read as {dates.name}: the value holds dates")
            self._date_line(dates)
            return
        if not line.name:
            self._note(name, line.text, "read as RRULE: the property's name is missing")
        self._rule(name, line)

    def _rule(self, name: str, line: ContentLine) -> None:
        try:
            rule, repairs = read_rule(line.value)
        except RecurrenceError as error:
            column = None if error.column is None else error.column + line.column
            raise RecurrenceError(str(error), property_name=name, column=column) from error
        self._repairs += [evolve(repair, property_name=name) for repair in repairs]
        rule = self._fitted(name, rule)
        rules = self._exrules if name == "EXRULE" else self._rules
        if rule in rules:
            self._note(name, line.text, "left out a repeated property")
        rules[rule] = None
        if len(rules) > MOST_RULES:
            raise RecurrenceError(
                f"more than {MOST_RULES} different rules", property_name=name, column=0
            )

    def _fitted(self, name: str, rule: Rule) -> Rule:
        """Return a rule as it reads for this kind of series."""
        if self._kind.is_date and rule.frequency > DAILY:
            raise RecurrenceError(
                f"an all-day series cannot be {rule.frequency.name}", property_name=name, column=0
            )
        until = rule.until
        if until is None:
            return rule
        floating = isinstance(self._kind, Floating)
        if self._kind.is_date and not until.is_date:
            rule = evolve(rule, until=self._kind.stamp(self._day_of(until)))
            self._note(name, "UNTIL", self._took_its_date(until))
        elif not self._kind.is_date and until.is_date:
            self._note(name, "UNTIL", "took it as the end of that local day: the series is timed")
        elif not self._kind.is_date and until.utc == floating:
            clock = "the series has no zone" if floating else "in the series' zone"
            self._note(name, "UNTIL", f"took it as local time: {clock}")
        return rule

    def _day_of(self, stamp: Stamp) -> int:
        """Return the midnight of the date that an instant means in an all-day series.

        Midnight in UTC is how many write a date itself, wherever they are.
        """
        wall = stamp.wall
        if self._days is not None and stamp.utc and wall % DAY:
            wall = self._days.wall(wall)
        return wall - wall % DAY

    def _took_its_date(self, stamp: Stamp) -> str:
        where = " in the zone that is named" if self._days is not None and stamp.utc else ""
        return f"took its date{where}: the series is all-day"

    def _date_line(self, line: ContentLine) -> None:
        clock = self._clock_of(line)
        for item, column in _items(line):
            try:
                self._date(line.name, item, clock)
            except RecurrenceError as error:
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
        self._note(line.name, f"TZID={name}", f"took {stood_in}: nobody knows this one")
        return kind_in(offset).clock if offset else self._kind.clock

    def _date(self, name: str, item: str, clock: Clock) -> None:
        text, slash, tail = item.partition("/")
        stamp = read_stamp(text.upper())
        if slash and name == "EXDATE":
            raise RecurrenceError(f"EXDATE cannot hold a period: {item[:40]!r}")
        if name == "EXDATE" and stamp.is_date and not (self._kind.is_date or self._midnights):
            self._exdays.add(stamp.wall // DAY)
            self._note_date(name, item, "leaves out the whole local day: the series is timed")
            return
        instant = self._instant(name, item, stamp, clock)
        if not (stamp.utc or stamp.is_date):
            self._local.add(instant)
        if name == "EXDATE":
            self._exdates.add(instant)
            return
        self._rdates.add(instant)
        if slash:
            self._periods[instant] = self._length(name, item, tail.upper(), instant, clock)

    @property
    def _midnights(self) -> bool:
        return self._reading.dates_are_midnights

    def _instant(self, name: str, item: str, stamp: Stamp, clock: Clock) -> int:
        kind = self._kind
        wall = stamp.wall
        if kind.is_date:
            if not stamp.is_date:
                self._note_date(name, item, self._took_its_date(stamp))
            return self._day_of(stamp)
        if stamp.is_date and self._midnights:
            self._note_date(name, item, "took it as midnight in UTC: the series is timed")
            stamp = stamp._replace(utc=True)
        elif stamp.is_date:
            self._note_date(name, item, "took the start's time of day: the series is timed")
            return kind.clock.to_utc([wall + self._clock])[0]
        if stamp.utc and isinstance(kind, Floating):
            self._note_date(name, item, "took it as local time: the series has no zone")
        instant = wall if stamp.utc else clock.to_utc([wall])[0]
        if not FIRST_WALL <= kind.clock.wall(instant) < END_WALL:
            raise RecurrenceError(f"beyond the years 1 to 9999 in the series' zone: {item[:40]!r}")
        return instant

    def _length(self, name: str, item: str, tail: str, start: int, clock: Clock) -> Length:
        """Return the duration of a PERIOD, written as such or as an end."""
        if tail[:1] in {"P", "+", "-"}:
            length = read_length(tail)
            expect_end(self._kind, start, length)
            return length
        stamp = read_stamp(tail)
        seconds = self._instant(name, item, stamp, clock) - start
        if seconds < 0:
            raise RecurrenceError(f"a period cannot end before it begins: {item[:40]!r}")
        return Length(seconds // DAY, 0) if self._kind.is_date else Length(0, seconds)

    def _note_date(self, name: str, item: str, action: str) -> None:
        # A feed may hold thousands of the same fault, of which some are enough.
        if len(self._repairs) < _REPORTED_DATES:
            self._note(name, item, action)


def _as_dates(line: ContentLine) -> ContentLine | None:
    """Return the RDATE or EXDATE that a rule stands for which holds dates, or None."""
    name = "EXDATE" if line.name == "EXRULE" else "RDATE"
    value = line.value.lstrip()
    start = value[:6].upper()
    if start.startswith(("DATE", "PERIOD")):
        return next(read_lines([f"{name};VALUE={value}"]))
    if start.startswith("TZID="):
        return next(read_lines([f"{name};{value}"]))
    return line._replace(name=name) if value[:8].isdecimal() else None


def _items(line: ContentLine) -> Iterator[tuple[str, int]]:
    """Yield the values of a list, with their columns."""
    column = line.column
    for item in line.value.split(","):
        text = item.strip()
        if text:
            yield text, column + len(item) - len(item.lstrip())
        column += len(item) + 1
