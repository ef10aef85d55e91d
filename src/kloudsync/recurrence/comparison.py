"""Comparing series by their parsed lines."""

from __future__ import annotations

from kloudsync.recurrence.recurrence import Recurrence
from kloudsync.recurrence.rule import Rule


def same_rule_except_bound(one: Recurrence, other: Recurrence) -> bool:
    """Return whether two series follow the same rules apart from COUNT and UNTIL.

    Compares parsed lines: nothing is expanded, the order of lines and of values does
    not count, nor do starts, RDATEs and EXDATEs.
    """
    return _unbounded(one.rules) == _unbounded(other.rules) and _unbounded(
        one.exrules
    ) == _unbounded(other.exrules)


def _unbounded(rules: tuple[Rule, ...]) -> set[Rule]:
    return {rule.unbounded() for rule in rules}
