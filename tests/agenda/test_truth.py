"""What people report of Google Calendar, asked of agenda and free time."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from tests.agenda.shelf import hold
from tests.agenda.test_scenarios import GOOGLE, VIEW, moment
from tests.cases import cases

from kloudsync.agenda import busy, occurrences
from kloudsync.model.record import EventRecord
from kloudsync.model.times import epoch
from kloudsync.stores import MemoryStore

KINDS = ("start-", "dates-", "small-")


def histories() -> list[Any]:
    """Return the histories that are told by what one calendar holds at its end."""
    return [
        case
        for case in cases("google_truth.json")
        if not case.values[0] or (case.id and case.id.startswith(KINDS))
    ]


def shelved(history: Any) -> MemoryStore:
    """Return a store that holds what the pages of a history left, the last of each id."""
    store, latest = MemoryStore(), dict[str, EventRecord]()
    for step in history["steps"]:
        for item in (item for page in step["pages"] for item in page):
            read = GOOGLE.reread(json.dumps(item))
            assert isinstance(read, EventRecord)
            latest[read.id] = read
    hold(store, latest.values(), key=GOOGLE.key, zone=history["zone"])
    return store


def window(asked: Any) -> tuple[datetime, datetime]:
    """Read the bounds of a question."""
    low, high = moment(asked["from"]), moment(asked["to"])
    assert isinstance(low, datetime)
    assert isinstance(high, datetime)
    return low, high


@pytest.mark.parametrize("history", histories())
def test_a_calendar_shows_what_its_users_see(history: Any) -> None:
    """Starts and taken time of the last step are those that are reported."""
    store, expect = shelved(history), history["steps"][-1]["expect"]
    asked = expect["occurrences"]
    found = occurrences(store, [VIEW], *window(asked))
    assert sorted(epoch(one.start) for one in found) == sorted(
        epoch(moment(start)) for start in asked["starts"]
    )
    if "busy" in expect:
        taken = busy(store, [VIEW], *window(expect["busy"]))
        assert [[one.start, one.end] for one in taken] == [
            [moment(edge) for edge in interval] for interval in expect["busy"]["intervals"]
        ]
