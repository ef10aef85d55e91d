"""How Microsoft reads the rules that its patterns stand for."""

from __future__ import annotations

from typing import Final

from kloudsync.recurrence import Reading

MICROSOFT: Final = Reading(name="microsoft")
"""A start that the pattern does not hit is no occurrence, and is not counted.

What Graph holds are patterns, which have neither dates to add nor dates to leave out; what is
left to read are the lines that `recurrence_reading` writes. That the start of a series is the
first day that the pattern hits is documented (outlook-schedule-recurring-events); that counting
begins there is inferred.
"""
