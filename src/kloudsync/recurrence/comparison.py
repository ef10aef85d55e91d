"""Comparing series by their parsed lines."""

from __future__ import annotations

from collections.abc import Hashable

from attrs import evolve

from kloudsync.recurrence.gregorian import DAY
from kloudsync.recurrence.kinds import wall_of
from kloudsync.recurrence.recurrence import Recurrence
from kloudsync.recurrence.rule import DAILY, WEEKLY, Rule
from kloudsync.recurrence.year_days import day_parts

_MONDAY = 0


def same_rule_except_bound(one: Recurrence, other: Recurrence) -> bool:
    """Return whether two series follow the same rules apart from COUNT and UNTIL.

    Compares parsed lines, with what they take from their starts written out and without a
    WKST that changes nothing (RFC 5545 3.3.10): clients add and drop these as they please.
    Nothing is expanded; the order of lines and of values does not count, nor do RDATEs and
    EXDATEs.
    """
    return rule_except_bound(one) == rule_except_bound(other)


def rule_except_bound(series: Recurrence) -> Hashable:
    """Return what two series have in common that follow the same rules apart from COUNT and UNTIL.

    Many series are compared by looking this up; see `same_rule_except_bound` for what counts.
    """
    return _explicit(series, series.rules), _explicit(series, series.exrules)


def _explicit(series: Recurrence, rules: tuple[Rule, ...]) -> frozenset[Rule]:
    day = wall_of(series.start) // DAY
    return frozenset(_written_out(rule.unbounded(), day) for rule in rules)


def _written_out(rule: Rule, day: int) -> Rule:
    weekly = rule.frequency is WEEKLY and (rule.interval > 1 or rule.by_set_pos)
    if not (weekly or rule.by_week_no):
        rule = evolve(rule, week_start=_MONDAY)
    if rule.frequency > DAILY:
        return rule
    parts = day_parts(rule, day)
    return evolve(rule, by_month=parts.months, by_month_day=parts.month_days, by_day=parts.weekdays)
