"""Events as Google writes them: plain ones to vary, and odd ones to survive."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from kloudsync.model.record import EventRecord
from kloudsync.providers.google.records import read_record

Item = dict[str, Any]

SINGLE: Item = {
    "kind": "calendar#event",
    "etag": '"3589633529024000"',
    "id": "k7d2m9q4v1c8h5r0t6n3p2s1aj",
    "status": "confirmed",
    "htmlLink": "https://www.google.com/calendar/event?eid=ZXhhbXBsZQ",
    "created": "2026-11-02T17:40:03.000Z",
    "updated": "2026-11-16T08:12:44.512Z",
    "summary": "Pipeline review",
    "creator": {"email": "owner@example.com", "self": True},
    "organizer": {"email": "owner@example.com", "self": True},
    "start": {"dateTime": "2026-11-17T09:00:00-08:00", "timeZone": "America/Los_Angeles"},
    "end": {"dateTime": "2026-11-17T09:30:00-08:00", "timeZone": "America/Los_Angeles"},
    "iCalUID": "k7d2m9q4v1c8h5r0t6n3p2s1aj@google.com",
    "sequence": 0,
    "attendees": [
        {"email": "owner@example.com", "self": True, "responseStatus": "accepted"},
        {"email": "guest@example.com", "responseStatus": "needsAction", "additionalGuests": 1},
    ],
    "reminders": {"useDefault": True},
    "eventType": "default",
}
SERIES: Item = SINGLE | {"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TU"]}
EXCEPTION: Item = SINGLE | {
    "id": "k7d2m9q4v1c8h5r0t6n3p2s1aj_20261124T170000Z",
    "recurringEventId": "k7d2m9q4v1c8h5r0t6n3p2s1aj",
    "originalStartTime": {
        "dateTime": "2026-11-24T09:00:00-08:00",
        "timeZone": "America/Los_Angeles",
    },
}
CANCELLED: Item = {
    name: EXCEPTION[name]
    for name in ("kind", "etag", "id", "recurringEventId", "originalStartTime")
} | {"status": "cancelled"}
ALL_DAY: Item = SINGLE | {"start": {"date": "2026-11-27"}, "end": {"date": "2026-11-29"}}


def record(item: Item) -> EventRecord:
    """Read an event that is known to be readable."""
    read = read_record(item, json.dumps(item))
    assert isinstance(read, EventRecord), read
    return read


ODD_TEXTS = st.sampled_from(
    [
        "",
        "\0",
        "\ud800",
        "cancelled",
        "declined",
        "2026-11-24",
        "2026-11-24T09:00:00-08:00",
        "2026-03-29T02:30:00",
        "0001-01-01",
        "9999-12-31",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1890-01-01T00:00:00+00:09:21",
        "Europe/Paris",
        "GMT-07:00",
        "Nowhere/At all",
        "../../etc/passwd",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RRULE:FREQ=DAILY;UNTIL=20261231T000000Z",
        "RRULE:FREQ=DAILY;UNTIL=20269999",
        "RDATE;VALUE=DATE:20261201",
        "RRULE:FREQ=NEVER",
    ]
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | ODD_TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["date", "dateTime", "timeZone", "self"]) | st.text(), inner
        )
    ),
    max_leaves=6,
)
"""Any JSON, with a liking for what nearly makes sense."""


@st.composite
def odd_items(draw: st.DrawFn) -> Item:
    """Draw an event in which some members, or members of members, hold something else."""
    item = dict(draw(st.sampled_from([SINGLE, SERIES, EXCEPTION, CANCELLED, ALL_DAY])))
    names = st.sampled_from([*EXCEPTION, "recurrence", "transparency", "hangoutLink"])
    for name in draw(st.lists(names, max_size=4)):
        held = item.get(name)
        if isinstance(held, dict) and draw(st.booleans()):
            inner = draw(st.sampled_from(["date", "dateTime", "timeZone", "email", "self"]))
            item[name] = {**held, inner: draw(ODD)}
        elif draw(st.booleans()):
            item[name] = draw(ODD)
        elif name in item:
            del item[name]
    return item
