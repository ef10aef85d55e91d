"""Reading all recurrence lines of an event, with their repairs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import evolve, frozen

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence.clocks import Clock
from kloudsync.recurrence.content_lines import ContentLine, read_lines
from kloudsync.recurrence.date_lists import DateLists
from kloudsync.recurrence.kinds import Floating, Kind, kind_in
from kloudsync.recurrence.reading import ICALENDAR, Reading
from kloudsync.recurrence.repairs import Repair
from kloudsync.recurrence.rule import DAILY, Rule
from kloudsync.recurrence.rule_text import read_rule
from kloudsync.recurrence.stamps import Length
from kloudsync.recurrence.zones import resolve_zone

MOST_RULES: Final = 64
"""How many different RRULEs, and EXRULEs, a series may have."""

_IGNORED: Final = frozenset({"DTSTART", "DTEND", "DURATION", "DUE", "RECURRENCE-ID", "SEQUENCE"})


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
        self._kind = kind
        self._rules: dict[Rule, None] = {}
        self._exrules: dict[Rule, None] = {}
        self._repairs: list[Repair] = []
        self._dates = DateLists(clock, kind, reading, days, self._repairs)

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
            self._dates.line(line)

    def parts(self) -> Parts:
        dates = self._dates
        return Parts(
            rules=tuple(self._rules),
            exrules=tuple(self._exrules),
            rdates=tuple(sorted(dates.rdates)),
            periods=tuple(sorted(dates.periods.items())),
            exdates=tuple(sorted(dates.exdates)),
            exdays=tuple(sorted(dates.exdays)),
            local=tuple(sorted(dates.local)),
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
            self._dates.line(dates)
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
            rule = evolve(rule, until=self._kind.stamp(self._dates.day_of(until)))
            self._note(name, "UNTIL", self._dates.took_its_date(utc=until.utc))
        elif not self._kind.is_date and until.is_date:
            self._note(name, "UNTIL", "took it as the end of that local day: the series is timed")
        elif not self._kind.is_date and until.utc == floating:
            clock = "the series has no zone" if floating else "in the series' zone"
            self._note(name, "UNTIL", f"took it as local time: {clock}")
        return rule


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
