"""Recurrence: reading, repairing, expanding and editing RFC 5545 rule sets.

A name loads when it is first used: who only keeps rules does not pay for their arithmetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
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

_HERE: Final = "kloudsync.recurrence"
_HOMES: Final = {
    "Bound": f"{_HERE}.bounds",
    "Frequency": f"{_HERE}.rule",
    "GOOGLE": f"{_HERE}.reading",
    "ICALENDAR": f"{_HERE}.reading",
    "Length": f"{_HERE}.stamps",
    "Reading": f"{_HERE}.reading",
    "Recurrence": f"{_HERE}.recurrence",
    "Repair": f"{_HERE}.repairs",
    "Rule": f"{_HERE}.rule",
    "Skip": f"{_HERE}.rule",
    "Stamp": f"{_HERE}.stamps",
    "WINDOW_LIMIT": f"{_HERE}.strands",
    "WeekdayNumber": f"{_HERE}.rule",
    "resolve_zone": f"{_HERE}.zones",
    "rule_except_bound": f"{_HERE}.comparison",
    "same_rule_except_bound": f"{_HERE}.comparison",
    "to_rruleset": f"{_HERE}.interchange",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
