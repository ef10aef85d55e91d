"""Shortening, dividing and writing a series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.recurrence.gregorian import DAY
from kloudsync.recurrence.kinds import Kind, wall_of, write
from kloudsync.recurrence.rule import Frequency, Rule
from kloudsync.recurrence.series import Series
from kloudsync.recurrence.stamps import write_length, write_stamp
from kloudsync.recurrence.strands import Strand
from kloudsync.recurrence.year_days import day_parts

S = TypeVar("S", bound=Series)
_COMPARED: Final = 8


def truncated(series: S, before: int) -> S:
    """Return the series without the starts at and after an instant."""
    kind, exdates = series.kind, tuple(at for at in series.exdates if at < before)
    start = kind.instant(series.start)
    if start >= before and (start in series.occurrences.dates or series.reading.start_takes_place):
        # No end of a rule takes away a start that takes place by itself.
        exdates = tuple(sorted({*exdates, start}))
    return evolve(
        series,
        rules=tuple(_ended(strand, kind, before) for strand in series.occurrences.strands),
        rdates=tuple(at for at in series.rdates if at < before),
        periods=tuple(pair for pair in series.periods if pair[0] < before),
        exdates=exdates,
    )


def _ended(strand: Strand, kind: Kind, before: int) -> Rule:
    rule = strand.rule
    if strand.until is not None and strand.until < before:
        return rule
    last = kind.stamp(before - (DAY if kind.is_date else 1))
    if rule.count is None:
        return evolve(rule, until=last)
    held = strand.count_before(before)
    if held >= rule.count:
        return rule
    return evolve(rule, count=held) if held else evolve(rule, count=None, until=last)


def divided(series: S, at: int) -> tuple[S, S]:
    """Return the series before an instant, and that from it on."""
    head = truncated(series, at)
    first = _first_from(series, at)
    own = series.kind.instant(series.start)
    if at <= own and own in series.occurrences.dates:
        return head, _cut_dates(series, at)
    start = series.kind.value(_wall_at(series, first))
    rules = tuple(
        rule
        for strand in series.occurrences.strands
        if (rule := _continued(strand, series.kind, first, wall_of(start)))
    )
    exrules = tuple(
        rule
        for strand in series.occurrences.exstrands
        if (rule := _continued(strand, series.kind, first, wall_of(start)))
    )
    tail = _cut_dates(series, at)
    return head, evolve(tail, start=start, rules=rules, exrules=exrules)


def _cut_dates(series: S, at: int) -> S:
    """Return the series without dates before an instant."""
    return evolve(
        series,
        rdates=tuple(instant for instant in series.rdates if instant >= at),
        periods=tuple(pair for pair in series.periods if pair[0] >= at),
        exdates=tuple(instant for instant in series.exdates if instant >= at),
    )


def _first_from(series: Series, at: int) -> int:
    """Return the first occurrence from an instant on, preferably one of a rule."""
    found = next(series.occurrences.stream(at), None)
    if found is None:
        raise UsageError("the series cannot be split there: nothing occurs from then on")
    firsts = [next(strand.stream(at), None) for strand in series.occurrences.strands]
    return min((first for first in firsts if first is not None), default=found)


def _wall_at(series: Series, instant: int) -> int:
    walls = [strand.wall_at(instant) for strand in series.occurrences.strands]
    known = [wall for wall in walls if wall is not None]
    return known[0] if known else series.kind.clock.wall(instant)


def _continued(strand: Strand, kind: Kind, first: int, wall: int) -> Rule | None:
    """Return the rule as it reads from a later start, or None where it is over by then."""
    rule = strand.rule
    if rule.count is not None:
        left = rule.count - strand.count_before(first)
        if left < 1:
            return None
        rule = evolve(rule, count=left)
    expected = list(islice(strand.stream(first), _COMPARED))
    if not expected:
        return None
    for written_rule in (rule, _explicit(rule, strand.start, is_date=kind.is_date)):
        candidate = Strand(written_rule, wall, kind.clock, is_date=kind.is_date)
        if list(islice(candidate.stream(first), _COMPARED)) == expected:
            return written_rule
    raise UsageError("the series cannot be split there: its rules depend on its first start")


def _explicit(rule: Rule, start: int, *, is_date: bool) -> Rule:
    """Return the rule with what it takes from its start written out."""
    parts = day_parts(rule, start // DAY)
    rule = evolve(rule, by_month=parts.months, by_month_day=parts.month_days, by_day=parts.weekdays)
    if is_date:
        return rule
    clock = start % DAY
    return evolve(
        rule,
        by_hour=rule.by_hour or ((clock // 3600,) if rule.frequency < Frequency.HOURLY else ()),
        by_minute=rule.by_minute
        or ((clock // 60 % 60,) if rule.frequency < Frequency.MINUTELY else ()),
        by_second=rule.by_second or ((clock % 60,) if rule.frequency < Frequency.SECONDLY else ()),
    )


def written(series: Series) -> list[str]:
    """Write the series as recurrence lines."""
    kind, occurrences = series.kind, series.occurrences
    lines = [f"RRULE:{_rule_text(strand, kind)}" for strand in occurrences.strands]
    lines += [f"EXRULE:{_rule_text(strand, kind)}" for strand in occurrences.exstrands]
    periods = dict(series.periods)
    lines += _date_lines("RDATE", [at for at in series.rdates if at not in periods], series)
    if periods:
        texts = (f"{write(kind.stamp(at))}/{write_length(periods[at])}" for at in sorted(periods))
        lines.append(f"RDATE;VALUE=PERIOD:{','.join(texts)}")
    lines += _date_lines("EXDATE", series.exdates, series)
    days = [write(kind.stamp(day * DAY)._replace(utc=False, is_date=True)) for day in series.exdays]
    return lines + _date_line("EXDATE", days, is_date=True)


def _date_lines(name: str, instants: Sequence[int], series: Series) -> list[str]:
    """Write dates in UTC, but those that were written on a wall clock in the series' zone.

    A date with TZID stays at its wall time where the rules of the zone change, and some
    software does not know a date in UTC again.
    """
    kind, zone = series.kind, _named_zone(series)
    local: set[int] = set()
    if zone:
        # Only UTC can tell the second of two equal times.
        local = {at for at in series.local if not kind.clock.is_second(at)}
    walls = [write_stamp(kind.clock.wall(at)) for at in instants if at in local]
    plain = [write(kind.stamp(at)) for at in instants if at not in local]
    return [
        *_date_line(name, plain, is_date=kind.is_date),
        *_date_line(f"{name};TZID={zone}", walls, is_date=False),
    ]


def _named_zone(series: Series) -> str | None:
    zone = series.start.tzinfo if isinstance(series.start, datetime) else None
    return zone.key if isinstance(zone, ZoneInfo) else None


def _date_line(name: str, texts: list[str], *, is_date: bool) -> list[str]:
    if not texts:
        return []
    return [f"{name}{';VALUE=DATE' if is_date else ''}:{','.join(texts)}"]


def _rule_text(strand: Strand, kind: Kind) -> str:
    until = strand.until
    return strand.rule.text(None if until is None else write(kind.stamp(until)))
