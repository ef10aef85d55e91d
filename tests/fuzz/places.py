"""Any JSON in any place: whole documents of services, in which one value or name is another."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, cast

from hypothesis import strategies as st
from tests.fuzz import inputs

Place = tuple[str | int, ...]

_PERSON = {"id": "p", "email": "a@example.com", "displayName": "A", "self": True}
_TIMES: dict[str, Any] = {
    "start": {"dateTime": "2026-01-05T09:00:00+01:00", "timeZone": "Europe/Paris"},
    "end": {"dateTime": "2026-01-05T10:00:00+01:00", "timeZone": "Europe/Paris"},
}
_GOOGLE: dict[str, Any] = {
    "kind": "calendar#event",
    "etag": '"1"',
    "status": "confirmed",
    "htmlLink": "https://example.com/e",
    "created": "2026-01-01T00:00:00.000Z",
    "updated": "2026-01-01T00:00:00.000Z",
    "summary": "Standup",
    "description": "text",
    "location": "here",
    "colorId": "1",
    "creator": _PERSON,
    "organizer": _PERSON,
    "attendees": [_PERSON | {"responseStatus": "declined", "optional": True}, _PERSON],
    "transparency": "opaque",
    "visibility": "private",
    "iCalUID": "u@example.com",
    "sequence": 1,
    "extendedProperties": {"private": {"a": "b"}, "shared": {"c": "d"}},
    "conferenceData": {
        "conferenceId": "c",
        "entryPoints": [{"entryPointType": "video", "uri": "https://example.com/v"}],
    },
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
    "eventType": "default",
    "attachments": [{"fileUrl": "https://example.com/f"}],
}
GOOGLE: tuple[dict[str, Any], ...] = (
    {"id": "single", **_GOOGLE, **_TIMES},
    {"id": "days", **_GOOGLE, "start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}},
    {
        "id": "series",
        **_GOOGLE,
        **_TIMES,
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=9", "EXDATE:20260106T080000Z"],
    },
    {
        "id": "series_20260107T080000Z",
        **_GOOGLE,
        **_TIMES,
        "recurringEventId": "series",
        "originalStartTime": {"dateTime": "2026-01-07T09:00:00+01:00", "timeZone": "Europe/Paris"},
    },
    {
        "id": "series_20260108T080000Z",
        "status": "cancelled",
        "recurringEventId": "series",
        "originalStartTime": {"dateTime": "2026-01-08T08:00:00Z"},
    },
    {"id": "gone", "status": "cancelled"},
)

_KLOUDLESS: dict[str, Any] = {
    "type": "event",
    "api": "calendar",
    "account_id": "1",
    "calendar_id": "c",
    "creator": {"email": "a@example.com", "name": "A"},
    "organizer": {"email": "a@example.com", "name": "A"},
    "created": "2026-01-01T00:00:00Z",
    "modified": "2026-01-01T00:00:00Z",
    "start": "2026-01-05T08:00:00Z",
    "start_time_zone": "Europe/Paris",
    "end": "2026-01-05T09:00:00Z",
    "end_time_zone": "Europe/Paris",
    "original_start": None,
    "original_start_time_zone": None,
    "name": "Standup",
    "description": "text",
    "location": "here",
    "status": "confirmed",
    "visibility": "private",
    "attendees": [{"email": "a@example.com", "name": "A", "status": "accepted", "resource": False}],
    "attachments": [],
    "reminders": [{"type": "popup", "minutes": 5}],
    "custom_properties": [{"key": "a", "value": "b", "private": True}],
    "all_day": False,
    "transparent": False,
    "recurrence": None,
    "recurrence_type": None,
    "recurring_master_id": None,
    "ical_uid": "u@example.com",
}
KLOUDLESS: tuple[dict[str, Any], ...] = (
    {"id": "single", **_KLOUDLESS},
    {
        "id": "series",
        **_KLOUDLESS,
        "recurrence": [{"rrule": "RRULE:FREQ=DAILY;COUNT=9"}],
        "recurrence_type": "MASTER",
    },
    {
        "id": "exception",
        **_KLOUDLESS,
        "recurrence_type": "EXCEPTION",
        "recurring_master_id": "series",
        "original_start": "2026-01-07T08:00:00Z",
        "original_start_time_zone": "Europe/Paris",
    },
    {"id": "cancelled", **_KLOUDLESS, "status": "cancelled"},
)

LINES = st.sampled_from(
    (
        *(
            "RRULE:FREQ=DAILY;\ud800=1",
            "RRULE:FREQ=DAILY;\0=1",
            "RSCALE=\ud800",
            "RRULE:FREQ=\ud800",
        ),
        *("RRULE:FREQ=HOURLY;INTERVAL=24;BYHOUR=3;COUNT=10", "RRULE:FREQ=SECONDLY;BYMONTHDAY=31"),
        *("RDATE;VALUE=PERIOD:20260106T090000Z/PT999999999H", "RDATE;VALUE=PERIOD:x/P9999999W"),
        *(
            "RRULE:FREQ=YEARLY;COUNT=999999999",
            "EXRULE:FREQ=MINUTELY",
            "RDATE;TZID=\ud800:20260101",
        ),
        *(
            "RRULE:FREQ=DAILY;UNTIL=00010101T000000Z",
            "DTSTART:99991231T235959Z",
            "RDATE:" + "2" * 999,
        ),
    )
)
_LENGTHY: list[Any] = ["x" * 3_000, "\u4f8b" * 3_000, [[[[]]]] * 50, {"a": {"b": {"c": {}}}}]
LENGTHY: st.SearchStrategy[Any] = st.sampled_from(_LENGTHY)
ODD: st.SearchStrategy[Any] = st.one_of(
    inputs.values, inputs.texts, LINES, LENGTHY, st.lists(LINES, max_size=3)
)


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Yield where a document holds a value, itself included."""
    yield at
    members: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(value, dict):
        members = iter(cast("dict[str | int, Any]", value).items())
    elif isinstance(value, list):
        members = iter(enumerate(cast("list[object]", value)))
    for name, member in members:
        yield from places(member, (*at, name))


def put(document: Any, place: Place, value: Any) -> Any:
    """Return a document with another value in one place."""
    if not place:
        return value
    changed = copy.copy(document)
    changed[place[0]] = put(document[place[0]], place[1:], value)
    return changed


def renamed(document: Any, place: Place, name: str) -> Any:
    """Return a document in which a member has another name."""
    *above, last = place
    whole = document
    for step in above:
        whole = whole[step]
    if not isinstance(whole, dict):
        return document
    held = cast("dict[str, Any]", whole)
    members = {name if one == last else one: held[one] for one in held}
    return put(document, tuple(above), members)


@st.composite
def spoilt(draw: st.DrawFn, documents: tuple[dict[str, Any], ...]) -> Any:
    """Draw a document with up to three values or names replaced, wherever they stand."""
    document: Any = draw(st.sampled_from(documents))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from([*places(document)]))
        if place and draw(st.integers(0, 9)) == 0:
            document = renamed(document, place, draw(inputs.texts))
        else:
            document = put(document, place, draw(ODD))
    return document
