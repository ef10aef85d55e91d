"""The benchmark's calendar as iCalendar text, and the libraries that read it where installed.

A question builds the query object anew, as whoever answers one request does; reading the
text is not counted. These libraries are asked in their own way, for an event's start, end
and UID.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Shown = list[tuple[float, float, str]]
"""Begin and end in seconds since 1970, and the UID, ascending."""

Question = Callable[[datetime, datetime], Shown]


def text(items: list[dict[str, Any]]) -> str:
    """Return the calendar as iCalendar text."""
    gone: dict[str, list[str]] = {}
    for item in items:
        if item["status"] == "cancelled":
            original = _time("EXDATE", item["originalStartTime"])
            gone.setdefault(item["recurringEventId"], []).append(original)
    events = (
        line
        for item in items
        if item["status"] != "cancelled"
        for line in _event(item, gone.get(item["id"], []))
    )
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.com//benchmark//EN")
    return "\r\n".join((*head, *events, "END:VCALENDAR", ""))


def _event(item: dict[str, Any], exdates: list[str]) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{item.get('recurringEventId', item['id'])}"
    yield "DTSTAMP:20260101T000000Z"
    yield _time("DTSTART", item["start"])
    yield _time("DTEND", item["end"])
    yield f"SUMMARY:{item['summary']}"
    if "originalStartTime" in item:
        yield _time("RECURRENCE-ID", item["originalStartTime"])
    yield from item.get("recurrence", ())
    yield from exdates
    yield "END:VEVENT"


def _time(name: str, stamp: dict[str, str]) -> str:
    local = datetime.fromisoformat(stamp["dateTime"]).astimezone(ZoneInfo(stamp["timeZone"]))
    if stamp["timeZone"] == "UTC":
        return f"{name}:{local:%Y%m%dT%H%M%S}Z"
    return f"{name};TZID={stamp['timeZone']}:{local:%Y%m%dT%H%M%S}"


def rie(calendar: str) -> Question:
    """Return the answer of recurring-ical-events."""
    parsed = importlib.import_module("icalendar").Calendar.from_ical(calendar)
    of: Any = importlib.import_module("recurring_ical_events").of
    return lambda low, high: sorted(
        (one.start.timestamp(), one.end.timestamp(), str(one["UID"]))
        for one in of(parsed).between(low, high)
    )


def icals(calendar: str) -> Question:
    """Return the answer of ical."""
    stream: Any = importlib.import_module("ical.calendar_stream").IcsCalendarStream
    parsed = stream.calendar_from_ics(calendar)
    return lambda low, high: sorted(
        (one.dtstart.timestamp(), one.dtend.timestamp(), one.uid)
        for one in parsed.timeline_tz(UTC).overlapping(low, high)
    )


def found(items: list[dict[str, Any]]) -> dict[str, Question]:
    """Return the libraries that can be imported, each with the calendar read."""
    readers = {"recurring_ical_events": rie, "ical.calendar_stream": icals}
    questions: dict[str, Question] = {}
    for name, reader in readers.items():
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        questions[name.partition(".")[0].replace("_", "-")] = reader(text(items))
    return questions
