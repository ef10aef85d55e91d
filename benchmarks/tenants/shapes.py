"""What a hostile tenant puts into a calendar: pages of about so many bytes, each hostile in one way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

Item = dict[str, Any]

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def event(number: int, **members: Any) -> Item:
    """Return an event as a person's calendar holds it, with other members in place of some."""
    start = START + number % 900 * HOUR
    return {
        "kind": "calendar#event",
        "id": f"event{number:08}",
        "etag": f'"{number}"',
        "status": "confirmed",
        "htmlLink": f"https://www.google.com/calendar/event?eid={number:040}",
        "created": "2025-11-01T08:00:00.000Z",
        "updated": f"2025-12-01T08:00:{number % 60:02}.000Z",
        "summary": f"Meeting {number}",
        "creator": {"email": "owner@example.com", "self": True},
        "organizer": {"email": "owner@example.com", "self": True},
        "start": {"dateTime": start.isoformat(), "timeZone": "Europe/Paris"},
        "end": {"dateTime": (start + HOUR).isoformat(), "timeZone": "Europe/Paris"},
        "iCalUID": f"event{number:08}@google.com",
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
        **members,
    }


def ordinary(size: int) -> list[Item]:
    """Return what most calendars hold: a tenth of the events recur, a few have guests."""
    guests = [{"email": f"guest{n}@example.com", "responseStatus": "accepted"} for n in range(4)]
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20261231T000000Z"]
    kinds: tuple[Item, ...] = ({}, {"attendees": guests}, {"description": "text " * 40}, {})
    recurs: Item = {"recurrence": rule}
    return _filled(size, lambda n: event(n, **kinds[n % 4], **({} if n % 10 else recurs)))


def _filled(size: int, make: Callable[[int], Any]) -> list[Any]:
    found: list[Any] = []
    held = 0
    while held < size and len(found) < 2_500:
        found.append(make(len(found)))
        held += len(json.dumps(found[-1], ensure_ascii=False, separators=(",", ":")))
    return found


def _recurring(line: str | Iterable[str]) -> Callable[[int], list[Item]]:
    lines = [line] if isinstance(line, str) else list(line)
    return lambda size: _filled(size, lambda n: event(n, recurrence=lines))


def _nested(depth: int) -> Callable[[int], list[Item]]:
    whole: Any = []
    for _ in range(depth):
        whole = [whole]
    return lambda size: _filled(
        size, lambda n: event(n, extendedProperties=[whole] * (900 // depth))
    )


def _deep(size: int) -> str:
    return "[" * (size // 2) + "]" * (size // 2)


def _dates(form: str, most: int, name: str = "RDATE:") -> Callable[[int], list[Item]]:
    """Return events with lists of dates, each written in a form, so many that they are just read."""
    return _recurring(name + ",".join((START + n * HOUR).strftime(form) for n in range(most)))


_STAMP = "%Y%m%dT%H%M%S"

SHAPES: dict[str, Callable[[int], list[Any] | str]] = {
    "items of nothing": lambda size: [{}] * min(size // 3, 2_400),
    "numbers as items": lambda size: ",".join("1" * min(size // 2, 2_400)),
    "items of one number": lambda size: ",".join(
        f'{{"a":{n}}}' for n in range(min(size // 12, 2_400))
    ),
    "items without an id": lambda size: ",".join(
        f'{{"summary":"{n:07}"}}' for n in range(min(size // 22, 2_400))
    ),
    "items of an id": lambda size: ",".join(
        f'{{"id":"{n:012}"}}' for n in range(min(size // 22, 2_400))
    ),
    "deep items": _nested(900),
    "items as deep as may be": _nested(60),
    "a page of brackets": _deep,
    "one title": lambda size: [event(1, summary="x" * size)],
    "one title of halves": lambda size: [event(1, summary="\ud800" * (size // 6))],
    "many members": lambda size: [event(1, **{f"m{n}": n for n in range(size // 14)})],
    "numbers without end": lambda size: _filled(size, lambda n: event(n, sequence=10**3_000)),
    "long ids": lambda size: _filled(size, lambda n: event(n, id="a" * 1_900 + f"{n:08}")),
    "one id": lambda size: _filled(size, lambda n: event(n, id="same")),
    "many guests": lambda size: [
        event(1, attendees=[{"email": f"{n}@example.com"} for n in range(size // 32)])
    ],
    "times of no year": lambda size: _filled(
        size, lambda n: event(n, start={"dateTime": "9999-12-31T23:59:59-23:59"})
    ),
    "thousands of years": lambda size: _filled(
        size,
        lambda n: event(
            n,
            start={"date": "0001-01-01"},
            end={"date": "9000-01-01"},
            recurrence=["RRULE:FREQ=DAILY"],
        ),
    ),
    "odd zones": lambda size: _filled(
        size,
        lambda n: event(
            n, start={"dateTime": "2026-01-05T09:00:00", "timeZone": f"Nowhere/{n}" + "x" * 200}
        ),
    ),
    "until, again and again": _recurring("RRULE:FREQ=DAILY" + ";UNTIL=20260101" * 4_000),
    "zones in an until": _recurring("RRULE:FREQ=DAILY;UNTIL=" + "TZID=" * 10_000),
    "rules without end": _recurring(f"RRULE:FREQ=DAILY;INTERVAL={n}" for n in range(1, 60)),
    "each second": _recurring("RRULE:FREQ=SECONDLY"),
    "each minute of some days": _recurring("RRULE:FREQ=MINUTELY;BYDAY=MO;BYHOUR=9,10"),
    "never": _recurring("RRULE:FREQ=HOURLY;INTERVAL=24;BYHOUR=3;COUNT=10"),
    "lengths beyond all years": _recurring("RDATE;VALUE=PERIOD:20260106T090000Z/PT999999999H"),
    "dates by the thousand": _dates(f"{_STAMP}Z", 3_000),
    "dates of all forms": _dates(f"%Y%m%d,{_STAMP}Z,%Y-%m-%d,{_STAMP}", 1_100),
    "days by the thousand": _dates("%Y%m%d", 7_000, "EXDATE:"),
    "dates with offsets": _dates("%Y-%m-%dT%H:%M:%S+01:00", 2_400),
    "periods by the thousand": _dates(f"{_STAMP}Z/PT1H", 2_700, "RDATE;VALUE=PERIOD:"),
    "commas by the thousand": _recurring("RDATE:20260106T090000Z" + "," * 65_000),
    "exceptions by the thousand": lambda size: [
        event(0, id="series", recurrence=["RRULE:FREQ=HOURLY"]),
        *_filled(
            size,
            lambda n: event(
                n,
                id=f"series_{(START + n * HOUR):%Y%m%dT%H%M%SZ}",
                recurringEventId="series",
                originalStartTime={"dateTime": (START + n * HOUR).isoformat()},
            ),
        ),
    ],
    "series of one second": _recurring("RRULE:FREQ=DAILY;COUNT=9"),
    "quotes and folds": lambda size: _filled(
        size, lambda n: event(n, description='\\"' * 500, location="\r\n " * 200)
    ),
}
