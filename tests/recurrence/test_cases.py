"""What people report of other calendar software, asked of recurrences and of agendas."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.agenda.shelf import hold
from tests.cases import cases

from kloudsync import errors
from kloudsync.agenda import occurrences
from kloudsync.model.record import EventRecord
from kloudsync.model.times import Time, epoch
from kloudsync.model.view import CalendarView
from kloudsync.providers.google.source import GoogleCalendar
from kloudsync.recurrence import Recurrence
from kloudsync.stores import MemoryStore

ROWS = cases("recurrence.json")


def of(reading: str) -> list[Any]:
    """Return the rows of one reading."""
    return [case for case in ROWS if not case.values[0] or case.values[0]["reading"] == reading]


def read(text: str) -> Time:
    """Read a date or a datetime."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def begun(row: Any) -> date | datetime:
    """Return the start of a row in the kind that it says."""
    start = read(row["start"])
    if not isinstance(start, datetime) or row["start_is"] in {"naive", "offset"}:
        return start
    if row["start_is"] == "zone":
        return start.astimezone(ZoneInfo(row["start_zone"]))
    pytz: Any = pytest.importorskip("pytz")
    zone = pytz.timezone(row["start_zone"])
    raw: datetime = (
        start.replace(tzinfo=zone) if row["start_is"] == "pytz_raw" else start.astimezone(zone)
    )
    return raw


def told(moment: date) -> str | float:
    """Return what identifies a start: its date, its wall time where it has no zone, its instant."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.timestamp()
    return moment.isoformat()


def offsets(starts: list[Any]) -> list[Any]:
    """Return the offsets of starts, which tell on which clock they are."""
    return [one.utcoffset() for one in starts if isinstance(one, datetime)]


def answered(row: Any) -> Any:
    """Ask a row's question."""
    series = Recurrence.parse(row["lines"], begun(row), zone=row["zone"])
    if "zone_known" in row:
        assert series.zone_known is row["zone_known"]
    if row.get("repaired"):
        assert series.repairs
    if row["ask"] == "count":
        return [series.count()]
    if row["ask"] == "contains":
        return [read(row["args"]["moment"]) in series]
    if row["ask"] == "between":
        return series.between(read(row["args"]["after"]), read(row["args"]["before"]))
    more = len(row["expected"]) + 1
    return [start for start, _ in zip(series, range(more), strict=False)]


@pytest.mark.parametrize("row", of("icalendar"))
def test_a_recurrence_reads_as_reported(row: Any) -> None:
    """Starts, numbers and errors of iCalendar data are those that its users expect."""
    named = [*row.get("or_error", ()), *(one for one in row["expected"] if isinstance(one, str))]
    classes = tuple(getattr(errors, name) for name in named if hasattr(errors, name))
    try:
        found = answered(row)
    except classes:
        return
    assert row["ask"] != "error"
    if row["ask"] in {"count", "contains"}:
        assert found[0] in row["expected"]
        return
    expected = [read(text) for text in row["expected"]]
    assert [told(start) for start in found] == [told(start) for start in expected]
    assert offsets(found) == offsets(expected)


def calendar(row: Any) -> GoogleCalendar[None]:
    """Return the calendar of a row."""
    return GoogleCalendar(caller=None, calendar=row["id"])


def event(row: Any) -> Any:
    """Write the event of a row as Google sends it."""
    start = read(row["start"])
    if not isinstance(start, datetime):
        bounds = {"date": row["start"]}, {"date": str(start + timedelta(days=1))}
        return {"id": "n", "start": bounds[0], "end": bounds[1], "recurrence": row["lines"]}
    zone = row["zone"] or row["start_zone"]
    end = start + timedelta(hours=1)
    return {
        "id": "n",
        "start": {"dateTime": row["start"], "timeZone": zone},
        "end": {"dateTime": end.isoformat(), "timeZone": zone},
        "recurrence": row["lines"],
    }


def held(row: Any, source: GoogleCalendar[None]) -> MemoryStore:
    """Return a store that holds the event of a row."""
    record = source.reread(json.dumps(event(row)))
    assert isinstance(record, EventRecord), record
    store = MemoryStore()
    hold(store, [record], key=source.key, zone=row.get("calendar_zone") or row["start_zone"])
    return store


def window(row: Any) -> tuple[datetime, datetime]:
    """Return the window that a row is asked in."""
    zone = ZoneInfo(row.get("calendar_zone") or row["start_zone"] or "UTC")
    if "window" in row:
        low, high = (date.fromisoformat(text[:10]) for text in row["window"])
    else:
        start = date.fromisoformat(row["start"][:10])
        low, high = start - timedelta(days=30), start + timedelta(days=400)
    return datetime.combine(low, time(), zone), datetime.combine(high, time(), zone)


@pytest.mark.parametrize("row", of("google"))
def test_an_event_of_google_shows_as_reported(row: Any) -> None:
    """What a Google calendar shows in a window is what its users see there."""
    source = calendar(row)
    view = CalendarView(source.key, source)
    found = occurrences(held(row, source), [view], *window(row))
    assert [one.start.isoformat()[:10] for one in found] == [text[:10] for text in row["expected"]]
    assert [epoch(one.start) for one in found] == [epoch(read(text)) for text in row["expected"]]
