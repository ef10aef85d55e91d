"""Mirroring a calendar's occurrences to sinks: which to write, what was written, what to repair."""
