"""The columns of a version, in the order in which records bind to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from kloudsync.model.record import Kind, Verdict

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


BURIED: dict[str, int | str] = {
    "verdict": int(Verdict.DELETED),
    "kind": int(Kind.TOMBSTONE),
    "until": 1,
    "all_day": 0,
    "busy": 1,
    "declined": 0,
    "original_all_day": 0,
    "raw": "''",
}
"""The columns of a tombstone that nobody sent, but for its id and those without a value."""


def listed(columns: tuple[str, ...], alias: str) -> str:
    """Return columns as a list for SELECT, each taken from one alias."""
    return ", ".join(f"{alias}.{column}" for column in columns)


def places(columns: Sequence[str]) -> str:
    """Return one place for a bound value per column."""
    return ", ".join("?" for _ in columns)


def columns_of(listed: Iterable[tuple[Any, ...]]) -> dict[str, tuple[str, ...]]:
    """Return tables with their columns, of pairs of table and column."""
    return {
        table: tuple(column for _, column in rows)
        for table, rows in groupby(listed, key=itemgetter(0))
    }
