"""What hypothesis draws: JSON that resembles a service's, and JSON that resembles nothing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

WORDS = (
    *("id", "status", "start", "end", "dateTime", "date", "timeZone", "recurrence", "summary"),
    *("recurringEventId", "originalStartTime", "attendees", "email", "self", "responseStatus"),
    *("transparency", "visibility", "organizer", "created", "updated", "iCalUID", "etag"),
    *("account", "subscription", "type", "time", "start_time_zone", "end_time", "start_time"),
    *("recurring", "recurring_master_id", "original_start", "rrule", "recurrence_type", "all_day"),
    *("calendar", "metadata", "modified", "name", "event_id", "error", "errors", "message"),
    *("reason", "location", "details", "error_code", "error_description", "access_token"),
    *("refresh_token", "expires_in", "scope", "nextPageToken", "nextSyncToken", "items"),
)
VALUES = (
    *("confirmed", "cancelled", "tentative", "2026-01-05", "2026-01-05T09:00:00Z", "UTC"),
    *("2026-01-05T09:00:00+25:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"),
    *(
        "0000-00-00",
        "2026-02-30",
        "Europe/Paris",
        "Nowhere/Land",
        "../../etc/passwd",
        "transparent",
    ),
    *("RRULE:FREQ=DAILY", "RRULE:FREQ=SECONDLY", "EXDATE;TZID=UTC:20260105T090000", "RDATE:"),
    *("RRULE:FREQ=DAILY;UNTIL=99991231T235959Z", "abc_20260105T090000Z", "abc_R20260105T090000"),
    *("event", "file", "create", "delete", "0", "-1", "1e400", "\u0000", "\ud800", "\u00fc", ""),
)

texts = st.one_of(st.sampled_from(VALUES), st.sampled_from(WORDS), st.text(max_size=30))
numbers = st.one_of(
    st.integers(), st.floats(), st.sampled_from((10**400, -(10**400), 2**63, 253402300800))
)
leaves = st.one_of(texts, numbers, st.booleans(), st.none())
names = st.one_of(st.sampled_from(WORDS), st.text(max_size=10))
values: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=8)),
    max_leaves=25,
)


def objects(
    required: dict[str, st.SearchStrategy[Any]],
    optional: dict[str, st.SearchStrategy[Any]] | None = None,
) -> st.SearchStrategy[Any]:
    """Return a strategy of JSON objects with these members."""
    return st.fixed_dictionaries(required, optional=optional or {})


_moments: st.SearchStrategy[Any] = st.one_of(
    objects({"dateTime": texts}, {"timeZone": texts}),
    objects({"date": texts}),
    values,
)
google_events: st.SearchStrategy[Any] = st.one_of(
    values,
    objects(
        {"id": texts, "start": _moments, "end": _moments},
        optional={
            "status": texts,
            "recurrence": st.one_of(st.lists(texts, max_size=3), values),
            "recurringEventId": texts,
            "originalStartTime": _moments,
            "attendees": st.one_of(st.lists(values, max_size=3), values),
            "summary": leaves,
            "updated": leaves,
            "created": leaves,
            "organizer": values,
            "reminders": values,
            "conferenceData": values,
        },
    ),
)
kloudless_events: st.SearchStrategy[Any] = st.one_of(
    values,
    objects(
        {
            "id": texts,
            "type": st.sampled_from(("event", "calendar", "")),
            "start": texts,
            "end": texts,
        },
        optional={
            "all_day": leaves,
            "start_time_zone": texts,
            "end_time_zone": texts,
            "recurrence": values,
            "recurrence_type": leaves,
            "recurring_master_id": texts,
            "original_start": values,
            "attendees": values,
            "status": leaves,
            "modified": texts,
            "name": leaves,
        },
    ),
)
kloudless_activities: st.SearchStrategy[Any] = st.one_of(
    values,
    objects(
        {"type": texts, "id": leaves, "metadata": kloudless_events},
        optional={"modified": texts, "account": leaves},
    ),
)


def dumped(value: object) -> str:
    """Write a value as JSON text, as a service would send it."""
    return json.dumps(value)


bodies = st.one_of(
    values.map(lambda value: dumped(value).encode()),
    st.binary(max_size=200),
    texts.map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from((b"[" * 100_000, b'{"a":' * 50_000, b"9" * 10_000, b"", b"\xff\xfe")),
)
headers = st.dictionaries(
    st.sampled_from(
        (
            *("Retry-After", "Content-Type", "Date", "X-RateLimit-Remaining-Minute"),
            *("x-ratelimit-limit-minute", "x-ratelimit-endpoint-cost", "Location"),
        )
    ),
    st.one_of(
        texts,
        numbers.map(str),
        st.sampled_from(
            (
                *("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 99 Oct 99999 07:28:00 GMT", "nan", "inf"),
                *("Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 0001 00:00:00 +2359", "-5"),
                *("9" * 400, "multipart/mixed; boundary=x", "multipart/mixed", " ", ","),
            )
        ),
    ),
)
