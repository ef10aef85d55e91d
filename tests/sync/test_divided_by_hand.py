"""A series that is divided, whoever divides it, is one split: in feed, report and lineage alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.cases import cases
from tests.sync.dividing import Row, Story, tell
from tests.sync.world import Drive

from kloudsync.stores import MemoryStore

WEEK = timedelta(weeks=1)
PARIS = ZoneInfo("Europe/Paris")
CUT_AFTER, OCCURRENCES = 4, 12


def expect(story: Story, row: Row) -> None:
    """Compare a story with what its row expects of it."""
    wanted = row["expect"]
    splits = [list(pair[:2]) for pair in story.splits()]
    assert (splits, story.truncations()) == (wanted["splits"], wanted["truncations"])
    assert story.reported() == (story.splits(), story.truncations())
    lineage = wanted["lineage"]
    for name in lineage:
        assert story.lineage(name) == lineage
    if row.get("also_first_sync"):
        assert story.lineage(lineage[0], story.newcomer()) == lineage
    cuts = [cut["at"] for cut in row.get("cuts", ()) if cut["tail"] is not None]
    assert [_slot(at, row["series"]["zone"]) for *_, at in story.splits()] == cuts


def _slot(at: date, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone)) if isinstance(at, datetime) else at
    return local.isoformat()[:16]


@pytest.mark.parametrize(
    "row", [one for one in cases("client_splits.json") if "what" not in one.values[0]]
)
def test_a_row_is_told_as_it_says(row: Row, drive: Drive) -> None:
    """Splits, truncations and lineage are those of the row, and each split is at its slot."""
    expect(tell(row, drive, MemoryStore()), row)


def drawn(count: int) -> list[Any]:
    """Draw cuts of every kind, written in every order and at every distance."""
    whole = list(_combinations())
    return [pytest.param(row, id=row["id"]) for row in random.Random(7).sample(whole, count)]


def _combinations() -> Iterator[Row]:
    for timed, moved, bound, how, gap, first, kept, change in product(
        (True, False),
        (True, False),
        ("COUNT", "UNTIL", "none"),
        ("client", "import", "editor"),
        ("none", "sync", "minutes:25", "minutes:25,sync"),
        ("head", "tail"),
        ("head", "tail"),
        ("none", "title", "place", "hour", "weekday", "weekday earlier"),
    ):
        if how == "editor" and (first == "tail" or kept == "tail" or "weekday" in change):
            continue
        # A future half that begins elsewhere and recurs otherwise looks like any other edit.
        if kept == "tail" and (change.startswith("weekday") or (change == "hour" and not timed)):
            continue
        yield _row(timed, moved, bound, how, gap, first, kept, change)


def _row(
    timed: bool, moved: bool, bound: str, how: str, gap: str, first: str, kept: str, change: str
) -> Row:
    begin: Any = datetime(2026, 1, 5, 9, tzinfo=PARIS) if timed else date(2026, 1, 5)
    length = timedelta(hours=1) if timed else timedelta(days=1)
    shift = {"shift_minutes": 30} if timed else {"shift_days": 1}
    start = begin + timedelta(**{name[6:]: n for name, n in shift.items()}) if moved else begin
    slot = start + CUT_AFTER * WEEK
    rule, head, tail = _rules(start, slot, bound)
    parts: dict[str, Row] = {
        "none": {},
        "title": {"summary": "Review (new lead)"},
        "place": {"location": "Room B"},
        "hour": {"shift_minutes": -45} if timed else {"shift_days": 2},
        "weekday": {"shift_days": 3},
        "weekday earlier": {"shift_days": -2},
    }
    cut = {
        "at": _slot(slot, "Europe/Paris"),
        "how": how,
        "gap": gap,
        "first": first,
        "keeps_id": kept,
        "head": {"recurrence": [head]},
        "tail": parts[change] if how == "editor" else {"recurrence": [tail]} | parts[change],
    }
    told = "sync" in gap and first == "head" and kept == "head" and how != "editor"
    names = ["base", "new1"] if kept == "head" else ["new1", "base"]
    moves = [{"edit_all": shift}] if moved else []
    return {
        "id": f"{how} {bound} gap={gap} first={first} keeps={kept} {change} {timed=} {moved=}",
        "series": {
            "start": _slot(begin, "Europe/Paris"),
            "end": _slot(begin + length, "Europe/Paris"),
            "zone": "Europe/Paris",
            "recurrence": [rule],
            "summary": "Review",
            "all_day": not timed,
            **({"by": "import", "organizer": "chair@example.org"} if how == "import" else {}),
        },
        "before": moves,
        "cuts": [cut],
        "expect": {
            "splits": [names],
            "truncations": ["base"] if told else [],
            "lineage": names,
        },
    }


def _rules(start: Any, slot: Any, bound: str) -> tuple[str, str, str]:
    """Return the rule of a weekly series, and of its two halves."""
    last = start + (OCCURRENCES - 1) * WEEK
    ends = {
        "COUNT": (OCCURRENCES, CUT_AFTER, OCCURRENCES - CUT_AFTER),
        "UNTIL": (_stamp(last), _stamp(slot - timedelta(days=1)), _stamp(last)),
        "none": (None, _stamp(slot - timedelta(days=1)), None),
    }
    words = "COUNT" if bound == "COUNT" else "UNTIL"
    whole, head, tail = (
        f"RRULE:FREQ=WEEKLY{f';{words}={end}' if end else ''}" for end in ends[bound]
    )
    return whole, head, tail


def _stamp(at: Any) -> str:
    return (
        f"{at.astimezone(ZoneInfo('UTC')):%Y%m%dT%H%M%SZ}"
        if isinstance(at, datetime)
        else f"{at:%Y%m%d}"
    )


@pytest.mark.parametrize("row", drawn(90))
def test_whoever_divides_a_series_divides_it_once(row: Row, drive: Drive) -> None:
    """Whichever half is new, comes first, is renamed or moved, and whatever passes in between."""
    expect(tell(row, drive, MemoryStore()), row)
