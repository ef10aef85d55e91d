"""Edits of series as users think of them: this one, this and following, all.

The API knows only events: it has no "this and following", and a client that cuts a
series by hand loses the occurrences that were moved, changed or cancelled after the cut.
"""
