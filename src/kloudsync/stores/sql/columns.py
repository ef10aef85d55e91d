"""The columns of a version, in the order in which records bind to them."""

from __future__ import annotations

RECORD = (
    "id",
    "kind",
    "raw",
    "start",
    "finish",
    "last_end",
    "all_day",
    "zone",
    "busy",
    "declined",
    "recurrence",
    "series",
    "original",
    "original_all_day",
    "uid",
    "lineage",
    "created",
)
"""The columns of an `EventRecord`, field by field (`end` is a word of SQL)."""

LOADED = ("verdict", "bucket", "until", *RECORD)
"""What is bound for each staged record."""


def listed(columns: tuple[str, ...], alias: str) -> str:
    """Return columns as a list for SELECT, each taken from one alias."""
    return ", ".join(f"{alias}.{column}" for column in columns)


def places(columns: tuple[str, ...]) -> str:
    """Return one place for a bound value per column."""
    return ", ".join("?" for _ in columns)
