"""Edits of series as users think of them: this one, this and following.

Graph knows neither: it has series, whose range can be made shorter, and occurrences. What was
changed of single occurrences goes with a series that is divided only if somebody carries it over.
"""
