"""Recurrence: reading, repairing, expanding and editing RFC 5545 rule sets."""

from kloudsync.recurrence.bounds import Bound
from kloudsync.recurrence.comparison import rule_except_bound, same_rule_except_bound
from kloudsync.recurrence.interchange import to_rruleset
from kloudsync.recurrence.reading import GOOGLE, ICALENDAR, Reading
from kloudsync.recurrence.recurrence import Recurrence
from kloudsync.recurrence.repairs import Repair
from kloudsync.recurrence.rule import Frequency, Rule, Skip, WeekdayNumber
from kloudsync.recurrence.stamps import Length, Stamp
from kloudsync.recurrence.strands import WINDOW_LIMIT
from kloudsync.recurrence.zones import resolve_zone

__all__ = [
    "GOOGLE",
    "ICALENDAR",
    "WINDOW_LIMIT",
    "Bound",
    "Frequency",
    "Length",
    "Reading",
    "Recurrence",
    "Repair",
    "Rule",
    "Skip",
    "Stamp",
    "WeekdayNumber",
    "resolve_zone",
    "rule_except_bound",
    "same_rule_except_bound",
    "to_rruleset",
]
